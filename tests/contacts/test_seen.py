"""Values that are in the data are counted: of lists each member, of every type as itself."""

from __future__ import annotations

import msgspec

from tidings.contacts.seen import Seen, SeenValue, seen


def texts(*documents: dict[str, object]) -> list[str]:
    return [msgspec.json.encode(document).decode() for document in documents]


def test_values_come_with_their_counts_the_most_frequent_first() -> None:
    people = texts({"country": "NL"}, {"country": "DE"}, {"country": "NL"}, {"plan": "pro"}, {"country": ""})

    found = seen(people, "country", "", 20)

    assert found == Seen(items=[SeenValue("NL", 2), SeenValue("DE", 1)], type="text")


def test_a_path_goes_into_objects_and_members_of_lists_are_counted_one_by_one() -> None:
    people = texts({"company": {"likes": ["tea", "tea", "cake"]}}, {"company": {"likes": ["tea"]}}, {"company": 3})

    found = seen(people, "company.likes", "", 20)

    assert found == Seen(items=[SeenValue("tea", 2), SeenValue("cake", 1)], type="list")


def test_true_is_not_one() -> None:
    found = seen(texts({"x": True}, {"x": 1}, {"x": True}), "x", "", 20)

    assert [(one.value, one.count) for one in found.items] == [(True, 2), (1, 1)]
    assert found.type == "boolean"


def test_only_values_that_hold_the_text_and_are_not_endless() -> None:
    people = texts({"city": "Utrecht"}, {"city": "Bonn"}, {"city": "u" * 1_000}, {"city": {"name": "Ulm"}})

    assert [one.value for one in seen(people, "city", "UT", 20).items] == ["Utrecht"]
    assert seen(people, "town", "", 20) == Seen(items=[], type="")


def test_dates_and_numbers_are_told_apart_and_the_list_ends() -> None:
    assert seen(texts({"at": "2026-01-31"}, {"at": "2026-02-01"}), "at", "", 1).type == "date"
    assert len(seen(texts(*({"n": n} for n in range(50))), "n", "", 20).items) == 20
