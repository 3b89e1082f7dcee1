-- Templates with their versions; accounts of channels with what their plugins keep.
create table template (
  id {{id}},
  name text not null unique,
  version_id integer,
  created_at integer not null,
  changed_at integer not null
) strict;

create table template_version (
  id {{id}},
  template_id integer not null references template (id),
  number integer not null,
  body json not null,
  hash text not null,
  links json not null default '[]',
  created_at integer not null,
  actor text not null default '',
  unique (template_id, number)
) strict;

create table account (
  id {{id}},
  name text not null unique,
  plugin text not null,
  channel text not null,
  config json not null,
  state text not null default 'active',
  state_reason text not null default '',
  state_until integer,
  is_default integer not null default 0,
  per_second real,
  created_at integer not null,
  changed_at integer not null
) strict;

create table plugin_record (
  id {{id}},
  account_id integer not null,
  kind text not null,
  key text not null,
  body json not null,
  at integer not null,
  unique (account_id, kind, key)
) strict;

-- Documents that are being written, beside the live ones; the body is the text as it came, so that its order is kept.
create table draft (
  kind text not null,
  name text not null,
  body text not null,
  based_on integer not null,
  at integer not null,
  actor text not null default '',
  primary key (kind, name)
) strict, without rowid;

-- Pictures; the name is made from the content. The bytes come last, so that a list does not read them.
create table media (
  id {{id}},
  name text not null unique,
  title text not null,
  alt text not null default '',
  type text not null,
  width integer not null,
  height integer not null,
  size integer not null,
  created_at integer not null,
  actor text not null default '',
  data blob not null
) strict;
