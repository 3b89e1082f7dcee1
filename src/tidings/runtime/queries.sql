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
