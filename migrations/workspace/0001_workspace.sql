-- What the workspace knows of itself: its epoch, its settings, its processes, its own idempotency and audit.
create table setting (
  name text primary key,
  value json not null,
  changed_at integer not null
) strict;

-- Who holds messages. On SQLite there is one; on Postgres each process beats.
create table process (
  incarnation integer primary key,
  started_at integer not null,
  beat_at integer not null,
  host text not null default ''
) strict;

create table idempotency (
  actor text not null,
  key text not null,
  request_hash text not null,
  body text not null default '',
  at integer not null,
  primary key (actor, key)
) strict, without rowid;

create index idempotency_at on idempotency (at);

create table audit (
  id {{id}},
  at integer not null,
  actor text not null,
  verb text not null,
  subject text not null,
  before text,
  after text
) strict;

-- Cached pictures (of journeys, templates, accounts) are valid while their number stands.
create table revision (
  name text primary key,
  number integer not null
) strict;

-- Filters of a list that somebody wants to find again.
create table saved_view (
  room text not null,
  name text not null,
  query json not null,
  created_at integer not null,
  changed_at integer not null,
  primary key (room, name)
) strict, without rowid;

-- Documents with versions, for the rooms that keep nothing else of theirs: the name is unique within its kind.
create table document (
  id {{id}},
  kind text not null,
  name text not null,
  version_id integer,
  created_at integer not null,
  changed_at integer not null,
  unique (kind, name)
) strict;

create table document_version (
  id {{id}},
  document_id integer not null references document (id),
  number integer not null,
  body json not null,
  hash text not null,
  created_at integer not null,
  actor text not null default '',
  unique (document_id, number)
) strict;
