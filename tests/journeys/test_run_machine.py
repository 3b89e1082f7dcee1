"""The life of runs (CORRECTNESS 14, 16, 17, 18; docs/states.md): whatever happens, one token a run, one end, one version."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, settings, strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from tests.makers import DAY, HOUR, Scene, call
from tests.support import stores
from tests.support.emptied import Both
from tidings import flow
from tidings.channels import Failed, Sent, Why
from tidings.journeys import service as journeys
from tidings.messages import ledger
from tidings.runtime.database import Database
from tidings.runtime.sql import Statement

HELLO = """
template: hello
class: promotional
topic: news
subject: Hi
text: Hi
"""
JOURNEYS = {
    "long": """
journey: long
triggers: [{event: A}]
goal: {event: G}
exit: [{attribute: plan, eq: gone}, {event: X, count: {at_least: 2}}]
steps:
  w: {wait_for: {event: W, since: now, timeout: 2d}, next: s, on_timeout: t}
  s: {send: {channel: email, template: hello}, next: p, on_failed: t}
  p: {wait: {for: PAUSE}, next: b}
  b: {branch: [{when: {message: s, did: clicked}, next: t}], else: w2}
  t: {update: {add_tags: [seen], attributes: {plan: {property: plan}}}, next: w2}
  w2: {wait_for: {event: W, timeout: 1d}, next: end}
""",
    "keyed": """
journey: keyed
triggers: [{event: A}, {event: journey.completed}]
reentry: {by: n}
exit: [{event: G}]
steps:
  s: {send: {channel: email, template: TEMPLATE}, next: w}
  w: {wait: {for: PAUSE}, next: end}
""",
    "again": """
journey: again
triggers: [{event: W}]
reentry: {after_exit: 1h}
steps:
  w: {wait: {for: PAUSE}, next: q}
  q: {exit: {reason: done}}
