-- live_versions: what is live, and every version on which somebody still is
select v.id, j.id, j.name, j.state, j.priority, j.version_id, v.body
from journey_version v join journey j on j.id = v.journey_id
where v.id = j.version_id or exists (select 1 from run r where r.journey_id = j.id and r.version_id = v.id and r.state in ('active', 'failed'))
order by j.priority desc, j.id, v.id;

-- find_journey: a journey by name
select id, name, state, version_id, priority, created_at, changed_at, paused_at from journey where name = :name;

-- list_journeys: every journey
select id, name, state, version_id, priority, created_at, changed_at, paused_at from journey order by name;

-- insert_journey: a new journey
insert into journey (name, state, priority, created_at, changed_at) values (:name, 'active', :priority, :now, :now);

-- insert_version: an immutable version
insert into journey_version (id, journey_id, number, body, hash, created_at, actor)
select :id, :journey_id, coalesce(max(number), 0) + 1, {{json body}}, :hash, :now, :actor
from journey_version where journey_id = :journey_id;

-- set_live: the version that new people enter
update journey set version_id = :version_id, priority = :priority, changed_at = :now, state = case when state = 'archived' then 'active' else state end
where id = :id;

-- set_state: active, paused or archived
update journey set state = :state, changed_at = :now, paused_at = cast(:paused_at as integer) where id = :id;

-- live_hash: what the live version contains
select v.hash from journey j join journey_version v on v.id = j.version_id where j.id = :id;

-- live_body: the live version as it was published
select v.body from journey j join journey_version v on v.id = j.version_id where j.name = :name;

-- live_number: the number of the live version
select v.number from journey j join journey_version v on v.id = j.version_id where j.name = :name;

-- numbered_body: what one version says
select body from journey_version where journey_id = :id and number = :number;

-- editions: every version of a journey, newest first
select number, created_at, actor from journey_version where journey_id = :id order by number desc;

-- live_documents: the version that is live of each journey that was published, with its number and when
select j.id, v.number, v.created_at, v.body from journey j join journey_version v on v.id = j.version_id order by j.id;

-- numbers: of every journey, who is inside, who has come and gone
select journey_id,
  count(distinct case when state in ('active', 'failed') then contact_id end),
  sum(case when state = 'failed' then 1 else 0 end),
  sum(case when started_at >= :since then 1 else 0 end),
  sum(case when state = 'completed' and reason <> 'goal after end' then 1 else 0 end),
  sum(case when state = 'goal' or (state = 'completed' and reason = 'goal after end') then 1 else 0 end)
from run group by journey_id;

-- sent_by_journey: messages of journeys that left, of those with an id from :from_id on
select r.journey_id, count(*) from message m join run r on r.id = m.source_id
where m.id >= :from_id and (m.source || '') = 'journey' and m.sent_at is not null group by r.journey_id;

-- passed_by_step: how many went through each exit, ever
select c.step, c.exit, cast(sum(c.passed_count) as integer) from step_count c join journey_version v on v.id = c.version_id
where v.journey_id = :id group by c.step, c.exit order by c.step, c.exit;

-- messages_by_step: what became of messages with an id from :from_id on
select m.step, m.state, count(*) from message m join run r on r.id = m.source_id
where m.id >= :from_id and (m.source || '') = 'journey' and r.journey_id = :id group by m.step, m.state order by m.step, m.state;

-- failed_by_step: how many runs rest at each step after a failure, and the newest of them with its reason
select step, failed_count, run_id, contact_id, at, error from (
  select t.step, t.run_id, t.contact_id, t.entered_at as at, t.error,
    count(*) over (partition by t.step) as failed_count, row_number() over (partition by t.step order by t.entered_at desc, t.id desc) as place
  from token t join run r on r.id = t.run_id where t.journey_id = :id and t.state = 'failed' and r.state = 'failed'
) f where place = 1 order by step;

