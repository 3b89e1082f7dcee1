"""Every kind of document that people write, each with what is done to it: one line in a table, in the order in which they
need each other."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import msgspec
from msgspec import Struct

from tidings.documents.plans import DocumentPlan, fields_plan
from tidings.flow.reaching import Reached
from tidings.runtime import shelf
from tidings.runtime.database import Tx
from tidings.runtime.errors import Problem
from tidings.runtime.shelf import Edition

Check = Callable[[Any], Any]


class Live(Struct, frozen=True):
    """A live document: the number of its version, and what it says in canonical form."""

    number: int
    document: dict[str, Any]


class Kind(Struct, frozen=True, kw_only=True, eq=False):
    """A kind of document: how it is checked, made live and read back."""

    name: str
    folder: str
    """Where files of this kind lie."""
    checked: type
    """What `check` gives."""
    check: Check
    """Data as it was written -> the checked document; `Invalid` names every place that is wrong."""
    title: Callable[[Any], str]
    """The name of a checked document."""
    publish: Callable[[Tx, Any, int, str], bool]
    """(tx, document, now, actor); False when the same content is live already."""
    plan: Callable[[Tx, Any], DocumentPlan]
    live: Callable[[Tx], dict[str, Live]]
    """Everything that is live, by name."""
    number: Callable[[Tx, str], int]
    """The number of the version that is live; 0 when none is."""
    version: Callable[[Tx, str, int], dict[str, Any]]
    """A document as one of its versions says it."""
    schema: Callable[[], dict[str, Any]]
    warnings: Callable[[Tx, Any], list[Problem]] = lambda tx, document: []
    """What does not keep it from being published, and will go wrong all the same."""
    lacking: Callable[[Tx, Any, int], list[Problem]] = lambda tx, document, now: []
    """What only a look at everybody tells; asked before it is published, not whenever it is saved."""
    reach: Callable[[Tx, Any, int], list[Reached]] = lambda tx, document, now: []
    """Whom its messages cannot reach now, and why."""
    editions: Callable[[Tx, str], list[Edition]]
    """Every version that was published, newest first."""
    take_down: Callable[[Tx, str, int], None] | None = None
    """(tx, name, now): nothing of this name is live any more. None: this kind has its own ways to end."""
    used: Callable[[Tx, str], list[str]] = lambda tx, name: []
    """Which live documents need it, in words; it cannot be taken down meanwhile."""


def plain(document: Struct) -> dict[str, Any]:
    """A flat document as people write it: the fields in which it says nothing but the default are left out."""
    written: dict[str, Any] = msgspec.to_builtins(document)
    defaults = {f.encode_name: f for f in msgspec.structs.fields(document)}
    return {
        key: value for key, value in written.items() if defaults[key].required or not _is_default(defaults[key], value)
    }


def _is_default(field: msgspec.structs.FieldInfo, value: Any) -> bool:
    default = field.default_factory() if field.default_factory is not msgspec.NODEFAULT else field.default
    return bool(msgspec.to_builtins(default) == value)


def shelved(
    name: shelf.Shelved,
    folder: str,
    checked: type[Struct],
    check: Check,
    *,
    schema: Callable[[], dict[str, Any]],
    written: Callable[[Any], Struct] = lambda checked: checked,
    warnings: Callable[[Tx, Any], list[Problem]] = lambda tx, document: [],
    reach: Callable[[Tx, Any, int], list[Reached]] = lambda tx, document, now: [],
    used: Callable[[Tx, str], list[str]] = lambda tx, name: [],
) -> Kind:
    """A kind whose documents stand on the shelf; `written` is the document in what `check` gives: its first field is the kind, the
    value of that the name."""

    def title(document: Any) -> str:
        return str(getattr(written(document), name))

    def plan(tx: Tx, document: Any) -> DocumentPlan:
        live = shelf.find(tx, name, title(document))
        return fields_plan(name, title(document), live.data if live else None, plain(written(document)))

    return Kind(
        name=name,
        folder=folder,
        checked=checked,
        check=check,
        title=title,
        publish=lambda tx, document, now, actor: shelf.publish(
            tx, name, title(document), plain(written(document)), now, actor=actor
        ),
        plan=plan,
        live=lambda tx: {one.name: Live(one.number, one.data) for one in shelf.live(tx, name)},
        number=lambda tx, title: found.number if (found := shelf.find(tx, name, title)) else 0,
        version=lambda tx, title, number: shelf.numbered(tx, name, title, number),
        schema=schema,
        warnings=warnings,
        reach=reach,
        editions=lambda tx, title: shelf.editions(tx, name, title),
        take_down=lambda tx, title, now: shelf.take_down(tx, name, title, now),
        used=used,
    )
