"""Consent is a ledger that is folded (PRODUCT 8); a withdrawal wins, also over what is being sent (CORRECTNESS 23)."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings, strategies as st

from tests.makers import Scene
from tests.support import stores
from tests.support.emptied import Both
from tidings import flow
from tidings.channels import Failed, Why
from tidings.consent import service as consent
from tidings.consent.models import Grant
from tidings.messages import ledger, service as messages
from tidings.messages.models import Asked
from tidings.runtime.database import Database

TOPICS = ("", "news", "offers")
said = st.tuples(
    st.sampled_from(["email", "sms"]),
    st.sampled_from(TOPICS),
    st.sampled_from(["none", "pending", "subscribed", "unsubscribed"]),
    st.sampled_from([None, 10, 1000]),
)


@pytest.fixture(params=stores.KINDS)
def scene(request: pytest.FixtureRequest, both: Both) -> Scene:
    return both.scene(request.param)


@settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.lists(st.lists(said, min_size=1, max_size=4), max_size=4))
@pytest.mark.parametrize("kind", stores.KINDS)
def test_the_state_is_the_last_word_on_each_channel_and_topic_and_nothing_said_is_lost(
    kind: str, both: Both, batches: list[list[Any]]
) -> None:
    scene = both.scene(kind)
    ada, expected, spoken = scene.identify("ada"), dict[tuple[str, str], tuple[str, int | None]](), 0
    for batch in batches:
        grants = list[Grant]()
        for channel, topic, state, lasts in batch:
            until = None if lasts is None else scene.now + lasts
            grants.append(Grant(contact_id=ada, channel=channel, topic=topic, state=state, expires_at=until))
            expected[channel, topic] = (state, until)
            spoken += 1
        scene.write(lambda tx, g=tuple(grants): consent.record(tx, g, scene.now))
        scene.clock.advance(100)

    standing = scene.read(lambda tx: consent.standing(tx, [ada])).get(ada, [])
    assert {(row.channel, row.topic): (row.state, row.expires_at) for row in standing} == expected
    assert len(scene.read(lambda tx: consent.records_of(tx, [ada]))) == spoken
    for channel in ("email", "sms"):
        for topic in TOPICS:
            whole, about = expected.get((channel, "")), expected.get((channel, topic))
            state, until = about or whole or ("none", None)
            may = (
                state == "subscribed"
                and (until is None or until > scene.now)
                and (whole or ("", 0))[0] != "unsubscribed"
            )
            verdict = consent.verdict(standing, channel, topic, scene.now)
            assert verdict.may == may
            assert not may or verdict.record_id is not None


@pytest.mark.parametrize("state", ["queued", "held", "deferred", "sending", "committing"])
@pytest.mark.parametrize("how", ["topic", "channel", "address", "one click"])
def test_a_withdrawal_wins_over_everything_that_is_not_committing(scene: Scene, state: str, how: str) -> None:
    """CORRECTNESS 23."""
    ada = scene.identify("ada", email="ada@example.com")
    scene.consent(ada, "news")
    account = scene.one("select id from account where channel = 'email'")
    lane = ledger.Lane(account_id=account, is_quiet=False)
    asked = Asked(
        contact_id=ada, source="journey", source_id=1, step="s", channel="email", topic="news", due_at=scene.now
    )
    (message_id,) = scene.write(lambda tx: messages.ask(tx, [asked], scene.now, scene.setting.ledger)).values()
    if state == "held":
        scene.write(lambda tx: messages.hold(tx, "journey", [1], "paused"))
    if state in ("sending", "committing", "deferred"):
        scene.write(lambda tx: ledger.claim(tx, lane, 7, scene.now, limit=1))
        scene.write(lambda tx: flow.depart(tx, [message_id], lane, 7, scene.setting, scene.now))
    if state in ("committing", "deferred"):
        scene.write(lambda tx: ledger.mark(tx, [message_id], 7))
    if state == "deferred":
        later = [Failed(id=message_id, why=Why.RECIPIENT_TEMPORARY)]
        scene.write(lambda tx: flow.mark(tx, later, [], lane, 7, scene.setting, scene.now))
    assert scene.one("select state from message") == state

    if how == "one click":
        scene.write(lambda tx: flow.unsubscribed(tx, message_id, scene.setting, scene.now))
    elif how == "address":
        names = {"scope": "marketing", "reason": "person", "source": "", "now": scene.now}
        scene.write(lambda tx: flow.suppressed(tx, "email", "ada@example.com", setting=scene.setting, **names))
    else:
        scene.consent(ada, "news" if how == "topic" else "", "unsubscribed")

    assert scene.one("select state from message") == ("committing" if state == "committing" else "cancelled")
    assert scene.write(lambda tx: ledger.mark(tx, [message_id], 7)) == []


def test_the_wider_suppression_stays(scene: Scene) -> None:
    def suppress(scope: str) -> None:
        address = [("email", "ada@example.com")]
        scene.write(lambda tx: consent.suppress(tx, address, scope=scope, reason=scope, source="", now=scene.now))

    suppress("marketing")
    suppress("all")
    suppress("marketing")

    assert scene.all("select scope || reason from suppression") == ["allall"]


def test_a_withdrawal_that_comes_as_a_trait_takes_back_what_was_claimed(database: Database) -> None:
    """P6: after the answer nothing of that channel and topic is committed, whichever way the withdrawal came."""
    scene, lane = Scene(database), ledger.Lane(account_id=1, is_quiet=False)
    ada = scene.identify("ada", email="ada@example.com", consent={"email": {"news": "subscribed"}})
    asked = Asked(contact_id=ada, source="api", source_id=1, topic="news", channel="email", due_at=scene.now)
    (message_id,) = scene.write(lambda tx: messages.ask(tx, [asked], scene.now, scene.setting.ledger)).values()
    scene.write(lambda tx: ledger.claim(tx, lane, 7, scene.now, limit=1))
    assert scene.write(lambda tx: flow.depart(tx, [message_id], lane, 7, scene.setting, scene.now))

    scene.identify("ada", consent={"email": {"news": "unsubscribed"}})

    assert scene.write(lambda tx: ledger.mark(tx, [message_id], 7)) == []
    assert scene.all("select state from message") == ["cancelled"]


def test_an_exit_that_asks_for_consent_is_met_by_the_withdrawal_itself(database: Database) -> None:
    scene = Scene(database)
    scene.publish(
        "journey: j\ntriggers: [{event: A}]\nexit: [{not: {consent: {channel: email, topic: news}}}]\n"
        "steps: {w: {wait: {for: 9d}, next: end}}"
    )
    ada = scene.identify("ada")
    scene.consent(ada, "news")
    scene.track("ada", "A")
    scene.walk()
    assert scene.all("select state from run") == ["active"]

    scene.consent(ada, "news", "unsubscribed")

    assert scene.all("select state from run") == ["exited"]
