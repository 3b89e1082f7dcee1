-- find_draft: the draft of one document
select kind, name, body, based_on, at, actor from draft where kind = :kind and name = :name;

-- list_drafts: every draft of a kind
select kind, name, body, based_on, at, actor from draft where kind = :kind order by name;

-- save_draft: what was written last; the version on which it was begun stays
insert into draft (kind, name, body, based_on, at, actor) values (:kind, :name, :body, :based_on, :now, :actor)
on conflict (kind, name) do update set body = excluded.body, at = excluded.at, actor = excluded.actor;

-- delete_draft: it was published, or thrown away
delete from draft where kind = :kind and name = :name;
