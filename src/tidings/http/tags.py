"""Tags over HTTP: which there are, and how many people have each. They are put on, renamed and taken off by bulk actions."""

from __future__ import annotations

from litestar import get
from msgspec import Struct

from tidings.contacts import service as contacts
from tidings.http.served import AnyRequest, database
from tidings.runtime.database import Tx


class TagPage(Struct, kw_only=True):
    """Every tag by name; not `is_exact` where so many are on people that the rest was not counted."""

    items: list[contacts.CountedTag]
    is_exact: bool


@get("/tags", tags=["contacts"])
async def tags(request: AnyRequest) -> TagPage:
    """Every tag with how many people have it, counted among a million. To rename one, POST /bulk with `add_tags` and `remove_tags`
    for everybody whom `tag` finds; to merge two, the same with a name that is there already."""

    def unit(tx: Tx) -> TagPage:
        items = contacts.tag_counts(tx)
        return TagPage(items=items, is_exact=sum(one.count for one in items) < contacts.TAGS_AMONG)

    return await database(request).read(unit)
