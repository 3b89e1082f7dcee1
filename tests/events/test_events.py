"""What happened is kept once, in its order, with its time corrected; what is wrong is kept with a reason (CORRECTNESS 9, 15)."""

from __future__ import annotations

import json
from typing import Any

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings, strategies as st

from tests.makers import HOUR, MINUTE, SECOND, Scene, call
from tests.support import stores
from tests.support.emptied import Both
from tidings import flow
from tidings.events import decoding, service as events
from tidings.events.calls import Rejected
from tidings.runtime.errors import Invalid
from tidings.runtime.ids import iso

NOW = 1_767_600_000_000
FAST = settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))


@pytest.fixture(params=stores.KINDS)
def scene(request: pytest.FixtureRequest, both: Both) -> Scene:
    return both.scene(request.param)


# --- the timeline, the counts ----------------------------------------------------------------------------------------


@FAST
@given(st.lists(st.tuples(st.sampled_from("AB"), st.integers(0, 3)), min_size=1, max_size=25), st.integers(1, 7))
@pytest.mark.parametrize("kind", stores.KINDS)
def test_the_timeline_pages_without_gaps_or_doubles_when_many_share_an_instant(
    kind: str, both: Both, happened: list[Any], limit: int
) -> None:
    scene = both.scene(kind)
    calls = [call("track", name, user="ada", at=NOW - SECOND * ago) for name, ago in happened]
    scene.ingest(*calls)
    ada = scene.one("select contact_id from identifier")

    found, page = list[events.Event](), list[events.Event]()
    before, before_id = NOW + 1, 0
    while page := scene.read(
        lambda tx, b=before, i=before_id: events.events_of(tx, [ada], before=b, before_id=i, limit=limit)
    ):
        found += page
        before, before_id = page[-1].at, page[-1].id

    assert [event.at for event in found] == sorted((one.at for one in calls), reverse=True)
    assert len({event.id for event in found}) == len(found)
    counts = {count.name: count for count in scene.read(lambda tx: events.counts_of(tx, [ada]))}
    assert set(counts) == {name for name, _ in happened}
    for name, count in counts.items():
        instants = [one.at for one in calls if one.name == name]
        assert (count.event_count, count.first_at, count.last_at) == (len(instants), min(instants), max(instants))


def test_counts_grow_over_batches_and_an_older_event_moves_only_the_first(scene: Scene) -> None:
    scene.track("ada", "A")
    scene.clock.advance(HOUR)
    scene.track("ada", "A")
    scene.track("ada", "A", at=NOW - HOUR)

    (count,) = scene.read(lambda tx: events.counts_of(tx, [scene.one("select contact_id from identifier")]))
    assert (count.event_count, count.first_at, count.last_at) == (3, NOW - HOUR, NOW + HOUR)


# --- once ------------------------------------------------------------------------------------------------------------


@FAST
@given(st.integers(0, 3 * 72 * HOUR), st.lists(st.integers(0, 73 * HOUR), min_size=1, max_size=6))
@pytest.mark.parametrize("kind", stores.KINDS)
def test_the_same_message_id_counts_once_for_72_hours_wherever_the_tables_turn(
    kind: str, both: Both, start: int, pauses: list[int]
) -> None:
    """CORRECTNESS 15: two tables take turns; whatever others bring meanwhile, 72 hours are remembered, and not for ever."""
    scene = both.scene(kind, NOW + start)
    remembered: dict[str, int] = {}
    for number, pause in enumerate([0, *pauses]):
        scene.clock.advance(pause)
        for name in ("m", f"m{number}"):
            done = scene.ingest(call("track", "A", user="ada", at=scene.now, message_id=name))
            if name in remembered and scene.now - remembered[name] < 72 * HOUR:
                assert (done.accepted, done.duplicates) == (0, 1)
            elif name not in remembered or scene.now - remembered[name] >= 144 * HOUR:
                assert (done.accepted, done.duplicates) == (1, 0)
            if done.accepted:
                remembered[name] = scene.now


