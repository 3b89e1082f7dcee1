-- What the policy of messages remembers: who was let go to whom, and whom marketing must leave alone.

-- A row with every decision that lets marketing go: what frequency caps count, and which message won its cell. Whether it
-- still counts is the state of its message.
create table cap_use (
  contact_id integer not null,
  message_id integer not null,
  channel text not null,
  class text not null,
  at integer not null,
  cell_at integer not null,
  primary key (contact_id, message_id)
) strict, without rowid;

create table hold (
  id {{id}},
  contact_id integer not null,
  kind text not null,
  reason text not null,
  source text not null default '',
  from_at integer not null,
  until_at integer,
  ended_at integer,
  actor text not null default ''
) strict;

-- Asked at every departure, of a few people among all.
create index hold_by_contact on hold (contact_id) where ended_at is null;

-- What has not left for a contact: withdrawals and arbitration ask it in every transaction, and it is small.
create index message_open_by_contact on message (contact_id)
where state in ('queued', 'held', 'deferred', 'sending', 'committing', 'uncertain');

-- What gave way: few among all decisions, read by time to tell what caps cost.
create index decision_gave_way on decision (at) where reason in ('frequency_cap', 'arbitration');
