-- Who may be written to: an append-only ledger, the state folded from it, and addresses that are never written to.
create table consent_record (
  id {{id}},
  contact_id integer not null,
  channel text not null,
  topic text not null,
  state text not null,
  basis text not null default '',
  method text not null default '',
  source text not null default '',
  wording text not null default '',
  ip text not null default '',
  agent text not null default '',
  actor text not null default '',
  at integer not null,
  expires_at integer
) strict;

create index consent_record_by_contact on consent_record (contact_id, at);

-- The fold; topic '' is the whole channel.
create table consent_state (
  contact_id integer not null,
  channel text not null,
  topic text not null,
  state text not null,
  record_id integer not null,
  at integer not null,
  expires_at integer,
  primary key (contact_id, channel, topic)
) strict, without rowid;

create table suppression (
  kind text not null,
  value text not null,
  scope text not null,
  reason text not null,
  source text not null default '',
  at integer not null,
  primary key (kind, value)
) strict, without rowid;