def test_the_same_message_id_twice_in_a_batch_is_one_event_and_none_is_always_new(scene: Scene) -> None:
    done = scene.ingest(
        call("track", "A", user="ada", at=NOW, message_id="m"),
        call("track", "B", user="bob", at=NOW, message_id="m"),
        call("track", "C", user="ada", at=NOW, message_id=""),
        call("track", "C", user="ada", at=NOW, message_id=""),
    )

    assert (done.accepted, done.duplicates) == (3, 1)
    assert scene.all("select name from event order by id") == ["A", "C", "C"]


def test_a_clock_that_goes_back_over_the_turn_forgets_nothing(scene: Scene) -> None:
    period = 72 * HOUR
    scene.clock.set(NOW // period * period + period)
    scene.ingest(call("track", "A", user="ada", at=NOW, message_id="m"))
    scene.clock.advance(-MINUTE)
    scene.ingest(call("track", "A", user="ada", at=NOW, message_id="n"))
    scene.clock.advance(2 * MINUTE)

    for name in ("m", "n"):
        assert scene.ingest(call("track", "A", user="ada", at=NOW, message_id=name)).duplicates == 1


# --- when ------------------------------------------------------------------------------------------------------------


def one(**given_: Any) -> Any:
    body = {"userId": "ada", "event": "A"} | given_
    return decoding.one("track", json.dumps(body).encode(), NOW, "track")


@given(st.integers(-(10**12), 10**12), st.integers(0, 10**9), st.integers(0, 10**5))
def test_a_senders_wrong_clock_does_not_move_what_happened(skew: int, ago: int, transport: int) -> None:
    """The distance between `timestamp` and `sentAt` is right whatever the clock says; how long it travelled is not known."""
    sent_at = NOW - transport
    decoded = one(timestamp=iso(sent_at - ago + skew), sentAt=iso(sent_at + skew))

    assert decoded.at == NOW - ago


@pytest.mark.parametrize(
    ("times", "at"),
    [
        ({}, NOW),
        ({"timestamp": iso(NOW - 5000)}, NOW - 5000),
        ({"timestamp": iso(NOW + 5000)}, NOW),
        ({"timestamp": iso(NOW + 5000), "sentAt": iso(NOW + 1000)}, NOW),
        ({"sentAt": iso(NOW - 9000)}, NOW),
    ],
)
def test_nothing_happens_in_the_future_and_what_has_no_time_happens_now(times: dict[str, str], at: int) -> None:
    assert one(**times).at == at


def test_the_batchs_sent_at_counts_for_calls_without_one() -> None:
    body = {"sentAt": iso(NOW + HOUR), "batch": [{"type": "track", "event": "A", "userId": "u", "timestamp": iso(NOW)}]}

    (decoded,), _ = decoding.many(json.dumps(body).encode(), NOW, "track")

    assert decoded.at == NOW - HOUR


@pytest.mark.parametrize("kind", ["timestamp", "sentAt"])
def test_a_time_that_is_none_is_refused_with_its_place(kind: str) -> None:
    with pytest.raises(Invalid) as refused:
        one(**({"timestamp": iso(NOW)} | {kind: "yesterday"}))

    assert refused.value.problems[0].path == kind


def test_a_time_that_no_calendar_shows_is_refused() -> None:
    """A sender's clock in the year 9999 must not make a timeline that nobody can read."""
    with pytest.raises(Invalid) as refused:
        one(timestamp="0001-01-01T00:00:00Z", sentAt="9999-12-31T00:00:00Z")

    assert refused.value.problems[0].path == "timestamp"


# --- how much, and what ----------------------------------------------------------------------------------------------


def padded(size: int, **given_: Any) -> bytes:
    """A call of exactly so many bytes."""
    body = {"type": "track", "userId": "ada", "event": "A", "properties": {"x": ""}} | given_
    body["properties"] = {"x": "x" * (size - len(json.dumps(body)))}
    raw = json.dumps(body).encode()
    assert len(raw) == size
    return raw


def batch(*raws: bytes) -> bytes:
    return b'{"batch":[' + b",".join(raws) + b"]}"


def test_a_call_has_at_most_32_kB() -> None:
    assert decoding.one("track", padded(32_000), NOW, "track").name == "A"
    with pytest.raises(decoding.TooLarge, match="32 kB"):
        decoding.one("track", padded(32_001), NOW, "track")


def test_a_call_that_is_too_large_spoils_no_other_in_its_batch() -> None:
    calls, rejected = decoding.many(batch(padded(100), padded(32_001), padded(32_000)), NOW, "track")

    assert len(calls) == 2
    assert [one.path for one in rejected] == ["batch[1]"]
    assert len(rejected[0].body) == 32_000


def test_a_batch_has_at_most_500_kB() -> None:
    whole = batch(*[padded(20_000)] * 24, padded(500_000 - len(batch(*[padded(20_000)] * 24)) - 1))
    assert len(whole) == 500_000
    assert len(decoding.many(whole, NOW, "track")[0]) == 25
    with pytest.raises(decoding.TooLarge, match="500 kB"):
        decoding.many(whole + b" ", NOW, "track")


def test_a_batch_has_at_most_2500_calls() -> None:
    raw = b'{"type":"track","userId":"u","event":"A"}'
    assert len(decoding.many(batch(*[raw] * 2_500), NOW, "track")[0]) == 2_500
    with pytest.raises(decoding.TooLarge, match="2500 calls"):
        decoding.many(batch(*[raw] * 2_501), NOW, "track")


PLACES = {
    "userId": {"userId": "a{}"},
    "anonymousId": {"anonymousId": "a{}"},
    "event": {"event": "a{}"},
    "messageId": {"messageId": "a{}"},
    "previousId": {"type": "alias", "previousId": "a{}"},
    "groupId": {"type": "group", "groupId": "a{}", "properties": {"group_id": "x"}},
    "properties.x": {"properties": {"x": "a{}"}},
    "properties": {"properties": {"a{}": 1}},
    "properties.l[1].y": {"properties": {"l": [0, {"y": "{}"}]}},
    "traits.x": {"type": "identify", "traits": {"x": "{}"}},
    "context.page.url": {"context": {"page": {"url": "{}"}}},
}


@pytest.mark.parametrize("unfit", ["\\u0000", "\\ud800", "\\udfff\\ud800"])
@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize("kind", stores.KINDS)
def test_what_no_database_keeps_is_refused_with_its_place_and_kept(
    kind: str, both: Both, unfit: str, place: str
) -> None:
    """CORRECTNESS 9: NUL and lone surrogates are refused at decode; the others of the batch go on, on both databases."""
    scene = both.scene(kind)
    wrong = json.dumps({"type": "track", "userId": "ada", "event": "A"} | PLACES[place]).replace("{}", unfit).encode()
    good = b'{"type":"track","userId":"bob","event":"A"}'

    calls, rejected = decoding.many(batch(good, wrong, good), NOW, "track")
    scene.write(lambda tx: flow.ingest(tx, calls, rejected, scene.setting, NOW))

    assert len(calls) == 2
    assert [one.path for one in rejected] == [f"batch[1].{place}"]
    assert "NUL character or half of a surrogate pair" in rejected[0].reason
    (kept,) = scene.read(lambda tx: events.rejected(tx, before=2**62, limit=9))
    assert json.loads(kept.body)["userId" if place != "userId" else "event"] in ("ada", "A")


WRONG = [
    (b"3", "batch[1]"),
    (b'{"type":"track","event":"A"}', "batch[1].userId"),
    (b'{"type":"track","userId":"u"}', "batch[1].event"),
    (b'{"type":"jump","userId":"u"}', "batch[1].type"),
    (b'{"type":"track","userId":"u","event":3}', "batch[1].event"),
    (b'{"type":"track","userId":"u","event":"A","properties":[]}', "batch[1].properties"),
    (b'{"type":"track","userId":"u","event":"A","properties":{"n":1e999}}', "batch[1]"),
    (b'{"type":"track","userId":"u","event":"A","properties":{"n":99999999999999999999}}', "batch[1]"),
    (b'{"type":"track","userId":{},"event":"A"}', "batch[1].userId"),
    (b'{"type":"track","userId":"' + b"u" * 256 + b'","event":"A"}', "batch[1].userId"),
    (b'{"type":"track","userId":"u","event":"A","properties":' + b'{"a":' * 40 + b"1" + b"}" * 41, "batch[1]"),
    (b'{"type":"alias","userId":"u","previousId":"' + b"u" * 3000 + b'"}', "batch[1].previousId"),
]


@pytest.mark.parametrize(("wrong", "path"), WRONG)
def test_a_wrong_call_is_kept_with_its_place_and_spoils_no_other(scene: Scene, wrong: bytes, path: str) -> None:
    good = b'{"type":"track","userId":"bob","event":"A"}'

    calls, rejected = decoding.many(batch(good, wrong, good), NOW, "track")
    scene.write(lambda tx: flow.ingest(tx, calls, rejected, scene.setting, NOW))

    assert scene.one("select count(*) from event") == 2
    (kept,) = scene.read(lambda tx: events.rejected(tx, before=2**62, limit=9))
    assert kept.path.startswith(path)
    assert kept.body == wrong.decode()


texts = st.text(st.characters(codec="utf-8"), max_size=4)
values = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(), st.floats(allow_nan=False, allow_infinity=False), texts),
    lambda inner: st.one_of(st.lists(inner, max_size=2), st.dictionaries(texts, inner, max_size=2)),
    max_leaves=4,
)
anything = st.fixed_dictionaries(
    {"type": st.sampled_from(["track", "identify", "alias", "group", "page", "x"])},
    optional={
        "userId": st.one_of(texts, st.integers()), "anonymousId": texts, "event": texts, "name": texts,
        "messageId": texts, "previousId": texts, "groupId": st.one_of(texts, st.integers()),
        "properties": values, "traits": values, "context": values, "timestamp": st.one_of(texts, st.just(iso(NOW))),
    },
)  # fmt: skip


