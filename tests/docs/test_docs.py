"""What the manual says is what the code does."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from ruamel.yaml import YAML

from tidings import documents
from tidings.cli import reference

DOCS = Path(__file__).parents[2] / "docs"


@pytest.mark.parametrize("page", sorted(reference.PAGES))
def test_a_reference_page_is_what_the_code_says(page: str) -> None:
    assert (DOCS / "reference" / page).read_text() == reference.PAGES[page](), "run: make docs"


def test_every_document_in_the_manual_is_valid() -> None:
    pages = [page for page in DOCS.rglob("*.md") if page.name != "rules.md"]  # that one has rules: test_rules_page
    blocks = [block for page in pages for block in re.findall(r"```yaml\n(.*?)```", page.read_text(), re.DOTALL)]

    assert blocks
    for block in blocks:
        documents.check(YAML(typ="safe", pure=True).load(block))


def test_links_between_pages_lead_somewhere() -> None:
    for file in [*DOCS.rglob("*.md"), DOCS.parent / "README.md"]:
        for target in re.findall(r"\]\((?!https?:)([^)#]+)", file.read_text()):
            assert (file.parent / target).exists(), f"{file.name} -> {target}"
