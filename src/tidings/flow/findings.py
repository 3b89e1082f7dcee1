"""What an audit found, in words: what is wrong with what is known of people, before a campaign shows it to them; each with a way
to put it right. Pure."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import quote

from msgspec import Struct

from tidings.contacts import mending
from tidings.contacts.auditing import SAMPLES, Sample, Seen, Tally


class AuditFix(Struct, frozen=True, kw_only=True):
    """A bulk action that puts it right, as POST /bulk takes it; undone for a day."""

    deed: dict[str, Any]
    where: str = ""
    """The rule of those whom it is done to; empty: everybody, of whom those are changed of whom it is so."""


class AuditPart(Struct, frozen=True, kw_only=True):
    """One thing that is wrong with some: how many of those who were looked at, whom, and how it is mended."""

    kind: str
    path: str
    title: str
    told: str
    count: int
    samples: list[Sample]
    fix: AuditFix | None
    verb: str
    """What the fix does, in a few words."""
    to: str
    """The screen that shows them, where there is one."""


def parts(
    tally: Tally, lists: Sequence[str], zone: str, letters: Mapping[str, Sequence[str]] | None = None
) -> list[AuditPart]:
    """What was found, the worst first; nothing where nothing is wrong."""
    found = [
        *_addresses(tally),
        *_needed(tally, letters or {}),
        *_doubles(tally),
        *_types(tally),
        *_spellings(tally),
        *_gaps(tally, zone),
    ]
    if lists:
        told = f"{', '.join(lists[:SAMPLES])}. Journeys and campaigns that ask for them reach nobody."
        found.append(_part("empty_list", Seen(), "Lists that nobody is on", told, count=len(lists), to="/lists"))
    return [one for one in found if one.count]


def _part(
    kind: str,
    seen: Seen,
    title: str,
    told: str,
    *,
    path: str = "",
    count: int | None = None,
    fix: AuditFix | None = None,
    verb: str = "",
    to: str = "",
) -> AuditPart:
    number = seen.count if count is None else count
    return AuditPart(
        kind=kind,
        path=path,
        title=title,
        told=told,
        count=number,
        samples=seen.samples,
        fix=fix,
        verb=verb,
        to=to,
    )


def _mend(kind: str, path: str = "") -> AuditFix:
    return AuditFix(deed={"mend": {"kind": kind} | ({"path": path} if path else {})})


def _where(rule: dict[str, Any]) -> str:
    return json.dumps(rule)


def _shows(rule: dict[str, Any]) -> str:
    return f"/contacts?where={quote(_where(rule), safe='')}"


def _addresses(tally: Tally) -> list[AuditPart]:
    offices = {"any": [{"attribute": "email", "starts_with": f"{role}@"} for role in sorted(mending.ROLES)]}
    return [
        _part(
            "mistyped_address",
            tally.kinds["mistyped_address"],
            "Mistyped addresses",
            "Nobody gets mail at these; what was meant is known. They bounce, and bounces cost the reputation of the sender.",
            fix=_mend("mistyped_address"),
            verb="Write what was meant",
        ),
        _part(
            "invalid_address",
            tally.kinds["invalid_address"],
            "Addresses that are none",
            "Nothing can be sent there. Taken away, the attribute is empty and a form or an import can fill it.",
            fix=_mend("invalid_address"),
            verb="Take them away",
        ),
        _part(
            "role_address",
            tally.kinds["role_address"],
            "Addresses of an office",
            "Many read them and nobody signed up with them: they complain more often. A tag lets campaigns leave them out.",
            fix=AuditFix(deed={"add_tags": ["role-address"]}, where=_where(offices)),
            verb="Tag them role-address",
            to=_shows(offices),
        ),
    ]


def _needed(tally: Tally, letters: Mapping[str, Sequence[str]]) -> list[AuditPart]:
    found = list[AuditPart]()
    for path, names in letters.items():
        title = f"{path} is missing, and letters need it"
        told = f"{', '.join(names[:SAMPLES])} names it without other words: these people get no such letter. Give it a fallback."
        to = _shows({"attribute": path, "empty": True})
        found.append(_part("needed", tally.missing.get(path, Seen()), title, told, path=path, to=to))
    return found


def _doubles(tally: Tally) -> list[AuditPart]:
    told = {
        "same_box": (
            "The same mailbox twice",
            "The addresses differ by a plus, or by dots at Google: they get everything twice.",
        ),
        "same_phone": (
            "The same phone twice",
            "Often one person; sometimes a family or an office. Look before you merge.",
        ),
        "same_name": ("The same name twice", "Perhaps one person with two addresses. Look before you merge."),
    }
    return [_part(kind, tally.kinds[kind], title, words) for kind, (title, words) in told.items()]


def _types(tally: Tally) -> list[AuditPart]:
    found = list[AuditPart]()
    for path, kinds in tally.mixed().items():
        odd = min(kinds, key=lambda kind: kinds[kind].count)
        told = "; ".join(
            f"{seen.count:,} {kind}" for kind, seen in sorted(kinds.items(), key=lambda one: -one[1].count)
        )
        is_number = "number" in kinds and tally.numbers.get(path, 0) > 0
        is_date = "date" in kinds and tally.dates.get(path, 0) > 0
        fix = _mend("numbers", path) if is_number else _mend("dates", path) if is_date else None
        words = f"{told}. Rules that compare it pass over those of another type."
        verb = "Make numbers of texts" if is_number else "Make dates of texts" if is_date else ""
        count = sum(seen.count for seen in kinds.values()) - max(seen.count for seen in kinds.values())
        title = f"{path} has values of several types"
        found.append(_part("mixed_types", kinds[odd], title, words, path=path, count=count, fix=fix, verb=verb))
    for path, count in sorted(tally.dates.items()):
        if path in tally.mixed() and "date" in tally.types[path]:
            continue
        seen, title = tally.types[path]["text"], f"{path} holds dates as text"
        words = "Written as 31.1.2026 or 2026/1/31, which no rule about dates understands."
        fix = _mend("dates", path)
        found.append(
            _part("date_as_text", seen, title, words, path=path, count=count, fix=fix, verb="Make dates of them")
        )
    return found


def _spellings(tally: Tally) -> list[AuditPart]:
    found = list[AuditPart]()
    for path, groups in tally.spellings().items():
        for (right, _), *others in groups:
            told = f"{right!r} beside " + ", ".join(f"{value!r} ({count:,})" for value, count in others[:SAMPLES])
            rule: dict[str, Any] = {"attribute": path, "in": [value for value, _ in others]}
            found.append(
                _part(
                    "spelling",
                    Seen(),
                    f"{path} is written in several ways",
                    f"{told}. Rules that compare it miss some.",
                    path=path,
                    count=sum(count for _, count in others),
                    fix=AuditFix(deed={"attributes": _nested(path, right)}, where=_where(rule)),
                    verb=f"Write {right} everywhere",
                    to=_shows(rule),
                )
            )
    return found


def _nested(path: str, value: Any) -> dict[str, Any]:
    name, _, rest = path.partition(".")
    return {name: _nested(rest, value) if rest else value}


def _gaps(tally: Tally, zone: str) -> list[AuditPart]:
    kinds = tally.kinds
    no_zone, no_locale = {"attribute": "timezone", "empty": True}, {"attribute": "locale", "empty": True}
    agreed = {"not": {"consent": {"channel": "email"}}}
    return [
        _part(
            "no_consent",
            kinds["no_consent"],
            "People who never agreed",
            "They have an address and no consent by email, so no campaign reaches them. Import consent with its proof, or ask by a form.",
            to=_shows(agreed),
        ),
        _part(
            "no_address",
            kinds["no_address"],
            "People without an address",
            "No mail reaches them until a form, an import or your site says where.",
            to=_shows({"attribute": "email", "empty": True}),
        ),
        _part(
            "no_zone",
            kinds["no_zone"],
            "People without a time zone",
            f"Quiet hours and “their local time” take the workspace's, {zone}, for them.",
            fix=AuditFix(deed={"attributes": {"timezone": zone}}, where=_where(no_zone)),
            verb=f"Write {zone} for them",
            to=_shows(no_zone),
        ),
        _part(
            "no_locale",
            kinds["no_locale"],
            "People without a language",
            "They get every letter in its first language, and public pages in that of their browser.",
            to=_shows(no_locale),
        ),
    ]
