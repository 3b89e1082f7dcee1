"""What a segment may begin with is a rule of this version, on both databases."""

from __future__ import annotations

import pytest

from tests.makers import Scene
from tests.support import stores
from tests.support.emptied import Both
from tidings import flow
from tidings.rules import finding
from tidings.segments.models import check
from tidings.segments.templates import TEMPLATES, SegmentTemplate


@pytest.fixture(params=stores.KINDS)
def scene(request: pytest.FixtureRequest, both: Both) -> Scene:
    return both.scene(request.param)


@pytest.mark.parametrize("template", TEMPLATES, ids=[one.name for one in TEMPLATES])
def test_a_template_is_a_segment_that_can_be_published(scene: Scene, template: SegmentTemplate) -> None:
    document = {"segment": template.name, "title": template.title, "where": template.where}

    checked = check(document, flow.KINDS)

    assert scene.read(lambda tx: finding.count(tx, checked.rule, scene.now)) == (0, True)
    assert template.description.endswith(".")
