"""The segments that the bench refers to, and the statements that somebody who knows the database would write for each."""

from __future__ import annotations

from typing import Any

from msgspec import Struct


class Reference(Struct, frozen=True, kw_only=True):
    """A segment, its rule, ways to count it by hand (the quickest on this database counts), and one to write its rows."""

    name: str
    rule: Any
    count: tuple[str, ...]
    count_on_postgres: tuple[str, ...] = ()
    """Where somebody who knows Postgres writes others: it hashes and sorts whole sets well, and is slow where it looks for each."""
    materialise: str
    materialise_on_postgres: str = ""

    def counts(self, dialect: str) -> list[str]:
        """The ways to count it on this database."""
        some = (dialect == "postgres" and self.count_on_postgres) or self.count
        return [text.replace("{total}", TOTAL[dialect]) for text in some]

    def writes(self, dialect: str) -> str:
        """The statement that writes its rows on this database."""
        text = (dialect == "postgres" and self.materialise_on_postgres) or self.materialise
        return text.replace("{total}", TOTAL[dialect])


def _did(name: str, window: str, who: str = "v.contact_id") -> str:
    """Lines of the log of a person, those included that others did who became part of them."""
    them = f"e.contact_id in (select {who} union all select m.id from contact m where m.merged_into_id = {who})"
    return f"event e where {them} and e.name = '{name}' and e.at > cast(:now as integer) - cast(:{window} as integer)"


PLACES = "v.path = 'country' and v.value = 'tnl'"
PLANS = ("w.path = 'plan' and w.value = 'tpro'", "w.path = 'plan' and w.value = 'tteam'")
BY_LOOKS = (
    f"contact_value v where {PLACES} and exists (select 1 from contact_value w where w.path = 'plan' "
    "and w.value in ('tpro', 'tteam') and w.contact_id = v.contact_id)"
)
BY_SETS = (
    f"contact_value v where {PLACES} and ("
    + " or ".join(f"v.contact_id in (select w.contact_id from contact_value w where {plan})" for plan in PLANS)
    + ")"
)
OPENED = (
    "engagement g join message m on m.id = g.message_id where g.contact_id in (select v.contact_id union all select a.id from contact a "
    "where a.merged_into_id = v.contact_id) and g.at > cast(:now as integer) - cast(:d14 as integer) and g.verdict = 'human' "
    "and g.kind in ('opened', 'clicked') and m.channel = 'email' and m.state in ('sent', 'delivered', 'bounced', 'complained', 'uncertain')"
)
ACTIVE = f"(select count(*) from {_did('Order Completed', 'd30')}) >= 3 and not exists (select 1 from {OPENED})"
INSERT = "insert into membership (contact_id, segment_id, is_member, entered_at, boundary_at, cause) "
NEVER = "9000000000000000"
ATTRIBUTES = [{"attribute": "country", "eq": "NL"}, {"attribute": "plan", "in": ["pro", "team"]}]

CARTS = "select e.contact_id from event e where e.name = 'Cart Updated' and e.at > cast(:now as integer) - cast(:d14 as integer)"

AT_ONCE_PEOPLE = (
    f"v as materialized (select v.contact_id from {BY_LOOKS}), ids as materialized (select contact_id as who, contact_id as id from v "
    "union all select a.merged_into_id, a.id from contact a join v on v.contact_id = a.merged_into_id)"
)
AT_ONCE_MIXED = (
    f"with {AT_ONCE_PEOPLE}, buyers as (select i.who from ids i join event e on e.contact_id = i.id and e.name = 'Order Completed' "
    "and e.at > cast(:now as integer) - cast(:d30 as integer) group by i.who having count(*) >= 3) "
    "select count(*) from buyers b where not exists (select 1 from ids i join engagement g on g.contact_id = i.id "
    "join message m on m.id = g.message_id where i.who = b.who and g.at > cast(:now as integer) - cast(:d14 as integer) "
    "and g.verdict = 'human' and g.kind in ('opened', 'clicked') and m.channel = 'email' "
    "and m.state in ('sent', 'delivered', 'bounced', 'complained', 'uncertain'))"
)
PAIRED = (
    "(select who, name, at, min(case when name = 'Order Completed' then at end) over (partition by who "
    "order by at desc, id desc rows between unbounded preceding and 1 preceding) as next_at from ("
    "select coalesce(c.merged_into_id, c.id) as who, e.id, e.at, e.name from event e join contact c on c.id = e.contact_id "
    "where e.name in ('Cart Updated', 'Order Completed') and e.at > cast(:now as integer) - cast(:d14 as integer)) did) paired "
    "where name = 'Cart Updated' and next_at < at + 2 * cast(86400000 as integer)"
)
IN_ALL = (
    "(select coalesce(c.merged_into_id, c.id) union all select m.id from contact m "
    "where m.merged_into_id = coalesce(c.merged_into_id, c.id))"
)
FOLLOWED = (
    "event e join contact c on c.id = e.contact_id where e.name = 'Cart Updated' and e.at > cast(:now as integer) "
    f"- cast(:d14 as integer) and exists (select 1 from event o where o.contact_id in {IN_ALL} and o.name = 'Order Completed' "
    "and o.at >= e.at and (o.at > e.at or o.id > e.id) and o.at < e.at + 2 * cast(86400000 as integer))"
)
SPENT = (
    "event e join contact c on c.id = e.contact_id where e.name = 'Order Completed' and e.at > cast(:now as integer) "
    "- cast(:d90 as integer) group by coalesce(c.merged_into_id, e.contact_id)"
)
TOTAL = {
    "sqlite": "json_extract(e.properties, '$.total')",
    "postgres": "cast(e.properties ->> 'total' as double precision)",
}
"""`{total}` in a statement, in each database's own words."""