-- refused_by_step: the newest message of each step that did not arrive, with the provider's words
select step, message_id, contact_id, at, reason from (
  select m.step, m.id as message_id, m.contact_id, coalesce(m.ended_at, m.asked_at) as at, m.reason,
    row_number() over (partition by m.step order by m.id desc) as place
  from message m join run r on r.id = m.source_id
  where m.id >= :from_id and (m.source || '') = 'journey' and r.journey_id = :id and m.state in ('failed', 'bounced', 'uncertain', 'held')
) f where place = 1 order by step;

-- people_at: who stands at a step, newest first
select t.id, t.run_id, t.contact_id, t.state, t.entered_at, t.due_at, t.error,
  coalesce((select min(w.name) from wait w where w.contact_id = t.contact_id and w.token_id = t.id), '')
from token t join run r on r.id = t.run_id
where t.journey_id = :id and t.step = :step and r.state in ('active', 'failed') and t.id < :before
  and (:state = '' or t.state = :state)
order by t.id desc limit :limit;

-- people_by_step: how many are inside each step
select t.step, count(*) from token t join run r on r.id = t.run_id
where t.journey_id = :id and r.state in ('active', 'failed') group by t.step order by t.step;

-- runs_by_state: how many runs stand where
select state, count(*) from run where journey_id = :id group by state order by state;

-- newest_runs: what re-entry looks at
select r.contact_id, r.journey_id, count(*), max(r.started_at), max(coalesce(r.ended_at, 0)), sum(case when r.state in ('active', 'failed') then 1 else 0 end)
from {{rows pairs: journey_id integer, contact_id integer}} p
join run r on r.contact_id = p.contact_id and r.journey_id = p.journey_id group by r.contact_id, r.journey_id;

-- insert_runs: people enter, once for each entry key
insert into run (id, contact_id, journey_id, version_id, entry_key, state, started_at, trigger_name, trigger_at, properties, depth)
select id, contact_id, journey_id, version_id, entry_key, 'active', :now, trigger_name, trigger_at, properties, depth
from {{rows runs: id integer, contact_id integer, journey_id integer, version_id integer, entry_key text, trigger_name text, trigger_at integer, properties json, depth integer}} r
where 1 = 1 order by contact_id
on conflict (contact_id, journey_id, entry_key) do nothing;

-- which_runs: which of the given runs were written
select id from run where id in {{ids ids}};

-- insert_tokens: people stand at their first step
insert into token (run_id, contact_id, journey_id, step, visit, state, due_at, entered_at, visits)
select run_id, contact_id, journey_id, step, 1, 'ready', :now, :now, visits
from {{rows runs: run_id integer, contact_id integer, journey_id integer, step text, visits json}} r order by contact_id;

-- count_refusals: who matched and was not let in, and why
insert into refusal (journey_id, contact_id, reason, refusal_count, first_at, last_at)
select journey_id, contact_id, reason, 1, :now, :now
from {{rows refusals: journey_id integer, contact_id integer, reason text}} r
where 1 = 1 order by contact_id, journey_id
on conflict (journey_id, contact_id, reason) do update set refusal_count = refusal.refusal_count + 1, last_at = excluded.last_at;

-- refusals_of: into which journeys some contacts were not let, and why
select journey_id, contact_id, reason, refusal_count, first_at, last_at from refusal where contact_id in {{ids ids}}
order by last_at desc, journey_id, contact_id, reason;

-- due_contacts: who has somewhere to go and is held by nobody else; they are ours until the commit
select c.id, c.zone from contact c where c.id in (
  select d.contact_id from (
    select t.contact_id, t.due_at from token t
    where t.due_at <= :now and t.journey_id not in {{ids paused}} order by t.due_at, t.contact_id limit :limit
  ) d
) order by c.id {{lock_skip}};

