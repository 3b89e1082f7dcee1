"""How a workspace is set, over HTTP."""

from __future__ import annotations

from typing import Annotated
from urllib.parse import urlsplit

import msgspec
from litestar import get, put
from litestar.params import FromQuery, JSONBody
from msgspec import UNSET, Meta, Struct, UnsetType

from tidings import flow
from tidings.contacts.addresses import zone
from tidings.http.served import AnyRequest, database, must_administer, now, served, setting
from tidings.journeys import giving_way
from tidings.messages.limits import Cap, Quiet
from tidings.runtime.app import read_settings, write_setting
from tidings.runtime.clock import DAY
from tidings.runtime.database import Tx
from tidings.runtime.errors import Invalid
from tidings.runtime.ids import iso
from tidings.templates import service as templates
from tidings.templates.brand import Brand


class SettingsIn(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The workspace's time zone (IANA); between which hours a disturbing channel may be used, in minutes of the day, and the
    hours of single channels (null: always); how often marketing may reach one person (`caps`); how letters and
    public pages look (`brand`); and the address at which
    people reach this server, for links (`TIDINGS_PUBLIC_URL` counts before it). What is left out stays as it is."""

    zone: str | UnsetType = UNSET
    quiet_from: Annotated[int, Meta(ge=0, le=1440)] | UnsetType = UNSET
    quiet_to: Annotated[int, Meta(ge=0, le=1440)] | UnsetType = UNSET
    quiet: dict[str, Quiet | None] | UnsetType = UNSET
    caps: Annotated[list[Cap], Meta(max_length=20)] | UnsetType = UNSET
    brand: Brand | UnsetType = UNSET
    public_url: str | UnsetType = UNSET


def checked(data: SettingsIn, path: str = "") -> dict[str, object]:
    """What is given, each value fit to be kept; `Invalid` names what is not, behind `path`."""
    values = {name: value for name, value in msgspec.structs.asdict(data).items() if value is not UNSET}
    if "zone" in values and (known := zone(values["zone"])) is None:
        raise Invalid.at(f"{path}zone", f"{values['zone']!r} is not a time zone.", "Write it as Europe/Berlin.")
    if "zone" in values:
        values["zone"] = known
    if values.get("public_url"):
        parts = urlsplit(values["public_url"])
        if parts.scheme not in ("http", "https") or not parts.hostname or parts.query or parts.fragment:
            raise Invalid.at(f"{path}public_url", "is not an address.", "Write it as https://news.example.com")
        values["public_url"] = values["public_url"].rstrip("/")
    return {name: msgspec.to_builtins(value) for name, value in values.items()}


class SettingsOut(Struct, kw_only=True):
    """How a workspace is set; `is_public_url_fixed` where the environment says the address."""

    zone: str
    quiet_from: int
    quiet_to: int
    quiet: dict[str, Quiet | None]
    caps: list[Cap]
    brand: Brand
    public_url: str
    is_public_url_fixed: bool


@get("/settings", tags=["workspace"])
async def show_settings(request: AnyRequest) -> SettingsOut:
    """How the workspace is set."""
    here, brand = setting(request), await database(request).read(templates.brand)
    return SettingsOut(
        zone=here.ledger.zone,
        quiet_from=here.ledger.quiet_from,
        quiet_to=here.ledger.quiet_to,
        quiet=here.ledger.quiet,
        caps=list(here.ledger.caps),
        brand=brand,
        public_url=here.address,
        is_public_url_fixed=bool(served(request).app.settings.public_url),
    )


class CapsCost(Struct, kw_only=True):
    """What frequency caps cost since an instant."""

    since: str
    items: list[giving_way.CapCost]


@get("/caps/cost", tags=["workspace"])
async def caps_cost(request: AnyRequest, days: FromQuery[int] = 30) -> CapsCost:
    """By journey and campaign in the last days: what waited, what was not sent, and what one more a window would release."""
    since = now(request) - max(1, min(days, 90)) * DAY
    items = await database(request).read(lambda tx: giving_way.cost(tx, since))
    return CapsCost(since=iso(since) or "", items=items)


@put("/settings", tags=["workspace"])
async def change_settings(request: AnyRequest, data: JSONBody[SettingsIn]) -> SettingsOut:
    """Change it; what departs from now on follows."""
    must_administer(request, "Changing settings")
    at, values, here = now(request), checked(data), setting(request)
    before = here.ledger.zone

    def unit(tx: Tx) -> dict[str, object]:
        for name, value in values.items():
            write_setting(tx, name, value, at)
        if "brand" in values:
            templates.follow(tx, at)
        if "zone" in values and values["zone"] != before:
            flow.zone_changed(tx, here)
        return read_settings(tx)

    known = await database(request).write(unit)
    setting(request).follow(known, served(request).app.settings)
    return await show_settings.fn(request)  # type: ignore[no-any-return]
