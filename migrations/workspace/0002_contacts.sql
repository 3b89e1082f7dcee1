-- People, how they are recognised, where they are reached, and what changed.
create table contact (
  id {{id}},
  share integer not null,
  attributes json not null default '{}',
  zone text,
  is_verified integer not null default 1,
  created_at integer not null,
  changed_at integer not null,
  merged_into_id integer,
  -- How many were merged into this one: for nearly all none, and then rules look at one contact only.
  alias_count integer not null default 0
) strict;

create index contact_merged on contact (merged_into_id) where merged_into_id is not null;

-- Identifiers are unique keys to a contact; `value` is canonical.
create table identifier (
  kind text not null,
  value text not null,
  contact_id integer not null,
  is_verified integer not null default 1,
  created_at integer not null,
  primary key (kind, value)
) strict, without rowid;

create index identifier_by_contact on identifier (contact_id);

-- Addresses are where channels reach them; one address may belong to several contacts.
create table address (
  contact_id integer not null,
  kind text not null,
  value text not null,
  created_at integer not null,
  primary key (contact_id, kind, value)
) strict, without rowid;

create index address_by_value on address (kind, value);

create table tag (
  contact_id integer not null,
  name text not null,
  at integer not null,
  primary key (contact_id, name)
) strict, without rowid;

-- History: attributes, identifiers, tags; old and new are JSON text.
create table contact_change (
  id {{id}},
  contact_id integer not null,
  at integer not null,
  path text not null,
  old text,
  new text,
  cause text not null,
  change_set integer
) strict;

create index contact_change_by_contact on contact_change (contact_id, at);

-- What one import changed, to take it back; nothing else is in it.
create index contact_change_by_set on contact_change (change_set, id) where change_set is not null;

-- The types of attributes, learnt from what was written.
create table attribute (
  path text primary key,
  type text not null,
  first_seen_at integer not null,
  last_seen_at integer not null
) strict;

-- Attributes that live rules ask about, so that a rule need not read everybody: which ones, and how far each
-- is filled (by contact; -1: what an earlier time left is still to go).
create table contact_value_path (
  path text primary key,
  state text not null,
  position integer not null default -1,
  asked_at integer not null
) strict;

-- Their values as one sortable text, a row for each member of a list. The key is the only index: rules ask by value, and a write
-- knows what stood there before.
create table contact_value (
  path text not null,
  value text not null,
  contact_id integer not null,
  primary key (path, value, contact_id)
) strict, without rowid;

-- The log keeps the loser of a merge whole, so that it can be undone.
create table merge (
  id {{id}},
  winner_id integer not null,
  loser_id integer not null,
  at integer not null,
  cause text not null,
  loser json not null
) strict;

create table company (
  id {{id}},
  key text not null unique,
  attributes json not null default '{}',
  created_at integer not null,
  changed_at integer not null
) strict;

create table company_member (
  company_id integer not null,
  contact_id integer not null,
  at integer not null,
  primary key (company_id, contact_id)
) strict, without rowid;

create index company_member_by_contact on company_member (contact_id);
