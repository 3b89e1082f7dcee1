-- live_segments: every segment that is live
select id, name, state, is_ready, position, published_at, computed_at from segment where state <> 'removed' order by name;

-- segment_named: one live segment
select id, name, state, is_ready, position, published_at, computed_at from segment where name = :name and state <> 'removed';

-- insert_segment: a segment becomes live; it is to be computed
insert into segment (name, state, is_ready, position, published_at) values (:name, 'live', 0, 0, :now);

-- compute_again: these segments are to be computed from the first person on
update segment set position = 0 where id in {{ids ids}};

-- republished: its rule is another
update segment set position = 0, published_at = :now where id = :id;

-- moved: so far it is computed
update segment set position = :position where id = :id;

-- computed: it is computed to the end
update segment set position = null, is_ready = 1, computed_at = :now where id = :id;

-- positions: how far those that are being computed have come
select id, position from segment where position is not null and state <> 'removed';

-- remove_segment: nothing of this name is live any more; its people go slice by slice
update segment set state = 'removed', position = null, name = name || ' ' || cast(id as text) where id = :id;

-- removed_segment: one that is to be cleared away
select id from segment where state = 'removed' order by id limit 1;

-- clear_memberships: the next of its people go
delete from membership where segment_id = :id and contact_id in
  (select x.contact_id from membership x where x.segment_id = :id order by x.contact_id limit :limit);

-- clear_stays: the next of its past stays go
delete from stay where id in (select x.id from stay x where x.segment_id = :id limit :limit);

-- delete_segment: it is gone
delete from segment where id = :id;

-- memberships_of: everything that is kept about some people
select contact_id, segment_id, is_member, entered_at, boundary_at, cause from membership where contact_id in {{ids ids}};

-- put_memberships: rows as they are now
insert into membership (contact_id, segment_id, is_member, entered_at, boundary_at, cause)
select contact_id, segment_id, is_member, entered_at, boundary_at, cause
from {{rows rows: contact_id integer, segment_id integer, is_member integer, entered_at integer, boundary_at integer, cause text}} r
where 1 = 1
on conflict (contact_id, segment_id) do update set is_member = excluded.is_member, entered_at = excluded.entered_at,
  boundary_at = excluded.boundary_at, cause = excluded.cause;

-- delete_memberships: neither in it, nor will time bring them in
delete from membership where (contact_id, segment_id) in
  (select contact_id, segment_id from {{rows gone: contact_id integer, segment_id integer}} r);

-- insert_stays: stays that are over
insert into stay (segment_id, contact_id, entered_at, left_at, entered_cause, left_cause)
select segment_id, contact_id, entered_at, left_at, entered_cause, left_cause
from {{rows stays: segment_id integer, contact_id integer, entered_at integer, left_at integer, entered_cause text, left_cause text}} r;

-- is_due: whether time alone has changed anything by now
select 1 from membership where boundary_at <= :now limit 1;

-- due_people: whom time has changed, the earliest first
select contact_id from membership where boundary_at <= :now order by boundary_at, contact_id limit :limit;

-- due_memberships: what time has changed of some people
select contact_id, segment_id, boundary_at from membership where contact_id in {{ids ids}} and boundary_at <= :now;

-- drop_strange_boundaries: instants of segments that are not live or not understood any more
update membership set boundary_at = null
where contact_id in {{ids ids}} and boundary_at <= :now and segment_id not in {{ids known}};

-- people_there: who of these is somebody
select id from contact where id in {{ids ids}} and merged_into_id is null;

-- forget_memberships: nothing is kept about these people
delete from membership where contact_id in {{ids ids}};

-- forget_stays: nor of their past
delete from stay where contact_id in {{ids ids}};

-- end_stays_of: whatever somebody is in ends
insert into stay (segment_id, contact_id, entered_at, left_at, entered_cause, left_cause)
select segment_id, contact_id, coalesce(entered_at, :now), :now, cause, :cause from membership where contact_id = :id and is_member = 1;

-- next_people: the next slice of everybody
select id from contact where id > :after and merged_into_id is null order by id limit :limit;

-- kept_between: who of the next people is kept already
select contact_id from membership where segment_id = :id and contact_id > :after and contact_id <= :end order by contact_id limit :limit;

-- count_members: how many are in each segment, and how many of them came since
select segment_id, cast(sum(is_member) as integer), cast(sum(case when is_member = 1 and entered_at >= :since then 1 else 0 end) as integer)
from membership group by segment_id;

-- count_stays: of stays that are over: how many began and how many ended since
select segment_id, cast(sum(case when entered_at >= :since then 1 else 0 end) as integer), count(*) from stay where left_at >= :since group by segment_id;

-- position_of: how far a segment is computed
select position from segment where id = :id;

-- has_members_among: whether anybody of a slice is kept already
select 1 from membership where segment_id = :id and contact_id between :first and :last limit 1;

-- sweep: rows of a slice that say nothing any more
delete from membership where segment_id = :id and contact_id between :first and :last and is_member = 0 and boundary_at is null;

-- members_by_contact: the people of a segment, the newest contacts first
select contact_id, entered_at, cause, boundary_at from membership
where segment_id = :id and is_member = 1 and contact_id < :before_id order by contact_id desc limit :limit + 0 * :before;

-- members_by_entry: the people of a segment, those who came last first
select contact_id, entered_at, cause, boundary_at from membership
where segment_id = :id and is_member = 1 and (entered_at < :before or (entered_at = :before and contact_id < :before_id))
order by entered_at desc, contact_id desc limit :limit;

-- stays_of: the past of some contacts
select segment_id, entered_at, left_at, entered_cause, left_cause from stay where contact_id in {{ids ids}} order by left_at desc, id desc limit 500;

-- moves: comings and goings of a segment by the quarter of an hour
select slot, cast(sum(entered) as integer), cast(sum(gone) as integer) from (
  select entered_at / 900000 as slot, 1 as entered, 0 as gone from membership where segment_id = :id and is_member = 1 and entered_at >= :since
  union all select entered_at / 900000, 1, 0 from stay where segment_id = :id and entered_at >= :since and left_at >= :since
  union all select left_at / 900000, 0, 1 from stay where segment_id = :id and left_at >= :since
) moved group by slot order by slot;

-- forget_strays: rows about those who became part of somebody, or are nobody
delete from membership where segment_id = :id and contact_id > :after and contact_id <= :end
  and not exists (select 1 from contact c where c.id = membership.contact_id and c.merged_into_id is null);

-- everybody_in: the people of a segment
select contact_id from membership where segment_id = :id and is_member = 1 order by contact_id;

-- next_boundary: when time alone changes something next
select min(boundary_at) from membership where boundary_at is not null;

-- overlap: how many are in each of two segments, and in both
select (select count(*) from membership where segment_id = :one and is_member = 1),
  (select count(*) from membership where segment_id = :other and is_member = 1),
  (select count(*) from membership a join membership b on b.contact_id = a.contact_id and b.segment_id = :other and b.is_member = 1
   where a.segment_id = :one and a.is_member = 1);

-- last_check: how far the check of all segments is
select value from setting where name = 'segments_check';
