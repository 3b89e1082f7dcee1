"""What an editor of rules draws: what can be asked, how values are compared, and segments to begin with."""

from __future__ import annotations

from litestar import get
from msgspec import Struct

from tidings import flow
from tidings.rules import forms
from tidings.segments.templates import TEMPLATES, SegmentTemplate


class RuleEditor(Struct, frozen=True, kw_only=True):
    """Conditions in their groups, each with its form and an example; operators with the types that they fit; templates of segments."""

    groups: list[forms.ConditionGroup]
    conditions: list[forms.ConditionKind]
    operators: list[forms.RuleOperator]
    templates: list[SegmentTemplate]


@get("/rules/forms", tags=["segments"])
async def rule_forms() -> RuleEditor:
    """What an editor draws: conditions, operators, and segments to begin with."""
    known = forms.forms(flow.KINDS)
    return RuleEditor(
        groups=known.groups, conditions=known.conditions, operators=known.operators, templates=list(TEMPLATES)
    )
