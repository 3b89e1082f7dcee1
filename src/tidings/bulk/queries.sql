-- insert_job: something that is to be done to many
insert into bulk_job (id, deed, chosen, state, total, is_exact, position, created_at, actor)
values (:id, {{json deed}}, {{json chosen}}, 'running', :total, :is_exact, :position, :now, :actor);

-- find_job: one of them
select id, cast(deed as text), cast(chosen as text), state, total, is_exact, position, seen_count, changed_count, created_at, ended_at, actor
from bulk_job where id = :id;

-- page_jobs: what was done to many, newest first
select id, cast(deed as text), cast(chosen as text), state, total, is_exact, position, seen_count, changed_count, created_at, ended_at, actor
from bulk_job where id < :before order by id desc limit :limit;

-- working_job: what goes on now, the oldest first
select id, cast(deed as text), cast(chosen as text), state, total, is_exact, position, seen_count, changed_count, created_at, ended_at, actor
from bulk_job where state in ('running', 'undoing') order by id limit 1 {{lock_skip}};

-- advance: these people are done
update bulk_job set position = :position, seen_count = seen_count + :seen, changed_count = changed_count + :changed where id = :id;

-- set_state: it rests, is over, or is undone
update bulk_job set state = :state, position = case when :state = 'undoing' then 0 else position end,
  ended_at = coalesce(cast(:ended_at as bigint), ended_at) where id = :id;

-- touch: whom it changed
insert into bulk_contact (bulk_id, contact_id) select :id, value from {{ids ids}} r where 1 = 1 on conflict (bulk_id, contact_id) do nothing;

-- touched: whom it changed, in order
select contact_id from bulk_contact where bulk_id = :id and contact_id > :after order by contact_id limit :limit;

-- forget_touched: whom it changed need not be known any more
delete from bulk_contact where bulk_id in (select id from bulk_job where state = 'undone' or (state in ('done', 'stopped') and ended_at < :before))
  and contact_id in (select contact_id from bulk_contact order by bulk_id, contact_id limit :limit);
