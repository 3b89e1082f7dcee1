-- Segments: who is in which now, since when and why, when time alone may change it, and stays that are over.
create table segment (
  id {{id}},
  name text not null unique,
  state text not null,
  is_ready integer not null default 0,
  position integer,
  published_at integer not null,
  computed_at integer
) strict;

-- Whoever is in a segment, and whoever time alone may bring in (is_member = 0): of one person together, since a write asks about
-- one person and many segments.
create table membership (
  contact_id integer not null,
  segment_id integer not null,
  is_member integer not null,
  entered_at integer,
  boundary_at integer,
  cause text not null default '',
  primary key (contact_id, segment_id)
) strict, without rowid;

-- The people of a segment, the slices of its computation, and its numbers, which are read from here alone.
create index membership_by_segment on membership (segment_id, contact_id, is_member, entered_at);

-- What falls due by time alone.
create index membership_due on membership (boundary_at, contact_id) where boundary_at is not null;

-- Stays that are over.
create table stay (
  id {{id}},
  segment_id integer not null,
  contact_id integer not null,
  entered_at integer not null,
  left_at integer not null,
  entered_cause text not null,
  left_cause text not null
) strict;

-- Growth asks by segment and time.
create index stay_by_segment on stay (segment_id, left_at);

-- The explanation of one person, and a merge.
create index stay_by_contact on stay (contact_id, segment_id);
