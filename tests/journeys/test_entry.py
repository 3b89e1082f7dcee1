"""One event brings people to several journeys at once; each has its own filter, audience and re-entry."""

from __future__ import annotations

from tests.makers import DAY, HOUR, Scene, call
from tidings.runtime.database import Database

STEP = "steps: {w: {wait: {for: 9d}, next: end}}"
EVERYBODY = f"journey: everybody\ntriggers: [{{event: Go}}]\nreentry: {{after: 1d}}\n{STEP}"
PROS = (
    f"journey: pros\ntriggers: [{{event: Go, where: [{{property: n, gte: 2}}]}}]\n"
    f"audience: {{attribute: plan, eq: pro}}\nreentry: {{by: n}}\n{STEP}"
)
FEW = (
    f"journey: few\ntriggers: [{{event: Go, where: [{{property: n, gte: 2}}]}}, {{event: Go}}]\nreentry: never\n"
    f"{STEP.replace('w:', 'x:')}"
)


def scene_of(database: Database) -> Scene:
    scene = Scene(database)
    for text in (EVERYBODY, PROS, FEW):
        scene.publish(text)
    scene.identify("ada", plan="pro")
    scene.identify("bob", plan="free")
    return scene


def inside(scene: Scene) -> list[str]:
    """Who is in which journey, by which key, at which step."""
    return scene.all(
        "select i.value || ' ' || j.name || ' ' || r.entry_key || ' ' || t.step from run r join journey j on j.id = r.journey_id "
        "join token t on t.run_id = r.id join identifier i on i.contact_id = r.contact_id order by 1"
    )


def refused(scene: Scene) -> list[str]:
    return scene.all(
        "select i.value || ' ' || j.name || ' ' || r.reason || ' ' || cast(r.refusal_count as text) from refusal r "
        "join journey j on j.id = r.journey_id join identifier i on i.contact_id = r.contact_id order by 1"
    )


def test_one_batch_enters_each_journey_by_its_own_rules(database: Database) -> None:
    scene = scene_of(database)

    scene.ingest(
        call("track", "Go", user="ada", at=scene.now, properties={"n": 3}),
        call("track", "Go", user="bob", at=scene.now, properties={"n": 2}),
    )

    assert inside(scene) == ["ada everybody 1 w", "ada few  x", "ada pros 3 w", "bob everybody 1 w", "bob few  x"]
    assert refused(scene) == ["bob pros audience 1"]


def test_reentry_is_each_journeys_own(database: Database) -> None:
    scene = scene_of(database)
    scene.track("ada", "Go", n=3)
    scene.clock.advance(HOUR)
    scene.track("ada", "Go", n=3)
    scene.clock.advance(DAY)

    scene.track("ada", "Go", n=4)

    assert inside(scene) == ["ada everybody 1 w", "ada everybody 2 w", "ada few  x", "ada pros 3 w", "ada pros 4 w"]
    assert refused(scene) == ["ada everybody reentry 1", "ada few reentry 2", "ada pros reentry 1"]
