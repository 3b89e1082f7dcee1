-- Lists of people, and what is brought in from files.
create table list (
  id {{id}},
  name text not null unique,
  title text not null default '',
  description text not null default '',
  created_at integer not null,
  changed_at integer not null
) strict;

create table list_member (
  list_id integer not null references list (id),
  contact_id integer not null,
  at integer not null,
  source text not null default '',
  primary key (list_id, contact_id)
) strict, without rowid;

-- The page of a contact and a merge ask by contact.
create index list_member_by_contact on list_member (contact_id);

-- A file that is brought in: how its columns are meant, and how far it has come. `kind` is contacts, events or suppressions.
create table import_job (
  id {{id}},
  kind text not null,
  name text not null,
  preset text not null default '',
  state text not null,
  columns json not null,
  mapping json not null,
  options json not null default '{}',
  total integer not null,
  position integer not null default 0,
  made_count integer not null default 0,
  changed_count integer not null default 0,
  unchanged_count integer not null default 0,
  refused_count integer not null default 0,
  created_at integer not null,
  started_at integer,
  ended_at integer,
  actor text not null default ''
) strict;

-- Its rows as they were read, some hundred to a chunk; gone when it is over.
create table import_chunk (
  import_id integer not null,
  number integer not null,
  first_row integer not null,
  rows json not null,
  primary key (import_id, number)
) strict, without rowid;

create table import_refusal (
  import_id integer not null,
  number integer not null,
  reason text not null,
  row json not null,
  primary key (import_id, number)
) strict, without rowid;

-- Whom it touched, and whom it made, so that it can be rolled back.
create table import_contact (
  import_id integer not null,
  contact_id integer not null,
  is_made integer not null,
  primary key (import_id, contact_id)
) strict, without rowid;

-- What is done to many people at once: what, to whom, and how far it has come (the id of the last one, newest first).
create table bulk_job (
  id {{id}},
  deed json not null,
  chosen json not null,
  state text not null,
  total integer not null,
  is_exact integer not null,
  position integer not null,
  seen_count integer not null default 0,
  changed_count integer not null default 0,
  created_at integer not null,
  ended_at integer,
  actor text not null default ''
) strict;

-- Whom it changed, so that it can be undone for a day.
create table bulk_contact (
  bulk_id integer not null,
  contact_id integer not null,
  primary key (bulk_id, contact_id)
) strict, without rowid;
