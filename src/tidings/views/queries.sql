-- list_views: every saved view of a list, by name
select room, name, query, created_at, changed_at from saved_view where room = :room order by name;

-- save_view: keep a view; the same name replaces
insert into saved_view (room, name, query, created_at, changed_at) values (:room, :name, {{json query}}, :now, :now)
on conflict (room, name) do update set query = excluded.query, changed_at = excluded.changed_at;

-- forget_view: nobody needs it any more
delete from saved_view where room = :room and name = :name;
