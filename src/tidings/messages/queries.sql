-- default_accounts: which account sends for each channel when none is named
select id, name, channel, plugin, state, is_default from account order by is_default desc, id;

-- insert_messages: messages that are asked for; the same key twice is one message
insert into message (
  id, contact_id, source, source_id, step, visit, state, class, class_rank, channel, account_id, topic,
  template_version_id, body, token_id, key, address_kind, address, domain, asked_at, due_at, intended_at, priority, is_reviewed, max_late, reason
)
select
  id, contact_id, source, source_id, step, visit, state, class, class_rank, channel, account_id, topic,
  template_version_id, body, token_id, key, address_kind, address, domain, :now, due_at, due_at, priority, is_reviewed, max_late, reason
from {{rows messages: id integer, contact_id integer, source text, source_id integer, step text, visit integer, state text, class text, class_rank integer, channel text, account_id integer, topic text, template_version_id integer, body json, token_id integer, key text, address_kind text, address text, domain text, due_at integer, priority integer, is_reviewed integer, max_late integer, reason text}} r
where 1 = 1 order by contact_id
on conflict (contact_id, source, source_id, step, visit) do nothing;

-- find_by_key: the ids of messages that were asked for
select m.id, m.contact_id, m.source_id, m.step, m.visit
from {{rows keys: contact_id integer, source text, source_id integer, step text, visit integer}} k
join message m on m.contact_id = k.contact_id and m.source = k.source and m.source_id = k.source_id
  and m.step = k.step and m.visit = k.visit;

-- open_of_source: what has not left of some runs, and what is being handed over
select id, contact_id, token_id, state, channel from message
where source = :source and source_id in {{ids ids}} and state in ('queued', 'held', 'deferred', 'sending', 'committing', 'uncertain')
order by id {{lock}};

-- open_of_contact: what has not left for a contact, on one channel
select id, contact_id, token_id, state, channel from message
where contact_id in {{ids ids}} and channel = :channel and state in ('queued', 'held', 'deferred', 'sending', 'committing', 'uncertain')
  and class in ('lifecycle', 'promotional') and (:topic = '' or topic = :topic)
order by id {{lock}};

-- open_of_address: what has not left for an address
select id, contact_id, token_id, state, channel from message
where contact_id in {{ids ids}} and address = :address and state in ('queued', 'held', 'deferred', 'sending', 'committing', 'uncertain')
  and (:scope = 'all' or class in ('lifecycle', 'promotional'))
order by id {{lock}};

-- cancel: withdrawal wins over everything that has not reached committing
update message set state = 'cancelled', reason = :reason, ended_at = :now, owner = null
where id in {{ids ids}} and state in ('queued', 'held', 'deferred', 'sending');

-- note_withdrawal: what may be on its way is not tried again
update message set withdrawn = :reason where id in {{ids ids}} and state in ('committing', 'uncertain');

-- claimable: due messages of an account, most urgent class first; who has no domain (a chat, a phone) is paced by the address
select id, coalesce(nullif(domain, ''), address) as domain from message
where account_id = :account_id and state in ('queued', 'deferred') and due_at <= :now
  and class_rank between :least and :most
  and domain not in {{texts paced}} and (domain <> '' or address not in {{texts paced}})
  and exists (select 1 from account a where a.id = :account_id and a.state = 'active')
order by class_rank, due_at, message.domain, id limit :limit {{lock_skip}};

-- claim: they are ours until they are settled; the condition is repeated
update message set state = 'sending', owner = :owner, claimed_at = :now
where id in {{ids ids}} and state in ('queued', 'deferred');

-- next_due: when the next message of each account falls due
select account_id, min(due_at) from message where state in ('queued', 'deferred') group by account_id;

-- claimed: what a decision about claimed messages needs
select id, contact_id, source, source_id, step, visit, class, channel, account_id, topic, template_version_id, body,
  token_id, key, address_kind, address, asked_at, due_at, max_late, attempts, class_rank, priority, intended_at, cell_at, is_reviewed
