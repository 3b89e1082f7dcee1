-- Journeys: immutable versions, runs pinned to them, tokens that walk, waits that are woken.
create table journey (
  id {{id}},
  name text not null unique,
  state text not null,
  version_id integer,
  priority integer not null default 0,
  created_at integer not null,
  changed_at integer not null,
  paused_at integer
) strict;

create table journey_version (
  id {{id}},
  journey_id integer not null references journey (id),
  number integer not null,
  body json not null,
  hash text not null,
  created_at integer not null,
  actor text not null default '',
  unique (journey_id, number)
) strict;

create table run (
  id {{id}},
  contact_id integer not null,
  journey_id integer not null,
  version_id integer not null,
  entry_key text not null,
  state text not null,
  started_at integer not null,
  ended_at integer,
  reason text not null default '',
  trigger_name text not null default '',
  trigger_at integer not null,
  properties json not null default '{}',
  depth integer not null default 0,
  unique (contact_id, journey_id, entry_key)
) strict;

-- Who is inside a journey now, and the newest entry of each contact.
create index run_active on run (journey_id, contact_id) where state in ('active', 'failed');

create table token (
  id {{id}},
  run_id integer not null,
  contact_id integer not null,
  journey_id integer not null,
  step text not null,
  visit integer not null,
  state text not null,
  due_at integer,
  entered_at integer not null,
  departed_at integer,
  message_id integer,
  rev integer not null default 0,
  outcome text not null default '',
  error text not null default '',
  visits json not null default '{}',
  is_skipping integer not null default 0,
  anchor_at integer
) strict;

create index token_due on token (due_at, contact_id) where due_at is not null;

create index token_by_contact on token (contact_id);

create index token_by_run on token (run_id);

-- What wakes a token before its time.
create table wait (
  contact_id integer not null,
  name text not null,
  token_id integer not null,
  primary key (contact_id, name, token_id)
) strict, without rowid;

create index wait_by_token on wait (token_id);

-- Refusals after trigger and filter had matched, counted.
create table refusal (
  journey_id integer not null,
  contact_id integer not null,
  reason text not null,
  refusal_count integer not null,
  first_at integer not null,
  last_at integer not null,
  primary key (journey_id, contact_id, reason)
) strict, without rowid;

-- Bulk enrolment: a list of contacts that enters at a pace.
create table enrolment (
  id {{id}},
  journey_id integer not null,
  contacts json not null,
  total integer not null,
  next_index integer not null default 0,
  per_minute integer not null,
  due_at integer,
  properties json not null default '{}',
  actor text not null,
  at integer not null,
  ended_at integer,
  entered_count integer not null default 0,
  refused_count integer not null default 0
) strict;

create index enrolment_due on enrolment (due_at) where due_at is not null;

-- Where people are, step by step: people passed, counted as they walk.
create table step_count (
  version_id integer not null,
  step text not null,
  exit text not null,
  passed_count integer not null,
  primary key (version_id, step, exit)
) strict, without rowid;
