"""The life of messages (CORRECTNESS 21 to 23, 28; docs/states.md): whatever happens in whatever order, on both databases,
no message is lost, doubled, or leaves after a withdrawal."""

from __future__ import annotations

from collections import Counter
from typing import Any

import pytest
from hypothesis import HealthCheck, assume, settings, strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)
from msgspec import Struct

from tests.makers import HOUR, MINUTE, Scene
from tests.support import stores
from tests.support.emptied import Both
from tidings.channels import Failed, Report, Result, Sent, Why
from tidings.consent import service as consent
from tidings.consent.models import Grant
from tidings.messages import ledger, reports, service as messages
from tidings.messages.models import Asked, Ended
from tidings.runtime.sql import Statement

OPEN = {"queued", "held", "deferred", "sending"}
OVER = {"sent", "delivered", "bounced", "complained", "failed", "skipped", "cancelled", "expired", "uncertain"}
CLIMB = ["sent", "delivered", "bounced", "complained"]
STEPS: dict[str, set[str]] = {
    "queued": {"sending", "held", "cancelled"},
    "held": {"queued", "cancelled"},
    "deferred": {"sending", "held", "cancelled"},
    "sending": {"queued", "committing", "deferred", "held", "skipped", "expired", "cancelled", "failed"},
    "committing": {"queued", "deferred", "failed", "uncertain", "cancelled", *CLIMB},
    "uncertain": {"queued", "deferred", "failed", "cancelled", *CLIMB},
    "failed": {"queued"},
    "expired": {"queued"},
    "skipped": set(),
    "cancelled": set(),
    **{state: set(CLIMB[number + 1 :]) for number, state in enumerate(CLIMB)},
}
"""docs/states.md, and what one verb may do at once (a result and the reports that waited for it)."""
NAMES = ("ada", "bob", "cid")
TEMPLATES = """
template: {name}
class: {kind}
topic: '{topic}'
subject: Hi
text: Hi
must_arrive: {must_arrive}
"""


class Row(Struct, array_like=True):
    id: int
    state: str
    owner: int
    topic: str
    step: str
    source_id: int
    contact_id: int
    address: str
    key: str


