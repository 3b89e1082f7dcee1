"""Whether the blocks of a template fit together, and what they share. Pure."""

from __future__ import annotations

from collections.abc import Iterator

from tidings.runtime.errors import Problem
from tidings.templates.blocks import Columns, Conditional, Piece, Products, Saved, walk
from tidings.templates.expressions import is_expression
from tidings.templates.models import TemplateDocument


def sides(document: TemplateDocument) -> Iterator[tuple[str, tuple[Piece, ...]]]:
    """The blocks of every language, with the path of each."""
    yield "blocks", document.blocks
    for name, one in document.translations.items():
        yield f"translations.{name}.blocks", one.blocks


def saved_in(document: TemplateDocument) -> set[str]:
    """Names of the saved blocks that it uses."""
    every = (piece.block for path, blocks in sides(document) for _, piece in walk(blocks, path))
    return {block.block for block in every if isinstance(block, Saved)}


def built_wrongly(document: TemplateDocument) -> list[Problem]:
    """What is in a place where it cannot be, or is no expression."""
    found = [problem for path, blocks in sides(document) for problem in wrong(blocks, path)]
    for path, has_both in (
        ("blocks", document.blocks and document.html),
        *((f"translations.{name}.blocks", one.blocks and one.html) for name, one in document.translations.items()),
    ):
        if has_both:
            found.append(Problem(path, "are there, and so is html.", "Write one of them."))
    return found


def wrong(blocks: tuple[Piece, ...], path: str = "blocks") -> list[Problem]:
    """What is wrong with some blocks."""
    found = list[Problem]()
    for place, piece in walk(blocks, path):
        block = piece.block
        if isinstance(block, Conditional) and not is_expression(block.condition):
            message = f"{block.condition!r} is not an expression."
            found.append(Problem(f"{place}.conditional.if", message, 'Write it as contact.plan == "pro".'))
        if isinstance(block, Columns | Products) and ".columns.columns." in place:
            found.append(Problem(place, f"{piece.kind} cannot stand inside columns.", "Move it out of them."))
        if isinstance(block, Columns) and block.ratio and len(block.ratio) != len(block.columns):
            found.append(Problem(f"{place}.columns.ratio", "has not one share for each column."))
    return found
