"""Whatever is written in whatever order, and however time passes: who is in a segment is who its rule is true of, on both databases."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest
from hypothesis import HealthCheck, settings, strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from tests.makers import DAY, HOUR, Scene, call
from tests.segments.test_following import pass_time, publish
from tests.support import stores
from tests.support.emptied import Both
from tidings import flow
from tidings.channels import Failed, Sent, Why
from tidings.contacts import service as contacts
from tidings.contacts.identity import Same
from tidings.contacts.models import Update
from tidings.messages import ledger
from tidings.messages.engagement import Visit
from tidings.rules.panel import Asked, judge
from tidings.runtime.app import write_setting
from tidings.runtime.sql import Statement
from tidings.segments import service as segments
from tidings.segments.picture import read

USERS = ("ada", "bob", "cid", "dee")
PLANS = st.sampled_from(["pro", "free", "Pro", None])
NUMBERS = st.sampled_from([0, 1, 5, 10])
EVENTS = st.sampled_from("AB")
WINDOWS = st.sampled_from(["1h", "1d", "2d"])
AGO = st.sampled_from([0, 1, HOUR - 1, HOUR, DAY, 2 * DAY - 1, 5 * DAY])
conditions = st.one_of(
    st.sampled_from(
        [
            {"attribute": "plan", "eq": "pro"},
            {"attribute": "plan", "ne": "pro", "missing": "yes"},
            {"attribute": "n", "gte": 5},
            {"attribute": "born", "in_last": "1d"},
            {"attribute": "born", "anniversary": "today", "zone": "contact"},
            {"tag": "vip"},
            {"list": "members"},
            {"company_attribute": "size", "gte": 5},
            {"company": "acme"},
            {"consent": {"channel": "email"}},
            {"consent": {"channel": "email", "topic": "news"}},
            {"reach": {"channel": "email"}},
            {"event": "A", "never": True},
            {"journey": "hello", "is": "in"},
            {"journey": "hello", "is": "ever", "within": "1d"},
            {"journey": "hello", "is": "completed"},
            {"message": {"channel": "email"}, "did": "sent", "within": "1d"},
            {"message": {"template": "hi"}, "did": "sent", "never": True},
            {"message": {"journey": "hello"}, "did": "skipped"},
            {"message": {}, "did": "bounced"},
            {"message": {}, "did": "opened", "never": True},
            {"message": {}, "did": "opened", "within": "2d"},
        ]
    ),
    st.fixed_dictionaries(
        {"event": EVENTS},
        optional={
            "within": WINDOWS,
            "count": st.fixed_dictionaries({}, optional={"at_least": st.integers(0, 3), "at_most": st.integers(0, 2)}),
            "where": st.just([{"property": "total", "gt": 10}]),
        },
    ),
    st.fixed_dictionaries({"event": EVENTS, "never": st.just(True), "within": WINDOWS}),
)
trees = st.recursive(
    conditions,
    lambda inner: st.one_of(
        st.fixed_dictionaries({"all": st.lists(inner, min_size=1, max_size=3)}),
        st.fixed_dictionaries({"any": st.lists(inner, min_size=1, max_size=3)}),
        st.fixed_dictionaries({"not": inner}),
    ),
    max_leaves=5,
)


HELLO = """
journey: hello
triggers: [{event: A}]
reentry: {after: 1h}
exit: [{tag: vip}]
steps:
  hi: {send: {channel: email, template: hi}, next: rest}
  rest: {wait: {for: 1d}, next: end}
