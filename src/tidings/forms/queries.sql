-- ask: a mail goes out that asks for a confirmation
insert into confirmation (id, contact_id, address, grants, form, asked_at) values (:id, :contact_id, :address, {{json grants}}, :form, :now);

-- asked_since: whether an address was asked lately
select count(*) from confirmation where address = :address and asked_at > :since;

-- find_confirmation: what a mail asked
select id, contact_id, address, cast(grants as text), form, asked_at, answered_at from confirmation where id = :id {{lock}};

-- answer: somebody pressed the button
update confirmation set answered_at = :now where id = :id and answered_at is null;
