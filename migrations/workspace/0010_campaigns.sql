-- A campaign that was launched: pinned to what it said then; messages are asked for behind the cursor, contact by contact.
create table campaign (
  id integer primary key,
  name text not null,
  version_id integer not null,
  state text not null,
  phase text not null default 'all',
  launched_at integer not null,
  starts_at integer not null,
  horizon_at integer,
  winner text not null default '',
  cursor_id integer not null default 0,
  asked_count integer not null default 0,
  ended_at integer,
  actor text not null default ''
) strict;

-- The timer asks it; a handful of rows among all that ever went out.
create index campaign_working on campaign (state) where state in ('counting', 'asking', 'testing');
