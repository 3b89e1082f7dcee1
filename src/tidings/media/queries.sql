-- page: pictures whose title or words hold a text, the newest first, without their bytes
select id, name, title, alt, type, width, height, size, created_at, actor from media
where id < :before and (lower(title) like :pattern escape '!' or lower(alt) like :pattern escape '!') order by id desc limit :limit;

-- find: a picture by name, without its bytes
select id, name, title, alt, type, width, height, size, created_at, actor from media where name = :name;

-- content: what a picture consists of
select type, data from media where name = :name;

-- keep: a new picture; the same content again is the same picture
insert into media (name, title, alt, type, width, height, size, created_at, actor, data)
values (:name, :title, :alt, :type, :width, :height, :size, :now, :actor, cast(:data as blob)) on conflict (name) do nothing;

-- tell: what it is called, and what it shows
update media set title = :title, alt = :alt where name = :name;

-- forget: a picture goes
delete from media where name = :name;

-- known: those of some pictures that are here
select name from media where name in {{texts names}};