from message where id in {{ids ids}} and state = 'sending' and owner = :owner order by contact_id, id;

-- rivals: marketing that waits for the same people on the same channel, and could leave by :until
select m.id, m.contact_id, m.source, m.source_id, m.step, m.visit, m.class, m.channel, m.account_id, m.topic, m.template_version_id, m.body,
  m.token_id, m.key, m.address_kind, m.address, m.asked_at, m.due_at, m.max_late, m.attempts, m.class_rank, m.priority, m.intended_at, m.cell_at, m.is_reviewed
from message m join account a on a.id = m.account_id and a.state = 'active'
where m.contact_id in {{ids ids}} and m.state in ('queued', 'deferred', 'sending') and m.channel = :channel
  and m.class in ('lifecycle', 'promotional') and m.due_at <= :until and m.id not in {{ids mine}} order by m.contact_id, m.id;

-- uses: marketing that was let go to some people lately, and was not taken back
select u.contact_id, u.message_id, u.channel, u.class, u.at, u.cell_at, m.source, m.source_id, m.step
from cap_use u join message m on m.id = u.message_id
where u.contact_id in {{ids ids}} and u.at > :since and m.state not in ('failed', 'cancelled', 'skipped', 'expired')
order by u.contact_id, u.at, u.message_id;

-- use_caps: it is let go: what caps count, and who won the cell; in the transaction of the decision
insert into cap_use (contact_id, message_id, channel, class, at, cell_at)
select contact_id, message_id, channel, class, :now, cell_at
from {{rows uses: contact_id integer, message_id integer, channel text, class text, cell_at integer}} r where 1 = 1
on conflict (contact_id, message_id) do update set at = excluded.at, cell_at = excluded.cell_at;

-- move_uses: a merge: what was let go to the loser counts for the winner
update cap_use set contact_id = :winner where contact_id = :loser;

-- forget_uses: no cap looks back so far
delete from cap_use where at < :before;

-- reopen: what gave way to a message that did not leave after all may try again
update message set due_at = :now where contact_id in {{ids ids}} and channel = :channel and state = 'deferred'
  and reason in ('arbitration', 'frequency_cap') and due_at > :now;

-- add_hold: marketing leaves somebody alone
insert into hold (contact_id, kind, reason, source, from_at, until_at, actor)
values (:contact_id, :kind, :reason, :source, :now, :until_at, :actor);

-- holds_of: who is left alone now
select id, contact_id, kind, reason, source, from_at, until_at, actor from hold
where contact_id in {{ids ids}} and ended_at is null and coalesce(until_at, :now + 1) > :now order by contact_id, id;

-- end_hold: marketing may go on
update hold set ended_at = :now where id = :id and contact_id in {{ids ids}} and ended_at is null;

-- move_holds: a merge: whoever is left alone stays so
update hold set contact_id = :winner where contact_id = :loser;

-- open_marketing_of: marketing that has not left for somebody, on any channel
select id, contact_id, token_id, state, channel from message
where contact_id in {{ids ids}} and state in ('queued', 'held', 'deferred', 'sending', 'committing', 'uncertain')
  and class in ('lifecycle', 'promotional') order by id {{lock}};

-- approvable: which of these wait for somebody to read them
select id, contact_id, token_id, state, channel, body from message
where id in {{ids ids}} and state = 'held' and reason = 'review' order by id {{lock}};

-- approve: somebody has read them, in these versions; they may leave, past every gate
update message set state = 'queued', reason = '', due_at = :now, intended_at = :now, max_late = null, is_reviewed = 2,
  template_version_id = r.version_id
from {{rows approved: id integer, version_id integer}} r
where message.id = r.id and message.state = 'held' and message.reason = 'review';

-- review_again: what was read is not what would leave now
update message set state = 'held', reason = 'review', owner = null, is_reviewed = 1
where id in {{ids ids}} and state = 'sending' and owner = :owner;

