"""What somebody must know, over HTTP."""

from __future__ import annotations

from typing import Any

from litestar import Controller, get, post
from litestar.params import FromPath, FromQuery

from tidings.http.paging import before, page
from tidings.http.served import AnyRequest, database, now, once, shown
from tidings.http.shapes import gives, pages, record, shape
from tidings.messages import service as messages
from tidings.messages.models import Alert
from tidings.runtime.database import Tx


class Alerts(Controller):
    """What somebody must know."""

    path = "/alerts"
    tags = ("operations",)

    @get(responses=pages(shape(Alert)))
    async def index(
        self, request: AnyRequest, cursor: FromQuery[str] = "", limit: FromQuery[int] = 50
    ) -> dict[str, Any]:
        """Newest first; `ended_at` is empty while the trouble lasts."""
        limit = max(1, min(limit, 200))
        rows = await database(request).read(lambda tx: messages.alerts(tx, before=before(cursor)[1], limit=limit))
        return page([shown(row) for row in rows], limit, (0, rows[-1].id if rows else 0))

    @post("/{alert_id:int}/end", status_code=200, responses=gives(record("EndedAlert", id=int, ended=bool)))
    async def end(self, request: AnyRequest, alert_id: FromPath[int]) -> dict[str, Any]:
        """Somebody has seen to it."""
        at = now(request)

        def unit(tx: Tx) -> dict[str, Any]:
            messages.end_alert(tx, alert_id, at)
            return {"id": alert_id, "ended": True}

        return await once(request, unit)
