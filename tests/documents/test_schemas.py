"""The published JSON Schemas take the documents that we take, and refuse in an editor what we refuse when it is published."""

from __future__ import annotations

from importlib import resources
from typing import Any

import jsonschema_rs
import pytest

from tidings import documents
from tidings.documents.checking import KINDS
from tidings.documents.starters import starters

FILES = {"journey": "journeys", "segment": "segments"}


def _errors(kind: str, document: Any) -> list[str]:
    checker = jsonschema_rs.Draft202012Validator(KINDS[kind].schema())
    return ["/".join(map(str, error.instance_path)) for error in checker.iter_errors(document)]


@pytest.mark.parametrize("kind", FILES)
def test_what_the_demo_shows_is_in_its_schema(kind: str) -> None:
    file = resources.files("tidings.demo") / "documents" / f"{FILES[kind]}.yaml"

    found = {document[kind]: _errors(kind, document) for document in documents.parse(file.read_text("utf-8"))}

    assert len(found) >= 3
    assert {name: errors for name, errors in found.items() if errors} == {}


@pytest.mark.parametrize("starter", sorted(starters()))
def test_what_journeys_begin_with_is_in_the_schema(starter: str) -> None:
    assert _errors("journey", starters()[starter].journey) == []


WRONG = [
    {"all": [{"event": "Order Completed", "cuont": {"at_least": 1}}]},
    {"attribute": "plan", "equals": "pro"},
    {"sequence": {"first": {"event": "A"}, "than": {"event": "B"}}},
    {"none": {"event": "A"}},
    {"moon": "full"},
    "everybody",
]


@pytest.mark.parametrize("rule", WRONG)
def test_a_wrong_rule_is_refused_wherever_a_rule_stands(rule: Any) -> None:
    def split(when: Any) -> dict[str, Any]:
        return {"split": {"branch": [{"when": when, "next": "end"}], "else": "end"}}

    journey = {"journey": "x", "triggers": [{"event": "A"}], "steps": split({"event": "A"})}

    assert not _errors("journey", journey)
    assert _errors("segment", {"segment": "x", "where": rule})
    assert _errors("journey", journey | {"audience": rule})
    assert _errors("journey", journey | {"exit": [rule]})
    assert _errors("journey", journey | {"steps": split(rule)})
