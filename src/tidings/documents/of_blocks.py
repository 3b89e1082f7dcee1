"""Saved blocks as a kind of document: parts that several templates share. Publishing one gives these templates a new version."""

from __future__ import annotations

from typing import Any

import msgspec

from tidings.channels import form_schema
from tidings.documents.kinds import shelved
from tidings.runtime.database import Tx
from tidings.templates import service as templates
from tidings.templates.blocks import SavedBlock
from tidings.templates.building import saved_in


def _used(tx: Tx, name: str) -> list[str]:
    return [f"template {row.name}" for row in templates.versions(tx) if name in saved_in(templates.document_of(row))]


_SHELVED = shelved(
    "block", "blocks", SavedBlock, templates.check_block, schema=lambda: form_schema(SavedBlock), used=_used
)


def _publish(tx: Tx, document: Any, now: int, actor: str) -> bool:
    is_changed = _SHELVED.publish(tx, document, now, actor)
    if is_changed:
        templates.follow(tx, now, actor=actor)
    return is_changed


BLOCK = msgspec.structs.replace(_SHELVED, publish=_publish)
