"""Pictures over HTTP: uploaded, listed, told what they show, let go; and shown to whoever reads a letter."""

from __future__ import annotations

from typing import Annotated

import msgspec
from litestar import Controller, Response, delete, get, post, put, route
from litestar.params import FromPath, FromQuery, JSONBody
from msgspec import Meta, Struct

from tidings import documents
from tidings.http.paging import LAST, cursor_of, numbers
from tidings.http.served import AnyRequest, database, must_live_here, now, served, setting, workspace
from tidings.media import service as media
from tidings.media.bare import bare
from tidings.media.pictures import MOST_BYTES, looked_at
from tidings.runtime.database import Queue, Tx
from tidings.runtime.errors import Conflict, Invalid
from tidings.runtime.ids import iso
from tidings.templates import service as templates

_HEADERS = {
    "cache-control": "public, max-age=31536000, immutable",
    "x-content-type-options": "nosniff",
    "content-security-policy": "default-src 'none'; sandbox",
    "cross-origin-resource-policy": "cross-origin",
    "x-robots-tag": "noindex",
}
"""A picture never changes, is shown by mail programs everywhere, and is nothing but a picture."""


class MediaPicture(Struct, kw_only=True):
    """A picture: `path` is what a document says, `url` what a reader's mail program asks for; `size` is in bytes."""

    name: str
    title: str
    alt: str
    type: str
    width: int
    height: int
    size: int
    path: str
    url: str
    created_at: str
    actor: str


class MediaPage(Struct, kw_only=True):
    """Pictures, the newest first."""

    items: list[MediaPicture]
    next: str | None


class MediaDetail(MediaPicture, kw_only=True):
    """A picture, and which documents show it; `is_in_brand` when it is the logo."""

    used_in: list[documents.Mention]
    is_in_brand: bool


class MediaWords(Struct, kw_only=True, forbid_unknown_fields=True):
    """What a picture is called, and what it shows."""

    title: Annotated[str, Meta(min_length=1, max_length=200)]
    alt: Annotated[str, Meta(max_length=500)] = ""


def _path(request: AnyRequest, name: str) -> str:
    return f"/media/{workspace(request).name}/{name}"


def _told(request: AnyRequest, one: media.Picture) -> MediaPicture:
    values = {name: getattr(one, name) for name in one.__struct_fields__ if name not in ("id", "created_at")}
    path = _path(request, one.name)
    return MediaPicture(**values, path=path, url=setting(request).address + path, created_at=iso(one.created_at) or "")


class Media(Controller):
    """Pictures for letters and pages."""

    path = "/media"
    tags = ("media",)

    @get()
    async def index(
        self, request: AnyRequest, q: FromQuery[str] = "", cursor: FromQuery[str] = "", limit: FromQuery[int] = 60
    ) -> MediaPage:
        """Pictures whose title or words hold a text, the newest first."""
        limit, before = max(1, min(limit, 200)), numbers(cursor, 1)[0] if cursor else LAST
        rows = await database(request).read(lambda tx: media.page(tx, q.strip()[:100], before=before, limit=limit))
        last = cursor_of(rows[-1].id) if len(rows) >= limit else None
        return MediaPage(items=[_told(request, row) for row in rows], next=last)

    @post(request_max_body_size=4 * MOST_BYTES)
    async def upload(self, request: AnyRequest, name: FromQuery[str]) -> MediaPicture:
        """The body is the picture itself: PNG, JPEG, GIF or WebP, at most 5 MB; `name` is the file's. What it is, is read from
        its bytes, and where it was taken, by whom and on what is taken out. The same picture again is the one that is here."""
        must_live_here(request, "Uploading pictures")
        data, at, actor = await request.body(), now(request), request.state["actor"].name
        title = name.strip()[:200] or "picture"
        try:
            shape = looked_at(data)
        except Invalid as error:
            raise Invalid(*(msgspec.structs.replace(one, path=title) for one in error.problems)) from error
        clean = bare(data, shape.type)
        kept = await database(request).write(
            lambda tx: media.keep(tx, clean, shape, title, at, actor=actor), Queue.BULK
        )
        return _told(request, kept)

    @get("/{name:str}")
    async def show(self, request: AnyRequest, name: FromPath[str]) -> MediaDetail:
        """One picture, and where it is shown."""

        def unit(tx: Tx) -> MediaDetail:
            told = msgspec.structs.asdict(_told(request, media.get(tx, name)))
            return MediaDetail(
                **told, used_in=documents.mentions(tx, told["path"]), is_in_brand=_is_logo(tx, told["path"])
            )

        return await database(request).read(unit)

    @put("/{name:str}")
    async def tell(self, request: AnyRequest, name: FromPath[str], data: JSONBody[MediaWords]) -> MediaPicture:
        """Say what it is called and what it shows."""
        must_live_here(request, "Changing pictures")
        kept = await database(request).write(lambda tx: media.tell(tx, name, data.title, data.alt))
        return _told(request, kept)

    @delete("/{name:str}")
    async def forget(self, request: AnyRequest, name: FromPath[str]) -> None:
        """It goes, also from letters that were sent with it; refused while something that is live shows it."""
        must_live_here(request, "Deleting pictures")
        path = _path(request, name)

        def unit(tx: Tx) -> None:
            media.get(tx, name)
            used = [f"{one.kind} {one.name}" for one in documents.mentions(tx, path) if one.is_live]
            used += ["the brand"] if _is_logo(tx, path) else []
            if used:
                raise Conflict(f"This picture is shown by {', '.join(used)}. Take it out there first.")
            media.forget(tx, name)

        await database(request).write(unit)


def _is_logo(tx: Tx, path: str) -> bool:
    return templates.brand(tx).logo == path


@route("/media/{place:str}/{name:str}", http_method=["GET", "HEAD"], include_in_schema=False)
async def picture(request: AnyRequest, place: FromPath[str], name: FromPath[str]) -> Response[bytes]:
    """A picture as a mail program asks for it; it is for everybody, as letters are."""
    here = served(request).app.workspace(place)
    tag = f'"{name}"'
    found = await here.database.read(lambda tx: media.content(tx, name))
    headers = _HEADERS | {"etag": tag}
    if request.headers.get("if-none-match") == tag:
        return Response(b"", status_code=304, headers=headers, media_type=found.type)
    return Response(found.data, headers=headers, media_type=found.type)