-- contacts_of: whose messages these are
select distinct contact_id from message where id in {{ids ids}} order by contact_id;

-- set_aside: claimed messages that do not leave now
update message set state = r.state, reason = r.reason, due_at = r.due_at, cell_at = r.cell_at, owner = null,
  ended_at = case when r.state = 'deferred' then null else cast(:now as integer) end
from {{rows decisions: id integer, state text, reason text, due_at integer, cell_at integer}} r
where message.id = r.id and message.state = 'sending' and message.owner = :owner;

-- let_go: claimed messages that may leave, with the address and the consent that allow it
update message set address = r.address, domain = r.domain, consent_record_id = r.consent_record_id, attempts = attempts + 1,
  template_version_id = coalesce(r.template_version_id, message.template_version_id),
  must_arrive = case when message.must_arrive = 2 then 2 else r.must_arrive end
from {{rows decisions: id integer, address text, domain text, consent_record_id integer, template_version_id integer, must_arrive integer}} r
where message.id = r.id and message.state = 'sending' and message.owner = :owner;

-- insert_decisions: what was decided, why, and on what evidence
insert into decision (contact_id, at, kind, subject_id, outcome, reason, evidence)
select contact_id, :now, kind, subject_id, outcome, reason, evidence
from {{rows decisions: contact_id integer, kind text, subject_id integer, outcome text, reason text, evidence json}} r;

-- markable: which claimed messages are still ours to commit
select id from message where id in {{ids ids}} and state = 'sending' and owner = :owner order by id {{lock}};

-- mark: the point of no return; only what is still ours
update message set state = 'committing' where id in {{ids ids}} and state = 'sending' and owner = :owner;

-- unsettled: messages whose result has come, perhaps when they were about to be sent again
select id, contact_id, source, class, channel, account_id, topic, token_id, address_kind, address, attempts, state, owner, must_arrive, withdrawn
from message where id in {{ids ids}} and state in ('sending', 'committing', 'uncertain', 'queued', 'deferred') order by id {{lock}};

-- settle: results as they came
update message set state = r.state, reason = r.reason, due_at = coalesce(r.due_at, message.due_at),
  sent_at = coalesce(r.sent_at, message.sent_at), ended_at = r.ended_at, provider_id = r.provider_id, answer = r.answer,
  owner = null, attempts = message.attempts - r.uncounted
from {{rows results: id integer, state text, reason text, due_at integer, sent_at integer, ended_at integer, provider_id text, answer text, uncounted integer}} r
where message.id = r.id and message.state in ('sending', 'committing', 'uncertain', 'queued', 'deferred');

-- insert_attempts: every try, with the provider's words
insert into attempt (message_id, number, account_id, at, result, code, detail)
select r.message_id, (select count(*) from attempt a where a.message_id = r.message_id) + 1, r.account_id, :now, r.result, r.code, r.detail
from {{rows attempts: message_id integer, account_id integer, result text, code text, detail text}} r
where 1 = 1
on conflict (message_id, number) do nothing;

-- release: decided about, not tried; the queue has them again
update message set state = 'queued', owner = null, attempts = attempts - 1
where id in {{ids ids}} and state = 'sending' and owner = :owner;

-- found_sending: messages in the hands of processes that are gone
select id from message where state = 'sending' and owner not in {{ids alive}} order by id {{lock}};

-- give_back: they never left; the queue has them again
update message set state = 'queued', owner = null, reason = '' where id in {{ids ids}} and state = 'sending';

-- found_committing: messages that may have left with a process that is gone
select id, contact_id, source, class, channel, account_id, topic, token_id, address_kind, address, attempts, state, owner, must_arrive, withdrawn
from message where state = 'committing' and owner not in {{ids alive}} order by id {{lock}};

-- in_hand: what this process gave nobody yet
select id from message where state = 'sending' and owner = :owner order by id {{lock}};