-- look_again: who waits at these steps asks them anew how long
update token set state = 'ready', due_at = :now, rev = token.rev + 1
from {{rows places: version_id integer, step text}} p join run r on r.version_id = p.version_id
where r.id = token.run_id and r.state = 'active' and token.step = p.step and token.state = 'waiting' and token.contact_id in {{ids ids}};

-- due_tokens: due tokens of contacts that we hold; a run begins when its trigger happened, which is before it was heard of
select t.id, t.run_id, t.contact_id, t.journey_id, r.version_id, t.step, t.visit, t.state, t.due_at, t.departed_at, t.outcome, t.visits, t.is_skipping, t.anchor_at,
  case when r.trigger_at < r.started_at then r.trigger_at else r.started_at end, r.properties, r.depth
from token t join run r on r.id = t.run_id
where t.contact_id in {{ids ids}} and t.due_at <= :now and r.state = 'active' and t.journey_id not in {{ids paused}}
order by t.contact_id, t.id;

-- next_due: when the next token or enrolment falls due
select min(due_at) from (
  select min(t.due_at) as due_at from token t join journey j on j.id = t.journey_id and j.state <> 'paused' where t.due_at is not null
  union all select min(e.due_at) from enrolment e where e.due_at is not null
) d;

-- save_tokens: where people stand now
update token set step = r.step, visit = r.visit, state = r.state, due_at = r.due_at, departed_at = r.departed_at,
  outcome = '', is_skipping = 0, message_id = r.message_id, error = r.error, visits = r.visits,
  anchor_at = r.anchor_at, rev = rev + 1,
  entered_at = case when token.step = r.step and token.visit = r.visit then token.entered_at else :now end
from {{rows tokens: id integer, step text, visit integer, state text, due_at integer, departed_at integer, message_id integer, error text, visits json, anchor_at integer}} r
where token.id = r.id;

-- delete_tokens: people who are through
delete from token where id in {{ids ids}};

-- delete_waits: nobody waits any more
delete from wait where token_id in {{ids ids}};

-- insert_waits: what wakes a token
insert into wait (contact_id, name, token_id)
select contact_id, name, token_id from {{rows waits: contact_id integer, name text, token_id integer}} r
where 1 = 1 order by contact_id
on conflict (contact_id, name, token_id) do nothing;

-- end_runs: runs that are over
update run set state = r.state, ended_at = :now, reason = r.reason
from {{rows runs: id integer, state text, reason text}} r where run.id = r.id and run.state in ('active', 'failed');

-- fail_runs: runs that rest until somebody retries or skips
update run set state = 'failed', reason = r.reason
from {{rows runs: id integer, reason text}} r where run.id = r.id and run.state = 'active';

-- passed: who went through which exit
insert into step_count (version_id, step, exit, passed_count)
select version_id, step, exit, passed_count
from {{rows counts: version_id integer, step text, exit text, passed_count integer}} r
where 1 = 1 order by version_id, step, exit
on conflict (version_id, step, exit) do update set passed_count = step_count.passed_count + excluded.passed_count;

-- listeners: tokens of these contacts that wait for these events
select r.key, w.token_id, t.run_id, t.contact_id, v.version_id, t.step
from {{rows happened: key integer, contact_id integer, name text}} r
join wait w on w.contact_id = r.contact_id and w.name = r.name
join token t on t.id = w.token_id join run v on v.id = t.run_id;

-- wake_tokens: what they waited for has happened
update token set state = 'woken', due_at = :now, rev = rev + 1 where id in {{ids ids}} and state = 'listening';

-- resume_tokens: the outcome of the message that they wait for
update token set state = 'resumed', due_at = :now, outcome = r.outcome, departed_at = coalesce(r.departed_at, token.departed_at), rev = rev + 1
from {{rows ended: token_id integer, message_id integer, outcome text, departed_at integer}} r
where token.id = r.token_id and token.state = 'sending' and token.message_id = r.message_id;

-- answer_runs: what a webhook answered, at hand for branches
select r.id, r.properties from run r join token t on t.run_id = r.id where t.id in {{ids ids}};

