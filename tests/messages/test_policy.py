"""The gates in their order and by class, frequency caps, quiet hours, and who goes first: pure."""

from __future__ import annotations

import datetime as dt
import itertools
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, strategies as st

from tests.makers import DAY, HOUR, MINUTE
from tidings.consent.models import Standing, Suppression
from tidings.messages import caps
from tidings.messages.arbitration import CELL, cell_of, first
from tidings.messages.deciding import decide_all
from tidings.messages.limits import Cap, Hold, Policy, Quiet, Use
from tidings.messages.models import RANK, Claimed, Ledger, MessageClass
from tidings.messages.policy import Facts, Verdict, decide
from tidings.messages.quiet_hours import allowed_everywhere, next_allowed, spread, zones_of_phone

NOW = 1_767_600_000_000
YES = [Standing(1, "email", "news", "subscribed", 5, 0, None)]
FREE = Ledger(epoch="e", caps=())


def message(number: int = 1, *, kind: str = "promotional", due_at: int = NOW, **more: object) -> Claimed:
    names = {
        "contact_id": 1,
        "source": "journey",
        "source_id": number,
        "step": "s",
        "visit": 1,
        "channel": "email",
        "account_id": 1,
        "topic": "news",
        "template_version_id": None,
        "body": "{}",
        "token_id": None,
        "key": f"k{number}",
        "address_kind": "email",
        "address": "a@example.com",
        "asked_at": due_at,
        "max_late": None,
        "attempts": 0,
        "intended_at": due_at,
    }
    values = (
        names | {"id": number, "message_class": kind, "class_rank": RANK[MessageClass(kind)], "due_at": due_at} | more
    )
    return Claimed(**values)  # type: ignore[arg-type]


def facts(**more: object) -> Facts:
    names = {"address": "a@example.com", "standings": YES, "suppression": None, "zones": ("UTC",), "quiet": None}
    return Facts(**(names | more))  # type: ignore[arg-type]


def suppressed(scope: str) -> Suppression:
    return Suppression("email", "a@example.com", scope, "complaint", "", 0)


