-- pulse: numbers that change when something changed that people look at
select (select coalesce(max(id), 0) from event), (select coalesce(max(id), 0) from contact_change),
  (select coalesce(max(id), 0) from message), (select coalesce(max(id), 0) from decision),
  (select coalesce(max(id), 0) from report), (select coalesce(max(id), 0) from engagement),
  (select count(*) from message where state in ('sending', 'committing', 'uncertain')),
  (select coalesce(max(id), 0) from run), (select coalesce(min(due_at), 0) from token where due_at is not null),
  (select coalesce(max(id), 0) from alert), (select count(*) from alert where ended_at is null),
  (select coalesce(max(id), 0) from plugin_record), (select cast(coalesce(sum(number), 0) as integer) from revision),
  (select coalesce(max(changed_at), 0) from account);

-- newest_message: the end of the ledger
select coalesce(max(id), 0) from message;

-- message_at: the first message from an id on, and when it was asked for
select id, asked_at from message where id >= :id order by id limit 1;

-- newest_event: the end of the log
select coalesce(max(id), 0) from event;

-- event_at: the first event from an id on, and when it came in
select id, received_at from event where id >= :id order by id limit 1;

-- newest_contact: whoever came last
select coalesce(max(id), 0) from contact;

-- contact_at: the first contact from an id on, and when it was made
select id, created_at from contact where id >= :id order by id limit 1;

-- slots: messages that left, failed, were opened and clicked, by half-hour of the outcome
select sent_at / 1800000, count(*), 0, sum(case when opened_at is not null then 1 else 0 end),
  sum(case when clicked_at is not null then 1 else 0 end)
from message where id >= :from_id and sent_at >= :since group by sent_at / 1800000
union all
select ended_at / 1800000, 0, count(*), 0, 0
from message where id >= :from_id and ended_at >= :since and state in ('failed', 'bounced', 'expired') group by ended_at / 1800000;

-- events_from: how many events came in from an id on
select count(*) from event where id >= :from_id;

-- contacts_from: how many contacts were made from an id on
select count(*) from contact where id >= :from_id and merged_into_id is null;

-- contact_count: how many people there are
select count(*) from contact where merged_into_id is null;

-- doubts: how many messages are in doubt
select count(*) from message where state = 'uncertain' and state in ('sending', 'committing', 'uncertain');

-- held_count: how many messages wait for a person
select count(*) from message where state = 'held';

-- failed_count: how many runs rest after a failure
select count(*) from run where state = 'failed' and state in ('active', 'failed');

-- sent_by_account: what each account sent and lost from a message on, since an instant
select account_id, sum(case when sent_at >= :since then 1 else 0 end),
  sum(case when state in ('failed', 'bounced') and ended_at >= :since then 1 else 0 end), coalesce(max(sent_at), 0)
from message where id >= :from_id group by account_id;

-- waiting_by_account: what waits for each account
select account_id, count(*), coalesce(min(due_at), 0) from message where state in ('queued', 'deferred') group by account_id;

-- tested_accounts: which accounts a test left by
select distinct account_id from message where source = 'test' and sent_at is not null;
