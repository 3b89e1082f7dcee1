-- The message row is the outbox and the ledger; decisions say why.
create table message (
  id {{id}},
  contact_id integer not null,
  source text not null,
  source_id integer not null,
  step text not null,
  visit integer not null,
  state text not null,
  reason text not null default '',
  class text not null,
  class_rank integer not null,
  channel text not null,
  account_id integer not null,
  topic text not null default '',
  template_version_id integer,
  body json not null default '{}',
  token_id integer,
  key text not null unique,
  address_kind text not null default '',
  address text not null default '',
  domain text not null default '',
  asked_at integer not null,
  due_at integer not null,
  intended_at integer not null,
  cell_at integer,
  priority integer not null default 0,
  is_reviewed integer not null default 0,
  max_late integer,
  attempts integer not null default 0,
  owner integer,
  claimed_at integer,
  sent_at integer,
  ended_at integer,
  provider_id text not null default '',
  answer text not null default '',
  status text not null default '',
  opened_at integer,
  clicked_at integer,
  consent_record_id integer,
  must_arrive integer not null default 0,
  withdrawn text not null default '',
  unique (contact_id, source, source_id, step, visit)
) strict;

-- The claim reads this in order; only rows that may still be claimed are in it.
create index message_claim on message (account_id, class_rank, due_at, domain) where state in ('queued', 'deferred');

-- What is in somebody's hands, and what doubt remains; small.
create index message_open on message (state, owner) where state in ('sending', 'committing', 'uncertain');

create index message_by_source on message (source, source_id);

-- Providers that name their messages say that name in their reports.
create index message_by_provider on message (provider_id) where provider_id <> '';

create table attempt (
  message_id integer not null,
  number integer not null,
  account_id integer not null,
  at integer not null,
  result text not null,
  code text not null default '',
  detail text not null default '',
  primary key (message_id, number)
) strict, without rowid;

-- What providers say afterwards; kept unapplied while its message is not known, or has not come back from the provider.
create table report (
  id {{id}},
  account_id integer not null,
  dedup text not null,
  message_key text not null default '',
  provider_id text not null default '',
  message_id integer,
  status text not null,
  why text not null default '',
  address text not null default '',
  at integer not null,
  code text not null default '',
  detail text not null default '',
  applied_at integer,
  unique (account_id, dedup)
) strict;

create index report_waiting on report (account_id, provider_id) where applied_at is null;

create index report_by_message on report (message_id) where message_id is not null;

-- Bounces that may pass; many of them, over weeks, do not.
create table soft_bounce (
  message_id integer primary key,
  contact_id integer not null,
  at integer not null
) strict;

-- Those of one person are counted whenever one more comes.
create index soft_bounce_by_contact on soft_bounce (contact_id);

-- Opens and clicks, each with its verdict.
create table engagement (
  id {{id}},
  message_id integer not null,
  contact_id integer not null,
  kind text not null,
  link integer,
  url text not null default '',
  at integer not null,
  verdict text not null,
  evidence text not null default ''
) strict;

create index engagement_by_message on engagement (message_id, kind);

create index engagement_by_contact on engagement (contact_id, at);

-- Whenever the system chooses, it writes what and why, with the `now` that it used.
create table decision (
  id {{id}},
  contact_id integer not null,
  at integer not null,
  kind text not null,
  subject_id integer not null,
  outcome text not null,
  reason text not null default '',
  evidence json not null default '{}'
) strict;

create index decision_by_contact on decision (contact_id, at);

-- A lane's pace and breaker are memory; what must outlive a restart is here.
create table alert (
  id {{id}},
  at integer not null,
  kind text not null,
  subject text not null,
  detail text not null,
  ended_at integer
) strict;
