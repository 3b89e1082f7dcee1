-- insert_job: a file that is to be brought in
insert into import_job (id, kind, name, preset, state, columns, mapping, options, total, created_at, actor)
values (:id, :kind, :name, :preset, 'ready', {{json columns}}, {{json mapping}}, {{json options}}, :total, :now, :actor);

-- insert_chunk: some of its rows
insert into import_chunk (import_id, number, first_row, rows) values (:id, :number, :first_row, {{json rows}});

-- find_job: one import
select id, kind, name, preset, state, cast(columns as text), cast(mapping as text), cast(options as text), total, position, made_count,
  changed_count, unchanged_count, refused_count, created_at, started_at, ended_at, actor
from import_job where id = :id;

-- page_jobs: imports, newest first
select id, kind, name, preset, state, cast(columns as text), cast(mapping as text), cast(options as text), total, position, made_count,
  changed_count, unchanged_count, refused_count, created_at, started_at, ended_at, actor
from import_job where id < :before order by id desc limit :limit;

-- working_job: the import that goes on now, the oldest first
select id, kind, name, preset, state, cast(columns as text), cast(mapping as text), cast(options as text), total, position, made_count,
  changed_count, unchanged_count, refused_count, created_at, started_at, ended_at, actor
from import_job where state in ('running', 'rolling_back') order by started_at, id limit 1 {{lock_skip}};

-- change_job: how the columns of an import are meant
update import_job set mapping = {{json mapping}}, options = {{json options}} where id = :id and state = 'ready';

-- set_state: it starts, stops or is over
update import_job set state = :state, started_at = coalesce(started_at, cast(:started_at as bigint)), ended_at = cast(:ended_at as bigint),
  position = case when :is_again = 1 then 0 else position end
where id = :id;

-- next_chunk: the rows behind a position
select number, first_row, cast(rows as text) from import_chunk where import_id = :id and first_row >= :position order by number limit 1;

-- chunk_numbers: in how many pieces the rows are
select number from import_chunk where import_id = :id order by number;

-- chunk: one piece of the rows
select number, first_row, cast(rows as text) from import_chunk where import_id = :id and number = :number;

-- advance: rows that are done, with what came of them
update import_job set position = :position, made_count = made_count + :made, changed_count = changed_count + :changed,
  unchanged_count = unchanged_count + :unchanged, refused_count = refused_count + :refused
where id = :id;

-- refuse: rows that were not taken, each with its reason
insert into import_refusal (import_id, number, reason, row)
select :id, number, reason, row from {{rows refusals: number integer, reason text, row json}} r where 1 = 1
on conflict (import_id, number) do nothing;

-- refusals: rows that were not taken, in order
select number, reason, cast(row as text) from import_refusal where import_id = :id and number > :after order by number limit :limit;

-- touch: whom it touched, and whom it made
insert into import_contact (import_id, contact_id, is_made)
select :id, contact_id, is_made from {{rows people: contact_id integer, is_made integer}} r where 1 = 1
on conflict (import_id, contact_id) do nothing;

-- touched: whom it touched, in order
select contact_id, is_made from import_contact where import_id = :id and contact_id > :after order by contact_id limit :limit;

-- drop_rows: the file is not needed any more
delete from import_chunk where import_id = :id;

-- drop_touched: it was taken back
delete from import_contact where import_id = :id and contact_id in {{ids ids}};

-- delete_job: it was never started
delete from import_job where id = :id and state = 'ready';

-- forgotten_job: a file that nobody has brought in, or gone on with, for long
select id, kind, name, preset, state, cast(columns as text), cast(mapping as text), cast(options as text), total, position, made_count,
  changed_count, unchanged_count, refused_count, created_at, started_at, ended_at, actor
from import_job where state in ('ready', 'stopped') and coalesce(started_at, created_at) < :before order by id limit 1;

-- drop_refusals: rows that were not taken are not kept for ever
delete from import_refusal where import_id in (
  select j.id from import_job j where j.ended_at < :before
  and exists (select 1 from import_refusal r where r.import_id = j.id) order by j.id limit 1
);
