"""Templates as a kind of document."""

from __future__ import annotations

from tidings.channels import form_schema
from tidings.documents.kinds import Kind, Live, plain
from tidings.documents.plans import DocumentPlan, fields_plan
from tidings.runtime.database import Tx
from tidings.templates import service as templates
from tidings.templates.models import TemplateDocument


def _plan(tx: Tx, document: TemplateDocument) -> DocumentPlan:
    live = templates.current(tx, [document.template]).get(document.template)
    before = plain(templates.document_of(live)) if live else None
    return fields_plan("template", document.template, before, plain(document))


def _publish(tx: Tx, document: TemplateDocument, now: int, actor: str) -> bool:
    is_changed = _plan(tx, document).is_changed
    templates.publish(tx, document, now, actor=actor)
    return is_changed


def _live(tx: Tx) -> dict[str, Live]:
    return {row.name: Live(row.number, plain(templates.document_of(row))) for row in templates.versions(tx)}


def _number(tx: Tx, name: str) -> int:
    row = templates.current(tx, [name]).get(name)
    return row.number if row else 0


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
    version=lambda tx, name, number: plain(templates.document_of(templates.numbered(tx, name, number))),
    schema=lambda: form_schema(TemplateDocument),
    editions=templates.editions,
)
