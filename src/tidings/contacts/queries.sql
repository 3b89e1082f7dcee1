-- find_identifiers: who the given identifiers belong to
select i.kind, i.value, i.contact_id
from {{rows keys: kind text, value text}} k
join identifier i on i.kind = k.kind and i.value = k.value;

-- find_identifiers_of: every identifier of the given contacts
select kind, value, contact_id from identifier where contact_id in {{ids ids}};

-- lock_contacts: hold contacts, in the one order that cannot deadlock
select count(*) from (select id from contact where id in {{ids ids}} order by id {{lock}}) held;

-- load_contacts: contacts as they stand
select id, share, attributes, zone, is_verified, created_at, changed_at, merged_into_id
from contact where id in {{ids ids}};

-- find_contact: one contact, or whom it was merged into
select w.id, w.share, w.attributes, w.zone, w.is_verified, w.created_at, w.changed_at, w.merged_into_id
from contact c join contact w on w.id = coalesce(c.merged_into_id, c.id)
where c.id = :id;

-- insert_contacts: new contacts, their ids handed out before
insert into contact (id, share, attributes, is_verified, created_at, changed_at)
select id, share, '{}', is_verified, :now, :now
from {{rows contacts: id integer, share integer, is_verified integer}} r order by id;

-- insert_identifiers: identifiers that nobody has yet
insert into identifier (kind, value, contact_id, is_verified, created_at)
select kind, value, contact_id, is_verified, :now
from {{rows identifiers: kind text, value text, contact_id integer, is_verified integer}} r
where 1 = 1 order by kind, value
on conflict (kind, value) do nothing;

-- forget_contacts: contacts that somebody else made first
delete from contact where id in {{ids ids}};

-- forget_identifiers_of: identifiers of contacts that somebody else made first
delete from identifier where contact_id in {{ids ids}};

-- save_contacts: attributes and zone after a write
update contact set attributes = r.attributes, zone = r.zone, changed_at = :now, is_verified = r.is_verified
from {{rows contacts: id integer, attributes json, zone text, is_verified integer}} r
where contact.id = r.id;

-- insert_changes: history of what changed
insert into contact_change (contact_id, at, path, old, new, cause, change_set)
select contact_id, :now, path, old, new, :cause, cast(:change_set as bigint)
from {{rows changes: contact_id integer, path text, old text, new text}} r order by contact_id;

-- replace_addresses_away: addresses that were replaced
delete from address
where exists (
  select 1 from {{rows addresses: contact_id integer, kind text, value text}} r
  where r.contact_id = address.contact_id and r.kind = address.kind and r.value <> address.value
) and contact_id in {{ids ids}};

-- insert_addresses: where people are reached
insert into address (contact_id, kind, value, created_at)
select contact_id, kind, value, :now
from {{rows addresses: contact_id integer, kind text, value text}} r
where 1 = 1 order by contact_id
on conflict (contact_id, kind, value) do nothing;

-- addresses_of: where the given contacts are reached
select contact_id, kind, value from address where contact_id in {{ids ids}};

-- holders_of_address: every contact with an address
select contact_id from address where kind = :kind and value = :value order by contact_id;

-- learn_attributes: the types of what was written
insert into attribute (path, type, first_seen_at, last_seen_at)
select path, type, :now, :now from {{rows attributes: path text, type text}} r
where 1 = 1 order by path
on conflict (path) do update set type = 'mixed', last_seen_at = excluded.last_seen_at
where attribute.type <> excluded.type and attribute.type <> 'mixed';

-- attribute_names: attributes whose path holds a text, the last written first
select path from attribute where lower(path) like :pattern escape '!' order by last_seen_at desc, path limit :limit;

-- attribute_types: the learnt types of attributes
select path, type from attribute where path in {{texts paths}};

-- newest_attributes: what is known of the newest people
select attributes from contact where merged_into_id is null order by id desc limit :limit;

-- newest_company_attributes: what is known of the newest companies
select attributes from company order by id desc limit :limit;

-- tag_names: tags whose name holds a text, among the first so many that somebody has
select distinct name from (select name from tag limit :among) t where lower(name) like :pattern escape '!' order by name limit :limit;

-- tags_of: tags of the given contacts
select contact_id, name from tag where contact_id in {{ids ids}} order by contact_id, name;

-- insert_tags: tags that are put on
insert into tag (contact_id, name, at)
select contact_id, name, :now from {{rows tags: contact_id integer, name text}} r
where 1 = 1 order by contact_id
on conflict (contact_id, name) do nothing;

