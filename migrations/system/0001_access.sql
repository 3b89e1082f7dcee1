-- People, their sessions and keys, and the workspaces that they work in.
create table workspace (
  name text primary key,
  title text not null default '',
  is_demo integer not null default 0,
  created_at integer not null
) strict;

create table person (
  id {{id}},
  email text not null unique,
  name text not null default '',
  role text not null,
  password_hash text not null,
  created_at integer not null,
  disabled_at integer
) strict;

create table session (
  token_hash text primary key,
  person_id integer not null references person (id),
  created_at integer not null,
  seen_at integer not null,
  expires_at integer not null,
  agent text not null default '',
  ip text not null default ''
) strict;

create index session_by_person on session (person_id);

create table api_key (
  id {{id}},
  workspace text not null references workspace (name),
  name text not null,
  scope text not null,
  prefix text not null,
  key_hash text not null unique,
  created_at integer not null,
  used_at integer,
  revoked_at integer
) strict;

-- Guesses, counted per account and per network, so that throttling survives a restart.
create table login_attempt (
  subject text primary key,
  failed_count integer not null,
  last_at integer not null
) strict;

-- One-time links (first user, invitations): only the hash is kept.
create table one_time_link (
  token_hash text primary key,
  purpose text not null,
  email text not null default '',
  role text not null default 'owner',
  expires_at integer not null,
  used_at integer
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

-- Secrets of the installation, by name: token signing, key of secrets.
create table installation (
  name text primary key,
  value text not null
) strict;
