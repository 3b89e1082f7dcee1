"""Who is who (CORRECTNESS 12): the order of calls decides nothing, strangers stay apart, a browser takes over nobody."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings, strategies as st
from msgspec import Struct

from tests.makers import Scene, call
from tests.support import stores
from tests.support.emptied import Both
from tidings.events.calls import Call

NOW = 1_767_600_000_000
FAST = settings(max_examples=30, deadline=None, suppress_health_check=list(HealthCheck))
Key = tuple[str, str]


class Told(Struct, frozen=True):
    """A call that names some identifiers of one person: at most one user id, one browser, one email."""

    user: str = ""
    browser: str = ""
    email: str = ""
    is_alias: bool = False
    previous: str = ""
    scope: str = "track"

    def call(self, number: int) -> Call:
        kind = "alias" if self.is_alias else "identify" if self.email else "track"
        return call(
            kind, "Seen" if kind == "track" else "", user=self.user, anonymous_id=self.browser, at=NOW,
            message_id=f"m{number}", traits={"email": self.email} if self.email else {},
            previous_id=self.previous, scope=self.scope,
        )  # fmt: skip

    def named(self) -> list[Key]:
        named = [("user_id", self.user), ("anonymous_id", self.browser), ("email", self.email)]
        return [key for key in [*named, ("user_id", self.previous)] if key[1]]


@st.composite
def about_one(draw: st.DrawFn, person: int) -> Told:
    user = draw(st.sampled_from(["", f"u{person}"]))
    browser = draw(st.sampled_from(["", f"a{person}", f"b{person}"]))
    email = draw(st.sampled_from(["", f"x{person}@example.com", f"y{person}@example.com"]))
    if not user and not browser:
        user = f"u{person}"
    return Told(user, browser, email)


about_somebody = st.integers(1, 3).flatmap(about_one)
aliases = st.sampled_from([(1, 2), (2, 1), (1, 4), (4, 2)]).map(
    lambda pair: Told(f"u{pair[0]}", is_alias=True, previous=f"u{pair[1]}")
)
without_quarrel = st.lists(st.one_of(about_somebody, about_somebody, aliases), min_size=2, max_size=9)


def components(told: Iterable[Told]) -> set[frozenset[Key]]:
    """The people that these calls speak of when every call's identifiers belong to one person."""
    people = list[frozenset[Key]]()
    for one in told:
        keys = frozenset(one.named())
        joined = keys.union(*(person for person in people if person & keys))
        people = [person for person in people if not person & keys] + [joined]
    return set(people)


def partition(scene: Scene) -> set[frozenset[Key]]:
    people: dict[str, set[Key]] = {}
    for row in scene.all("select cast(contact_id as text) || '|' || kind || '|' || value from identifier"):
        contact_id, kind, value = row.split("|")
        people.setdefault(contact_id, set()).add((kind, value))
    return {frozenset(keys) for keys in people.values()}


def tell(scene: Scene, told: Sequence[Told], size: int) -> None:
    calls = [one.call(number) for number, one in enumerate(told)]
    for first in range(0, len(calls), size):
        scene.ingest(*calls[first : first + size])


@FAST
@given(without_quarrel, st.randoms(use_true_random=False), st.integers(1, 9))
@pytest.mark.parametrize("kind", stores.KINDS)
def test_the_same_calls_in_any_order_end_with_the_same_people(kind, both: Both, told, random, size) -> None:
    """Where no browser or email is claimed by two user ids, everything that is ever named together is one person."""
    scene = both.scene(kind)
    shuffled = list(told)
    random.shuffle(shuffled)

    tell(scene, shuffled, size)

    assert partition(scene) == components(told)
    assert scene.one("select count(*) from contact where merged_into_id is null") == len(components(told))
    counted = scene.one("select coalesce(sum(event_count), 0) from event_count")
    assert counted == scene.one("select count(*) from event")


anybody = st.builds(
    Told,
    user=st.sampled_from(["", "u1", "u2", "u3"]),
    browser=st.sampled_from(["", "a1", "a2"]),
    email=st.sampled_from(["", "x@example.com", "y@example.com"]),
    scope=st.sampled_from(["track", "track", "browser"]),
).filter(lambda told: bool(told.user or told.browser))


@FAST
@given(st.lists(anybody, min_size=2, max_size=10), st.integers(1, 10))
@pytest.mark.parametrize("kind", stores.KINDS)
def test_different_user_ids_never_become_one_person_by_themselves(kind, both: Both, told, size) -> None:
    """Who keeps a browser or an email that two claim depends on who came first; that they stay two does not."""
    scene = both.scene(kind)

    tell(scene, told, size)

    for person in partition(scene):
        assert len({value for name, value in person if name == "user_id"}) <= 1
    named = {key for one in told if one.scope != "browser" for key in one.named() if key[0] != "email"}
    assert named <= set().union(*partition(scene))


@FAST
@given(st.lists(anybody, min_size=2, max_size=8), st.integers(1, 8))
@pytest.mark.parametrize("kind", stores.KINDS)
def test_any_batching_knows_the_same_people_also_when_browsers_speak(kind, both: Both, told, size) -> None:
    def outcome(size: int) -> tuple[set[frozenset[Key]], list[str]]:
        scene = both.scene(kind)
        tell(scene, told, size)
        people = "select attributes from contact where merged_into_id is null"
        emails = sorted(str(msgspec.json.decode(text).get("email")) for text in scene.all(people))
        return partition(scene), emails

    assert outcome(size) == outcome(1)


