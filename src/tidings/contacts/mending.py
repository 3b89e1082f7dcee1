"""What is wrong with what is known of a person, as far as it can be seen without asking them, and how it is put right. Pure."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping
from typing import Annotated, Any, Literal

from msgspec import Meta, Struct

from tidings.contacts.addresses import email

MISTYPED = {
    "gmail.com": "gmial.com gmal.com gmai.com gmil.com gamil.com gnail.com gmaill.com gmail.co gmail.con gmail.cm gmail.om gmaul.com",
    "hotmail.com": "hotmal.com hotmai.com hotmial.com hotmil.com hotmail.con hotmail.co hotamil.com homail.com",
    "outlook.com": "outlok.com outloo.com outlook.con outlook.co outllok.com",
    "yahoo.com": "yaho.com yahooo.com yahoo.con yahoo.co yhoo.com yahho.com",
    "icloud.com": "iclod.com icloud.con icoud.com iclould.com icloud.co",
    "gmx.de": "gmx.dee gmx.d gmx.ed",
    "web.de": "web.dee web.d webde.de",
    "t-online.de": "t-onlin.de t-online.d tonline.de",
    "orange.fr": "ornage.fr orange.f",
}
"""Domains that people mean, and what their fingers make of them; nobody offers mailboxes at these."""
_MEANT = {wrong: right for right, several in MISTYPED.items() for wrong in several.split()}
_OFFICES = (
    "abuse admin billing contact help hello hostmaster info jobs kontakt mail marketing noreply no-reply office postmaster "
    "press privacy sales security service support team webmaster"
)
ROLES = frozenset(_OFFICES.split())
"""Boxes of an office, which many read and nobody signed up with."""
_NUMBER = re.compile(r"^-?(0|[1-9]\d{0,14})([.]\d{1,10})?$")
_DAY_FIRST = re.compile(r"^(\d{1,2})\.(\d{1,2})\.(\d{4})$")
_YEAR_FIRST = re.compile(r"^(\d{4})[/.](\d{1,2})[/.](\d{1,2})$")


class Mend(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True):
    """What is put right; `path` is the attribute, for numbers and dates."""

    kind: Literal["mistyped_address", "invalid_address", "numbers", "dates"]
    path: Annotated[str, Meta(max_length=200)] = ""


def meant(address: str) -> str | None:
    """The address that somebody meant; None when this one may be right."""
    local, _, domain = address.strip().lower().rpartition("@")
    right = _MEANT.get(domain)
    return email(f"{local}@{right}") if right else None


def is_role(address: str) -> bool:
    """Whether it belongs to an office and not to a person."""
    return address.partition("@")[0].partition("+")[0].lower() in ROLES


def plain(address: str) -> str:
    """The box behind an address: without what follows a plus, and at Google without dots, so that two spellings are one."""
    local, _, domain = address.strip().lower().rpartition("@")
    local = local.partition("+")[0]
    if domain in ("gmail.com", "googlemail.com"):
        local, domain = local.replace(".", ""), "gmail.com"
    return f"{local}@{domain}"


def number(value: Any) -> float | int | None:
    """The number that a text holds; None when it may be anything else, as a postal code with a zero in front is."""
    if not isinstance(value, str) or not _NUMBER.match(value.strip()):
        return None
    text = value.strip()
    return float(text) if "." in text else int(text)


def date(value: Any) -> str | None:
    """The day that a text holds, as 2026-01-31; None when it holds none, or may hold another: 3/4/2026 is two days."""
    if not isinstance(value, str):
        return None
    if found := _DAY_FIRST.match(value.strip()):
        day, month, year = map(int, found.groups())
    elif found := _YEAR_FIRST.match(value.strip()):
        year, month, day = map(int, found.groups())
    else:
        return None
    try:
        return dt.date(year, month, day).isoformat()
    except ValueError:
        return None


def at(attributes: Mapping[str, Any], path: str) -> Any:
    """What stands at a dotted path; None where nothing does."""
    value: Any = attributes
    for name in path.split("."):
        value = value.get(name) if isinstance(value, Mapping) else None
    return value


def mended(mend: Mend, attributes: Mapping[str, Any]) -> dict[str, Any]:
    """The change that puts it right; empty where nothing is wrong."""
    address = attributes.get("email")
    if mend.kind == "mistyped_address":
        right = meant(address) if isinstance(address, str) else None
        return {"email": right} if right else {}
    if mend.kind == "invalid_address":
        return {"email": None} if address is not None and email(address) is None else {}
    value = at(attributes, mend.path)
    found = number(value) if mend.kind == "numbers" else date(value)
    return _put(mend.path, found) if found is not None else {}


def _put(path: str, value: Any) -> dict[str, Any]:
    name, _, rest = path.partition(".")
    return {name: _put(rest, value) if rest else value}