REFERENCES = (
    Reference(
        name="attributes",
        rule=ATTRIBUTES,
        count=tuple(f"select count(*) from {each}" for each in (BY_LOOKS, BY_SETS)),
        materialise=INSERT + f"select v.contact_id, :id, 1, :now, null, 'published' from {BY_LOOKS}",
    ),
    Reference(
        name="mixed",
        rule=[
            *ATTRIBUTES,
            {"event": "Order Completed", "count": {"at_least": 3}, "within": "30d"},
            {"message": {"channel": "email"}, "did": "opened", "never": True, "within": "14d"},
        ],
        count=tuple(f"select count(*) from {each} and {ACTIVE}" for each in (BY_LOOKS, BY_SETS)),
        count_on_postgres=(AT_ONCE_MIXED,),
        materialise=INSERT + "select q.id, :id, case when q.third is not null and q.opened is null then 1 else 0 end, "
        "case when q.third is not null and q.opened is null then :now end, "
        f"case when coalesce(q.third + :d30, {NEVER}) < coalesce(q.opened + :d14, {NEVER}) then q.third + :d30 else q.opened + :d14 end, "
        "case when q.third is not null and q.opened is null then 'published' else '' end "
        f"from (select v.contact_id as id, (select e.at from {_did('Order Completed', 'd30')} order by e.at desc limit 1 offset 2) "
        "as third, "
        f"(select max(g.at) from {OPENED}) as opened from {BY_LOOKS}) q "
        "where q.third is not null or q.opened is not null",
    ),
    Reference(
        name="sequence",
        rule={
            "sequence": {"first": {"event": "Cart Updated"}, "then": {"event": "Order Completed"}, "within": "2d"},
            "within": "14d",
        },
        count=(
            f"select count(*) from contact c where c.merged_into_id is null and c.id in ({CARTS} union select w.merged_into_id "
            f"from contact w where w.merged_into_id is not null) and exists (select 1 from {_did('Cart Updated', 'd14', 'c.id')} "
            f"and exists (select 1 from event o where o.contact_id in (select c.id union all select m.id from contact m "
            "where m.merged_into_id = c.id) and o.name = 'Order Completed' and (o.at > e.at or (o.at = e.at and o.id > e.id)) "
            "and o.at < e.at + 2 * cast(86400000 as integer)))",
        ),
        count_on_postgres=(f"select count(distinct who) from {PAIRED}",),
        materialise=INSERT
        + "select coalesce(c.merged_into_id, c.id), :id, 1, :now, max(e.at) + cast(:d14 as integer), 'published' "
        f"from {FOLLOWED} group by coalesce(c.merged_into_id, c.id)",
        materialise_on_postgres=INSERT + "select who, :id, 1, :now, max(at) + cast(:d14 as integer), 'published' "
        f"from {PAIRED} group by who",
    ),
    Reference(
        name="money",
        rule={"event": "Order Completed", "sum": {"property": "total", "gte": 500}, "within": "90d"},
        count=(
            f"select count(*) from (select coalesce(c.merged_into_id, e.contact_id) as who from {SPENT} having sum({{total}}) >= 500) s",
        ),
        materialise=INSERT
        + "select who, :id, case when spent >= 500 then 1 else 0 end, case when spent >= 500 then :now end, "
        "oldest + cast(:d90 as integer), case when spent >= 500 then 'published' else '' end from (select "
        "coalesce(c.merged_into_id, e.contact_id) as who, coalesce(sum({total}), 0) as spent, min(e.at) as oldest "
        f"from {SPENT}) s where 1 = 1",
    ),
)
