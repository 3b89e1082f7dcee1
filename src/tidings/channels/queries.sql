-- list_accounts: every configured sender
select id, name, plugin, channel, config, state, state_reason, is_default, per_second from account order by id;

-- find_account: one by name
select id, name, plugin, channel, config, state, state_reason, is_default, per_second from account where name = :name;

-- is_demo: whether this workspace holds made-up people
select count(*) from setting where name = 'is_demo';

-- insert_account: a new sender
insert into account (name, plugin, channel, config, is_default, per_second, created_at, changed_at)
values (:name, :plugin, :channel, {{json config}}, :is_default, cast(:per_second as real), :now, :now);

-- update_account: its configuration and whether it is the default
update account set config = {{json config}}, is_default = :is_default, per_second = cast(:per_second as real), state = 'active',
  state_reason = '', changed_at = :now
where id = :id;

-- demote: another account becomes the default of the channel
update account set is_default = 0 where channel = :channel and id <> :id;

-- set_account_state: active or paused, and why
update account set state = :state, state_reason = :reason, changed_at = :now where id = :id;

-- put_record: what a plugin keeps; the same key replaces
insert into plugin_record (account_id, kind, key, body, at) values (:account_id, :kind, :key, {{json body}}, :now)
on conflict (account_id, kind, key) do update set body = excluded.body, at = excluded.at;

-- get_record: what a plugin kept
select body from plugin_record where account_id = :account_id and kind = :kind and key = :key;

-- page_records: what plugins kept of one kind, newest first
select id, account_id, kind, key, body, at from plugin_record where kind = :kind and id < :before order by id desc limit :limit;

-- records_of: what one account's plugin kept of one kind, newest first
select id, account_id, kind, key, body, at from plugin_record
where account_id = :account_id and kind = :kind and id < :before order by id desc limit :limit;

-- forget_records: what was kept of one kind is old
delete from plugin_record where kind = :kind and at < :before;

-- inbox_of: what sandboxes kept of some messages
select id, account_id, kind, key, body, at from plugin_record
where account_id in (select id from account) and kind = 'inbox' and key in {{texts keys}};