-- page_messages: messages, newest first
select id, contact_id, source, source_id, step, state, reason, class, channel, account_id, topic, address, asked_at, due_at,
  sent_at, attempts, status, opened_at, clicked_at, template_version_id, provider_id, answer, key
from message where id < :before and (:state = '' or state = :state)
order by id desc limit :limit;

-- messages_of: messages of one person, newest first
select id, contact_id, source, source_id, step, state, reason, class, channel, account_id, topic, address, asked_at, due_at,
  sent_at, attempts, status, opened_at, clicked_at, template_version_id, provider_id, answer, key
from message
where contact_id in {{ids ids}} and (asked_at < :before or (asked_at = :before and id < :before_id)) and (:state = '' or state = :state)
order by asked_at desc, id desc limit :limit;

-- get_message: one message
select id, contact_id, source, source_id, step, state, reason, class, channel, account_id, topic, address, asked_at, due_at,
  sent_at, attempts, status, opened_at, clicked_at, template_version_id, provider_id, answer, key
from message where id = :id;

-- attempts_of: every try of one message
select message_id, number, at, result, code, detail from attempt where message_id = :id order by number;

-- decisions_of: what was decided about one subject
select id, contact_id, at, kind, subject_id, outcome, reason, evidence from decision
where contact_id = :contact_id and kind = :kind and subject_id = :subject_id order by id;

-- oldest_due: since when the oldest message waits that its account could send
select min(m.due_at) from message m join account a on a.id = m.account_id and a.state = 'active'
where m.state in ('queued', 'deferred') and m.due_at <= :now;

-- send_again: an uncertain or failed message goes back to the queue by hand
update message set state = 'queued', reason = 'sent again by hand', due_at = :now, ended_at = null, owner = null, max_late = null, withdrawn = ''
where id = :id and state in ('uncertain', 'failed', 'expired');

-- count_states: how many messages stand where
select state, count(*) from message group by state;

-- insert_engagement: an open or a click, with its verdict
insert into engagement (message_id, contact_id, kind, link, url, at, verdict, evidence)
values (:message_id, :contact_id, :kind, :link, :url, :now, :verdict, :evidence);

-- note_open: the first human open
update message set opened_at = coalesce(opened_at, :now) where id = :id;

-- note_click: the first human click; who clicks has opened
update message set clicked_at = coalesce(clicked_at, :now), opened_at = coalesce(opened_at, :now) where id = :id;

-- recent_clicks: how many links of a message were followed just now
select count(distinct link) from engagement where message_id = :id and kind = 'clicked' and at >= :since;

-- move_unsent: a merge gives what has not left to the winner; what was claimed is claimed again
update message set contact_id = :winner, state = case when state = 'sending' then 'queued' else state end, owner = null
where contact_id = :loser and state in ('queued', 'held', 'deferred', 'sending')
  and not exists (
    select 1 from message w where w.contact_id = :winner and w.source = message.source and w.source_id = message.source_id
      and w.step = message.step and w.visit = message.visit
  );

-- raise_alert: something that a person must know, once until it is over
insert into alert (at, kind, subject, detail)
select :now, :kind, :subject, :detail
where not exists (select 1 from alert a where a.kind = :kind and a.subject = :subject and a.ended_at is null);

-- page_alerts: what people must know, newest first
select id, at, kind, subject, detail, ended_at from alert where id < :before order by id desc limit :limit;

-- end_trouble: what was wrong with this is mended
update alert set ended_at = :now where kind = :kind and subject = :subject and ended_at is null;

-- end_alert: somebody has seen to it
update alert set ended_at = :now where id = :id and ended_at is null;

-- give_back_of_account: claimed for an account that rests; the queue has them again, and the try does not count
update message set state = 'queued', owner = null, attempts = case when attempts > 0 then attempts - 1 else 0 end
where account_id = :account_id and state = 'sending';

