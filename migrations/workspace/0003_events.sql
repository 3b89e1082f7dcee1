-- What happened, from outside: the log, its roll-up, what was seen before, what was refused.
create table event (
  id {{id}},
  contact_id integer not null,
  name text not null,
  at integer not null,
  received_at integer not null,
  kind text not null,
  message_id text,
  properties json not null default '{}',
  context json not null default '{}'
) strict;

-- The one index of the log: rules probe (contact, name, time), the timeline reads per contact.
create index event_by_contact on event (contact_id, name, at);

create table event_count (
  contact_id integer not null,
  name text not null,
  event_count integer not null,
  first_at integer not null,
  last_at integer not null,
  primary key (contact_id, name)
) strict, without rowid;

-- De-duplication by messageId: two tables that take turns; the older is emptied whole, never row by row by age.
create table seen_even (
  message_id text primary key,
  batch_id integer not null
) strict, without rowid;

create table seen_odd (
  message_id text primary key,
  batch_id integer not null
) strict, without rowid;

-- Never filled: it numbers the batches, so that each knows which messageIds it was the first to bring.
create table batch (
  id {{id}}
) strict;

-- A call that was wrong inside a batch: kept with its reason.
create table rejected_call (
  id {{id}},
  at integer not null,
  path text not null,
  reason text not null,
  body text not null
) strict;
