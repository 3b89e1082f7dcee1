"""How a workspace is set, over HTTP."""

from __future__ import annotations

from typing import Annotated, Any

import msgspec
from litestar import get, put
from litestar.params import JSONBody
from msgspec import Meta, Struct

from tidings.contacts.addresses import zone
from tidings.http.served import AnyRequest, database, must_administer, now, served, setting
from tidings.runtime.app import write_setting
from tidings.runtime.database import Tx
from tidings.runtime.errors import Invalid


class SettingsIn(Struct, kw_only=True, forbid_unknown_fields=True):
    """The workspace's time zone (IANA); and between which hours a disturbing channel may be used, in minutes of the day."""

    zone: str
    quiet_from: Annotated[int, Meta(ge=0, le=1440)] = 540
    quiet_to: Annotated[int, Meta(ge=0, le=1440)] = 1200


@get("/settings", tags=["workspace"])
async def show_settings(request: AnyRequest) -> dict[str, Any]:
    """How the workspace is set."""
    ledger = setting(request).ledger
    address = served(request).app.settings.address
    return {"zone": ledger.zone, "quiet_from": ledger.quiet_from, "quiet_to": ledger.quiet_to, "public_url": address}


@put("/settings", tags=["workspace"])
async def change_settings(request: AnyRequest, data: JSONBody[SettingsIn]) -> dict[str, Any]:
    """Change it; what departs from now on follows."""
    must_administer(request, "Changing settings")
    known = zone(data.zone)
    if known is None:
        raise Invalid.at("zone", f"{data.zone!r} is not a time zone.", "Write it as Europe/Berlin.")
    at, values = now(request), msgspec.structs.asdict(data) | {"zone": known}

    def unit(tx: Tx) -> None:
        for name, value in values.items():
            write_setting(tx, name, value, at)

    await database(request).write(unit)
    here = setting(request)
    here.ledger = msgspec.structs.replace(here.ledger, **values)
    return await show_settings.fn(request)  # type: ignore[no-any-return]
