"""People are brought in slice by slice, resumed, and taken back; a withdrawal stays one; nothing starts; on both databases."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest

from tests.makers import DAY, Scene, call
from tests.support import stores
from tests.support.emptied import Both
from tidings import flow
from tidings.consent import service as consent
from tidings.contacts import service as contacts
from tidings.imports import service as imports
from tidings.imports.mapping import Options
from tidings.imports.reading import Row, Table
from tidings.runtime.errors import Conflict, Invalid, NotFound


def brought(scene: Scene, rows: list[Row], kind: Any = "contacts", **options: Any) -> int:
    """A file that is ready to be brought in."""
    table = Table(name="people.csv", columns=list(dict.fromkeys(name for row in rows for name in row)), rows=rows)

    def unit(tx: Any) -> int:
        job = imports.begin(tx, kind, table, "", Options(**options), scene.now, actor="ada")
        for number in range(0, len(rows), imports.CHUNK):
            imports.add(tx, job.id, number // imports.CHUNK, rows[number : number + imports.CHUNK])
        return job.id

    return int(scene.write(unit))


def run(scene: Scene, job_id: int, slices: int = 10_000) -> imports.Job:
    if scene.read(lambda tx: imports.get(tx, job_id)).state in ("ready", "stopped"):
        scene.write(lambda tx: imports.start(tx, job_id, scene.now))
    while slices and scene.write(lambda tx: flow.advance_import(tx, scene.setting, scene.now)):
        slices -= 1
    job: imports.Job = scene.read(lambda tx: imports.get(tx, job_id))
    return job


def back(scene: Scene, job_id: int) -> None:
    scene.write(lambda tx: imports.roll_back(tx, job_id, scene.now))
    while scene.write(lambda tx: flow.advance_import(tx, scene.setting, scene.now)):
        pass
    assert scene.read(lambda tx: imports.get(tx, job_id)).state == "rolled_back"


def state(scene: Scene, contact_id: int, topic: str = "") -> str:
    found = scene.read(lambda tx: consent.standing(tx, [contact_id])).get(contact_id, [])
    return next((one.state for one in found if one.topic == topic), "none")


def attributes(scene: Scene, contact_id: int) -> dict[str, Any]:
    decoded: dict[str, Any] = msgspec.json.decode(scene.read(lambda tx: contacts.get(tx, contact_id)).attributes)
    return decoded


@pytest.mark.parametrize("kind", stores.KINDS)
def test_new_and_known_people_are_written_and_wrong_rows_are_kept_with_their_reason(both: Both, kind: str) -> None:
    scene = both.scene(kind)
    ada = scene.identify("u1", email="ada@example.com", plan="pro", city="London")
    rows = [
        {"email": "ada@example.com", "plan": "free", "city": "", "tags": "vip, press"},
        {"email": "bob@example.com", "plan": "free", "city": "Paris", "tags": ""},
        {"email": "broken", "plan": "free", "city": "", "tags": ""},
    ]

    job = run(scene, brought(scene, rows, lists=["Spring fair 2026"]))

    assert (job.state, job.made_count, job.changed_count, job.unchanged_count, job.refused_count) == (
        "done",
        1,
        1,
        0,
        1,
    )
    assert attributes(scene, ada) == {"email": "ada@example.com", "plan": "free", "city": "London"}
    assert scene.read(lambda tx: contacts.tags_of(tx, [ada]))[ada] == ["press", "vip"]
    (refusal,) = scene.read(lambda tx: imports.refusals(tx, job.id))
    assert refusal.number == 3 and "'broken' is not an email address" in refusal.reason
    assert msgspec.json.decode(refusal.row)["email"] == "broken"
    (made,) = scene.read(contacts.all_lists)
    assert (made.name, made.title, made.count) == ("spring-fair-2026", "Spring fair 2026", 2)
    again = run(scene, brought(scene, rows[:2], lists=["Spring fair 2026"]))
    assert (again.made_count, again.changed_count, again.unchanged_count) == (0, 0, 2)


@pytest.mark.parametrize("kind", stores.KINDS)
def test_two_people_whom_we_know_are_not_made_one_by_a_file(both: Both, kind: str) -> None:
    scene = both.scene(kind)
    scene.identify("u1", email="ada@example.com")
    scene.ingest(call("identify", user="", anonymous_id="x", at=scene.now, traits={"email": "bob@example.com"}))
    rows = [{"user_id": "u1", "email": "bob@example.com"}, {"user_id": "u1", "email": "ada@example.com"}]

    job = run(scene, brought(scene, rows))

    (refusal,) = scene.read(lambda tx: imports.refusals(tx, job.id))
    assert refusal.number == 1 and "belong to two contacts" in refusal.reason
    assert scene.one("select count(*) from contact where merged_into_id is not null") == 0


@pytest.mark.parametrize("kind", stores.KINDS)
def test_whoever_has_left_stays_gone_whatever_a_file_says(both: Both, kind: str) -> None:
    scene = both.scene(kind)
    ada, bob = scene.identify("u1", email="ada@example.com"), scene.identify("u2", email="bob@example.com")
    scene.consent(ada, "news", "unsubscribed")
    scene.consent(bob, "news")
    rows = [
        {"email": "ada@example.com", "status": "subscribed"},
        {"email": "bob@example.com", "status": "unsubscribed"},
        {"email": "cy@example.com", "status": "subscribed"},
    ]

    run(scene, brought(scene, rows, topic="news", statement="at the fair"))

    cy = scene.one("select contact_id from identifier where value = 'cy@example.com'")
    assert [state(scene, one, "news") for one in (ada, bob, cy)] == ["unsubscribed", "unsubscribed", "subscribed"]


@pytest.mark.parametrize("kind", stores.KINDS)
def test_an_import_that_was_stopped_goes_on_at_the_row_where_it_stood(both: Both, kind: str) -> None:
    scene = both.scene(kind)
    rows = [{"email": f"p{number}@example.com", "n": str(number)} for number in range(450)]
    job_id = brought(scene, rows)

    half = run(scene, job_id, slices=1)
    scene.write(lambda tx: imports.stop(tx, job_id, scene.now))
    assert scene.write(lambda tx: flow.advance_import(tx, scene.setting, scene.now)) is False
    done = run(scene, job_id)

    assert (half.state, half.position) == ("running", 200)
    assert (done.state, done.position, done.made_count, done.changed_count) == ("done", 450, 450, 0)
    assert scene.one("select count(*) from contact") == 450
    assert scene.one("select count(*) from import_chunk") == 0
    with pytest.raises(Conflict, match="is done"):
        scene.write(lambda tx: imports.start(tx, job_id, scene.now))


@pytest.mark.parametrize("kind", stores.KINDS)
def test_roll_back_restores_what_was_and_keeps_what_people_did_since(both: Both, kind: str) -> None:
    scene = both.scene(kind)
    ada, eve = scene.identify("u1", email="ada@example.com", plan="pro"), scene.identify("u2", email="eve@example.com")
    scene.write(lambda tx: contacts.save_list(tx, "members", scene.now))
    scene.write(lambda tx: contacts.join(tx, "members", [eve], source="by hand", now=scene.now))
    rows = [
        {"email": f"{name}@example.com", "plan": "free", "city": "Paris", "tags": "fair", "status": "subscribed"}
        for name in ("ada", "eve", "idle", "busy", "left", "edited")
    ]
    job_id = brought(scene, rows, lists=["Members"], statement="at the fair")
    run(scene, job_id)
    by_name = {
        name: scene.one(
            "select contact_id from identifier where kind = 'email' and value = :v", v=f"{name}@example.com"
        )
        for name in ("ada", "eve", "idle", "busy", "left", "edited")
    }
    scene.clock.advance(DAY)
    scene.ingest(call("track", "Seen", user="", anonymous_id="b", at=scene.now))
    busy = call("identify", user="u9", at=scene.now, traits={"email": "busy@example.com"})
    scene.ingest(busy, call("track", "Seen", user="u9", at=scene.now))
    scene.consent(by_name["left"], "", "unsubscribed")
    scene.consent(ada, "", "unsubscribed")
    scene.identify("u2", email="eve@example.com", city="Rome")

    back(scene, job_id)

    assert attributes(scene, ada) == {"email": "ada@example.com", "plan": "pro"}
    assert attributes(scene, eve) == {"email": "eve@example.com", "city": "Rome"}, "what was written since stays"
    assert scene.read(lambda tx: contacts.tags_of(tx, [ada, eve])) == {}
    assert scene.read(lambda tx: contacts.lists_of(tx, [ada, eve])) == {eve: ["members"]}
    assert [state(scene, one) for one in (ada, eve, by_name["left"])] == ["unsubscribed", "none", "unsubscribed"]
    kept = set(scene.all("select id from contact"))
    assert {name for name, one in by_name.items() if one in kept} == {"ada", "eve", "busy", "left"}
    assert scene.one("select count(*) from identifier where value = 'idle@example.com'") == 0
    assert scene.one("select count(*) from consent_record where contact_id = :i", i=by_name["idle"]) == 0


@pytest.mark.parametrize("kind", stores.KINDS)
def test_suppressions_are_taken_and_taken_back(both: Both, kind: str) -> None:
    scene = both.scene(kind)
    names = {"scope": "all", "reason": "by hand", "source": "ada", "now": scene.now}
    scene.write(lambda tx: flow.suppressed(tx, "email", "old@example.com", setting=scene.setting, **names))
    rows = [
        {"email": "a@example.com", "reason": "HARD_BOUNCE"},
        {"email": "b@example.com", "reason": ""},
        {"email": "old@example.com", "reason": ""},
    ]
    job_id = brought(scene, rows, kind="suppressions")
    run(scene, job_id)

    def scopes() -> dict[str, str]:
        return {row.value: row.scope for row in scene.read(lambda tx: consent.page(tx, after=("", ""), limit=9))}

    assert scopes() == {"a@example.com": "all", "b@example.com": "marketing", "old@example.com": "all"}
    back(scene, job_id)
    assert scopes() == {"old@example.com": "all"}


WIN_BACK = """
journey: thanks
triggers: [{event: Order Completed, where: [{property: total, gte: 10}]}]
reentry: {by: order_id}
steps: {tag: {update: {add_tags: [thanked]}, next: end}}
"""


@pytest.mark.parametrize("kind", stores.KINDS)
def test_events_become_history_and_start_nothing(both: Both, kind: str) -> None:
    scene = both.scene(kind)
    scene.publish(WIN_BACK)
    rows = [
        {"email": f"p{n % 10}@example.com", "event": "Order Completed", "timestamp": "2025-11-01", "order_id": str(n), "total": "20"}
        for n in range(25)
    ]  # fmt: skip
    job_id = brought(scene, rows, kind="events")

    job = run(scene, job_id)
    scene.walk()

    assert (job.state, job.made_count, job.refused_count) == ("done", 10, 0)
    assert scene.one("select count(*) from run") == 0
    assert scene.one("select count(*) from event") == 25
    assert sorted(scene.all("select event_count from event_count")) == [2] * 5 + [3] * 5
    user = scene.one("select contact_id from identifier where value = 'p1@example.com'")
    scene.ingest(
        call("identify", user="u1", at=scene.now, traits={"email": "p1@example.com"}),
        call("track", "Order Completed", user="u1", at=scene.now, properties={"order_id": "live", "total": 30}),
    )
    assert scene.all("select contact_id from run") == [user]

    back(scene, job_id)
    assert scene.one("select count(*) from event") == 1
    assert scene.all("select event_count from event_count") == [1]
    assert scene.all("select id from contact") == [user]


@pytest.mark.parametrize("kind", stores.KINDS)
def test_looking_writes_nothing_and_says_what_would_come(both: Both, kind: str) -> None:
    scene = both.scene(kind)
    scene.identify("u1", email="ada@example.com", plan="pro")
    rows = [
        {"email": "ada@example.com", "plan": "free", "optin_time": ""},
        {"email": "bob@example.com", "plan": "", "optin_time": "2024-01-01"},
        {"email": "bob@example.com", "plan": "x", "optin_time": ""},
        {"email": "broken", "plan": "", "optin_time": ""},
    ]
    job_id = brought(scene, rows)
    job = scene.read(lambda tx: imports.get(tx, job_id))

    looked = flow.Looked()
    scene.read(lambda tx: flow.look(tx, job, rows, 0, scene.setting, looked, scene.now))

    assert (len(looked.made), len(looked.changed), len(looked.unchanged), looked.refused) == (1, 1, 0, 1)
    assert (looked.agreed, looked.withdrawn) == (1, 0)
    assert looked.refusals[0]["number"] == 4
    assert scene.one("select count(*) from contact") == 1


def test_a_mapping_that_means_nothing_names_its_columns(both: Both) -> None:
    scene = both.scene("sqlite")
    job_id = brought(scene, [{"email": "a@example.com", "x": "1"}])

    with pytest.raises(Invalid) as told:
        scene.write(lambda tx: imports.mean(tx, job_id, {"x": "nonsense", "y": "ignore"}, Options()))
    assert [problem.path for problem in told.value.problems] == ["mapping.x", "mapping.y"]

    scene.write(lambda tx: imports.mean(tx, job_id, {"email": "ignore"}, Options()))
    with pytest.raises(Invalid, match="no column says who"):
        scene.write(lambda tx: imports.start(tx, job_id, scene.now))


@pytest.mark.parametrize("kind", stores.KINDS)
def test_a_suppression_that_was_there_keeps_its_reason_and_outlives_the_roll_back(both: Both, kind: str) -> None:
    scene = both.scene(kind)
    scene.identify("u1", email="ada@example.com")
    known = {"scope": "marketing", "reason": "complaint", "source": "provider", "now": scene.now}
    scene.write(lambda tx: consent.suppress(tx, [("email", "ada@example.com")], **known))
    rows = [{"email": "ada@example.com", "status": "cleaned"}, {"email": "bob@example.com", "status": "cleaned"}]

    job = run(scene, brought(scene, rows, "suppressions"))
    assert set(scene.all("select scope from suppression")) == {"all"}
    back(scene, job.id)

    assert scene.all("select value from suppression") == ["ada@example.com"]
    assert scene.all("select reason from suppression") == ["complaint"]


@pytest.mark.parametrize("kind", stores.KINDS)
def test_rows_of_files_are_not_kept_for_ever(both: Both, kind: str) -> None:
    scene = both.scene(kind)
    rows = [{"email": f"p{n}@example.com"} for n in range(imports.CHUNK + 1)] + [{"email": "broken"}]
    forgotten, left, done = brought(scene, rows), brought(scene, rows), brought(scene, rows[-2:])
    run(scene, left, slices=1)
    scene.write(lambda tx: imports.stop(tx, left, scene.now))
    run(scene, done)
    soon, later = scene.now + 29 * DAY, scene.now + 31 * DAY

    def tidied(at: int) -> None:
        while scene.write(lambda tx: flow.advance_import(tx, scene.setting, at)):
            pass

    tidied(soon)
    assert (
        scene.one("select count(*) from import_chunk") > 0
        and len(scene.read(lambda tx: imports.refusals(tx, done))) == 1
    )
    tidied(later)

    assert (
        scene.one("select count(*) from import_chunk") == 0 and scene.read(lambda tx: imports.refusals(tx, done)) == []
    )
    with pytest.raises(NotFound):
        scene.read(lambda tx: imports.get(tx, forgotten))
    stopped = scene.read(lambda tx: imports.get(tx, left))
    assert (stopped.state, stopped.position, stopped.total) == ("done", imports.CHUNK, imports.CHUNK + 2)