-- open_of_person: what has not left for one contact
select id, contact_id, token_id, state, channel from message
where contact_id = :contact_id and state in ('queued', 'held', 'deferred', 'sending')
order by id {{lock}};

-- adopt: messages that waited for an account which is there now
update message set account_id = :account_id, state = case when is_reviewed = 1 then 'held' else 'queued' end,
  reason = case when is_reviewed = 1 then 'review' else '' end
where state = 'held' and account_id = 0 and reason in (:by_name, :by_channel);

-- insert_reports: what a provider says, once; matched by our own key first, then by the provider's name of the message
insert into report (id, account_id, dedup, message_key, provider_id, status, why, address, at, code, detail, message_id)
select r.id, :account_id, r.dedup, r.message_key, r.provider_id, r.status, r.why, r.address, r.at, r.code, r.detail,
  coalesce(
    (select m.id from message m where r.message_key <> '' and m.key = r.message_key),
    (select max(m.id) from message m where r.provider_id <> '' and m.provider_id = r.provider_id and m.account_id = :account_id)
  )
from {{rows reports: id integer, dedup text, message_key text, provider_id text, status text, why text, address text, at integer, code text, detail text}} r
where 1 = 1
on conflict (account_id, dedup) do nothing;

-- reported_messages: of which messages new reports speak
select distinct message_id from report where id in {{ids ids}} and message_id is not null order by message_id;

-- match_reports: reports that waited for the provider's name of their message
update report set message_id = r.message_id
from {{rows known: provider_id text, message_id integer}} r
where report.account_id = :account_id and report.provider_id = r.provider_id and report.applied_at is null and report.message_id is null;

-- has_waiting: whether anything was reported of these that had no effect yet
select 1 where exists (select 1 from report where message_id in {{ids ids}} and applied_at is null);

-- waiting_reports: reports that can be applied, because their message is back from the provider
select r.id, m.id, m.contact_id, m.channel, m.topic, m.address_kind, m.address, m.state, r.status, r.why, r.at, r.code, r.detail, m.source
from message m join report r on r.message_id = m.id
where m.id in {{ids ids}} and r.applied_at is null and m.state in ('sent', 'delivered', 'bounced', 'complained', 'uncertain')
order by r.at, r.id;

-- climb: statuses only climb
update message set state = r.state, status = r.status, reason = r.reason, sent_at = coalesce(message.sent_at, r.at)
from {{rows reports: id integer, state text, status text, reason text, at integer}} r
where message.id = r.id and message.state in ('sent', 'delivered', 'bounced', 'complained', 'uncertain');

-- applied: reports that have had their effect
update report set applied_at = :now where id in {{ids ids}};

-- insert_soft_bounce: a message came back, and the address may work again
insert into soft_bounce (message_id, contact_id, at) values (:message_id, :contact_id, :now) on conflict (message_id) do nothing;

-- soft_streak: soft bounces of an address since a message last got through
select count(*), min(s.at), max(s.at) from soft_bounce s join message m on m.id = s.message_id
where s.contact_id in {{ids people}} and m.address_kind = :kind and m.address = :address and s.at > coalesce((
  select max(o.sent_at) from message o
  where o.contact_id in {{ids people}} and o.address_kind = :kind and o.address = :address
    and (o.state = 'delivered' or o.opened_at is not null or o.clicked_at is not null or (o.state = 'sent' and o.sent_at < :settled))
), 0);

-- reports_of: what the provider said of one message
select id, status, at, why, code, detail, applied_at from report where message_id = :id order by at, id;

-- message_by_key: the message of a key that left the house
select id, contact_id, source, source_id, step, state, reason, class, channel, account_id, topic, address, asked_at, due_at,
  sent_at, attempts, status, opened_at, clicked_at, template_version_id, provider_id, answer, key
from message where key = :key;

