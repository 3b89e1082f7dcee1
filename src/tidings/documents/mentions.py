"""Which documents name something: a picture, for instance. Live ones count, and those that are being written."""

from __future__ import annotations

import msgspec
from msgspec import Struct

from tidings.documents.checking import KINDS
from tidings.documents.drafts import drafts
from tidings.runtime.database import Tx


class Mention(Struct, frozen=True, kw_only=True):
    """A document that names it; `is_live` is false where only its draft does."""

    kind: str
    name: str
    is_live: bool


def mentions(tx: Tx, text: str) -> list[Mention]:
    """Every document in which a text stands, the live ones first."""
    live = [
        Mention(kind=kind.name, name=name, is_live=True)
        for kind in KINDS.values()
        for name, one in kind.live(tx).items()
        if text.encode() in msgspec.json.encode(one.document)
    ]
    known = {(one.kind, one.name) for one in live}
    written = [one for kind in KINDS for one in drafts(tx, kind) if text in one.body]
    return live + [
        Mention(kind=one.kind, name=one.name, is_live=False) for one in written if (one.kind, one.name) not in known
    ]
