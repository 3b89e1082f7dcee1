-- insert_key: a key for a program; only its hash is kept
insert into api_key (workspace, name, scope, prefix, key_hash, created_at)
values (:workspace, :name, :scope, :prefix, :key_hash, :now);

-- find_key: whose key this is
select id, workspace, name, scope, prefix, created_at, used_at, revoked_at from api_key
where key_hash = :key_hash and revoked_at is null;

-- list_keys: keys of a workspace, without the keys
select id, workspace, name, scope, prefix, created_at, used_at, revoked_at from api_key where workspace = :workspace order by id;

-- revoke_key: it opens nothing any more
update api_key set revoked_at = :now where id = :id and workspace = :workspace and revoked_at is null;

-- insert_person: somebody who may sign in
insert into person (email, name, role, password_hash, created_at) values (:email, :name, :role, :password_hash, :now)
on conflict (email) do nothing;

-- find_person: by email
select id, email, name, role, password_hash, disabled_at from person where email = :email;

-- count_people: whether anybody can sign in; the demo's visitor cannot
select count(*) from person where role <> 'visitor';

-- insert_session: somebody signed in; only the hash of the cookie is kept
insert into session (token_hash, person_id, created_at, seen_at, expires_at, agent, ip)
values (:token_hash, :person_id, :now, :now, :expires_at, :agent, :ip);

-- find_session: who this is
select p.id, p.email, p.name, p.role, p.password_hash, p.disabled_at
from session s join person p on p.id = s.person_id
where s.token_hash = :token_hash and s.expires_at > :now and p.disabled_at is null;

-- forget_sessions: those that have ended
delete from session where expires_at <= :now;

-- delete_session: somebody signed out
delete from session where token_hash = :token_hash;

-- attempts: how often somebody guessed wrong, and when last
select failed_count, last_at from login_attempt where subject = :subject;

-- count_attempt: a wrong guess; after a quiet hour the count begins again
insert into login_attempt (subject, failed_count, last_at) values (:subject, 1, :now)
on conflict (subject) do update set last_at = excluded.last_at,
  failed_count = case when login_attempt.last_at < :now - 3600000 then 1 else login_attempt.failed_count + 1 end;

-- forgive: the right password clears the account's count
delete from login_attempt where subject = :subject;

-- insert_link: a link that works once; only its hash is kept
insert into one_time_link (token_hash, purpose, expires_at) values (:token_hash, :purpose, :expires_at);

-- drop_links: links of a purpose that were never used
delete from one_time_link where purpose = :purpose and used_at is null;

-- is_link_good: whether a link still works
select count(*) from one_time_link where token_hash = :token_hash and purpose = :purpose and used_at is null and expires_at > :now;

-- use_link: it works no more
update one_time_link set used_at = :now
where token_hash = :token_hash and purpose = :purpose and used_at is null and expires_at > :now;

-- list_people: everybody who may sign in
select id, email, name, role, created_at, disabled_at from person where role <> 'visitor' order by email;

-- list_sessions: where somebody is signed in
select token_hash, created_at, seen_at, expires_at, agent, ip from session where person_id = :person_id and expires_at > :now order by created_at desc;

-- end_session: one of somebody's sessions ends
delete from session where person_id = :person_id and token_hash = :token_hash;
