-- Somebody whose trigger had matched and whose consent was still to be confirmed: they enter when it is, for some days.
create table waiting_entry (
  journey_id integer not null,
  contact_id integer not null,
  trigger_name text not null,
  at integer not null,
  properties json not null,
  until_at integer not null,
  primary key (contact_id, journey_id)
) strict, without rowid;

-- What a mail that asks for a confirmation is about; gone when it is answered or over.
create table confirmation (
  id {{id}},
  contact_id integer not null,
  address text not null,
  grants json not null,
  form text not null default '',
  asked_at integer not null,
  answered_at integer
) strict;

-- One mail to an address in an hour: asked at every submission.
create index confirmation_by_address on confirmation (address, asked_at);

-- Which events came from which form, newest last; what was written is in the event itself (same contact, same instant).
create table submission (
  form text not null,
  at integer not null,
  contact_id integer not null,
  primary key (form, at, contact_id)
) strict, without rowid;

-- Puzzles of forms that somebody handed in: each counts once. A number begins with the instant of its puzzle, so old ones go by number.
create table puzzle_used (
  number integer primary key
) strict;
