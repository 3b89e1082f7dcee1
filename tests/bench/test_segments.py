"""The bench of segments says what it measured, and its own rules and those by hand mean the same people."""

from __future__ import annotations

import json

import pytest

from tests.support import stores
from tidings.bench import segments


@pytest.mark.parametrize("kind", stores.KINDS)
def test_a_small_base_is_counted_and_computed_alike_by_us_and_by_hand(
    kind: str, postgres_dsn: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """It ends by itself where two say different numbers."""
    sizes = ["--contacts", "2000", "--events", "20000", "--messages", "4000", "--pairs", "1", "--batches", "1"]

    segments.main([*sizes, "--json", *(["--database-url", postgres_dsn] if kind == "postgres" else [])])

    told = json.loads(capsys.readouterr().out.splitlines()[-1])
    assert told["name"] == "segments" and told["ratios"]["segments_to_sql"] > 0
    assert told["figures"]["live_events_a_second"] > 0 and told["figures"]["money_count_ms"] > 0
