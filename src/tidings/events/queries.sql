-- insert_events: append to the log
insert into event (contact_id, name, at, received_at, kind, message_id, properties, context)
select contact_id, name, at, received_at, kind, message_id, properties, context
from {{rows events: contact_id integer, name text, at integer, received_at integer, kind text, message_id text, properties json, context json}} r;

-- roll_up: per contact and name: count, first, last
insert into event_count (contact_id, name, event_count, first_at, last_at)
select contact_id, name, event_count, first_at, last_at
from {{rows counts: contact_id integer, name text, event_count integer, first_at integer, last_at integer}} r
where 1 = 1
on conflict (contact_id, name) do update set
  event_count = event_count.event_count + excluded.event_count,
  first_at = case when excluded.first_at < event_count.first_at then excluded.first_at else event_count.first_at end,
  last_at = case when excluded.last_at > event_count.last_at then excluded.last_at else event_count.last_at end;

-- seen_in_even: which messageIds the even table has
select message_id from seen_even where message_id in {{texts ids}};

-- seen_in_odd: which messageIds the odd table has
select message_id from seen_odd where message_id in {{texts ids}};

-- insert_even: messageIds that this batch is the first to bring, in an even period
insert into seen_even (message_id, batch_id) select value, :batch_id from {{texts ids}} r
where 1 = 1 on conflict (message_id) do nothing;

-- insert_odd: messageIds that this batch is the first to bring, in an odd period
insert into seen_odd (message_id, batch_id) select value, :batch_id from {{texts ids}} r
where 1 = 1 on conflict (message_id) do nothing;

-- first_in_even: which of them this batch did bring first, in an even period
select message_id from seen_even where batch_id = :batch_id and message_id in {{texts ids}};

-- first_in_odd: which of them this batch did bring first, in an odd period
select message_id from seen_odd where batch_id = :batch_id and message_id in {{texts ids}};

-- empty_even: the even period begins
delete from seen_even;

-- empty_odd: the odd period begins
delete from seen_odd;

-- insert_rejected: wrong calls, with their reason
insert into rejected_call (at, path, reason, body)
select :now, path, reason, body from {{rows calls: path text, reason text, body text}} r;

-- page_rejected: wrong calls, newest first
select id, at, path, reason, body from rejected_call where id < :before order by id desc limit :limit;

-- page_events: events of everybody, newest first
select id, contact_id, name, at, received_at, kind, message_id, properties, context
from event where id < :before and (:name = '' or name = :name) and received_at >= :since order by id desc limit :limit;

-- page_events_of: events of one person by number, newest first
select id, contact_id, name, at, received_at, kind, message_id, properties, context
from event where contact_id in {{ids ids}} and id < :before and (:name = '' or name = :name) and received_at >= :since
order by id desc limit :limit;

-- event_names: every kind of event, how often, and when last
select name, cast(sum(event_count) as integer), max(last_at) from event_count group by name order by max(last_at) desc, name limit 500;

-- last_events: when something last happened to the given contacts
select contact_id, max(last_at) from event_count where contact_id in {{ids ids}} group by contact_id;

-- event_at: what happened to somebody at an instant
select id, contact_id, name, at, received_at, kind, message_id, properties, context
from event where contact_id in {{ids ids}} and name = :name and at = :at order by id limit 1;

-- recent_names: names of events that hold a text, among the last so many
select name from (select name, id from event order by id desc limit :among) e where lower(name) like :pattern escape '!'
group by name order by count(*) desc, name limit :limit;

-- newest_properties: the properties of the newest events (of a name, when one is given), among the last so many
select properties from (select name, properties, id from event order by id desc limit :among) e
where name = :name or :name = '' order by id desc limit :limit;

-- events_of: events of one person, newest first
select id, contact_id, name, at, received_at, kind, message_id, properties, context
from event where contact_id in {{ids ids}} and (at < :before or (at = :before and id < :before_id))
order by at desc, id desc limit :limit;

-- counts_of: how often, first and last, per name
select contact_id, name, event_count, first_at, last_at from event_count where contact_id in {{ids ids}} order by name;

-- merge_counts: the loser's counts become the winner's
insert into event_count (contact_id, name, event_count, first_at, last_at)
select :winner, name, event_count, first_at, last_at from event_count l where l.contact_id = :loser
on conflict (contact_id, name) do update set
  event_count = event_count.event_count + excluded.event_count,
  first_at = case when excluded.first_at < event_count.first_at then excluded.first_at else event_count.first_at end,
  last_at = case when excluded.last_at > event_count.last_at then excluded.last_at else event_count.last_at end;

-- delete_counts: counts of one contact
delete from event_count where contact_id = :loser;

-- read_period: which period of de-duplication is under way
select cast(value as text) from setting where name = 'seen_period';

-- write_period: the period of de-duplication that begins
insert into setting (name, value, changed_at) values ('seen_period', {{json period}}, :now)
on conflict (name) do update set value = excluded.value, changed_at = excluded.changed_at;

-- forget_events: what an import had brought of some people
delete from event where contact_id in {{ids ids}} and kind = 'import' and substr(message_id, 1, length(:prefix)) = :prefix;

-- forget_counts: roll-ups that are to be made again
delete from event_count where contact_id in {{ids ids}};

-- count_again: roll-ups from the log
insert into event_count (contact_id, name, event_count, first_at, last_at)
select contact_id, name, count(*), min(at), max(at) from event where contact_id in {{ids ids}} group by contact_id, name;

-- who_did: who of these has any event
select distinct contact_id from event where contact_id in {{ids ids}};

-- imported: events of a name that an import had brought of some people
select id, contact_id, name, at, received_at, kind, message_id, properties, context from event
where contact_id in {{ids ids}} and name = :name and kind = 'import' and substr(message_id, 1, length(:prefix)) = :prefix order by id;
