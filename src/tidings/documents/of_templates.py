"""Templates as a kind of document."""

from __future__ import annotations

from typing import Any

from tidings.channels import form_schema
from tidings.documents.kinds import Kind, Live, plain
from tidings.documents.plans import DocumentPlan, fields_plan
from tidings.runtime.database import Tx
from tidings.runtime.errors import Problem
from tidings.templates import knowing, service as templates
from tidings.templates.checks import checks
from tidings.templates.models import TemplateDocument


def _written(document: TemplateDocument) -> dict[str, Any]:
    """As people write it: without what a version took over."""
    return {key: value for key, value in plain(document).items() if key not in ("brand", "saved")}


def _plan(tx: Tx, document: TemplateDocument) -> DocumentPlan:
    live = templates.current(tx, [document.template]).get(document.template)
    before = _written(templates.document_of(live)) if live else None
    return fields_plan("template", document.template, before, _written(document))


def _publish(tx: Tx, document: TemplateDocument, now: int, actor: str) -> bool:
    live = templates.current(tx, [document.template]).get(document.template)
    return templates.publish(tx, document, now, actor=actor) != (live.id if live else 0)


def _live(tx: Tx) -> dict[str, Live]:
    return {row.name: Live(row.number, _written(templates.document_of(row))) for row in templates.versions(tx)}


def _number(tx: Tx, name: str) -> int:
    row = templates.current(tx, [name]).get(name)
    return row.number if row else 0


def _warnings(tx: Tx, document: TemplateDocument) -> list[Problem]:
    stored = templates.taking_over(tx, document)
    return checks(stored) + knowing.unknown(tx, stored) + knowing.gone(tx, stored)


def _lacking(tx: Tx, document: TemplateDocument, now: int) -> list[Problem]:
    return knowing.lacking(tx, templates.taking_over(tx, document), now)


TEMPLATE = Kind(
    name="template",
    folder="templates",
    checked=TemplateDocument,
    check=templates.check,
    title=lambda document: str(document.template),
    publish=_publish,
    plan=_plan,
    live=_live,
    number=_number,
    version=lambda tx, name, number: _written(templates.document_of(templates.numbered(tx, name, number))),
    schema=lambda: form_schema(TemplateDocument),
    warnings=_warnings,
    lacking=_lacking,
    editions=templates.editions,
)