NIGHT = Quiet(start=(NOW // MINUTE + 60) % 1440, end=(NOW // MINUTE + 120) % 1440)
HELD = Hold(1, 1, "manual", "we talk to them", "", 0, None, "ada")


@pytest.mark.parametrize(
    ("stop", "stopped"),
    [
        ({"standings": []}, {"lifecycle": "no_consent", "promotional": "no_consent"}),
        ({"suppression": suppressed("marketing")}, {"lifecycle": "suppressed", "promotional": "suppressed"}),
        ({"suppression": suppressed("all")}, dict.fromkeys(("transactional", "service", "lifecycle", "promotional"), "suppressed")),
        ({"hold": HELD}, {"lifecycle": "hold", "promotional": "hold"}),
        ({"quiet": NIGHT}, {"lifecycle": "quiet_hours", "promotional": "quiet_hours"}),
        ({"address": ""}, dict.fromkeys(("transactional", "service", "lifecycle", "promotional"), "no_address")),
        ({"policy": Policy(mode="draft")}, dict.fromkeys(("transactional", "service", "lifecycle", "promotional"), "draft")),
    ],
)  # fmt: skip
def test_each_class_asks_only_the_gates_of_its_row(stop: dict[str, object], stopped: dict[str, str]) -> None:
    found = {
        kind: decide(message(kind=kind), facts(**stop), [], FREE, NOW).reason
        for kind in ("transactional", "service", "lifecycle", "promotional")
    }

    assert {kind: reason for kind, reason in found.items() if reason} == stopped


def test_the_first_gate_that_says_no_is_the_reason() -> None:
    cap = Ledger(epoch="e", caps=(Cap(count=1, within="1h"),))
    used = [use(9, NOW - MINUTE)]
    everything: dict[str, object] = {
        "standings": [],
        "suppression": suppressed("marketing"),
        "hold": HELD,
        "quiet": NIGHT,
    }
    lifted: tuple[dict[str, object], ...] = (
        {"standings": YES},
        {"suppression": None},
        {"hold": None},
        {"quiet": None},
    )
    reasons = [decide(message(), facts(**everything), used, cap, NOW).reason]
    for gate in lifted:
        everything |= gate
        reasons.append(decide(message(), facts(**everything), used, cap, NOW).reason)

    assert reasons == ["no_consent", "suppressed", "hold", "frequency_cap", "frequency_cap"]
    assert decide(message(), facts(**everything), [], cap, NOW).outcome == "send"


def use(message_id: int, at: int, *, channel: str = "email", kind: str = "promotional", cell: int = 0) -> Use:
    return Use(1, message_id, channel, kind, at, cell, "journey", message_id, "s")


caps_of_all = st.lists(
    st.builds(
        Cap,
        count=st.integers(1, 3),
        within=st.sampled_from(["10m", "1h", "16h"]),
        channel=st.sampled_from(["", "email", "sms"]),
        message_class=st.sampled_from(["", "promotional", "lifecycle"]),
    ),
    min_size=1,
    max_size=3,
)
arrivals = st.lists(
    st.tuples(st.integers(0, 90), st.sampled_from(["email", "sms"]), st.sampled_from(["promotional", "lifecycle"])),
    min_size=1,
    max_size=20,
)


@given(caps_of_all, arrivals)
def test_no_rolling_window_ever_holds_more_than_its_cap_and_room_is_found_as_early_as_there_is(
    given_caps: list[Cap], asked: list[tuple[int, str, str]]
) -> None:
    uses = list[Use]()
    for number, (minute, channel, kind) in enumerate(sorted(asked)):
        now = NOW + minute * 10 * MINUTE
        room = caps.room(given_caps, channel, kind, uses, now)
        if room.at <= now:
            uses.append(use(number, now, channel=channel, kind=kind))
        else:
            assert caps.room(given_caps, channel, kind, uses, room.at - 1).at > room.at - 1
            assert caps.room(given_caps, channel, kind, uses, room.at).at == room.at

    for cap in given_caps:
        within = {"10m": 10 * MINUTE, "1h": HOUR, "16h": 16 * HOUR}[cap.within]
        counted = [one.at for one in uses if caps.applies(cap, one.channel, one.message_class)]
        for end in counted:
            assert sum(end - within < at <= end for at in counted) <= cap.count


def test_a_capped_message_waits_as_long_as_it_is_worth_and_is_skipped_then() -> None:
    ledger = Ledger(epoch="e")
    used = [use(9, NOW - HOUR)]

    waits = decide(message(), facts(), used, ledger, NOW)
    late = decide(message(due_at=NOW - 40 * HOUR), facts(), used, ledger, NOW)
    campaign = decide(message(source="campaign", due_at=NOW - 10 * HOUR), facts(), used, ledger, NOW)
    impatient = decide(message(), facts(policy=Policy(if_capped="skip")), used, ledger, NOW)
    other = decide(message(kind="lifecycle"), facts(), used, ledger, NOW)

    assert (waits.outcome, waits.reason, waits.until) == ("defer", "frequency_cap", NOW + 15 * HOUR)
    assert (waits.evidence["used_by"], waits.evidence["cap"]["count"]) == (9, 1)
    assert [one.outcome for one in (late, campaign, impatient)] == ["skip"] * 3
    assert other.outcome == "send"


def test_its_own_place_under_a_cap_does_not_keep_a_second_try_back() -> None:
    verdicts = decide_all([message(9)], [], {9: facts()}, [use(9, NOW - MINUTE)], Ledger(epoch="e"), NOW)

    assert verdicts[9].outcome == "send"


@st.composite
def contenders(draw: st.DrawFn) -> list[Claimed]:
    count = draw(st.integers(2, 6))
    return [
        message(
            number,
            kind=draw(st.sampled_from(["promotional", "lifecycle"])),
            due_at=NOW // CELL * CELL + draw(st.integers(0, CELL - 1)),
            priority=draw(st.integers(0, 2)),
            source=draw(st.sampled_from(["journey", "campaign"])),
        )
        for number in range(1, count + 1)
    ]


@given(contenders(), st.randoms(use_true_random=False))
def test_the_winner_of_a_cell_does_not_depend_on_who_is_claimed_first(group: list[Claimed], random: object) -> None:
    known = {one.id: facts() for one in group}
    end = NOW // CELL * CELL + CELL

    winners = set[int]()
    for order in itertools.islice(itertools.permutations(group), 12):
        waiting, uses, sent = list(order), list[Use](), list[int]()
        while waiting:
            mine, waiting = waiting[:1], waiting[1:]
            verdict = decide_all(mine, waiting, known, uses, FREE, end)[mine[0].id]
            if verdict.outcome == "send":
                sent.append(mine[0].id)
                uses.append(use(mine[0].id, end, kind=mine[0].message_class, cell=verdict.cell_at or 0))
            else:
                assert verdict.reason == "arbitration" and verdict.until is not None and verdict.until >= end
        assert len(sent) == 1
        winners.add(sent[0])

    assert winners == {first(group).id}


def test_a_message_without_rivals_leaves_at_once_and_one_with_a_rival_waits_for_the_end_of_its_minute() -> None:
    start = NOW // CELL * CELL
    one, other = message(1, due_at=start + 1_000), message(2, due_at=start + 2_000)
    elsewhere, tomorrow = message(3, due_at=start, channel="sms"), message(4, due_at=start + DAY)
    known = {m.id: facts() for m in (one, other, elsewhere, tomorrow)}

    alone = decide_all([one], [elsewhere, tomorrow], known, [], FREE, start + 3_000)
    contested = decide_all([one], [other], known, [], FREE, start + 3_000)
    receipt = decide_all([message(5, kind="transactional")], [other], known | {5: facts()}, [], FREE, start + 3_000)

    assert alone[1].outcome == receipt[5].outcome == "send"
    assert (contested[1].outcome, contested[1].until, contested[1].cell_at) == ("defer", start + CELL, start)
    assert [c["message_id"] for c in contested[1].evidence["candidates"]] == [1, 2]


def test_who_may_not_leave_anyway_keeps_nobody_waiting() -> None:
    one, barred = message(1), message(2, topic="offers")
    known = {1: facts(), 2: facts()}

    assert decide_all([one], [barred], known, [], FREE, NOW)[1].outcome == "send"


def test_losers_are_due_when_the_cap_has_room_after_the_winner_and_name_it() -> None:
    start = NOW // CELL * CELL
    group = [message(number, due_at=start, priority=number) for number in (1, 2, 3)]
    known = {1: facts(), 2: facts(policy=Policy(if_outranked="skip")), 3: facts()}

    verdicts = decide_all(group, [], known, [], Ledger(epoch="e"), start + CELL)

    assert {number: one.outcome for number, one in verdicts.items()} == {3: "send", 2: "skip", 1: "defer"}
    assert verdicts[1].until == start + CELL + 16 * HOUR
    assert verdicts[1].evidence["winner"]["message_id"] == verdicts[2].evidence["winner"]["message_id"] == 3
    assert [c["message_id"] for c in verdicts[3].evidence["candidates"]] == [3, 2, 1]


def test_whoever_waited_stays_in_the_minute_that_it_was_due_in() -> None:
    waited = message(1, due_at=NOW + CELL, cell_at=NOW // CELL * CELL)

    assert cell_of(waited) == NOW // CELL * CELL


def local(zone: str, *when: int) -> int:
    return int(dt.datetime(*when, tzinfo=ZoneInfo(zone)).timestamp() * 1_000)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("zones", "now", "opens"),
    [
        (("Europe/Berlin",), local("Europe/Berlin", 2026, 1, 5, 22, 0), local("Europe/Berlin", 2026, 1, 6, 9, 0)),
        (("Europe/Berlin",), local("Europe/Berlin", 2026, 1, 5, 12, 0), local("Europe/Berlin", 2026, 1, 5, 12, 0)),
        (
            ("America/New_York", "America/Los_Angeles"),
            local("America/New_York", 2026, 1, 5, 9, 30),
            local("America/Los_Angeles", 2026, 1, 5, 9, 0),
        ),
        (
            ("America/New_York", "America/Los_Angeles"),
            local("America/Los_Angeles", 2026, 1, 5, 18, 0),
            local("America/Los_Angeles", 2026, 1, 6, 9, 0),
        ),
        (("Europe/Berlin",), local("Europe/Berlin", 2026, 3, 28, 23, 0), local("Europe/Berlin", 2026, 3, 29, 9, 0)),
        (("Europe/Berlin",), local("Europe/Berlin", 2026, 10, 24, 23, 0), local("Europe/Berlin", 2026, 10, 25, 9, 0)),
        (
            ("Pacific/Auckland", "Atlantic/Azores"),
            local("Pacific/Auckland", 2026, 1, 5, 3, 0),
            local("Pacific/Auckland", 2026, 1, 5, 9, 0),
        ),
    ],
)
def test_hours_are_those_allowed_in_every_zone_that_may_be_theirs(zones: tuple[str, ...], now: int, opens: int) -> None:
    assert allowed_everywhere(now, zones, 9 * 60, 20 * 60) == opens


def test_whoever_waits_for_the_morning_leaves_at_a_moment_of_their_own() -> None:
    moments = {spread(NOW, share, 9 * 60, 20 * 60) for share in range(0, 2**31 - 1, 104_729_000)}

    assert len(moments) > 15 and all(NOW <= moment < NOW + 10 * MINUTE for moment in moments)


def test_hours_that_are_short_are_not_missed_by_spreading() -> None:
    shares = range(0, 2**31 - 1, 104_729_000)

    assert all(NOW <= spread(NOW, share, 9 * 60, 9 * 60 + 5) < NOW + 5 * MINUTE for share in shares)
    assert all(NOW <= spread(NOW, share, 23 * 60, 60) < NOW + 2 * HOUR for share in shares)


def test_a_cap_over_all_channels_counts_the_winner_of_one_for_the_next() -> None:
    mail, text = message(1), message(2, channel="sms", topic="")
    yes = [*YES, Standing(1, "sms", "", "subscribed", 6, 0, None)]
    known = {1: facts(standings=yes), 2: facts(standings=yes)}

    verdicts = decide_all([mail, text], [], known, [], Ledger(epoch="e", caps=(Cap(count=1, within="1h"),)), NOW)

    assert sorted(one.outcome for one in verdicts.values()) == ["defer", "send"]


def test_two_journeys_of_one_priority_are_told_apart_by_their_names_and_not_by_who_came_first() -> None:
    start = NOW // CELL * CELL
    for first_id, second_id in ((1, 2), (2, 1)):
        apple = message(first_id, due_at=start, body='{"journey": "apple"}')
        pear = message(second_id, due_at=start, body='{"journey": "pear"}')

        assert first([pear, apple]) is apple


def test_a_phone_tells_its_zones_and_nonsense_none() -> None:
    assert zones_of_phone("+4930123456") == ("Europe/Berlin",)
    assert len(zones_of_phone("+12025550123")) >= 1
    assert zones_of_phone("12") == () == zones_of_phone("+9990000000")


@given(st.integers(0, 1440), st.integers(0, 1440), st.integers(0, 3 * DAY))
def test_an_instant_that_is_allowed_is_not_moved(start: int, end: int, offset: int) -> None:
    at = next_allowed(NOW + offset, "Europe/Berlin", start, end)

    assert at >= NOW + offset and next_allowed(at, "Europe/Berlin", start, end) == at


def test_a_verdict_is_a_value() -> None:
    assert decide(message(), facts(), [], FREE, NOW) == decide(message(), facts(), [], FREE, NOW)
    assert isinstance(decide(message(), facts(), [], FREE, NOW), Verdict)
