-- launch: a campaign goes, once
insert into campaign (id, name, version_id, state, phase, launched_at, starts_at, horizon_at, cursor_id, actor)
values (:id, :name, :version_id, 'counting', :phase, :now, :starts_at, cast(:horizon_at as bigint), :cursor_id, :actor)
on conflict (id) do nothing;

-- find_run: a campaign that was launched
select c.id, c.name, c.version_id, c.state, c.phase, c.launched_at, c.starts_at, c.horizon_at, c.winner, c.cursor_id, c.asked_count,
  c.ended_at, c.actor, cast(v.body as text)
from campaign c join document_version v on v.id = c.version_id where c.id = :id;

-- list_runs: every campaign that was launched
select c.id, c.name, c.version_id, c.state, c.phase, c.launched_at, c.starts_at, c.horizon_at, c.winner, c.cursor_id, c.asked_count,
  c.ended_at, c.actor, cast(v.body as text)
from campaign c join document_version v on v.id = c.version_id order by c.launched_at desc, c.id desc;

-- working_run: the campaign that has something to do now
select c.id, c.name, c.version_id, c.state, c.phase, c.launched_at, c.starts_at, c.horizon_at, c.winner, c.cursor_id, c.asked_count,
  c.ended_at, c.actor, cast(v.body as text)
from campaign c join document_version v on v.id = c.version_id
where c.state in ('counting', 'asking', 'testing')
  and case c.state when 'counting' then c.starts_at when 'testing' then c.horizon_at else 0 end <= :now
order by c.starts_at, c.id limit 1 {{lock_skip}};

-- finished_runs: campaigns of which every message has left or never will
select c.id from campaign c where c.state = 'sending'
  and not exists (select 1 from message m where m.source = 'campaign' and m.source_id = c.id
    and m.state in ('queued', 'held', 'deferred', 'sending', 'committing'));

-- move_run: it goes on
update campaign set state = :state, phase = :phase, cursor_id = :cursor_id, asked_count = asked_count + :asked,
  winner = :winner, horizon_at = cast(:horizon_at as bigint)
where id = :id;

-- set_state: it is paused, goes on, or is over
update campaign set state = :state, ended_at = cast(:ended_at as bigint) where id = :id;

-- tallies: of each variant, how many left and how many people clicked
select step, sum(case when sent_at is not null then 1 else 0 end), sum(case when clicked_at is not null then 1 else 0 end)
from message where source = 'campaign' and source_id = :id group by step order by step;

-- standings: where its messages stand, by variant
select step, state, reason, count(*) from message where source = 'campaign' and source_id = :id
group by step, state, reason order by step, state, reason;

-- engaged: what people did, by variant
select step, sum(case when opened_at is not null then 1 else 0 end), sum(case when clicked_at is not null then 1 else 0 end),
  sum(case when state = 'bounced' then 1 else 0 end), sum(case when state = 'complained' then 1 else 0 end)
from message where source = 'campaign' and source_id = :id group by step order by step;

-- links: which links people followed, and how many did
select e.url, count(distinct e.contact_id) from engagement e join message m on m.id = e.message_id
where m.source = 'campaign' and m.source_id = :id and e.kind = 'clicked' and e.verdict = 'human'
group by e.url order by count(distinct e.contact_id) desc, e.url limit 100;

-- doubtful_opens: messages that only machines opened
select count(*) from message m where m.source = 'campaign' and m.source_id = :id and m.opened_at is null
  and exists (select 1 from engagement e where e.message_id = m.id and e.kind = 'opened' and e.verdict <> 'human');

-- left_by: people whose consent was withdrawn by a link of it
select count(distinct r.contact_id) from consent_record r join message m on m.contact_id = r.contact_id
where m.source = 'campaign' and m.source_id = :id and r.state = 'unsubscribed' and r.source = 'message ' || cast(m.id as text);

-- forget_run: it was called back before anything was asked for, and may be launched again
delete from campaign where id = :id and asked_count = 0;