-- remember_inbound: a reply or a withdrawal came in, once
insert into report (id, account_id, dedup, status, at, applied_at)
select id, :account_id, dedup, 'inbound', :now, :now from {{rows reports: id integer, dedup text}} r
where 1 = 1
on conflict (account_id, dedup) do nothing;

-- written_reports: which of these were new
select id from report where id in {{ids ids}};

-- overdue_doubts: doubtful messages that must arrive, and for which no evidence came
select id, contact_id, reason from message
where state = 'uncertain' and must_arrive = 1 and withdrawn = '' and due_at <= :now order by id limit 500 {{lock}};

-- send_once_more: they go out again, this once
update message set state = 'queued', must_arrive = 2, reason = 'sent again: it must arrive', due_at = :now, ended_at = null, owner = null
where id in {{ids ids}} and state = 'uncertain' and must_arrive = 1;

-- hold: what has not reached committing waits until it is let go
update message set state = 'held', reason = :reason, owner = null
where source = :source and source_id in {{ids ids}} and state in ('queued', 'deferred', 'sending');

-- unhold: what was held for a reason may leave again
update message set state = 'queued', reason = '', due_at = due_at + :later
where source = :source and source_id in {{ids ids}} and state = 'held' and reason = :reason;

-- held_and_overdue: what was held for a reason, and its time is past
select id, contact_id, token_id, state, channel from message
where source = :source and source_id in {{ids ids}} and state = 'held' and reason = :reason and due_at <= :now
order by id {{lock}};

-- newest_message: the message that was asked for last
select id, asked_at from message order by id desc limit 1;

-- message_from: the first message with an id or a higher one
select id, asked_at from message where id >= :id order by id limit 1;

-- sent_by_template: messages that left since an instant, by template
select t.name, count(*) from message m join template_version v on v.id = m.template_version_id join template t on t.id = v.template_id
where m.id >= :from_id and m.sent_at >= :since group by t.name;

-- count_states_since: how many messages of some time stand where
select state, count(*) from message where asked_at >= :since group by state;

-- last_sent: when a message last left for the given contacts
select contact_id, max(sent_at) from message where contact_id in {{ids ids}} and sent_at is not null group by contact_id;

-- unsent_of: what has not left for one person
select id, contact_id, source, source_id, step, state, reason, class, channel, account_id, topic, address, asked_at, due_at,
  sent_at, attempts, status, opened_at, clicked_at, template_version_id, provider_id, answer, key
from message
where contact_id in {{ids ids}} and state in ('queued', 'held', 'deferred', 'sending', 'committing') order by due_at, id limit 200;

-- visits_of: opens and clicks of one message
select id, kind, link, url, at, verdict, evidence from engagement where message_id = :id order by at, id;

-- letters_of: what left for one person, oldest first
select id, contact_id, key, channel, address, coalesce(sent_at, asked_at), state, template_version_id, body, class from message
where contact_id in {{ids ids}} and id > :after and state in ('sent', 'delivered', 'bounced', 'complained', 'uncertain')
order by id limit :limit;

-- letters: what some messages were made from
select id, contact_id, key, channel, address, coalesce(sent_at, asked_at), state, template_version_id, body, class from message
where id in {{ids ids}} order by id;

-- messages_by_keys: the messages of some keys
select id, contact_id, source, source_id, step, state, reason, class, channel, account_id, topic, address, asked_at, due_at,
  sent_at, attempts, status, opened_at, clicked_at, template_version_id, provider_id, answer, key
from message where key in {{texts keys}};

-- consent_record_of: the consent that one message was sent by
select consent_record_id from message where id = :id;

-- all_decisions_of: whatever was decided about one person, newest first
select id, contact_id, at, kind, subject_id, outcome, reason, evidence from decision
where contact_id in {{ids ids}} and (at < :before or (at = :before and id < :before_id)) order by at desc, id desc limit :limit;

-- who_was_asked: for whom of these any message was ever asked
select distinct contact_id from message where contact_id in {{ids ids}};
