"""The command line: what a person types, and what they are told when it is wrong."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from tidings.cli import main

TEMPLATE = 'template: hello\nchannel: email\nsubject: "Hi {{ contact.first_name }}"\ntext: Hello\n'
JOURNEY = """
journey: welcome
triggers: [{event: Signed Up}]
steps:
  hello: {send: {channel: email, template: hello}, next: pause}
  pause: {wait: {for: 2d}, next: end}
"""


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "hello.yaml").write_text(TEMPLATE)
    (tmp_path / "welcome.yaml").write_text(JOURNEY)
    assert run("init").exit_code == 0
    return tmp_path


def run(*words: str) -> Result:
    return CliRunner().invoke(main, words)


def test_documents_are_checked_planned_published_and_pulled(folder: Path) -> None:
    assert (
        run("validate", "hello.yaml", "welcome.yaml").output == "template hello is valid.\njourney welcome is valid.\n"
    )
    assert "journey welcome: is new." in run("plan", "welcome.yaml").output
    assert run("publish", "welcome.yaml", "hello.yaml").exit_code == 0
    assert "was live already" in run("publish", "welcome.yaml").output
    (folder / "welcome.yaml").write_text(JOURNEY.replace("2d", "3d"))
    assert "changed pause" in run("plan", "welcome.yaml").output

    run("pull", "one")
    run("publish", "one/journeys/welcome.yaml", "one/templates/hello.yaml")
    run("pull", "two")

    for name in ("journeys/welcome.yaml", "templates/hello.yaml"):
        assert (folder / "one" / name).read_bytes() == (folder / "two" / name).read_bytes()


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("journey: [", "bad.yaml:1"),
        ("score: x", "score are not built yet"),
        ("nothing: x", "no kind that is known"),
        ("journey: x\ntriggers: [{event: A}]\nsteps: {a: {wait: {for: 2x}}}", "bad.yaml: steps.a.wait"),
        ("journey: x\ntriggers: [{event: A}]\nsteps: {a: {wait: {for: 2d}, next: b}}", "'b', which is not a step"),
        ("journey: x\ntriggers: [{event: A}]\naudience: {flies: high}\nsteps: {a: {exit: {}}}", "audience"),
        ("template: x\nsubject: '{{ oops'\ntext: x", "subject:1"),
        ("template: x\nsubject: x\ntext: x\ncolour: red", "colour"),
    ],
)
def test_a_wrong_document_is_told_where_and_what(folder: Path, text: str, told: str) -> None:
    (folder / "bad.yaml").write_text(text)

    result = run("publish", "hello.yaml", "bad.yaml")

    assert result.exit_code == 1
    assert told in result.output
    assert "Traceback" not in result.output
    assert run("pull", "out").output == "Nothing is live.\n", "none is published when one is wrong"


def test_keys_and_people_are_made_once(folder: Path) -> None:
    made = json.loads(run("key", "create", "--scope", "track", "--json").output)
    assert made["key"].startswith("tk_track_")
    assert run("key", "create", "--scope", "everything").exit_code == 1
    assert run("user", "create", "a@example.com", "--password", "correct-horse-battery").exit_code == 0
    assert "can sign in already" in run("user", "create", "a@example.com", "--password", "correct-horse-battery").output
    assert "fewer than 12" in run("user", "create", "b@example.com", "--password", "short").output


def test_wrong_usage_and_missing_things_have_their_exit_codes(folder: Path) -> None:
    assert run("fly").exit_code == 2
    assert run("explain", "7").exit_code == 1
    assert run("contact", "show", "7").output == "There is no contact 7.\n"
    assert run("init", "--database-url", "postgresql://nobody@127.0.0.1:1/x").exit_code == 1
    assert "SQLite" in run("doctor").output
    assert "email" in run("plugins", "list").output


def test_an_audit_tells_what_is_wrong_and_carries_its_fixes(folder: Path) -> None:
    assert run("audit").output == "Nothing is wrong with them.\n"
    (folder / "people.csv").write_text("email\nada@gmial.com\nbob@example.com\n")
    assert run("import", "contacts", "people.csv").exit_code == 0

    told, raw = run("audit").output, json.loads(run("audit", "--json").output)

    assert "Mistyped addresses." in told and raw["looked_at"] == 2
    typo = next(one for one in raw["items"] if one["kind"] == "mistyped_address")
    assert typo["fix"]["deed"] == {"mend": {"kind": "mistyped_address"}} and typo["count"] == 1


def test_a_rule_in_a_file_is_counted_and_somebody_is_explained(folder: Path) -> None:
    (folder / "people.csv").write_text("email,plan\nada@example.com,pro\nbob@example.com,free\n")
    (folder / "pros.yaml").write_text("segment: pros\nwhere: {attribute: plan, eq: pro}\n")
    run("import", "contacts", "people.csv")

    counted, published = run("count", "pros.yaml"), run("publish", "pros.yaml")
    why, why_not = (run("explain", f"{name}@example.com", "--segment", "pros").output for name in ("ada", "bob"))

    assert counted.output.startswith("1 of 2 people: ") and published.exit_code == 0
    assert "is in pros since" in why and "(published)" in why
    assert "is not in pros" in why_not and why_not.rstrip().endswith("plan is pro: no (it is free)")
    assert run("explain", "nobody", "--segment", "pros").exit_code == 1


def test_a_rule_is_counted_without_a_name_and_a_wrong_one_says_what_could_stand_there(folder: Path) -> None:
    (folder / "named.yaml").write_text("where: {attribute: plan, eq: pro}\n")
    (folder / "alone.yaml").write_text("{attribute: plan, eq: pro}\n")
    (folder / "wrong.yaml").write_text("where: {all: [{attribute: plan, equals: pro}]}\n")
    (folder / "strange.yaml").write_text("{plan: pro}\n")

    named, alone, wrong, strange = (run("count", f"{name}.yaml") for name in ("named", "alone", "wrong", "strange"))

    assert named.output == alone.output == "0 of 0 people: plan is pro.\n"
    assert wrong.exit_code == strange.exit_code == 1
    assert "where.all[0]: Object contains unknown field `equals`. Write one of eq, ne, in," in wrong.output
    assert "rule: has no condition that is known: plan. Write one of all, any, not, attribute" in strange.output
