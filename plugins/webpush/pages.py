"""The two scripts of a site: one asks its visitor and subscribes, the other shows notifications."""

from __future__ import annotations

from pathlib import Path

import msgspec

from tidings.channels import HookReply

_HERE = Path(__file__).parent
_HEADERS = {
    "content-type": "text/javascript; charset=utf-8",
    "cache-control": "public, max-age=300",
    "access-control-allow-origin": "*",
    "x-content-type-options": "nosniff",
}


def _filled(name: str, **values: str) -> bytes:
    text = (_HERE / name).read_text(encoding="utf-8")
    for place, value in values.items():
        text = text.replace(f'"__{place}__"', msgspec.json.encode(value).decode().replace("</", "<\\/"))
    return text.encode()


def script(public_key: str, hooks: str, worker_path: str) -> HookReply:
    """`tidingsPush.subscribe(token)` for pages; `hooks` is the address of this account's callbacks."""
    return HookReply(body=_filled("page.js", KEY=public_key, HOOKS=hooks, WORKER=worker_path), headers=_HEADERS)


def worker(leave: str) -> HookReply:
    """What the site's own worker imports."""
    return HookReply(body=_filled("worker.js", LEAVE=leave), headers=_HEADERS)
