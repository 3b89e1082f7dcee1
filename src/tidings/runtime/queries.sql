-- find_secret: a secret of the installation by its name
select value from installation where name = :name

-- keep_secret: make a secret once; whoever comes second keeps the first
insert into installation (name, value) values (:name, :value) on conflict (name) do nothing

-- add_workspace: a workspace by its name, once
insert into workspace (name, title, is_demo, created_at) values (:name, :title, :is_demo, :now) on conflict (name) do nothing

-- list_workspaces: all workspaces, and which of them is a demo
select name, title, is_demo from workspace order by name

-- find_setting: a setting of the workspace as JSON text
select value from setting where name = :name

-- list_settings: every setting of the workspace
select name, value from setting order by name

-- keep_setting: make a setting once; whoever comes second keeps the first
insert into setting (name, value, changed_at) values (:name, {{json value}}, :now) on conflict (name) do nothing

-- change_setting: give a setting a value
insert into setting (name, value, changed_at) values (:name, {{json value}}, :now)
on conflict (name) do update set value = excluded.value, changed_at = excluded.changed_at

-- forget_processes: rows of processes that cannot live any more (one process per file)
delete from process

-- add_process: this process starts
insert into process (incarnation, started_at, beat_at, host) values (:incarnation, :now, {{database_time}}, :host)

-- end_process: this process stops in order
delete from process where incarnation = :incarnation

-- beat: this process lives
update process set beat_at = {{database_time}} where incarnation = :incarnation;

-- living_processes: who has beaten lately
select incarnation from process where beat_at >= {{database_time}} - :silence;

-- keep_request: a request with this key begins; whoever comes second waits for the first
insert into idempotency (actor, key, request_hash, at) values (:actor, :key, :request_hash, :now)
on conflict (actor, key) do nothing;

-- kept_request: what is known of the request that came first
select request_hash, body from idempotency where actor = :actor and key = :key;

-- keep_answer: what it was answered
update idempotency set body = :body where actor = :actor and key = :key;

-- forget_requests: keys are not good for ever
delete from idempotency where at < :before;

-- bump: pictures of this name are out of date
insert into revision (name, number) values (:name, 1) on conflict (name) do update set number = revision.number + 1;

-- revisions: the numbers under which pictures are valid
select name, number from revision;

-- live_documents: what is live of a kind, by name
select d.id, d.kind, d.name, v.id, v.number, v.body, v.hash, d.created_at, d.changed_at
from document d join document_version v on v.id = d.version_id where d.kind = :kind order by d.name;

-- live_document: what is live of one document
select d.id, d.kind, d.name, v.id, v.number, v.body, v.hash, d.created_at, d.changed_at
from document d join document_version v on v.id = d.version_id where d.kind = :kind and d.name = :name;

-- kept_document: one document by its id, live or not
select d.id, d.kind, d.name, v.id, v.number, v.body, v.hash, d.created_at, d.changed_at
from document d join document_version v on v.document_id = d.id where d.id = :id order by v.number desc limit 1;

-- keep_document: a document of this name, once
insert into document (kind, name, created_at, changed_at) values (:kind, :name, :now, :now) on conflict (kind, name) do nothing;

-- document_id: the id of a document, live or taken down
select id from document where kind = :kind and name = :name;

-- keep_document_version: an immutable version
insert into document_version (id, document_id, number, body, hash, created_at, actor)
select :id, :document_id, coalesce(max(number), 0) + 1, {{json body}}, :hash, :now, :actor
from document_version where document_id = :document_id;

-- make_live: the version that counts from now on; none takes the document down
update document set version_id = :version_id, changed_at = :now where id = :id;

-- document_editions: every version of a document, newest first
select v.number, v.created_at, v.actor from document d join document_version v on v.document_id = d.id
where d.kind = :kind and d.name = :name order by v.number desc;

-- numbered_document: what a version of a document says
select v.body from document d join document_version v on v.document_id = d.id
where d.kind = :kind and d.name = :name and v.number = :number;
