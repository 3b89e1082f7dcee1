"""The segments that the bench refers to, and the statements that somebody who knows the database would write for each."""

from __future__ import annotations

from typing import Any

from msgspec import Struct


class Reference(Struct, frozen=True, kw_only=True):
    """A segment, its rule, ways to count it by hand (the quickest on this database counts), and one to write its rows."""

    name: str
    rule: Any
    count: tuple[str, ...]
    materialise: str


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
ACTIVE = f"(select count(*) from {_did('Order Completed', 'd30')}) >= 3 and not exists (select 1 from {_did('App Opened', 'd14')})"
INSERT = "insert into membership (contact_id, segment_id, is_member, entered_at, boundary_at, cause) "
NEVER = "9000000000000000"
ATTRIBUTES = [{"attribute": "country", "eq": "NL"}, {"attribute": "plan", "in": ["pro", "team"]}]

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
            {"event": "App Opened", "never": True, "within": "14d"},
        ],
        count=tuple(f"select count(*) from {each} and {ACTIVE}" for each in (BY_LOOKS, BY_SETS)),
        materialise=INSERT + "select q.id, :id, case when q.third is not null and q.opened is null then 1 else 0 end, "
        "case when q.third is not null and q.opened is null then :now end, "
        f"case when coalesce(q.third + :d30, {NEVER}) < coalesce(q.opened + :d14, {NEVER}) then q.third + :d30 else q.opened + :d14 end, "
        "case when q.third is not null and q.opened is null then 'published' else '' end "
        f"from (select v.contact_id as id, (select e.at from {_did('Order Completed', 'd30')} order by e.at desc limit 1 offset 2) "
        "as third, "
        f"(select max(e.at) from {_did('App Opened', 'd14')}) as opened from {BY_LOOKS}) q "
        "where q.third is not null or q.opened is not null",
    ),
)
