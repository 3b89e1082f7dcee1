-- live_templates: the live versions of some templates
select v.id, v.template_id, t.name, v.number, v.body, v.links, v.created_at
from template t join template_version v on v.id = t.version_id where t.name in {{texts names}};

-- list_templates: every live template
select v.id, v.template_id, t.name, v.number, v.body, v.links, v.created_at
from template t join template_version v on v.id = t.version_id order by t.name;

-- get_version: one version
select v.id, v.template_id, t.name, v.number, v.body, v.links, v.created_at
from template_version v join template t on t.id = v.template_id where v.id = :id;

-- find_template: a template by name, with the hash of what is live
select t.id, coalesce(v.hash, '') from template t left join template_version v on v.id = t.version_id where t.name = :name;

-- insert_template: a new template
insert into template (id, name, created_at, changed_at) values (:id, :name, :now, :now);

-- insert_version: an immutable version
insert into template_version (id, template_id, number, body, hash, links, created_at, actor)
select :id, :template_id, coalesce(max(number), 0) + 1, {{json body}}, :hash, {{json links}}, :now, :actor
from template_version where template_id = :template_id;

-- set_live: the version that is sent from now on
update template set version_id = :version_id, changed_at = :now where id = :id;

-- editions: every version of a template, newest first
select v.number, v.created_at, v.actor from template t join template_version v on v.template_id = t.id where t.name = :name
order by v.number desc;

-- numbered_version: a version by its number
select v.id, v.template_id, t.name, v.number, v.body, v.links, v.created_at
from template t join template_version v on v.template_id = t.id where t.name = :name and v.number = :number;

-- known_attributes: what is known of people, the last written first
select path, type from attribute order by last_seen_at desc, path limit :limit;
