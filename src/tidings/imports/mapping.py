"""What one row says of one person: who they are, what is known of them, and what their consent is proved to be. Pure."""

from __future__ import annotations

import datetime as dt
import re
from typing import Any, Literal

import msgspec
from msgspec import Struct

from tidings.contacts.addresses import email
from tidings.contacts.models import Key
from tidings.imports.reading import Row
from tidings.runtime.ids import milliseconds_of

YES = frozenset({"subscribed", "confirmed", "active", "opted-in", "opted in", "opt-in"})
"""What a status says of somebody who agreed; only with proof does it count."""
NO = frozenset({"unsubscribed", "opted-out", "opted out", "opt-out", "unsubscribe", "removed"})
DEAD = frozenset({"cleaned", "bounced", "hard_bounce", "hard bounce", "invalid_email", "invalid"})
BLOCKED = frozenset(
    {"blocklisted", "blacklisted", "user_suppressed", "suppressed", "spam_complaint", "complained", "spam"}
)


class Options(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What holds for every row of an import."""

    channel: str = "email"
    topic: str = ""
    """What consent is about; empty: everything on the channel."""
    statement: str = ""
    """Where consent was collected and how, in words; without it only rows with a time of consent count as agreed."""
    tags: list[str] = msgspec.field(default_factory=list)
    lists: list[str] = msgspec.field(default_factory=list)
    default_status: Literal["", "subscribed", "unsubscribed", "cleaned"] = ""
    """For files whose name says it: who left, who never worked."""
    day_first: bool = False
    """Whether 03/04/2026 is in April."""


class Consent(Struct, frozen=True, kw_only=True):
    """What a row proves."""

    state: Literal["subscribed", "unsubscribed"]
    at: int | None = None
    ip: str = ""
    wording: str = ""


class Person(Struct, frozen=True, kw_only=True):
    """A row, understood."""

    keys: list[Key]
    attributes: dict[str, Any]
    tags: list[str]
    lists: list[str]
    company: str = ""
    consent: Consent | None = None
    suppress: tuple[str, str] | None = None
    """(scope, reason) of their address."""
    event: str = ""
    at: int | None = None
    message_id: str = ""
    properties: dict[str, Any] = msgspec.field(default_factory=dict)


class Refused(Exception):
    """This row is not taken; the message says why."""


def person(row: Row, mapping: dict[str, str], options: Options, types: dict[str, str], kind: str) -> Person:
    """What a row says. `types`: what its columns hold, number or boolean. Blank cells say nothing."""
    said = {column: value for column, value in row.items() if value and mapping.get(column, "ignore") != "ignore"}
    by_target = {mapping[column]: value for column, value in said.items()}
    keys, attributes = list[Key](), dict[str, Any]()
    properties: dict[str, Any] = {}
    for column, value in said.items():
        target, _, name = mapping[column].partition(":")
        if target == "identifier":
            keys.append(_key(name, value, column))
        elif target == "attribute":
            _put(attributes, name.split("."), _typed(value, types.get(column, "text"), name))
        elif target == "property":
            properties[name] = _typed(value, types.get(column, "text"), name)
    attributes = _object(by_target, "attributes") | attributes
    if address := next((value for key, value in keys if key == "email"), ""):
        attributes["email"] = address
    if not keys:
        raise Refused("It names nobody: email and every other identifier are empty.")
    if kind == "events" and not by_target.get("event"):
        raise Refused("It names no event.")
    consent, suppress = _standing(by_target, options)
    return Person(
        keys=keys,
        attributes=attributes,
        tags=[*options.tags, *_many(by_target.get("tags", ""))],
        lists=[*options.lists, *_many(by_target.get("list", ""))],
        company=by_target.get("company", ""),
        consent=consent,
        suppress=suppress,
        event=by_target.get("event", ""),
        at=instant(by_target["at"], options) if "at" in by_target else None,
        message_id=by_target.get("message_id", ""),
        properties=_object(by_target, "properties") | properties,
    )


def _key(kind: str, value: str, column: str) -> Key:
    if kind != "email":
        return kind, value[:200]
    found = email(value)
    if found is None:
        raise Refused(f"{column}: {value[:80]!r} is not an email address.")
    return "email", found


def _standing(said: dict[str, str], options: Options) -> tuple[Consent | None, tuple[str, str] | None]:
    """Consent is never raised above what the row, or the statement of who imports, proves."""
    status = (said.get("status") or options.default_status).strip().lower()
    reason = said.get("reason", "").strip().lower()
    if said.get("opted_out", "").strip().lower() in ("true", "1", "yes"):
        return Consent(state="unsubscribed"), None
    if "cleaned_at" in said or status in DEAD or reason in DEAD:
        return None, ("all", "hard_bounce")
    if status in BLOCKED or reason in BLOCKED:
        complained = "complain" in status + reason or "spam" in status + reason
        return None, ("marketing", "complaint" if complained else "imported")
    if "unsubscribed_at" in said or status in NO or reason in NO:
        at = instant(said["unsubscribed_at"], options) if "unsubscribed_at" in said else None
        return Consent(state="unsubscribed", at=at), None
    proved = said.get("confirmed_at") or said.get("consented_at")
    if (status in YES or (not status and proved)) and (proved or options.statement):
        at = instant(proved, options) if proved else None
        wording = options.statement or ("confirmed" if "confirmed_at" in said else "opted in")
        return Consent(state="subscribed", at=at, ip=said.get("consent_ip", ""), wording=wording), None
    return None, None


def _typed(value: str, kind: str, name: str) -> Any:
    if name in ("phone", "postal_code", "timezone"):
        return value
    if kind == "boolean":
        return value.lower() == "true"
    if kind == "integer":
        return int(value)
    return float(value) if kind == "float" else value


def types_of(rows: list[Row], columns: list[str]) -> dict[str, str]:
    """What each column holds in every row: integer, float, boolean or text."""
    found: dict[str, str] = {}
    for column in columns:
        values = [row[column] for row in rows if row.get(column)]
        found[column] = next((name for name, test in _TESTS if values and all(map(test, values))), "text")
    return found


_INTEGER = re.compile(r"-?(0|[1-9]\d{0,14})\Z")
_FLOAT = re.compile(r"-?(0|[1-9]\d{0,14})(\.\d{1,10})?\Z")
_TESTS = (
    ("boolean", lambda value: value.lower() in ("true", "false")),
    ("integer", lambda value: bool(_INTEGER.match(value))),
    ("float", lambda value: bool(_FLOAT.match(value))),
)


def _put(attributes: dict[str, Any], path: list[str], value: Any) -> None:
    for part in path[:-1]:
        inner = attributes.setdefault(part, {})
        if not isinstance(inner, dict):
            return
        attributes = inner
    attributes[path[-1]] = value


def _object(said: dict[str, str], target: str) -> dict[str, Any]:
    text = said.get(target, "")
    if not text:
        return {}
    try:
        return msgspec.json.decode(text, type=dict[str, Any])
    except (msgspec.DecodeError, RecursionError):
        raise Refused(f"{target} is not a JSON object.") from None


def _many(text: str) -> list[str]:
    """A list in one cell: `"a","b"`, `a, b` or a JSON list."""
    if text.startswith("["):
        try:
            return [str(one) for one in msgspec.json.decode(text, type=list[Any])]
        except msgspec.DecodeError:
            pass
    return [part.strip().strip("\"'") for part in re.split(r"[,;|]", text) if part.strip().strip("\"'")]


_FORMS = ("%Y-%m-%d %H:%M:%S", "%Y-%m-%d %H:%M", "%Y-%m-%d", "%Y/%m/%d", "%d.%m.%Y %H:%M", "%d.%m.%Y")
_SLASHED = {False: ("%m/%d/%Y %H:%M", "%m/%d/%Y"), True: ("%d/%m/%Y %H:%M", "%d/%m/%Y")}


def instant(text: str, options: Options) -> int:
    """A time as people write it, in UTC where it says no zone; `Refused` where it is none."""
    found: dt.datetime | None = None
    try:
        found = dt.datetime.fromisoformat(text.replace("Z", "+00:00"))
    except ValueError:
        for form in (*_FORMS, *_SLASHED[options.day_first]):
            try:
                found = dt.datetime.strptime(f"{text} +0000", f"{form} %z")
                break
            except ValueError:
                continue
    if found is None:
        raise Refused(f"{text[:40]!r} is not a time.")
    return milliseconds_of(found if found.tzinfo else found.replace(tzinfo=dt.UTC))