"""
LETTER = """
template: hi
class: service
topic: news
subject: Hi
text: Hi
"""
LANE = ledger.Lane(account_id=0)


class Machine(RuleBasedStateMachine):
    """A workspace with a few people and segments; nothing is modelled but the rules themselves, asked afresh."""

    def __init__(self, scene: Scene) -> None:
        super().__init__()
        self.scene = scene
        self.ids: dict[str, int] = {}
        scene.write(lambda tx: contacts.save_list(tx, "members", scene.now))
        scene.publish(LETTER)
        scene.publish(HELLO)
        self.lane = msgspec.structs.replace(
            LANE, account_id=int(scene.one("select id from account where name = 'mail'"))
        )

    @initialize(first=trees, second=trees, third=trees)
    def segments_are_there(self, first: Any, second: Any, third: Any) -> None:
        publish(self.scene, "one", first)
        publish(self.scene, "two", {"any": [second, {"not": {"segment": "one"}}]})
        publish(self.scene, "three", {"all": [third, {"segment": "two"}]})

    def who(self, user: str) -> int | None:
        found = self.scene.all("select contact_id from identifier where kind = 'user_id' and value = :user", user=user)
        return int(found[0]) if found else None

    @rule(user=st.sampled_from(USERS), plan=PLANS, n=NUMBERS)
    def identify(self, user: str, plan: str | None, n: int) -> None:
        zones = ["Asia/Kolkata", "America/New_York", None, "Europe/Berlin"]
        born = f"{2024 + n % 3}-01-{5 + n % 4:02d}"
        traits = {"plan": plan, "n": n, "born": born, "timezone": zones[n % 4]}
        self.scene.identify(user, email=f"{user}@example.com", **traits)

    @rule(calls=st.lists(st.tuples(st.sampled_from(USERS), EVENTS, AGO, NUMBERS), min_size=1, max_size=5))
    def events_come_in(self, calls: list[tuple[str, str, int, int]]) -> None:
        now = self.scene.now
        told = [call("track", n, user=u, at=now - ago, properties={"total": 4 * x}) for u, n, ago, x in calls]
        self.scene.ingest(*told)

    @rule(user=st.sampled_from(USERS), size=NUMBERS)
    def a_company_grows(self, user: str, size: int) -> None:
        traits = {"size": size}
        self.scene.ingest(call("group", user=user, at=self.scene.now, group_id="acme", traits=traits))

    @rule(user=st.sampled_from(USERS), add=st.booleans())
    def tagged(self, user: str, add: bool) -> None:
        if (who := self.who(user)) is not None:
            change = Update(contact_id=who, add_tags=["vip"] * add, remove_tags=["vip"] * (not add))
            scene = self.scene
            scene.write(lambda tx: flow.changed(tx, [change], scene.setting, scene.now, cause="test"))

    @rule(user=st.sampled_from(USERS), is_joining=st.booleans())
    def listed(self, user: str, is_joining: bool) -> None:
        if (who := self.who(user)) is not None:
            scene, names = self.scene, {"is_joining": is_joining, "actor": "test"}
            scene.write(lambda tx: flow.listed(tx, "members", [who], scene.setting, scene.now, **names))

    @rule(
        user=st.sampled_from(USERS),
        state=st.sampled_from(["subscribed", "unsubscribed"]),
        topic=st.sampled_from(["", "news"]),
    )
    def agreed(self, user: str, state: str, topic: str) -> None:
        if (who := self.who(user)) is not None:
            self.scene.consent(who, topic, state)

    @rule(user=st.sampled_from(USERS), hours=st.sampled_from([1, 30]))
    def held(self, user: str, hours: int) -> None:
        if (who := self.who(user)) is not None:
            scene, until = self.scene, self.scene.now + hours * HOUR
            scene.write(lambda tx: flow.held(tx, who, scene.setting, scene.now, reason="", until=until, actor="test"))

    @rule(user=st.sampled_from(USERS), on=st.booleans())
    def suppressed(self, user: str, on: bool) -> None:
        scene, address = self.scene, f"{user}@example.com"
        names = {"scope": "all", "reason": "test", "source": "test", "setting": scene.setting, "now": scene.now}
        if on:
            scene.write(lambda tx: flow.suppressed(tx, "email", address, **names))
        else:
            scene.write(lambda tx: flow.unsuppressed(tx, "email", address, scene.setting, scene.now))

    @rule(outcome=st.sampled_from(["sent", "failed", "invalid", "doubt"]))
    def letters_leave(self, outcome: str) -> None:
        """Whoever is due walks; what may leave does, or does not get there."""
        scene, lane = self.scene, self.lane
        scene.walk()
        claimed = scene.write(lambda tx: ledger.claim(tx, lane, 7, scene.now, limit=20))
        leaving = scene.write(lambda tx: flow.depart(tx, list(claimed), lane, 7, scene.setting, scene.now))
        ids = [one.message.id for one in leaving]
        why = {"failed": Why.CONTENT_REFUSED, "invalid": Why.ADDRESS_INVALID, "doubt": Why.UNKNOWN}
        results = [Sent(id=i) if outcome == "sent" else Failed(id=i, why=why[outcome]) for i in ids]
        scene.write(lambda tx: flow.mark(tx, [], ids, lane, 7, scene.setting, scene.now))
        scene.write(lambda tx: flow.mark(tx, results, [], lane, 7, scene.setting, scene.now))
        scene.walk()

    @rule(kind=st.sampled_from(["opened", "clicked"]), is_human=st.booleans())
    def a_letter_is_read(self, kind: Any, is_human: bool) -> None:
        scene = self.scene
        for message_id in scene.all("select id from message where sent_at is not null order by id desc limit 1"):
            visit = Visit(kind=kind, at=scene.now, agent="Mozilla/5.0 (Macintosh)" if is_human else "GoogleImageProxy")
            scene.write(lambda tx, i=message_id, v=visit: flow.visited(tx, i, v, scene.setting))  # type: ignore[misc]

    @rule(zone=st.sampled_from(["UTC", "Europe/Berlin", "Pacific/Chatham"]))
    def the_workspace_moves(self, zone: str) -> None:
        scene = self.scene
        scene.setting.ledger = msgspec.structs.replace(scene.setting.ledger, zone=zone)
        scene.write(lambda tx: write_setting(tx, "zone", zone, scene.now))
        scene.write(lambda tx: flow.zone_changed(tx, scene.setting))
        while scene.write(lambda tx: segments.advance(tx, read(tx, flow.KINDS), scene.now)):
            pass

    @rule(users=st.lists(st.sampled_from(USERS), min_size=2, max_size=2, unique=True))
    def merged(self, users: list[str]) -> None:
        one, other = map(self.who, users)
        if one and other and one != other:
            scene, same = self.scene, Same(winner=one, loser=other)
            scene.write(lambda tx: flow.merge(tx, same, scene.setting, scene.now, cause="test"))

    @rule(name=st.sampled_from(["one", "three"]), tree=trees)
    def another_rule(self, name: str, tree: Any) -> None:
        publish(self.scene, name, tree)

    @rule(by=st.sampled_from([1, HOUR - 1, HOUR, DAY - 1, DAY, 3 * DAY]), is_watched=st.booleans())
    def time_passes(self, by: int, is_watched: bool) -> None:
        self.scene.clock.advance(by)
        if is_watched:
            pass_time(self.scene)

    @precondition(lambda self: self.is_behind())
    @rule()
    def the_timer_rings(self) -> None:
        pass_time(self.scene)

    def is_behind(self) -> bool:
        due = self.scene.one("select count(*) from membership where boundary_at <= :now", now=self.scene.now)
        return bool(due)

    @invariant()
    def whoever_it_is_true_of_is_in_it(self) -> None:
        if not self.is_behind():
            compare(self.scene)


def compare(scene: Scene) -> None:
    """Who is in each segment, and when time changes that next, against its rule asked afresh."""

    def unit(tx: Any) -> None:
        picture = read(tx, flow.KINDS)
        everybody = sorted(tx.values(segments.queries.next_people, after=0, limit=1_000))
        live = list(picture.segments.values())
        asked = [Asked(i, scene.now) for i in everybody]
        expected = {i: (answers, times) for i, answers, times in judge(tx, [one.rule for one in live], asked)}
        anybody = tx.values(Statement("anybody", "select distinct contact_id from membership"))
        kept = {(row.contact_id, row.segment_id): row for i in anybody for row in segments.standing(tx, i)}
        for contact_id, (answers, times) in expected.items():
            for segment, is_member, instant in zip(live, answers, times, strict=True):
                row = kept.pop((contact_id, segment.id), None)
                assert bool(row and row.is_member) == is_member, (contact_id, segment.name)
                if instant:
                    assert row is not None and row.boundary_at is not None and row.boundary_at <= instant
        assert not kept

    scene.read(unit)


@pytest.mark.parametrize("kind", stores.KINDS)
def test_memberships_are_those_of_the_rules_whatever_happens(kind: str, both: Both) -> None:
    law = settings(max_examples=50, stateful_step_count=30, deadline=None, suppress_health_check=list(HealthCheck))
    run_state_machine_as_test(lambda: Machine(both.scene(kind)), settings=law)