-- save_answers: properties with the answer
update run set properties = r.properties from {{rows runs: id integer, properties json}} r where run.id = r.id;

-- inside: runs of these contacts in a journey, each from the instant at which its trigger happened
select id, contact_id, journey_id, version_id, state, case when trigger_at < started_at then trigger_at else started_at end, properties from run
where contact_id in {{ids ids}} and journey_id = :journey_id and state in ('active', 'failed', 'completed') and reason <> 'goal after end'
order by contact_id, id;

-- note_goal: the goal counts once, also when it comes after the end
update run set reason = 'goal after end' where id in {{ids ids}} and state = 'completed';

-- tokens_of_runs: where runs stand
select id from token where run_id in {{ids ids}};

-- move_runs: runs of a merged contact go to the winner, unless the winner has one of the same key
update run set contact_id = :winner where contact_id = :loser and not exists (
  select 1 from run w where w.contact_id = :winner and w.journey_id = run.journey_id and w.entry_key = run.entry_key
);

-- give_up_key: a run that is over leaves its entry key to the older one that goes on
update run set entry_key = entry_key || ' before ' || cast(id as text) where id = :id;

-- colliding_runs: runs that both had; the older stays
select l.id, w.id, l.started_at, w.started_at from run l
join run w on w.contact_id = :winner and w.journey_id = l.journey_id and w.entry_key = l.entry_key
where l.contact_id = :loser and l.state in ('active', 'failed');

-- move_tokens: their tokens follow
update token set contact_id = :winner where contact_id = :loser;

-- move_waits: their waits follow
update wait set contact_id = :winner where contact_id = :loser;

-- runs_of: runs of some contacts
select id, contact_id, journey_id, version_id, entry_key, state, started_at, ended_at, reason, trigger_name, trigger_at, properties
from run where contact_id in {{ids ids}} order by id desc;

-- get_run: one run
select id, contact_id, journey_id, version_id, entry_key, state, started_at, ended_at, reason, trigger_name, trigger_at, properties
from run where id = :id;

-- tokens_of: where one run stands, and why it waits
select id, step, visit, state, due_at, entered_at, departed_at, outcome, error, message_id from token where run_id = :run_id;

-- failed_runs: runs that rest after a failure
select id, contact_id, journey_id, version_id, entry_key, state, started_at, ended_at, reason, trigger_name, trigger_at, properties
from run where state = 'failed' and id < :before order by id desc limit :limit;

-- revive_run: somebody mended it
update run set state = 'active', reason = '' where id = :id and state = 'failed';

-- retry_tokens: its failed token tries its step again
update token set state = 'ready', due_at = :now, error = '', rev = rev + 1 where run_id = :run_id and state = 'failed';

-- skip_tokens: its failed token goes on without the step
update token set state = 'woken', due_at = :now, error = '', rev = rev + 1 where run_id = :run_id and state = 'failed';

-- shift_tokens: a pause does not count: everything that waits moves by its length
update token set due_at = due_at + :by where journey_id = :journey_id and due_at is not null;

-- spread_tokens: what fell due during a pause leaves over a while, by the order of the tokens
update token set due_at = :now + (:over * (id % 1000)) / 1000 where journey_id = :journey_id and due_at is not null and due_at <= :now;

-- skip_overdue: what fell due during a pause goes on without its messages
update token set is_skipping = 1 where journey_id = :journey_id and due_at is not null and due_at <= :now;

-- runs_with_messages: runs of a journey with messages that have not left
select distinct m.source_id from message m join run r on r.id = m.source_id
where m.source = 'journey' and r.journey_id = :journey_id and m.state in ('queued', 'deferred', 'held', 'sending') order by m.source_id;

-- insert_enrolment: a list of people that enters at a pace
insert into enrolment (id, journey_id, contacts, total, per_minute, due_at, properties, actor, at)
values (:id, :journey_id, {{json contacts}}, :total, :per_minute, :now, {{json properties}}, :actor, :now);