class Machine(RuleBasedStateMachine):
    """The model knows what may be; the ledger says what is."""

    def __init__(self, scene: Scene) -> None:
        super().__init__()
        self.scene = scene
        for name, kind, topic, must in (
            ("promo", "promotional", "news", "false"),
            ("code", "transactional", "", "true"),
        ):
            scene.publish(TEMPLATES.format(name=name, kind=kind, topic=topic, must_arrive=must))
        self.account = scene.one("select id from account where channel = 'email'")
        self.owners = [1, 2]
        self.people = [scene.identify(user, email=f"{user}@example.com") for user in NAMES]
        for contact_id in self.people:
            scene.consent(contact_id, "news")
        self.rows: dict[int, Row] = {}
        self.asked: dict[messages.Key, int] = {}
        self.departed: set[int] = set()
        self.ended: Counter[int] = Counter()
        self.revived: Counter[int] = Counter()
        self.withdrawn: set[int] = set()
        """Not to be committed any more; what was already committing is in here as well."""
        self.doubtful: set[int] = set()
        """Uncertain, and nobody has allowed to send it again."""
        self.resent: Counter[int] = Counter()
        self.reports = 0

    @initialize(may_resend=st.sampled_from([False, False, True]))
    def open(self, may_resend: bool) -> None:
        self.lane = ledger.Lane(account_id=self.account, is_quiet=False, may_resend=may_resend, has_reports=True)

    # --- what is -----------------------------------------------------------------------------------------------------

    def look(self, freed: list[Ended], *, revived: set[int] = frozenset()) -> None:  # type: ignore[assignment]
        """Compare with what was, and let nothing happen that may not."""
        text = "select m.id, m.state, coalesce(m.owner, 0), m.topic, m.step, m.source_id, m.contact_id, m.address, m.key from message m"
        now = {row.id: row for row in self.scene.read(lambda tx: tx.rows(Statement("look", text), Row))}
        assert set(now) == set(self.asked.values()), "a message is lost, or was asked for by nobody"
        for message_id, row in now.items():
            before = self.rows[message_id].state if message_id in self.rows else "queued"
            assert row.state == before or row.state in STEPS[before], f"{before} > {row.state}"
            assert (row.owner != 0) == (row.state in ("sending", "committing")), row
            if row.state == "uncertain" and before != "uncertain":
                self.doubtful.add(message_id)
            if row.state in CLIMB or row.state == "failed":
                self.doubtful.discard(message_id)
            if (before in OVER and row.state not in OVER) or message_id in revived:
                self.revived[message_id] += 1
            if row.state != "sending":
                self.departed.discard(message_id)
        unheard = "select count(*) from report r join message m on m.id = r.message_id where r.applied_at is null "
        unheard += "and m.state in ('uncertain', 'sent', 'delivered', 'bounced', 'complained')"
        assert self.scene.one(unheard) == 0, "evidence is not looked at"
        self.ended.update(end.message_id for end in freed)
        self.rows = now

    @invariant()
    def every_ended_message_frees_its_token_exactly_once(self) -> None:
        for row in self.rows.values():
            if row.state in OVER:
                assert 1 <= self.ended[row.id] <= 1 + self.revived[row.id], (row, self.ended[row.id])
            else:
                assert self.ended[row.id] <= self.revived[row.id], row

    def has(self, *states: str) -> bool:
        return any(row.state in states for row in self.rows.values())

    def some(self, data: Any, *states: str, **like: Any) -> Row:
        found = [
            row
            for row in self.rows.values()
            if row.state in states and all(getattr(row, name) == value for name, value in like.items())
        ]
        assume(found)
        row: Row = data.draw(st.sampled_from(sorted(found, key=lambda row: row.id)))
        return row

    def write(self, unit: Any) -> Any:
        return self.scene.write(unit)

    @property
    def now(self) -> int:
        return self.scene.now

    # --- what happens ------------------------------------------------------------------------------------------------

    @precondition(lambda self: len(self.asked) < 12)
    @rule(run=st.integers(1, 2), step=st.sampled_from(["promo", "code"]), late=st.sampled_from([None, HOUR]))
    def ask(self, run: int, step: str, late: int | None) -> None:
        """Everybody is asked for the same; who has it already is not asked for again."""
        is_code = step == "code"
        asked = [
            Asked(
                contact_id=contact_id, source="journey", source_id=run, step=step, channel="email", due_at=self.now,
                message_class="transactional" if is_code else "promotional", topic="" if is_code else "news",
                token_id=1, max_late=late, body={"template": step},
            )
            for contact_id in self.people
        ]  # fmt: skip
        found = self.write(lambda tx: messages.ask(tx, asked, self.now, self.scene.setting.ledger))
        for key, message_id in found.items():
            assert self.asked.setdefault(key, message_id) == message_id, "a key is asked once"
        self.look([])

    @precondition(lambda self: self.has("queued", "deferred"))
    @rule(
        number=st.integers(0, 1),
        limit=st.integers(1, 4),
        until=st.sampled_from(["claimed", "departed", "committing", "committing", "committing"]),
        later=st.sampled_from([0, 0, HOUR]),
    )
    def travel(self, number: int, limit: int, until: str, later: int) -> None:
        """A slice is claimed, decided about, and put into the hands of the provider, or gets only so far."""
        owner = self.owners[number]
        self.scene.clock.advance(later)
        claimed = self.write(lambda tx: ledger.claim(tx, self.lane, owner, self.now, limit=limit))
        assert all(self.rows[message_id].state in ("queued", "deferred") for message_id in claimed)
        self.look([])
        assert all(self.rows[message_id].owner == owner for message_id in claimed)
        if until != "claimed":
            self.depart(owner)
        if until == "committing":
            self.hand_over(owner, sorted(self.departed))

    def depart(self, owner: int) -> None:
        ids = [row.id for row in self.rows.values() if row.owner == owner and row.state == "sending"]
        ids = [message_id for message_id in ids if message_id not in self.departed]
        left = self.write(lambda tx: ledger.depart(tx, ids, self.lane, owner, self.scene.setting.ledger, self.now))
        self.look(left.ended)
        self.departed |= {departing.message.id for departing in left.leaving}

    @precondition(lambda self: self.departed)
    @rule(data=st.data(), number=st.integers(0, 1))
    def mark(self, data: Any, number: int) -> None:
        """Owners ask for the mark of everything that anybody departed with; only what is theirs may come back."""
        ids = data.draw(st.lists(st.sampled_from(sorted(self.rows)), max_size=4, unique=True))
        self.hand_over(self.owners[number], sorted({*ids, *self.departed}))

    def hand_over(self, owner: int, ids: list[int]) -> None:
        marked = self.write(lambda tx: ledger.mark(tx, ids, owner))
        assert set(marked) == {i for i in ids if self.rows[i].state == "sending" and self.rows[i].owner == owner}
        assert not self.withdrawn & set(marked), "it left after a withdrawal"
        assert not self.doubtful & set(marked), "it was silently sent twice"
        self.look([])

    @precondition(lambda self: self.has("committing", "uncertain"))
    @rule(data=st.data(), why=st.sampled_from([None, None, *Why, Why.RECIPIENT_TEMPORARY, Why.PROVIDER_DOWN]))
    def settle(self, data: Any, why: Why | None) -> None:
        row = self.some(data, "committing", "committing", "uncertain")
        self.result(row, why)

    def result(self, row: Row, why: Why | None) -> None:
        answer: Result = Sent(id=row.id, provider_id=f"p{row.id}") if why is None else Failed(id=row.id, why=why)
        if why not in (None, Why.UNKNOWN) or self.lane.may_resend:
            self.doubtful.discard(row.id)
        revived = {row.id} if row.state == "uncertain" else set()
        if why is Why.ADDRESS_INVALID:
            self.withdraw_where(lambda one: one.address == row.address and one.id != row.id)
        if why is Why.OPTED_OUT:
            self.withdraw_where(
                lambda one: one.contact_id == row.contact_id and one.step == "promo" and one.id != row.id
            )
        settled = self.write(lambda tx: ledger.settle(tx, [answer], self.lane, self.now))
        self.look(settled.ended, revived=revived)

    @precondition(lambda self: self.departed)
    @rule(data=st.data())
    def refuse_unrendered(self, data: Any) -> None:
        row = self.rows[data.draw(st.sampled_from(sorted(self.departed)))]
        self.result(row, Why.CONTENT_REFUSED)

    @precondition(lambda self: self.departed)
    @rule(number=st.integers(0, 1))
    def release(self, number: int) -> None:
        ids = sorted(self.departed)
        self.write(lambda tx: ledger.release(tx, ids, self.owners[number]))
        self.look([])

    @precondition(lambda self: self.has("sending", "committing"))
    @rule(number=st.integers(0, 1))
    def crash(self, number: int) -> None:
        """A process ends; another number takes its place and looks after what it left."""
        gone, self.owners[number] = self.owners[number], max(self.owners) + 1
        alive, resendable = list(self.owners), [self.account] if self.lane.may_resend else []
        recovered = self.write(lambda tx: ledger.recover(tx, alive, resendable, self.now))
        self.look(recovered.ended)
        assert not [row for row in self.rows.values() if row.owner == gone]

    # --- people change their minds -----------------------------------------------------------------------------------

    def withdraw_where(self, test: Any) -> list[int]:
        """What a withdrawal covers must not leave; what is committing may be on its way, this once."""
        covered = [row.id for row in self.rows.values() if row.state in OPEN | {"committing"} and test(row)]
        self.withdrawn |= set(covered)
        return [message_id for message_id in covered if self.rows[message_id].state in OPEN]

    def check_cancelled(self, ids: list[int], ended: list[Ended]) -> None:
        self.look(ended)
        assert sorted(end.message_id for end in ended) == sorted(ids)
        assert all(self.rows[message_id].state == "cancelled" for message_id in ids)

    @rule(what=st.sampled_from("uulsh"), who=st.integers(0, 2), is_back=st.booleans())
    def change_of_mind(self, what: str, who: int, is_back: bool) -> None:
        match what:
            case "u":
                self.unsubscribe(who, is_back)
            case "l":
                self.leave_the_journey(who % 2 + 1)
            case "s":
                self.suppress(who, is_back)
            case "h":
                self.hold(who % 2 + 1, not is_back)

    def unsubscribe(self, who: int, is_back: bool) -> None:
        """Some come back later; what was taken back stays so."""
        contact_id = self.people[who]
        if is_back:
            self.scene.consent(contact_id, "news")
            return
        ids = self.withdraw_where(lambda row: row.contact_id == contact_id and row.topic == "news")
        grant = Grant(contact_id=contact_id, channel="email", topic="news", state="unsubscribed")

        def unit(tx: Any) -> list[Ended]:
            consent.record(tx, [grant], self.now)
            return messages.withdraw_topic(tx, [contact_id], "email", "news", "unsubscribed", self.now)

        self.check_cancelled(ids, self.write(unit))

    def leave_the_journey(self, run: int) -> None:
        ids = self.withdraw_where(lambda row: row.source_id == run)
        ended = self.write(lambda tx: messages.withdraw(tx, "journey", [run], "exited", self.now))
        self.check_cancelled(ids, ended)

    def suppress(self, who: int, is_back: bool) -> None:
        contact_id, address = self.people[who], f"{NAMES[who]}@example.com"
        if is_back:
            self.write(lambda tx: consent.unsuppress(tx, "email", address))
            return
        ids = self.withdraw_where(lambda row: row.contact_id == contact_id)

        def unit(tx: Any) -> list[Ended]:
            consent.suppress(tx, [("email", address)], scope="all", reason="person", source="", now=self.now)
            return messages.withdraw_address(tx, [contact_id], address, "all", "suppressed", self.now)

        self.check_cancelled(ids, self.write(unit))

    def hold(self, run: int, is_on: bool) -> None:
        if is_on:
            self.write(lambda tx: messages.hold(tx, "journey", [run], "paused"))
        else:
            self.write(lambda tx: messages.unhold(tx, "journey", [run], "paused"))
        self.look([])
        states = {row.state for row in self.rows.values() if row.source_id == run}
        assert not states & ({"queued", "deferred", "sending"} if is_on else {"held"})

    # --- what comes back, and what a person decides ------------------------------------------------------------------

    @precondition(lambda self: self.has("committing", "uncertain", *CLIMB))
    @rule(
        data=st.data(),
        status=st.sampled_from(["sent", "delivered", "bounced", "complained", "deferred", "opened"]),
        is_by_key=st.booleans(),
    )
    def report(self, data: Any, status: Any, is_by_key: bool) -> None:
        """Early (still committing), late, twice, out of order."""
        row = self.some(data, "committing", "uncertain", *CLIMB)
        self.reports += 1
        told = Report(
            dedup=f"r{self.reports}", status=status, at=self.now, message_key=row.key if is_by_key else "",
            provider_id="" if is_by_key else f"p{row.id}", address=row.address,
        )  # fmt: skip
        if status == "complained" and row.state in ("uncertain", *CLIMB) and is_by_key:
            self.withdraw_where(lambda one: one.contact_id == row.contact_id and one.step == "promo")
        heard = self.write(lambda tx: reports.take(tx, self.account, [told, told], self.now))
        self.look(heard.ended)
        if status == "delivered" and is_by_key and row.state in ("uncertain", "sent"):
            assert self.rows[row.id].state == "delivered"

    @precondition(lambda self: self.has("uncertain", "failed", "expired"))
    @rule(data=st.data())
    def send_again(self, data: Any) -> None:
        row = self.some(data, "uncertain", "failed", "expired")
        self.write(lambda tx: messages.send_again(tx, row.id, self.now))
        self.doubtful.discard(row.id)
        self.withdrawn.discard(row.id)  # a person wants it; consent and suppression are asked again when it departs
        self.look([])

    @precondition(lambda self: self.has("uncertain"))
    @rule()
    def resend(self) -> None:
        before = {row.id for row in self.rows.values() if row.state == "uncertain"}
        self.write(lambda tx: ledger.resend(tx, self.now))
        self.look([])
        for message_id in before:
            if self.rows[message_id].state != "uncertain":
                assert self.rows[message_id].step == "code", "only what must arrive is sent again by itself"
                self.resent[message_id] += 1
                assert self.resent[message_id] == 1, "once"
                assert message_id not in self.withdrawn, "nobody waits for it any more"
                self.doubtful.discard(message_id)

    @rule(by=st.sampled_from([5 * MINUTE, 2 * HOUR, 30 * HOUR]))
    def time_passes(self, by: int) -> None:
        self.scene.clock.advance(by)


@pytest.mark.parametrize("kind", stores.KINDS)
def test_messages_are_never_lost_never_doubled_and_never_sent_after_a_withdrawal(kind: str, both: Both) -> None:
    law = settings(max_examples=100, stateful_step_count=50, deadline=None, suppress_health_check=list(HealthCheck))
    run_state_machine_as_test(lambda: Machine(both.scene(kind)), settings=law)
