"""One person under several contacts: what was merged keeps its own number in logs, and is read through it."""

from __future__ import annotations

WHO = "<who>"
"""Stands for the comparison of a contact's number in a text that `of_person` takes."""
_ALL = "in (select c.id union all select merged.id from contact merged where merged.merged_into_id = c.id)"


def of_person(text: str, *, unknown: str = "") -> str:
    """An expression about all that a person (`c`) did under any number; nearly nobody has more than one, and then one is looked at.
    `unknown`: a test of when nobody can tell."""
    nobody = f"when {unknown} then null " if unknown else ""
    return (
        f"(case {nobody}when c.alias_count = 0 then {text.replace(WHO, '= c.id')} else {text.replace(WHO, _ALL)} end)"
    )