-- get_enrolment: one, as far as it has come
select id, journey_id, total, next_index, per_minute, due_at, actor, at, ended_at, entered_count, refused_count
from enrolment where id = :id;

-- page_enrolments: enrolments of a journey, newest first
select id, journey_id, total, next_index, per_minute, due_at, actor, at, ended_at, entered_count, refused_count
from enrolment where journey_id = :journey_id and id < :before order by id desc limit :limit;

-- end_enrolment: nobody enters by it any more
update enrolment set due_at = null, ended_at = :now where id = :id and due_at is not null;

-- due_enrolment: the one that is due first and in nobody's hands
select id, journey_id, contacts, next_index, per_minute, due_at, properties from enrolment
where due_at <= :now order by due_at, id limit 1 {{lock_skip}};

-- postpone_enrolment: it is looked at again later
update enrolment set due_at = :due_at where id = :id;

-- advance_enrolment: some have entered
update enrolment set next_index = :next_index, due_at = cast(:due_at as integer), ended_at = cast(:ended_at as integer),
  entered_count = entered_count + :entered, refused_count = refused_count + :refused
where id = :id;

-- list_messages: messages with the journey and the template that they come from, newest first
select m.id, m.contact_id, m.source, m.source_id, m.step, m.state, m.reason, m.class, m.channel, m.account_id, m.topic, m.address,
  m.asked_at, m.due_at, m.sent_at, m.attempts, m.status, m.opened_at, m.clicked_at, m.template_version_id, m.provider_id, m.answer,
  m.key, r.journey_id, j.name, t.name, v.number, case when v.id is null then cast(m.body as text) else '' end
from message m
left join run r on m.source = 'journey' and r.id = m.source_id left join journey j on j.id = r.journey_id
left join template_version v on v.id = m.template_version_id left join template t on t.id = v.template_id
where m.id < :before and (:any_state = 1 or m.state in {{texts states}}) and (:reason = '' or m.reason = :reason) and (:channel = '' or m.channel = :channel)
  and (:journey_id = 0 or r.journey_id = :journey_id)
  and (:template = '' or t.name = :template or (v.id is null and (cast(m.body as text) like :tight escape '!' or cast(m.body as text) like :loose escape '!')))
  and (:address = '' or (m.address >= :address and m.address < :address_end)) and m.asked_at >= :since and m.asked_at < :until
order by m.id desc limit :limit;

-- list_messages_of: the same of one person
select m.id, m.contact_id, m.source, m.source_id, m.step, m.state, m.reason, m.class, m.channel, m.account_id, m.topic, m.address,
  m.asked_at, m.due_at, m.sent_at, m.attempts, m.status, m.opened_at, m.clicked_at, m.template_version_id, m.provider_id, m.answer,
  m.key, r.journey_id, j.name, t.name, v.number, case when v.id is null then cast(m.body as text) else '' end
from message m
left join run r on m.source = 'journey' and r.id = m.source_id left join journey j on j.id = r.journey_id
left join template_version v on v.id = m.template_version_id left join template t on t.id = v.template_id
where m.contact_id in {{ids ids}} and m.id < :before and (:any_state = 1 or m.state in {{texts states}}) and (:reason = '' or m.reason = :reason) and (:channel = '' or m.channel = :channel)
  and (:journey_id = 0 or r.journey_id = :journey_id)
  and (:template = '' or t.name = :template or (v.id is null and (cast(m.body as text) like :tight escape '!' or cast(m.body as text) like :loose escape '!')))
  and (:address = '' or (m.address >= :address and m.address < :address_end)) and m.asked_at >= :since and m.asked_at < :until
order by m.id desc limit :limit;

