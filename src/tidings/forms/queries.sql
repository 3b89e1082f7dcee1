-- ask: a mail goes out that asks for a confirmation
insert into confirmation (id, contact_id, address, grants, form, asked_at) values (:id, :contact_id, :address, {{json grants}}, :form, :now);

-- asked_since: whether an address was asked lately
select count(*) from confirmation where address = :address and asked_at > :since;

-- find_confirmation: what a mail asked
select id, contact_id, address, cast(grants as text), form, asked_at, answered_at from confirmation where id = :id {{lock}};

-- answer: somebody pressed the button
update confirmation set answered_at = :now where id = :id and answered_at is null;

-- submitted: somebody filled in a form
insert into submission (form, at, contact_id) values (:form, :at, :contact_id) on conflict do nothing;

-- submissions_of: who filled in a form, newest first, behind a place
select at, contact_id from submission where form = :form and (at < :at or (at = :at and contact_id < :contact_id))
order by at desc, contact_id desc limit :limit;

-- count_submissions: how often each form was filled in, how often of late, and when last
select form, count(*), sum(case when at > :since then 1 else 0 end), max(at) from submission group by form;

-- spend_puzzle: a solved puzzle is handed in; nothing when it was before
insert into puzzle_used (number) values (:number) on conflict do nothing;

-- forget_puzzles: those that are too old to be handed in again
delete from puzzle_used where number < :number;