""",
}
PEOPLE = ("u1", "u2", "u3")
ENDS = {"completed", "goal", "exited", "merged"}
NEVER = {
    "an active run has not one token": "select r.id from run r where r.state in ('active', 'failed') and "
    "(select count(*) from token t where t.run_id = r.id) <> 1",
    "a run that is over has a token": "select t.id from token t join run r on r.id = t.run_id where r.state not in ('active', 'failed')",
    "a failed run has a token that goes on": "select t.id from token t join run r on r.id = t.run_id "
    "where (r.state = 'failed') <> (t.state = 'failed')",
    "somebody waits without a token that listens": "select w.token_id from wait w left join token t on t.id = w.token_id "
    "where t.id is null or t.state <> 'listening' or t.contact_id <> w.contact_id",
    "a token listens to nothing": "select t.id from token t where t.state = 'listening' and not exists "
    "(select 1 from wait w where w.token_id = t.id)",
    "a token is not where its run is": "select t.id from token t join run r on r.id = t.run_id where t.contact_id <> r.contact_id",
    "a run belongs to nobody": "select r.id from run r join contact c on c.id = r.contact_id "
    "where c.merged_into_id is not null and r.state in ('active', 'failed')",
    "a run is over and has no end": "select id from run where (ended_at is null) <> (state in ('active', 'failed'))",
    "a run that is over still sends": "select m.id from message m join run r on r.id = m.source_id where m.source = 'journey' "
    "and r.state not in ('active', 'failed') and m.state in ('queued', 'held', 'deferred', 'sending')",
    "a token waits for a message that is through": "select t.id from token t left join message m on m.id = t.message_id "
    "where t.state = 'sending' and (m.id is null or m.token_id <> t.id or m.state not in "
    "('queued', 'held', 'deferred', 'sending', 'committing'))",
    "a token is at rest for ever": "select id from token where due_at is null and state not in ('listening', 'sending', 'failed')",
}  # fmt: skip


class Machine(RuleBasedStateMachine):
    def __init__(self, scene: Scene) -> None:
        super().__init__()
        self.scene = scene
        self.known: dict[int, tuple[str, int]] = {}
        scene.publish(HELLO)
        for name in JOURNEYS:
            self.publish(name, "1d", "hello")
        for user in PEOPLE[:2]:
            scene.consent(scene.identify(user, email=f"{user}@example.com"), "news")
        account = scene.one("select id from account where channel = 'email'")
        self.lane = ledger.Lane(account_id=account, is_quiet=False)

    @initialize(order=st.permutations(PEOPLE), pause=st.sampled_from([0, HOUR]))
    def begin(self, order: list[str], pause: int) -> None:
        for user in order:
            self.events([("A", user, 1)])
            self.scene.clock.advance(pause)
        self.scene.walk()

    def publish(self, name: str, pause: str, template: str) -> None:
        self.scene.publish(JOURNEYS[name].replace("PAUSE", pause).replace("TEMPLATE", template))

    @rule(
        name=st.sampled_from(sorted(JOURNEYS)),
        pause=st.sampled_from(["1d", "2h"]),
        template=st.sampled_from(["hello", "gone"]),
    )
    def a_new_version(self, name: str, pause: str, template: str) -> None:
        self.publish(name, pause, template)

    @rule(
        told=st.lists(
            st.tuples(st.sampled_from("AAWWGX"), st.sampled_from(PEOPLE), st.integers(1, 2)), min_size=1, max_size=4
        )
    )
    def events(self, told: list[tuple[str, str, int]]) -> None:
        calls = [
            call("track", name, user=user, at=self.scene.now, properties={"n": n, "plan": "pro"})
            for name, user, n in told
        ]
        self.scene.ingest(*calls)

    @rule(user=st.sampled_from(PEOPLE), plan=st.sampled_from(["pro", "gone"]))
    def identify(self, user: str, plan: str) -> None:
        self.scene.identify(user, plan=plan)

    @rule(by=st.sampled_from([HOUR, DAY, 2 * DAY]), is_walking=st.booleans())
    def time_passes(self, by: int, is_walking: bool) -> None:
        self.scene.clock.advance(by)
        if is_walking:
            self.scene.walk()

    @rule()
    def walk(self) -> None:
        self.scene.walk()

    @rule(why=st.sampled_from([None, None, *Why]), is_finished=st.sampled_from([True, True, False]))
    def deliver(self, why: Why | None, is_finished: bool) -> None:
        scene, lane = self.scene, self.lane
        ids = list(scene.write(lambda tx: ledger.claim(tx, lane, 7, scene.now, limit=3)))
        scene.write(lambda tx: flow.depart(tx, ids, lane, 7, scene.setting, scene.now))
        if is_finished:
            marked = scene.write(lambda tx: flow.mark(tx, [], ids, lane, 7, scene.setting, scene.now)).allowed
            results = [Failed(id=i, why=why) if why else Sent(id=i) for i in sorted(marked)]
            scene.write(lambda tx: flow.mark(tx, results, [], lane, 7, scene.setting, scene.now))

    @rule()
    def crash(self) -> None:
        self.scene.write(lambda tx: flow.recover(tx, [8], [], self.scene.setting, self.scene.now))

    @rule(user=st.sampled_from(PEOPLE))
    def unsubscribe(self, user: str) -> None:
        self.scene.consent(self.scene.identify(user), "news", "unsubscribed")

    @rule(
        name=st.sampled_from(sorted(JOURNEYS)),
        how=st.sampled_from(["run", "shift", "skip"]),
        over=st.sampled_from([0, HOUR]),
    )
    def pause_or_go_on(self, name: str, how: str, over: int) -> None:
        scene = self.scene
        if scene.read(lambda tx: journeys.find(tx, name)).state == "active":
            scene.write(lambda tx: journeys.pause(tx, name, scene.now))
            text = "select m.id from message m join run r on r.id = m.source_id join journey j on j.id = r.journey_id "
            text += "where j.name = :name and m.state in ('queued', 'deferred', 'sending')"
            assert scene.all(text, name=name) == []
        else:
            scene.write(lambda tx: journeys.unpause(tx, name, scene.now, how=how, over=over))

    @rule(is_skipping=st.booleans())
    def mend(self, is_skipping: bool) -> None:
        for run in self.scene.read(lambda tx: journeys.failed(tx, 1)):
            self.scene.write(lambda tx, i=run.id: journeys.retry(tx, i, self.scene.now, is_skipping=is_skipping))

    @rule(pair=st.sampled_from([("u1", "u2"), ("u2", "u3")]))
    def merge(self, pair: tuple[str, str]) -> None:
        self.scene.ingest(call("alias", user=pair[0], previous_id=pair[1], at=self.scene.now))

    @invariant()
    def nothing_is_that_may_not_be(self) -> None:
        questions = " union all ".join(
            f"select '{words}' from ({text}) q{n}" for n, (words, text) in enumerate(NEVER.items())
        )
        assert self.scene.all(questions) == []

    @invariant()
    def a_run_ends_once_and_stays_on_its_version(self) -> None:
        text = "select cast(id as text) || ' ' || state || ' ' || cast(version_id as text) from run"
        now = {int(i): (state, int(version)) for i, state, version in (row.split() for row in self.scene.all(text))}
        for run_id, (state, version) in self.known.items():
            assert now[run_id][1] == version
            assert state not in ENDS or now[run_id][0] == state
        assert {state for state, _ in now.values()} <= ENDS | {"active", "failed"}
        self.known = now


@pytest.mark.parametrize("kind", stores.KINDS)
def test_a_run_has_one_token_one_end_and_one_version_whatever_happens(kind: str, both: Both) -> None:
    law = settings(max_examples=40, stateful_step_count=30, deadline=None, suppress_health_check=list(HealthCheck))
    run_state_machine_as_test(lambda: Machine(both.scene(kind)), settings=law)


# --- one by one ------------------------------------------------------------------------------------------------------


@pytest.fixture
def scene(database: Database) -> Scene:
    scene = Scene(database)
    scene.publish(HELLO)
    return scene


def test_a_poisoned_run_fails_alone_and_the_others_of_its_set_go_on(scene: Scene) -> None:
    """CORRECTNESS 17: a document that no code of today would publish is in the store."""
    scene.publish(JOURNEYS["again"].replace("PAUSE", "1d").replace("event: W}", "event: W}, {event: V}"))
    for user in PEOPLE:
        scene.track(user, "W")
    scene.write(
        lambda tx: tx.run(Statement("change", "update token set visits = '[]' where id = (select min(id) from token)"))
    )

    scene.walk()
    scene.clock.advance(DAY)
    scene.walk()

    assert scene.all("select state from run order by id") == ["failed", "completed", "completed"]
    assert "ValidationError" in scene.one("select reason from run where state = 'failed'")


def test_a_loop_that_never_rests_ends_at_the_step_limit(scene: Scene) -> None:
    """CORRECTNESS 17: waits that are over at once make a circle that no check of the graph can see."""
    scene.publish("""
