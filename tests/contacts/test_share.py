"""The share of a person and the bucket of a share are the same in Python, SQLite and Postgres (CORRECTNESS 8)."""

from __future__ import annotations

import pytest
from hypothesis import given, settings, strategies as st

from tests.support import stores
from tests.support.emptied import Both
from tidings.runtime.chance import PRIME, bucket, mixer, share_of
from tidings.runtime.sql import Statement

BUCKETS = Statement("buckets", "select (value * :a + :b) % 2147483647 from {{ids shares}} r")
shares = st.one_of(st.sampled_from([0, 1, PRIME - 1, PRIME // 2]), st.integers(0, PRIME - 1))
FROZEN = (1339385694, 410733897)


@settings(max_examples=60, deadline=None)
@given(st.lists(shares, min_size=1, max_size=20), st.text(max_size=12))
def test_a_bucket_is_the_same_in_python_sqlite_and_postgres(both: Both, people: list[int], salt: str) -> None:
    a, b = mixer(salt)
    expected = [bucket(share, salt) for share in people]

    for kind in stores.KINDS:
        found = both.database(kind).read_now(lambda tx: tx.values(BUCKETS, shares=people, a=a, b=b))
        assert found == expected, kind


@given(shares, st.text(max_size=12))
def test_shares_and_buckets_fit_everywhere(share: int, salt: str) -> None:
    a, b = mixer(salt)

    assert 0 < a < PRIME
    assert 0 <= b < PRIME
    assert share * a + b < 2**63
    assert 0 <= bucket(share, salt) < PRIME


@pytest.mark.parametrize("kind", stores.KINDS)
def test_a_contact_has_the_share_of_its_first_identifier(kind: str, both: Both) -> None:
    scene = both.scene(kind)
    scene.identify("ada", email="ada@example.com")

    assert scene.one("select share from contact") == share_of("user_id", "ada")


def test_shares_never_change() -> None:
    """Written down once: a holdout of today is the holdout of next year."""
    assert share_of("user_id", "ada") == FROZEN[0]
    assert bucket(FROZEN[0], "holdout") == FROZEN[1]


@pytest.mark.parametrize("salt", ["a", "b", "holdout"])
def test_a_salt_spreads_people_evenly(salt: str) -> None:
    tenths = [0] * 10
    for number in range(10_000):
        tenths[bucket(share_of("user_id", f"u{number}"), salt) * 10 // PRIME] += 1

    assert min(tenths) > 850
    assert max(tenths) < 1_150
