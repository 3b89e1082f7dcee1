"""What somebody who is not signed in reads when their link is over or something failed: a page in their language, never a
machine's words."""

from __future__ import annotations

import functools
from collections.abc import Awaitable, Callable
from typing import Any

from litestar import Response

from tidings.http import problems
from tidings.http.served import AnyRequest, served
from tidings.http.visitors import answer, reader
from tidings.pages import rendering
from tidings.runtime.app import Workspace
from tidings.runtime.errors import NotFound

Handler = Callable[..., Awaitable[Response[str]]]
_LOST, _BUSY = frozenset({400, 404, 410}), frozenset({429, 503})


def sorry(handler: Handler) -> Handler:
    """The handler, whose refusals are pages as well; the status is what it would be otherwise."""

    @functools.wraps(handler)
    async def told(request: AnyRequest, **given: Any) -> Response[str]:
        try:
            return await handler(request, **given)
        except Exception as error:  # the request is one of the rims
            return await _page(request, *problems.body(error)[::2])

    return told


async def _page(request: AnyRequest, status: int, headers: dict[str, str]) -> Response[str]:
    here = await reader(request, _workspace(request))
    is_form = request.url.path.startswith("/f/")
    name = ("no_form" if is_form else "lost") if status in _LOST else "crowded" if status in _BUSY else "fault"
    text = rendering.plain(here.look, here.look.say(name), here.look.say(f"{name}_told"))
    found = answer(here, text, status=status, may_be_framed=is_form)
    found.headers.update(headers)
    return found


def _workspace(request: AnyRequest) -> Workspace:
    """Whose brand is shown: the one that the address names, else the first; a bad token names nobody."""
    app = served(request).app
    try:
        return app.workspace(str(request.path_params.get("workspace", "")))
    except NotFound:
        return next(iter(app.workspaces.values()))
