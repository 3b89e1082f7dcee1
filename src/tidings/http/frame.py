"""What others wrote, shown inside a page of ours: a frame in which nothing runs, opens or is sent."""

from __future__ import annotations

from litestar import MediaType, Response, post

from tidings.http.served import AnyRequest

POLICY = (
    "sandbox; default-src 'none'; style-src 'unsafe-inline' https:; img-src https: http: data:; font-src https: data:; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'self'"
)
"""Of the frame alone: mails are drawn with styles inside their tags, which the pages around them forbid themselves."""
_HEADERS = {
    "content-security-policy": POLICY,
    "x-frame-options": "SAMEORIGIN",
    "x-content-type-options": "nosniff",
    "referrer-policy": "no-referrer",
    "cache-control": "no-store",
}


def framed(html: str) -> Response[str]:
    """A page for a sandboxed frame: what somebody else wrote is looked at, and does nothing."""
    return Response(html, media_type=MediaType.HTML, headers=_HEADERS)


@post("/frame", status_code=200, include_in_schema=False)
async def frame(request: AnyRequest) -> Response[str]:
    """The `html` of a form, as it came, in a sandbox of its own; only pages of ours may ask."""
    form = await request.form()
    return framed(str(form.get("html") or ""))