@FAST
@given(st.lists(anybody, max_size=6), st.integers(1, 7), st.sampled_from(["a1", "a2", "a3"]))
@pytest.mark.parametrize("kind", stores.KINDS)
def test_a_browser_key_merges_no_two_known_people(kind, both: Both, told, size, browser) -> None:
    scene = both.scene(kind)
    tell(scene, told, size)
    known = "select count(*) from contact c where merged_into_id is null and exists (select 1 from identifier i "
    known += "where i.contact_id = c.id and i.kind <> 'anonymous_id')"
    before = scene.one(known)

    claims = [
        Told("u1", browser, "y@example.com", scope="browser"),
        Told("u2", browser, "x@example.com", scope="browser"),
    ]
    scene.ingest(*[one.call(100 + number) for number, one in enumerate(claims)])

    assert scene.one(known) >= before


@pytest.fixture(params=stores.KINDS)
def scene(request: pytest.FixtureRequest, both: Both) -> Scene:
    return both.scene(request.param)


def attributes(scene: Scene, user: str) -> dict[str, object]:
    return msgspec.json.decode(
        scene.one(
            "select attributes from contact where id = (select contact_id from identifier where kind = 'user_id' and value = :u)",
            u=user,
        )
    )


def test_a_browser_fills_what_is_empty_and_overwrites_nothing_that_a_server_said(scene: Scene) -> None:
    scene.identify("ada", plan="pro", address={"city": "Utrecht"})

    told = {"plan": "free", "first_name": "Ada", "address": {"city": "Delft", "street": "Lange Nieuwstraat"}}
    scene.ingest(call("identify", user="ada", at=NOW, traits=told | {"email": None}, scope="browser"))

    assert attributes(scene, "ada") == {
        "plan": "pro", "first_name": "Ada", "address": {"city": "Utrecht", "street": "Lange Nieuwstraat"},
    }  # fmt: skip


def test_a_browser_overwrites_nothing_that_a_server_said_in_the_same_batch(scene: Scene) -> None:
    scene.ingest(
        call("identify", user="ada", at=NOW, traits={"city": "Delft"}, scope="browser"),
        call("identify", user="ada", at=NOW, traits={"plan": "pro"}),
        call("identify", user="ada", at=NOW, traits={"plan": "free", "city": "Utrecht"}, scope="browser"),
    )

    assert attributes(scene, "ada") == {"plan": "pro", "city": "Delft"}


def test_a_browser_makes_and_enriches_a_contact_that_nobody_has_verified(scene: Scene) -> None:
    scene.ingest(call("identify", user="ada", at=NOW, traits={"city": "Delft"}, scope="browser"))
    scene.ingest(call("identify", user="ada", at=NOW, traits={"city": "Utrecht"}, scope="browser"))

    assert attributes(scene, "ada") == {"city": "Utrecht"}
    assert scene.one("select is_verified from contact") == 0


def test_a_browser_gives_no_identifier_to_somebody_who_is_known(scene: Scene) -> None:
    ada = scene.identify("ada", plan="pro")

    scene.ingest(
        call("track", "Seen", user="ada", anonymous_id="a", at=NOW, scope="browser"),
        call("identify", anonymous_id="a", at=NOW, traits={"email": "eve@example.com"}, scope="browser"),
    )

    assert partition(scene) >= {frozenset({("user_id", "ada"), ("anonymous_id", "a")})}
    assert scene.all("select contact_id from identifier where kind = 'email'") != [ada]


def test_a_browser_grants_at_most_pending(scene: Scene) -> None:
    scene.ingest(
        call("identify", anonymous_id="a", at=NOW, traits={"consent": {"email": "subscribed", "sms": {"news": "subscribed"}}},
             scope="browser"),
    )  # fmt: skip
    assert scene.all("select state from consent_state") == ["pending", "pending"]

    withdrawn = {"consent": {"email": "unsubscribed"}}
    scene.ingest(call("identify", anonymous_id="a", at=NOW, traits=withdrawn, scope="browser"))
    assert scene.all("select state from consent_state where channel = 'email'") == ["unsubscribed"]


def test_a_browser_does_not_bring_back_who_has_unsubscribed(scene: Scene) -> None:
    ada = scene.identify("ada", consent={"email": "unsubscribed"})

    scene.ingest(call("identify", user="ada", at=NOW, traits={"consent": {"email": "subscribed"}}, scope="browser"))

    assert scene.all("select state from consent_state where contact_id = :id", id=ada) in (
        ["unsubscribed"],
        ["pending"],
    )


def test_a_phone_is_an_address_and_joins_nobody(scene: Scene) -> None:
    one = scene.identify("ada", phone="+31 20 123 4567")
    other = scene.identify("bob", phone="0031201234567")

    assert one != other
    assert scene.all("select contact_id from address where value = '+31201234567' order by 1") == [one, other]
    assert scene.one("select count(*) from identifier where kind = 'phone'") == 0


def test_anonymous_activity_joins_a_person_who_has_two_user_ids(scene: Scene) -> None:
    scene.identify("ada")
    scene.ingest(call("alias", user="ada", previous_id="ada-old", at=NOW))
    scene.ingest(
        call("track", "Seen", anonymous_id="a", at=NOW), call("track", "Seen", user="ada", anonymous_id="a", at=NOW)
    )

    assert partition(scene) == {frozenset({("user_id", "ada"), ("user_id", "ada-old"), ("anonymous_id", "a")})}
    assert scene.one("select sum(event_count) from event_count") == 2


def test_whoever_was_made_first_keeps_the_share_after_a_merge(scene: Scene) -> None:
    """CORRECTNESS 8: the winner's share stays, whatever recognised the loser."""
    ada = scene.identify("ada")
    share = scene.one("select share from contact where id = :id", id=ada)
    scene.ingest(call("track", "Seen", anonymous_id="a", at=NOW))
    scene.ingest(call("track", "Seen", user="ada", anonymous_id="a", at=NOW))

    assert scene.one("select share from contact where merged_into_id is null") == share
