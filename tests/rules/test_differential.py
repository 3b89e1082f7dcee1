"""One evaluator, nothing disagrees: compiled rules on SQLite and Postgres answer what the manual says (PRODUCT 3)."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings, strategies as st

from tests.makers import DAY, HOUR, Scene, call
from tests.rules.reference import Person, truth
from tests.support import stores
from tests.support.emptied import Both
from tidings import flow
from tidings.consent import service as consent
from tidings.consent.models import Grant
from tidings.contacts.models import Update
from tidings.messages import service as messages
from tidings.messages.models import Asked as AskedMessage
from tidings.rules.evaluate import Asked, evaluate
from tidings.rules.tree import Condition, parse
from tidings.runtime.sql import Statement

NOW = 1_767_600_000_000
RUN = 77
LAWS = settings(max_examples=80, deadline=None, suppress_health_check=list(HealthCheck))

# --- rules -----------------------------------------------------------------------------------------------------------

PATHS = st.sampled_from(["plan", "n", "a.b", "a", "l", "a b", "é"])
TEXTS = st.sampled_from(
    ["pro", "Pro", "PRO%", "p_o", "é", "É", "", "!", "10", "2026-01-31", "true", "[]", "{}", "a\\b", "ß"]
)
NUMBERS = st.sampled_from([0, 1, -1, 10, 0.1, 0.3, 0.1 + 0.2, 2**53 + 1, 1e300, 1.0])
SCALARS = st.one_of(TEXTS, NUMBERS, st.booleans())
ORDERED = st.one_of(TEXTS, NUMBERS)
tests = st.one_of(
    *(st.fixed_dictionaries({name: SCALARS}) for name in ("eq", "ne", "has")),
    *(st.fixed_dictionaries({name: st.lists(SCALARS, max_size=3)}) for name in ("in", "not_in")),
    *(st.fixed_dictionaries({name: TEXTS}) for name in ("contains", "not_contains", "starts_with", "ends_with")),
    *(st.fixed_dictionaries({name: ORDERED}) for name in ("gt", "gte", "lt", "lte")),
    st.fixed_dictionaries({"between": st.tuples(ORDERED, ORDERED).map(list)}),
    st.fixed_dictionaries({"empty": st.booleans()}),
)
missing = st.one_of(st.just({}), st.sampled_from(["yes", "no", "unknown"]).map(lambda word: {"missing": word}))
attribute = st.builds(lambda path, test, word: {"attribute": path} | test | word, PATHS, tests, missing)
of_event = st.builds(lambda path, test, word: {"property": path} | test | word, PATHS, tests, missing)
times = st.dictionaries(st.sampled_from(["at_least", "at_most", "exactly"]), st.integers(0, 3), max_size=2)
event = st.one_of(
    st.fixed_dictionaries(
        {"event": st.sampled_from("AB")},
        optional={
            "count": times, "within": st.sampled_from(["1h", "1d", "3d"]), "where": st.lists(of_event, max_size=2),
        },
    ),
    st.fixed_dictionaries({"event": st.sampled_from("AB"), "never": st.just(True)}, optional={"within": st.just("1d")}),
)  # fmt: skip
about = st.fixed_dictionaries(
    {"channel": st.sampled_from(["email", "sms"])}, optional={"topic": st.sampled_from(["", "news"])}
)
conditions = st.one_of(
    attribute,
    attribute,
    of_event,
    event,
    st.fixed_dictionaries({"tag": st.sampled_from(["vip", "VIP", "x"])}),
    st.fixed_dictionaries({"consent": about}),
    st.fixed_dictionaries(
        {
            "message": st.sampled_from(["hello", "bye", "none"]),
            "did": st.sampled_from(["sent", "delivered", "opened", "clicked", "bounced", "failed"]),
        }
    ),
)
rules = st.recursive(
    conditions,
    lambda inner: st.one_of(
        st.fixed_dictionaries({"all": st.lists(inner, max_size=3)}),
        st.fixed_dictionaries({"any": st.lists(inner, max_size=3)}),
        st.fixed_dictionaries({"not": inner}),
        st.lists(inner, max_size=2),
    ),
    max_leaves=6,
)

# --- people ----------------------------------------------------------------------------------------------------------

VALUES = st.one_of(
    SCALARS,
    st.lists(SCALARS, max_size=2),
    st.just([["pro"]]),
    st.dictionaries(st.sampled_from("bc"), SCALARS, max_size=2),
)
DATA = st.dictionaries(st.sampled_from(["plan", "n", "a", "l", "a b", "é"]), VALUES, max_size=4)
WITH_NULL = st.dictionaries(st.sampled_from(["plan", "n", "a", "l"]), st.one_of(VALUES, st.none()), max_size=4)
AGO = st.sampled_from([0, 1, HOUR - 1, HOUR, DAY - 1, DAY, 2 * DAY, 3 * DAY, 9 * DAY])
MESSAGE = st.fixed_dictionaries(
    {
        "state": st.sampled_from(
            ["queued", "held", "deferred", "sending", "committing", "sent", "delivered", "bounced", "complained", "failed",
             "skipped", "cancelled", "expired", "uncertain"]
        ),
        "human_open": st.booleans(),
        "machine_open": st.booleans(),
        "click": st.booleans(),
    }
)  # fmt: skip
CONSENT = st.tuples(
    st.sampled_from(["none", "pending", "subscribed", "subscribed", "unsubscribed"]),
    st.sampled_from([None, NOW - 1, NOW, NOW + 1]),
)
people = st.builds(
    Person,
    attributes=DATA,
    tags=st.sets(st.sampled_from(["vip", "x"])),
    events=st.lists(st.tuples(st.sampled_from("ABC"), AGO.map(lambda ago: NOW - ago), WITH_NULL), max_size=5),
    consent=st.dictionaries(st.sampled_from([("email", ""), ("email", "news"), ("sms", "")]), CONSENT),
    messages=st.dictionaries(st.sampled_from(["hello", "bye"]), st.lists(MESSAGE, min_size=1, max_size=2)),
)
TUNE = Statement(
    "tune",
    "update message set state = :state, opened_at = cast(:opened as integer), clicked_at = cast(:clicked as integer) where id = :id",
)
ENGAGE = Statement(
    "engage",
    "insert into engagement (message_id, contact_id, kind, at, verdict) values (:id, :contact_id, 'opened', :now, :verdict)",
)


def settle(scene: Scene, name: str, person: Person) -> int:
    """Make a person of flesh and rows."""
    contact_id = scene.identify(name, **person.attributes)
    update = flow_update(contact_id, sorted(person.tags))
    scene.write(lambda tx: flow.changed(tx, [update], scene.setting, NOW, cause="test"))
    scene.ingest(*[call("track", what, user=name, at=at, properties=given) for what, at, given in person.events])
    grants = [
        Grant(contact_id=contact_id, channel=channel, topic=topic, state=state, expires_at=until)  # type: ignore[arg-type]
        for (channel, topic), (state, until) in person.consent.items()
    ]
    scene.write(lambda tx: consent.record(tx, grants, NOW))
    for step, some in person.messages.items():
        for visit, one in enumerate(some, 1):
            _message(scene, contact_id, step, visit, one)
    return contact_id


def flow_update(contact_id: int, tags: list[str]) -> Update:
    return Update(contact_id=contact_id, add_tags=tags)


def _message(scene: Scene, contact_id: int, step: str, visit: int, one: dict[str, Any]) -> None:
    asked = AskedMessage(
        contact_id=contact_id, source="journey", source_id=RUN, step=step, visit=visit, channel="email", due_at=NOW
    )
    (message_id,) = scene.write(lambda tx: messages.ask(tx, [asked], NOW, scene.setting.ledger)).values()
    is_open = one["human_open"] or one["click"]
    names = {"state": one["state"], "opened": NOW if is_open else None, "clicked": NOW if one["click"] else None}
    scene.write(lambda tx: tx.run(TUNE, id=message_id, **names))
    if one["machine_open"]:
        scene.write(lambda tx: tx.run(ENGAGE, id=message_id, contact_id=contact_id, now=NOW, verdict="proxy"))


def ask(scene: Scene, rule: Condition, batch: list[Asked]) -> dict[int, bool | None]:
    found: dict[int, bool | None] = scene.read(lambda tx: evaluate(tx, rule, batch, NOW))
    return found


def batch_of(ids: list[int], properties: list[dict[str, Any]]) -> list[Asked]:
    return [
        Asked(key=key, contact_id=contact_id, run_id=RUN, properties=msgspec.Raw(msgspec.json.encode(given_)))
        for key, (contact_id, given_) in enumerate(zip(ids, properties, strict=True))
    ]


# --- laws ------------------------------------------------------------------------------------------------------------


@LAWS
@given(
    st.lists(rules, min_size=1, max_size=6),
    st.lists(people, min_size=1, max_size=3),
    st.lists(WITH_NULL, min_size=3, max_size=3),
)
def test_both_databases_answer_what_the_manual_says(
    both: Both, trees: list[Any], crowd: list[Person], given_: list[Any]
) -> None:
    """Also: asked of one, of a batch, or of everybody, the answer is the same."""
    found: dict[str, list[dict[int, bool | None]]] = {}
    for kind in stores.KINDS:
        scene = both.scene(kind)
        ids = [settle(scene, f"p{number}", person) for number, person in enumerate(crowd)]
        batch = batch_of(ids, given_[: len(crowd)])
        found[kind] = [ask(scene, parse(tree, flow.KINDS, "rule"), batch) for tree in trees]
        alone = [
            {k: v for one in batch for k, v in ask(scene, parse(tree, flow.KINDS, "rule"), [one]).items()}
            for tree in trees
        ]
        assert alone == found[kind]

    expected = [{key: truth(tree, person, given_[key], NOW) for key, person in enumerate(crowd)} for tree in trees]
    assert found["sqlite"] == expected
    assert found["postgres"] == expected


@settings(LAWS, max_examples=40)
@given(
    st.lists(rules, min_size=1, max_size=5),
    people,
    st.lists(st.tuples(st.sampled_from("ABC"), WITH_NULL), max_size=3),
    DATA,
)
@pytest.mark.parametrize("kind", stores.KINDS)
def test_what_a_rule_does_not_depend_on_never_changes_its_answer(
    kind: str, both: Both, trees: list[Any], person: Person, later: list[Any], traits: dict[str, Any]
) -> None:
    scene = both.scene(kind)
    batch = batch_of([settle(scene, "ada", person)], [{}])
    parsed = [parse(tree, flow.KINDS, "rule") for tree in trees]
    before = [ask(scene, rule, batch) for rule in parsed]
    told = [call("track", name, user="ada", at=NOW, properties=given_) for name, given_ in later]

    scene.ingest(*told)
    after = [ask(scene, rule, batch) for rule in parsed]
    scene.ingest(call("identify", user="ada", at=NOW, traits=traits))
    last = [ask(scene, rule, batch) for rule in parsed]

    for rule, one, other, third in zip(parsed, before, after, last, strict=True):
        depends = rule.depends()
        if not depends.events & {call_.name for call_ in told}:
            assert one == other
        if not depends.roots:
            assert other == third


def test_a_contact_that_does_not_exist_answers_no(both: Both) -> None:
    for kind in stores.KINDS:
        scene = both.scene(kind)
        rule = parse({"not": {"tag": "x"}}, flow.KINDS, "rule")

        assert ask(scene, rule, batch_of([10**9], [{}])) == {0: False}


def test_the_events_of_whom_they_were_merged_from_count(both: Both) -> None:
    for kind in stores.KINDS:
        scene = both.scene(kind)
        ada = scene.identify("ada")
        scene.track("old", "A", n=1)
        scene.track("ada", "A", n=2)
        scene.ingest(call("alias", user="ada", previous_id="old", at=NOW))
        for how in ({}, {"within": "1d"}, {"where": [{"property": "n", "gte": 1}]}):
            rule = parse({"event": "A", "count": {"exactly": 2}} | how, flow.KINDS, "rule")
            assert ask(scene, rule, batch_of([ada], [{}])) == {0: True}, how


EVERY_VALUE: list[Any] = [
    *("pro", "Pro", "PRO%", "p_o", "é", "É", "", "!", "10", "true", "[]", "{}", "a\\b", "ß", "[1]", "1"),
    *(0, 1, -1, 10, 0.1, 0.3, 0.1 + 0.2, 2**53, 2**53 + 1, 1e300, 1.0, True, False, None),
    *(
        [],
        ["pro"],
        ["Pro", 1],
        [True],
        [1, 0.1 + 0.2],
        [["pro"]],
        [None],
        [{"b": 1}],
        {},
        {"b": 1},
        {"b": "pro"},
        {"b": True},
    ),
]
OPERATORS = (
    *(["eq", "ne", "has", "gt", "gte", "lt", "lte", "contains", "not_contains", "starts_with", "ends_with"]), "in", "between", "empty",
)  # fmt: skip


@settings(LAWS, max_examples=200)
@given(st.sampled_from(OPERATORS), SCALARS, SCALARS, missing, st.sampled_from(["x", "x.b"]))
def test_every_operator_means_the_same_of_every_kind_of_value(
    both: Both, operator: str, first: Any, second: Any, word: dict[str, Any], path: str
) -> None:
    written: Any = [first, second] if operator in ("in", "between") else bool(first) if operator == "empty" else first
    if operator in ("contains", "not_contains", "starts_with", "ends_with"):
        written = str(first)
    if operator in ("gt", "gte", "lt", "lte") and isinstance(first, bool):
        written = int(first)
    if operator == "between":
        written = [one if isinstance(one, str) else float(one) for one in written]
    tree = {"property": path, operator: written} | word
    given_ = [{"x": value} for value in EVERY_VALUE] + [{}]
    rule = parse(tree, flow.KINDS, "rule")
    nobody = Person(attributes={}, tags=set(), events=[], consent={}, messages={})
    expected = {key: truth(tree, nobody, one, NOW) for key, one in enumerate(given_)}

    for kind in stores.KINDS:
        scene = both.scene(kind)
        batch = batch_of([scene.identify("ada")] * len(given_), given_)
        found = ask(scene, rule, batch)
        wrong = {str(given_[key]): (found[key], expected[key]) for key in expected if found[key] is not expected[key]}
        assert not wrong, (kind, tree)