-- delete_tags: tags that are taken off
delete from tag where contact_id in {{ids ids}} and exists (
  select 1 from {{rows tags: contact_id integer, name text}} r where r.contact_id = tag.contact_id and r.name = tag.name
);

-- changes_of: history of one contact, newest first
select id, contact_id, at, path, old, new, cause from contact_change
where contact_id in {{ids ids}} and (at < :before or (at = :before and id < :before_id))
order by at desc, id desc limit :limit;

-- upsert_company: a company, its attributes replaced
insert into company (key, attributes, created_at, changed_at) values (:key, {{json attributes}}, :now, :now)
on conflict (key) do update set attributes = excluded.attributes, changed_at = excluded.changed_at;

-- find_company: a company by its key
select id, attributes from company where key = :key;

-- insert_member: somebody belongs to a company
insert into company_member (company_id, contact_id, at) values (:company_id, :contact_id, :now)
on conflict (company_id, contact_id) do nothing;

-- companies_of: to which companies people belong
select m.contact_id, c.key, cast(c.attributes as text), m.at from company_member m join company c on c.id = m.company_id
where m.contact_id in {{ids ids}} order by m.contact_id, c.key;

-- aliases_of: contacts that were merged into one
select id from contact where merged_into_id = :id order by id;

-- mark_merged: the loser and everybody merged into it before point to the winner
update contact set merged_into_id = :winner, changed_at = :now where id = :loser or merged_into_id = :loser;

-- count_aliases: how many were merged into the winner
update contact set alias_count = (select count(*) from contact merged where merged.merged_into_id = :winner) where id = :winner;

-- move_identifiers: what recognised the loser recognises the winner
update identifier set contact_id = :winner where contact_id = :loser;

-- move_addresses: where the loser was reached
insert into address (contact_id, kind, value, created_at)
select :winner, kind, value, created_at from address a where a.contact_id = :loser
  and not exists (select 1 from address w where w.contact_id = :winner and w.kind = a.kind)
on conflict (contact_id, kind, value) do nothing;

-- delete_addresses: addresses of one contact
delete from address where contact_id = :loser;

-- move_tags: the loser's tags
insert into tag (contact_id, name, at) select :winner, name, at from tag t where t.contact_id = :loser
on conflict (contact_id, name) do nothing;

-- delete_tags_of: tags of one contact
delete from tag where contact_id = :loser;

-- move_members: companies of the loser
insert into company_member (company_id, contact_id, at)
select company_id, :winner, at from company_member m where m.contact_id = :loser
on conflict (company_id, contact_id) do nothing;

-- delete_members_of: memberships of one contact
delete from company_member where contact_id = :loser;

-- record_merge: the loser, kept whole
insert into merge (winner_id, loser_id, at, cause, loser) values (:winner, :loser, :now, :cause, {{json whole}});

-- survivors: who the given contacts are now
select id, coalesce(merged_into_id, id) from contact where id in {{ids ids}};

-- find_list: a list by its name
select id, name, title, description, created_at, changed_at from list where name = :name;

-- list_lists: every list with how many are in it
select l.id, l.name, l.title, l.description, l.created_at, l.changed_at, (select count(*) from list_member m where m.list_id = l.id)
from list l order by l.name;

-- save_list: a list and how it is called
insert into list (name, title, description, created_at, changed_at) values (:name, :title, :description, :now, :now)
on conflict (name) do update set title = excluded.title, description = excluded.description, changed_at = excluded.changed_at;

-- delete_list: a list that nobody is in any more
delete from list where id = :id;

-- empty_list: everybody leaves it
delete from list_member where list_id = :id;

-- members_among: which of these are in a list
select contact_id from list_member where list_id = :id and contact_id in {{ids ids}} order by contact_id;

-- insert_members: people join a list
insert into list_member (list_id, contact_id, at, source)
select :id, value, :now, :source from {{ids ids}} r where 1 = 1 on conflict (list_id, contact_id) do nothing;

-- delete_members: people leave a list
delete from list_member where list_id = :id and contact_id in {{ids ids}};

-- lists_of: in which lists people are
select m.contact_id, l.name from list_member m join list l on l.id = m.list_id where m.contact_id in {{ids ids}} order by m.contact_id, l.name;

-- move_list_members: a merge: the lists of the loser
insert into list_member (list_id, contact_id, at, source)
select list_id, :winner, at, source from list_member m where m.contact_id = :loser
on conflict (list_id, contact_id) do nothing;

-- delete_list_members_of: lists of one contact
delete from list_member where contact_id = :loser;