-- listed_message: one message with the journey and the template that it comes from
select m.id, m.contact_id, m.source, m.source_id, m.step, m.state, m.reason, m.class, m.channel, m.account_id, m.topic, m.address,
  m.asked_at, m.due_at, m.sent_at, m.attempts, m.status, m.opened_at, m.clicked_at, m.template_version_id, m.provider_id, m.answer,
  m.key, r.journey_id, j.name, t.name, v.number, case when v.id is null then cast(m.body as text) else '' end
from message m
left join run r on m.source = 'journey' and r.id = m.source_id left join journey j on j.id = r.journey_id
left join template_version v on v.id = m.template_version_id left join template t on t.id = v.template_id
where m.id = :id;

-- listed_messages: some messages with the journey and the template that they come from
select m.id, m.contact_id, m.source, m.source_id, m.step, m.state, m.reason, m.class, m.channel, m.account_id, m.topic, m.address,
  m.asked_at, m.due_at, m.sent_at, m.attempts, m.status, m.opened_at, m.clicked_at, m.template_version_id, m.provider_id, m.answer,
  m.key, r.journey_id, j.name, t.name, v.number, case when v.id is null then cast(m.body as text) else '' end
from message m
left join run r on m.source = 'journey' and r.id = m.source_id left join journey j on j.id = r.journey_id
left join template_version v on v.id = m.template_version_id left join template t on t.id = v.template_id
where m.id in {{ids ids}} order by m.id;

-- places_of: where some contacts stand in journeys, and what is due when
select t.id, t.run_id, r.journey_id, j.name, j.state, r.version_id, t.step, t.visit, t.state, t.due_at, t.entered_at, t.error, t.message_id
from token t join run r on r.id = t.run_id join journey j on j.id = r.journey_id
where t.contact_id in {{ids ids}} and r.state in ('active', 'failed') order by t.due_at is null, t.due_at, t.id;

-- failures_of: at which step runs failed, and the words
select run_id, step, error from token where run_id in {{ids ids}} and state = 'failed' order by id;

-- waits_of: what the tokens of some contacts listen for
select token_id, name from wait where contact_id in {{ids ids}} order by token_id, name;

-- gave_way: messages that waited or were skipped for caps and for others, newest first
select d.id, d.contact_id, d.subject_id, d.outcome, cast(d.evidence as text), m.source, m.source_id, coalesce(j.name, '')
from decision d join message m on m.id = d.subject_id
left join run r on m.source = 'journey' and r.id = m.source_id left join journey j on j.id = r.journey_id
where d.reason in ('frequency_cap', 'arbitration') and d.at >= :since and d.kind = 'message' order by d.at desc limit :limit;

-- who_entered: who of these was ever in a journey
select distinct contact_id from run where contact_id in {{ids ids}};

-- wait_for_consent: they enter when they confirm
insert into waiting_entry (journey_id, contact_id, trigger_name, at, properties, until_at)
select journey_id, contact_id, trigger_name, at, properties, until_at
from {{rows entries: journey_id integer, contact_id integer, trigger_name text, at integer, properties json, until_at integer}} r
where 1 = 1 order by contact_id
on conflict (contact_id, journey_id) do update set trigger_name = excluded.trigger_name, at = excluded.at,
  properties = excluded.properties, until_at = excluded.until_at;

-- waiting_for_consent: who waits to enter what
select journey_id, contact_id, trigger_name, at, cast(properties as text) from waiting_entry
where contact_id in {{ids ids}} and until_at >= :now order by contact_id, journey_id;

-- end_waiting: they entered, or it is too late
delete from waiting_entry where contact_id in {{ids ids}};

-- pending_among: who of these was asked by mail and has not answered
select distinct contact_id from consent_state where contact_id in {{ids ids}} and state = 'pending';

-- move_waiting_entries: a merge: what the loser waits to enter
update waiting_entry set contact_id = :winner where contact_id = :loser
  and not exists (select 1 from waiting_entry w where w.contact_id = :winner and w.journey_id = waiting_entry.journey_id);
