"""Whoever reads a page without being signed in: their language, the brand that they see, and what they sent."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from typing import Any

import msgspec
from litestar import Response
from litestar.enums import MediaType
from msgspec import Struct

from tidings import flow
from tidings.http.public import HEADERS
from tidings.http.served import AnyRequest
from tidings.pages import rendering
from tidings.pages.rendering import Look
from tidings.runtime.app import Workspace, read_settings
from tidings.templates.brand import Brand


class Reader(Struct, frozen=True, kw_only=True):
    """Whoever reads a page, and how it looks to them."""

    workspace: Workspace
    look: Look
    request: Any

    @property
    def ip(self) -> str:
        return self.request.client.host if self.request.client else ""

    @property
    def agent(self) -> str:
        return str(self.request.headers.get("user-agent", ""))[:300]

    @property
    def visitor(self) -> flow.Visitor:
        """What is kept as proof."""
        page = str(self.request.headers.get("referer", ""))[:300]
        return flow.Visitor(ip=self.ip, agent=self.agent, language=self.look.language, page=page)


async def reader(request: AnyRequest, workspace: Workspace, locale: str = "") -> Reader:
    """The page is in their own language, else in that of their browser."""
    known = await workspace.database.read(read_settings)
    asked = [locale] if locale else rendering.accepted(request.headers.get("accept-language", ""))
    brand = msgspec.convert(known.get("brand") or {}, Brand)
    look = Look(language=rendering.language_of(asked), brand=brand, nonce=secrets.token_urlsafe(12))
    return Reader(workspace=workspace, look=look, request=request)


def answer(
    here: Reader, text: str, *, status: int = 200, may_be_framed: bool = False, may_run: bool = False
) -> Response[str]:
    """A page under a policy that lets nothing in but its own style, and pictures; with `may_run`, one file of ours."""
    ancestors = "*" if may_be_framed else "'none'"
    policy = (
        f"default-src 'none'; style-src 'nonce-{here.look.nonce}'; img-src 'self' https: data:; form-action 'self'; base-uri 'none'; "
        f"frame-ancestors {ancestors}"
    )
    policy += f"; script-src 'nonce-{here.look.nonce}'" if may_run else ""
    headers = HEADERS | {
        "content-security-policy": policy,
        "x-content-type-options": "nosniff",
        "vary": "accept-language",
    }
    return Response(text, media_type=MediaType.HTML, headers=headers, status_code=status)


async def form_of(request: AnyRequest) -> Mapping[str, str]:
    """What a form says, each field once."""
    return {name: str(value) for name, value in (await request.form()).items() if isinstance(value, str)}