journey: loop
triggers: [{event: A}]
steps:
  a: {wait: {for: 0s}, next: b}
  b: {update: {add_tags: [x]}, next: a}
""")
    scene.track("ada", "A")
    scene.walk()

    assert scene.all("select state from run") == ["failed"]
    assert "100 steps" in scene.one("select error from token")


def test_a_chain_of_journeys_that_start_each_other_ends_at_depth_eight(scene: Scene) -> None:
    """CORRECTNESS 14: a stored decision, the journey rests, somebody is told, and ingest answers as ever."""
    for number in range(12):
        trigger = "A" if number == 0 else "journey.entered"
        where = "" if number == 0 else f", where: [{{property: journey, eq: j{number - 1}}}]"
        scene.publish(f"""
journey: j{number}
triggers: [{{event: {trigger}{where}}}]
steps:
  w: {{wait: {{for: 1d}}}}
""")

    done = scene.ingest(call("track", "A", user="ada", at=scene.now))

    assert done.accepted == 1
    assert scene.one("select count(*) from run") == 9
    assert scene.all("select reason from decision where kind = 'chain'") == ["too_deep"]
    assert scene.all("select kind from alert where ended_at is null and subject = 'j9'") == ["loop"]
    assert scene.one("select state from journey where name = 'j9'") == "paused"


def test_goals_that_start_what_they_end_do_not_go_round_for_ever(scene: Scene) -> None:
    """CORRECTNESS 14: the facts of an end are as deep as what ended it."""
    scene.publish("""
journey: mirror
triggers: [{event: A}, {event: journey.goal_reached}]
reentry: {after_exit: 0s}
goal: {event: journey.entered}
steps:
  w: {wait: {for: 1d}}
""")

    assert scene.ingest(call("track", "A", user="ada", at=scene.now)).accepted == 1
    assert scene.one("select count(*) from run") <= 9
    assert scene.one("select count(*) from decision where kind = 'chain'") == 1
    assert scene.one("select state from journey") == "paused"
    assert scene.one("select count(*) from alert") == 1


def test_people_inside_end_by_the_goal_and_exits_of_their_own_version(scene: Scene) -> None:
    """CORRECTNESS 16: a run stays on its version, also when the journey is archived; newcomers end by the new one."""
    text = """
journey: pinned
triggers: [{event: A}]
goal: {event: G}
exit: [{attribute: plan, eq: gone}]
steps:
  w: {wait: {for: 9d}}
