"""Documents are the same in YAML and in JSON: dates stay text, as they are written."""

from __future__ import annotations

from pathlib import Path

import pytest

from tidings import documents, flow
from tidings.rules.tree import parse


@pytest.mark.parametrize("date", ["2026-06-10", "2026-06-10T10:00:00Z", "2026-06-10T10:00:00+02:00"])
def test_a_date_needs_no_quotes(date: str) -> None:
    plain, quoted = documents.parse(f"before: {date}"), documents.parse(f'before: "{date}"')

    assert plain == quoted == {"before": date}


def test_a_rule_with_a_bare_date_is_read_from_a_file_and_written_to_one(tmp_path: Path) -> None:
    file = tmp_path / "renewals.yaml"
    file.write_text("segment: renewals\nreview: 2027-02-01\nwhere: {attribute: renewal, before: 2026-06-10}\n")

    document = documents.read(file)
    documents.write(file, document)

    assert documents.read(file) == document
    assert documents.check(document)
    assert parse(document["where"], flow.KINDS, "where").sentence() == "renewal is before 2026-06-10"


def test_other_values_keep_their_types() -> None:
    assert documents.parse("[1, 1.5, true, null, x, 12:30]") == [1, 1.5, True, None, "x", "12:30"]