-- set_changes: what one import changed of some people, in order
select id, contact_id, at, path, old, new, cause from contact_change
where change_set = :change_set and contact_id in {{ids ids}} order by id;

-- changed_otherwise: who of these was changed by something else
select distinct contact_id from contact_change where contact_id in {{ids ids}} and coalesce(change_set, 0) <> :change_set;

-- forget_people: people that only an import had made, with what was known of them
delete from contact where id in {{ids ids}};

-- forget_addresses: where they were reached
delete from address where contact_id in {{ids ids}};

-- forget_tags: their tags
delete from tag where contact_id in {{ids ids}};

-- forget_members: their lists
delete from list_member where contact_id in {{ids ids}};

-- forget_companies: their companies
delete from company_member where contact_id in {{ids ids}};

-- forget_changes: their history
delete from contact_change where contact_id in {{ids ids}};

-- anybody: somebody, whoever it is
select min(id) from contact;

-- page_companies: companies whose key or attributes hold a text, newest first, with how many people belong to them
select c.id, c.key, c.attributes, c.created_at, c.changed_at, (select count(*) from company_member m where m.company_id = c.id)
from company c where c.id < :before and c.id > :from_id
  and (lower(c.key) like :pattern escape '!' or lower(cast(c.attributes as text)) like :pattern escape '!')
order by c.id desc limit :limit;

-- newest_company: the id of the last company that was made
select coalesce(max(id), 0) from company;

-- company_by_id: one company, with how many people belong to it
select c.id, c.key, c.attributes, c.created_at, c.changed_at, (select count(*) from company_member m where m.company_id = c.id)
from company c where c.id = :id;

-- delete_member: somebody does not belong to a company any more
delete from company_member where company_id = :company_id and contact_id = :contact_id;

-- without_zone: of whom nobody knows where they are
select id from contact where id in {{ids ids}} and zone is null order by id;

-- count_tags: tags with how many people have each, among the first so many that somebody has
select name, count(*) from (select name from tag limit :among) t group by name order by name;

-- delete_identifier: somebody is not recognised by this any more
delete from identifier where kind = :kind and value = :value and contact_id = :contact_id;

-- value_paths: attributes whose values are kept, and how far each is
select path, state, position from contact_value_path order by path;

-- fill_paths: attributes whose values are wanted from now on
insert into contact_value_path (path, state, position, asked_at)
select value, 'filling', -1, :now from {{texts paths}} r where 1 = 1
on conflict (path) do update set state = 'filling', position = -1, asked_at = excluded.asked_at;

-- drop_paths: attributes whose values nobody wants any more; their rows go slice by slice
update contact_value_path set state = 'dropping' where path in {{texts paths}};

-- path_reached: so far an attribute is filled
update contact_value_path set position = :position, state = :state where path in {{texts paths}};

-- forget_path: an attribute whose last row went
delete from contact_value_path where path = :path;

-- clear_values: the next rows of an attribute go
delete from contact_value where path = :path and (value, contact_id) in
  (select x.value, x.contact_id from contact_value x where x.path = :path order by x.value, x.contact_id limit :limit);

-- people_after: the next people by id, whoever they are now
select id from contact where id > :after order by id limit :limit;

-- attributes_of: what is known of some people, none of those who became part of somebody else
select id, attributes from contact where id in {{ids ids}} and merged_into_id is null order by id;

-- insert_values: values of people
insert into contact_value (path, value, contact_id)
select path, value, contact_id from {{rows rows: path text, value text, contact_id integer}} r
where 1 = 1 order by path, value, contact_id
on conflict (path, value, contact_id) do nothing;

-- delete_values: values that are not true of people any more
delete from contact_value where (path, value, contact_id) in
  (select path, value, contact_id from {{rows rows: path text, value text, contact_id integer}} r);

-- count_values: how many values of an attribute are kept, up to so many
select count(*) from (select 1 from contact_value where path = :path limit :most) kept;

-- last_person: the last id that somebody got
select max(id) from contact;

-- members_of_company: who belongs to a company
select m.contact_id from company_member m join contact c on c.id = m.contact_id
where m.company_id = :id and c.merged_into_id is null order by m.contact_id limit :most;

-- newest_id: the highest number that a contact has
select coalesce(max(id), 0) from contact;

-- sharing: others who are reached at an address of these people
select distinct o.contact_id from address a join address o on o.kind = a.kind and o.value = a.value
where a.contact_id in {{ids ids}} and o.contact_id not in {{ids ids}} order by o.contact_id;