"""
    scene.publish(text)
    for user in PEOPLE:
        scene.track(user, "A")
    scene.publish(text.replace("event: G", "event: H").replace("eq: gone", "eq: left"))
    scene.track("new", "A")
    scene.track("u1", "G")
    scene.track("u2", "H")
    scene.identify("u2", plan="gone")
    scene.track("new", "G")
    assert scene.all("select state from run order by id") == ["goal", "exited", "active", "active"]

    scene.write(lambda tx: journeys.archive(tx, "pinned", scene.now))
    scene.track("u3", "G")
    scene.identify("new", plan="left")
    assert scene.all("select state from run order by id") == ["goal", "exited", "goal", "exited"]


@pytest.mark.parametrize("is_resting", [False, True])
def test_a_journey_that_starts_itself_when_it_is_through_ends_unless_it_waits(scene: Scene, is_resting: bool) -> None:
    """CORRECTNESS 14: depth is counted over walks; who waits a day in each round may go round for ever."""
    scene.publish(
        """
journey: phoenix
triggers: [{event: A}, {event: journey.completed}]
reentry: {after_exit: 0s}
steps:
  t: {update: {add_tags: [x]}, next: w}
  w: {wait: {for: PAUSE}}
""".replace("PAUSE", "1d" if is_resting else "0s")
    )
    scene.track("ada", "A")

    for _ in range(20):
        scene.write(lambda tx: flow.walk(tx, scene.setting, scene.now, limit=9))
        scene.clock.advance(DAY if is_resting else 100)

    assert scene.one("select count(*) from run") == (20 if is_resting else 9)
    assert scene.one("select state from journey") == ("active" if is_resting else "paused")
    assert scene.one("select count(*) from alert") == (0 if is_resting else 1)


def test_an_exit_that_asks_for_a_message_is_asked_when_the_message_moves(scene: Scene) -> None:
    scene.publish("""
journey: polite
triggers: [{event: A}]
exit: [{message: s, did: sent}]
steps:
  s: {send: {channel: email, template: hello}, next: w}
  w: {wait: {for: 9d}}
""")
    scene.consent(scene.identify("ada", email="ada@example.com"), "news")
    scene.track("ada", "A")
    scene.walk()
    deliver(scene)

    assert scene.all("select state from run") == ["exited"]
    assert scene.one("select count(*) from token") == 0


def deliver(scene: Scene) -> list[int]:
    lane = ledger.Lane(account_id=scene.one("select id from account where channel = 'email'"), is_quiet=False)
    ids = list(scene.write(lambda tx: ledger.claim(tx, lane, 7, scene.now, limit=9)))
    scene.write(lambda tx: flow.depart(tx, ids, lane, 7, scene.setting, scene.now))
    marked = scene.write(lambda tx: flow.mark(tx, [], ids, lane, 7, scene.setting, scene.now)).allowed
    scene.write(lambda tx: flow.mark(tx, [Sent(id=i) for i in marked], [], lane, 7, scene.setting, scene.now))
    return sorted(marked)


def test_a_send_that_is_later_than_its_max_late_is_expired_and_shown(scene: Scene) -> None:
    """PRODUCT P7; the run goes on by `on_skipped`."""
    scene.publish("""
journey: late
triggers: [{event: A}]
steps:
  w: {wait: {for: 1d}, next: s}
  s: {send: {channel: email, template: hello}, max_late: 2h, next: end, on_skipped: t}
  t: {update: {add_tags: [late]}}
""")
    for user in PEOPLE[:2]:
        scene.consent(scene.identify(user, email=f"{user}@example.com"), "news")
        scene.track(user, "A")
        scene.walk()
        scene.clock.advance(HOUR)
    scene.clock.advance(DAY)
    scene.clock.advance(30 * 60_000)
    scene.walk()

    assert len(deliver(scene)) == 1
    scene.walk()

    assert scene.all("select state || reason from message order by id") == ["expiredlate", "sent"]
    assert scene.all("select outcome || reason from decision where kind = 'message' order by id") == [
        "expirelate",
        "send",
    ]
    assert scene.all("select name from tag") == ["late"]


def test_what_a_crash_left_behind_is_not_sent_when_it_has_become_too_late(scene: Scene) -> None:
    """PRODUCT P7: it had been decided about before the crash; the server was down over the weekend."""
    scene.publish(JOURNEYS["keyed"].replace("TEMPLATE", "hello").replace("PAUSE", "1d"))
    scene.consent(scene.identify("ada", email="ada@example.com"), "news")
    scene.track("ada", "A", n=1)
    scene.walk()
    lane = ledger.Lane(account_id=scene.one("select id from account where channel = 'email'"), is_quiet=False)
    ids = list(scene.write(lambda tx: ledger.claim(tx, lane, 7, scene.now, limit=9)))
    scene.write(lambda tx: flow.depart(tx, ids, lane, 7, scene.setting, scene.now))
    scene.clock.advance(3 * DAY)
    scene.write(lambda tx: flow.recover(tx, [8], [], scene.setting, scene.now))

    assert deliver(scene) == []
    assert scene.all("select state from message") == ["expired"]
