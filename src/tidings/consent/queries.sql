-- insert_records: append to the ledger
insert into consent_record (id, contact_id, channel, topic, state, basis, method, source, wording, ip, agent, actor, at, expires_at)
select id, contact_id, channel, topic, state, basis, method, source, wording, ip, agent, actor, :now, expires_at
from {{rows records: id integer, contact_id integer, channel text, topic text, state text, basis text, method text, source text, wording text, ip text, agent text, actor text, expires_at integer}} r;

-- fold: the newest record of each contact, channel and topic counts
insert into consent_state (contact_id, channel, topic, state, record_id, at, expires_at)
select contact_id, channel, topic, state, id, :now, expires_at
from {{rows records: id integer, contact_id integer, channel text, topic text, state text, expires_at integer}} r
where 1 = 1
on conflict (contact_id, channel, topic) do update set
  state = excluded.state, record_id = excluded.record_id, at = excluded.at, expires_at = excluded.expires_at;

-- states_of: consent as it stands
select contact_id, channel, topic, state, record_id, at, expires_at from consent_state
where contact_id in {{ids ids}} order by contact_id, channel, topic;

-- records_of: the ledger of one contact
select id, contact_id, channel, topic, state, basis, method, source, wording, actor, at, expires_at
from consent_record where contact_id in {{ids ids}} order by id;

-- recent_topics: topics that people have lately agreed to or left
select distinct topic from (select topic from consent_record order by id desc limit :among) c where topic <> '' order by topic;

-- suppress: never write to these addresses; the wider scope stays
insert into suppression (kind, value, scope, reason, source, at)
select kind, value, scope, reason, source, :now
from {{rows addresses: kind text, value text, scope text, reason text, source text}} r
where 1 = 1
on conflict (kind, value) do update set scope = excluded.scope, reason = excluded.reason, source = excluded.source, at = excluded.at
where suppression.scope <> 'all';

-- unsuppress: take an address off the list
delete from suppression where kind = :kind and value = :value;

-- suppressed: which of the given addresses are on the list
select s.kind, s.value, s.scope, s.reason, s.source, s.at
from {{rows addresses: kind text, value text}} r join suppression s on s.kind = r.kind and s.value = r.value;

-- page_suppressions: the list, by address
select kind, value, scope, reason, source, at from suppression
where (kind > :kind or (kind = :kind and value > :value)) order by kind, value limit :limit;

-- count_standings: how many stand how about each topic
select channel, topic, case when state = 'subscribed' and coalesce(expires_at, :now + 1) <= :now then 'expired' else state end, count(*)
from consent_state group by 1, 2, 3 order by 1, 2, 3;

-- forget_suppressions: what one import had put on the list
delete from suppression where source = :source;

-- who_spoke: who of these has any record of consent that does not come from here
select distinct contact_id from consent_record where contact_id in {{ids ids}} and source <> :source;

-- forget_records: the ledger of people whom only an import had made
delete from consent_record where contact_id in {{ids ids}};

-- forget_states: their consent as it stood
delete from consent_state where contact_id in {{ids ids}};
