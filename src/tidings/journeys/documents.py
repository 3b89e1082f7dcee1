"""Journey documents: how they are written, checked and brought to one canonical form. Pure."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from typing import Any, Literal

import msgspec
from msgspec import Struct

from tidings.journeys.entrance import Goal, Reentry, Trigger
from tidings.journeys.steps import KINDS, Step
from tidings.journeys.steps.send import SendStep
from tidings.rules.tree import Condition, Depends, Group, Kinds, parse, told_plainly
from tidings.runtime.errors import Invalid, Problem

END = "end"
RESERVED = frozenset({"kinds"})
"""Names that stand for something else in the addresses of the API."""
_NAME = re.compile(r"^[a-z0-9][a-z0-9_-]{0,62}$")
_ONE_OF = f"Write one of {', '.join(KINDS)}."
_WHERE = re.compile(r" - at `\$(.*)`$")


class Journey(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The document as it is written; its first key is the kind, its value the name."""

    journey: str
    triggers: tuple[Trigger, ...]
    steps: dict[str, dict[str, Any]]
    start: str = ""
    audience: Any = None
    reentry: Literal["never"] | Reentry = "never"
    goal: Goal | None = None
    exit: tuple[Any, ...] = ()
    priority: int = 0
    description: str = ""
    owner: str = ""
    layout: dict[str, Any] = msgspec.field(default_factory=dict)


class Definition(Struct, frozen=True, kw_only=True):
    """A checked journey: typed steps, parsed rules."""

    document: Journey
    steps: dict[str, Step]
    ways: dict[str, dict[str, str]]
    """Step -> exit -> the step that it leads to."""
    questions: dict[str, tuple[Condition, ...]]
    audience: Condition | None
    exits: Condition | None
    start: str


def check(data: Any, kinds: Kinds) -> Definition:
    """A document as a definition; `Invalid` names every place that is wrong, and nothing is changed."""
    document = _document(data, kinds)
    problems = list[Problem]()
    if not _NAME.match(document.journey):
        problems.append(Problem("journey", "needs a name of small letters, digits, - and _."))
    if document.journey in RESERVED:
        problems.append(Problem("journey", f"{document.journey!r} is a word of the API.", "Choose another name."))
    steps, questions = _steps(document.steps, kinds, problems)
    audience = _rule(document.audience, kinds, "audience", problems)
    exits = _any([_rule(rule, kinds, f"exit[{i}]", problems) for i, rule in enumerate(document.exit)])
    start = document.start or next(iter(document.steps), "")
    if not problems:
        problems += _graph(steps, start)
    if not document.triggers:
        problems.append(Problem("triggers", "is empty.", "Say what starts the journey; {api: true} for the API alone."))
    if problems:
        raise Invalid(*problems)
    return Definition(
        document=document,
        steps=steps,
        ways={name: step.exits() for name, step in steps.items()},
        questions=questions,
        audience=audience,
        exits=exits,
        start=start,
    )


def _document(data: Any, kinds: Kinds) -> Journey:
    """The document; where it is not one, what is wrong with it and, as far as they can be read, with its steps."""
    steps = data.get("steps") if isinstance(data, dict) else None
    if isinstance(steps, dict):
        wrong = [
            Problem(f"steps.{name}", "is not a step.", _ONE_OF) for name, step in steps.items() if not _is_step(step)
        ]
        if wrong:
            raise Invalid(*wrong)
    try:
        return msgspec.convert(data, Journey)
    except msgspec.ValidationError as error:
        problems = [_problem("", error)]
        if isinstance(steps, dict) and steps and not problems[0].path.startswith("steps"):
            _steps(steps, kinds, problems)
        raise Invalid(*problems) from error


def _is_step(step: Any) -> bool:
    return isinstance(step, dict) and all(isinstance(key, str) for key in step)


def _problem(path: str, error: msgspec.ValidationError) -> Problem:
    text = str(error)
    where = _WHERE.search(text)
    return Problem((path + (where[1] if where else "")).lstrip("."), told_plainly(_WHERE.sub("", text)) + ".")


def _rule(data: Any, kinds: Kinds, path: str, problems: list[Problem]) -> Condition | None:
    if data is None:
        return None
    try:
        return parse(data, kinds, path)
    except Invalid as error:
        problems += error.problems
        return None


def _any(rules: list[Condition | None]) -> Condition | None:
    found = tuple(rule for rule in rules if rule is not None)
    return Group("any", found) if found else None