@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.lists(anything, max_size=5))
@pytest.mark.parametrize("kind", stores.KINDS)
def test_whatever_decodes_is_taken_by_both_databases(kind: str, both: Both, bodies: list[Any]) -> None:
    scene = both.scene(kind)
    raw = json.dumps({"batch": bodies}).encode()

    calls, rejected = decoding.many(raw, NOW, "track")
    scene.write(lambda tx: flow.ingest(tx, calls, rejected, scene.setting, NOW))

    assert len(calls) + len(rejected) == len(bodies)
    named = [one for one in calls if flow_event_name(one)]
    stored = scene.all("select properties from event order by id")
    fresh = scene.one("select count(*) from event")
    assert fresh <= len(named)
    for text in stored:
        msgspec.json.decode(text)


def flow_event_name(one: Any) -> str:
    return one.name if one.kind == "track" else one.kind


def test_rejected_calls_page_newest_first(scene: Scene) -> None:
    wrong = [Rejected(path=f"batch[{number}]", reason="r", body="b") for number in range(7)]
    scene.write(lambda tx: events.reject(tx, wrong, NOW))

    found = list[str]()
    before = 2**62
    while page := scene.read(lambda tx, b=before: events.rejected(tx, before=b, limit=3)):
        found += [one.path for one in page]
        before = page[-1].id

    assert found == [one.path for one in reversed(wrong)]


def test_a_millisecond_is_not_lost_on_the_way() -> None:
    told = {"timestamp": iso(NOW - 28_801 - 687_516_508_777), "sentAt": iso(NOW - 687_516_508_777)}

    assert one(**told).at == NOW - 28_801
