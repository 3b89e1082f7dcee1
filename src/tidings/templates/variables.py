"""Which variables a template names, where, and whether it has words for whoever lacks them. Pure."""

from __future__ import annotations

import html as escaping
import json
from collections.abc import Iterator

from jinja2 import TemplateError, nodes
from msgspec import Struct

from tidings.templates.blocks import Piece, walk
from tidings.templates.building import sides
from tidings.templates.expressions import JINJA
from tidings.templates.models import Stored, Translation
from tidings.templates.sandbox import TEXT

ROOTS = ("contact", "event")


class Use(Struct, frozen=True):
    """A variable at a place of the document: `contact.plan`; `has_fallback` where its absence is thought of."""

    place: str
    path: str
    has_fallback: bool


def uses(document: Stored) -> list[Use]:
    """Every variable that it names, once for each place; what cannot be parsed is told elsewhere."""
    found = dict[Use, None]()
    for place, text in _texts(document):
        try:
            tree = TEXT.parse(text)
        except TemplateError:
            continue
        found |= {Use(place, path, ok): None for path, ok in _walk(tree, frozenset())}
    return list(found)


def _texts(document: Stored) -> Iterator[tuple[str, str]]:
    sayings: list[tuple[str, Stored | Translation]] = [("", document)]
    sayings += [(f"translations.{name}.", one) for name, one in document.translations.items()]
    for at, one in sayings:
        for part in ("subject", "preheader", "html", "text"):
            if text := getattr(one, part):
                yield f"{at}{part}", text
    for path, blocks in sides(document):
        yield from _of_blocks(path, blocks)
    for name, blocks in document.saved.items():
        yield from _of_blocks(f"saved.{name}", blocks)


def _of_blocks(path: str, blocks: tuple[Piece, ...]) -> Iterator[tuple[str, str]]:
    for place, piece in walk(blocks, path):
        block, kind = piece.block, piece.kind
        condition = getattr(block, "condition", "")
        if condition:
            yield f"{place}.{kind}.if", f"{{% if {condition} %}}{{% endif %}}"
        for field in block.__struct_fields__:
            text = getattr(block, field)
            if field != "condition" and isinstance(text, str) and "{" in text:
                text = JINJA.sub(lambda found: escaping.unescape(found[0]), text) if kind == "text" else text
                yield f"{place}.{kind}.{field}", text


def written(root: str, path: str) -> str:
    """A path as a template writes it: `contact.plan`, `event["Order Total"]`."""
    return root + "".join(f".{key}" if key.isidentifier() else f"[{json.dumps(key)}]" for key in path.split("."))


def path_of(node: nodes.Node) -> str:
    """`contact.company.name` of a chain of members; empty for everything else."""
    match node:
        case nodes.Name(name=name):
            return name if name in ROOTS else ""
        case nodes.Getattr(node=inner, attr=attr):
            return f"{before}.{attr}" if (before := path_of(inner)) else ""
        case nodes.Getitem(node=inner, arg=nodes.Const(value=str() as key)):
            return f"{before}.{key}" if (before := path_of(inner)) else ""
        case _:
            return ""


def _walk(node: nodes.Node, safe: frozenset[str]) -> Iterator[tuple[str, bool]]:
    """(path, whether its absence is thought of), outermost members only."""
    path = path_of(node)
    if path:
        if "." in path:
            yield path, any(path == one or path.startswith(f"{one}.") for one in safe)
        return
    if isinstance(node, nodes.Filter) and node.name in ("default", "d") and node.node is not None:
        safe |= {path_of(node.node)}
    if isinstance(node, nodes.Test) and node.name in ("defined", "undefined"):
        safe |= {path_of(node.node)}
    if isinstance(node, nodes.If | nodes.CondExpr | nodes.And | nodes.Or):
        safe |= _tested(node.test if isinstance(node, nodes.If | nodes.CondExpr) else node)
    safe -= {""}
    for child in node.iter_child_nodes():
        yield from _walk(child, safe)


def _tested(node: nodes.Node) -> set[str]:
    """What a condition asks the presence of."""
    found = {path_of(test.node) for test in node.find_all(nodes.Test) if test.name in ("defined", "undefined")}
    if isinstance(node, nodes.Test) and node.name in ("defined", "undefined"):
        found.add(path_of(node.node))
    return found - {""}