def _steps(
    written: dict[str, dict[str, Any]], kinds: Kinds, problems: list[Problem]
) -> tuple[dict[str, Step], dict[str, tuple[Condition, ...]]]:
    steps: dict[str, Step] = {}
    questions: dict[str, tuple[Condition, ...]] = {}
    for name, data in written.items():
        path = f"steps.{name}"
        if not _NAME.match(name) or name == END:
            problems.append(Problem(path, "needs a name of small letters, digits, - and _, other than `end`."))
        found = [kind for kind in KINDS if kind in data]
        if len(found) != 1:
            wrong = "no kind" if not found else f"two kinds: {' and '.join(found)}"
            problems.append(Problem(path, f"has {wrong}.", _ONE_OF))
            continue
        try:
            steps[name] = msgspec.convert(data, KINDS[found[0]])
            questions[name] = steps[name].questions(kinds, path)
        except msgspec.ValidationError as error:
            problems.append(_problem(path, error))
        except Invalid as error:
            problems += error.problems
    if not written:
        problems.append(Problem("steps", "is empty.", "A journey has at least one step."))
    return steps, questions


def _graph(steps: dict[str, Step], start: str) -> Iterator[Problem]:
    """Exits that lead nowhere, steps that nobody reaches, circles without a pause."""
    for name, step in steps.items():
        for exit, target in step.exits().items():
            if target != END and target not in steps:
                yield Problem(
                    f"steps.{name}.{exit}", f"leads to {target!r}, which is not a step.", "Use a step or `end`."
                )
    if start not in steps:
        yield Problem("start", f"{start!r} is not a step.")
        return
    reached, left = {start}, [start]
    while left:
        for target in steps[left.pop()].exits().values():
            if target in steps and target not in reached:
                reached.add(target)
                left.append(target)
    for name in steps:
        if name not in reached:
            yield Problem(f"steps.{name}", "is never reached.", "Lead to it, or take it away.")
    for name in _restless(steps):
        yield Problem(f"steps.{name}", "goes round in a circle without a wait.", "Put a wait into the circle.")


_RESTING = ("wait", "wait_for", "send", "webhook")


def _restless(steps: dict[str, Step]) -> list[str]:
    """Steps that come back to themselves through steps that never rest."""
    quick = {name: step for name, step in steps.items() if not any(hasattr(step, kind) for kind in _RESTING)}
    found = list[str]()
    for name in quick:
        seen, left = set[str](), [name]
        while left:
            for target in quick[left.pop()].exits().values():
                if target == name:
                    found.append(name)
                    left = []
                    break
                if target in quick and target not in seen:
                    seen.add(target)
                    left.append(target)
    return found


def body(definition: Definition) -> dict[str, Any]:
    """What is stored: the document with its start said, since a database may reorder keys."""
    document = msgspec.to_builtins(definition.document)
    return {name: value for name, value in document.items() if name in ("journey", "triggers", "steps") or value} | {
        "start": definition.start
    }


def digest(body: dict[str, Any]) -> str:
    """The same content has the same hash; where things stand on the canvas is not content."""
    content = {name: value for name, value in body.items() if name != "layout"}
    return hashlib.sha256(msgspec.json.encode(content, order="sorted")).hexdigest()


def canonical(body: dict[str, Any]) -> dict[str, Any]:
    """The document for people: keys in the order of the manual, steps in the order in which they are reached."""
    steps, start = body["steps"], body.get("start", "")
    order, left = list[str](), [start]
    while left:
        name = left.pop(0)
        if name in steps and name not in order:
            order.append(name)
            found = [kind for kind in KINDS if kind in steps[name]]
            left += msgspec.convert(steps[name], KINDS[found[0]]).exits().values()
    keys = ("journey", "description", "owner", "triggers", "audience", "reentry", "goal", "exit", "priority")
    return {key: body[key] for key in keys if key in body} | {"steps": {name: steps[name] for name in order}}


def depends(definition: Definition) -> Depends:
    """Which facts can end a run of this journey."""
    found = definition.exits.depends() if definition.exits is not None else Depends()
    return found | Depends(events=frozenset({definition.document.goal.event} if definition.document.goal else ()))


def sends(definition: Definition) -> list[tuple[str, str, str]]:
    """(step, channel, template) of every step that sends a template."""
    return [
        (name, step.send.channel, step.send.template)
        for name, step in definition.steps.items()
        if isinstance(step, SendStep)
    ]
