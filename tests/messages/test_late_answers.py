"""A late answer still settles its row, so that what was taken after all does not go out again (CORRECTNESS 6, 22)."""

from __future__ import annotations

import pytest

from tests.makers import MINUTE, Scene
from tidings import flow
from tidings.channels import Failed, Result, Sent, Why
from tidings.messages import ledger, service as messages
from tidings.runtime.database import Database

TEMPLATE = "template: code\nchannel: email\nclass: transactional\nmust_arrive: true\nsubject: Code\ntext: '1234'\n"
JOURNEY = "journey: j\ntriggers: [{event: A}]\nsteps: {s: {send: {channel: email, template: code}, next: end}}"
LANE = ledger.Lane(account_id=1, is_quiet=False)


def in_doubt(database: Database) -> tuple[Scene, int]:
    """A message whose process was taken for dead while it was being handed over."""
    scene = Scene(database)
    scene.publish(TEMPLATE)
    scene.publish(JOURNEY)
    scene.identify("ada", email="ada@example.com")
    scene.track("ada", "A")
    scene.walk()
    (message_id,) = scene.write(lambda tx: ledger.claim(tx, LANE, 7, scene.now, limit=1))
    scene.write(lambda tx: flow.depart(tx, [message_id], LANE, 7, scene.setting, scene.now))
    scene.write(lambda tx: ledger.mark(tx, [message_id], 7))
    scene.write(lambda tx: flow.recover(tx, [8], [], scene.setting, scene.now))
    assert scene.all("select state from message") == ["uncertain"]
    return scene, message_id


@pytest.mark.parametrize("how", ["must arrive", "by hand"])
@pytest.mark.parametrize(("why", "state"), [(None, "sent"), (Why.UNKNOWN, "queued"), (Why.CONTENT_REFUSED, "queued")])
def test_only_the_answer_that_it_was_taken_keeps_it_from_going_out_again(
    database: Database, how: str, why: Why | None, state: str
) -> None:
    scene, message_id = in_doubt(database)
    scene.clock.advance(6 * MINUTE)
    if how == "by hand":
        scene.write(lambda tx: messages.send_again(tx, message_id, scene.now))
    else:
        assert scene.write(lambda tx: ledger.resend(tx, scene.now)) == 1
    late: Result = Sent(id=message_id) if why is None else Failed(id=message_id, why=why)

    scene.write(lambda tx: flow.mark(tx, [late], [], LANE, 7, scene.setting, scene.now))

    assert scene.all("select state from message") == [state]
    claimed = scene.write(lambda tx: ledger.claim(tx, LANE, 8, scene.now, limit=1))
    assert bool(claimed) == (state == "queued")
