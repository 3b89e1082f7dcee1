"""A rule while it is written: how many it is true of, some of them, who only just misses it, and what each of its parts does."""

from __future__ import annotations

from msgspec import Struct

from tidings.contacts import service as contacts
from tidings.rules import explain, finding
from tidings.rules.explain import Failed
from tidings.rules.tree import Condition, Depends, Group, Scope
from tidings.runtime.database import Tx
from tidings.segments import service as segments
from tidings.segments.conditions import InSegment

SHOWN = 10
NEAR_AMONG = 20_000
"""Who only just misses it is looked for among so many of the newest people."""
PARTS = 20
SAMPLED_FROM = 200_000
"""With more people than this, parts are counted among the newest `SAMPLE` and scaled."""
SAMPLE = 100_000
LAST = 2**62


class PreviewPerson(Struct, frozen=True, kw_only=True):
    """Somebody, as a preview shows them."""

    id: int
    label: str
    email: str | None


class NearMiss(Struct, frozen=True, kw_only=True):
    """Somebody of whom all but one of the conditions are true."""

    id: int
    label: str
    email: str | None
    failed: str
    """The condition that is not."""
    seen: str | None
    """What was seen instead; null where there is nothing to show."""


class PreviewPart(Struct, frozen=True, kw_only=True):
    """A part of the rule, and of how many it alone is true."""

    path: str
    depth: int
    sentence: str
    count: int
    is_exact: bool


class Changes(Struct, frozen=True, kw_only=True):
    """How many would come in and go if it replaced what is live."""

    enter: int
    leave: int


class Preview(Struct, frozen=True, kw_only=True):
    """What a rule does now."""

    count: int
    is_exact: bool
    sentence: str
    samples: list[PreviewPerson]
    near: list[NearMiss]
    parts: list[PreviewPart]
    changes: Changes | None


class Newest(Struct, frozen=True):
    """Among so many of the newest people."""

    among: int

    def sql(self, scope: Scope) -> str:
        return f"c.id > (select coalesce(max(n.id), 0) - {scope.bind(self.among)} from contact n)"

    def boundary(self, scope: Scope) -> str | None:
        return None

    def depends(self) -> Depends:
        return Depends()

    def sentence(self) -> str:
        return f"is among the {self.among:,} newest people"


def preview(tx: Tx, rule: Condition, now: int, *, segment: str = "") -> Preview:
    """Look at a rule; `segment`: the live one that it would replace."""
    total, is_exact = finding.count(tx, rule, now, exact=True)
    ids = [hit.id for hit in finding.page(tx, rule, now, order="newest", before=(LAST, LAST), limit=SHOWN)]
    near = _near(tx, rule, now)
    people = _people(tx, [*ids, *near])
    return Preview(
        count=total,
        is_exact=is_exact,
        sentence=rule.sentence(),
        samples=[people[i] for i in ids if i in people],
        near=[_missed(people[i], failed) for i, failed in near.items() if i in people and failed is not None],
        parts=parts(tx, rule, now),
        changes=changes(tx, rule, segment, now) if segment else None,
    )


def _people(tx: Tx, ids: list[int]) -> dict[int, PreviewPerson]:
    addresses = contacts.addresses_of(tx, ids) if ids else {}
    return {
        i: PreviewPerson(id=i, label=label, email=addresses.get(i, {}).get("email"))
        for i, label in contacts.labels(tx, ids).items()
    }


def _missed(person: PreviewPerson, failed: Failed) -> NearMiss:
    return NearMiss(id=person.id, label=person.label, email=person.email, failed=failed.sentence, seen=failed.seen)


def _near(tx: Tx, rule: Condition, now: int) -> dict[int, Failed | None]:
    """Contact -> the one condition that they do not meet, with what was seen."""
    if not isinstance(rule, Group) or rule.how != "all" or len(rule.rules) < 2:
        return {}
    each = max(1, -(-SHOWN // len(rule.rules)))
    found = list[int]()
    for number, part in enumerate(rule.rules[:SHOWN]):
        others = (*rule.rules[:number], *rule.rules[number + 1 :])
        asked = Group("all", (Newest(NEAR_AMONG), Group("not", (part,)), *others))
        for hit in finding.page(tx, asked, now, order="newest", before=(LAST, LAST), limit=each):
            found.append(hit.id)
    return explain.failed(tx, rule, list(dict.fromkeys(found))[:SHOWN], now)


def parts(tx: Tx, rule: Condition, now: int) -> list[PreviewPart]:
    """Each part of a rule with of how many it alone is true, outermost first."""
    everybody, found = finding.total(tx), list[PreviewPart]()
    is_sampled = everybody > SAMPLED_FROM
    scale = everybody / SAMPLE if is_sampled else 1.0
    for part in list(explain.nested(rule))[:PARTS]:
        asked = Group("all", (Newest(SAMPLE), part.rule)) if is_sampled else part.rule
        count, is_exact = finding.count(tx, asked, now)
        found.append(
            PreviewPart(
                path=part.path,
                depth=part.depth,
                sentence=part.rule.sentence(),
                count=round(count * scale),
                is_exact=is_exact and not is_sampled,
            )
        )
    return found


def changes(tx: Tx, rule: Condition, name: str, now: int) -> Changes | None:
    """Who would come in and go; None while nothing of this name is live and computed."""
    row = next((one for one in segments.rows(tx) if one.name == name), None)
    if row is None or not row.is_ready:
        return None
    inside = InSegment(segment=name)
    return Changes(
        enter=finding.count(tx, Group("all", (rule, Group("not", (inside,)))), now, exact=True)[0],
        leave=finding.count(tx, Group("all", (inside, Unless(rule))), now, exact=True)[0],
    )


class Unless(Struct, frozen=True):
    """A rule is not true: it is false, or nobody knows."""

    rule: Condition

    def sql(self, scope: Scope) -> str:
        return f"(not coalesce({self.rule.sql(scope)}, (1 = 0)))"

    def boundary(self, scope: Scope) -> str | None:
        return self.rule.boundary(scope)

    def depends(self) -> Depends:
        return self.rule.depends()

    def sentence(self) -> str:
        return f"not ({self.rule.sentence()})"
