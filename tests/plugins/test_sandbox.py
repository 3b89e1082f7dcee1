"""The sandbox behaves as its account says: by the address, with words of one's own, or without any trouble."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from typing import Any

import msgspec
import pytest

from tidings.channels import Channel, Content, Envelope, Failed, Outbound, Result, Sent, Why, loader
from tidings.channels.conformance import ChannelContract

SANDBOX = loader.load().found["sandbox"]


class Kept:
    """The world of a sandbox: it keeps what it is given."""

    def __init__(self) -> None:
        self.storage, self.inbox = self, list[str]()

    async def append(self, kind: str, key: str, record: Mapping[str, Any]) -> None:
        self.inbox.append(str(record["to"]))


def _send(to: str, **config: Any) -> tuple[Result, list[str]]:
    world = Kept()
    channel: Channel[Any] = SANDBOX(msgspec.convert(config, SANDBOX.Config), world)  # type: ignore[arg-type]
    address = SANDBOX.parse_address(to)
    envelope = Envelope(id=1, key="k", to=address, content=Content(text="Hello"), at=0)
    outbound = Outbound(id=1, key="k", to=address, rendered=channel.render(envelope))

    async def mark(*, results: Sequence[Result] = (), next: Sequence[int] = ()) -> frozenset[int]:
        return frozenset(next)

    (result,) = asyncio.run(channel.send([outbound], mark))
    return result, world.inbox


class TestActing(ChannelContract):
    channel, config = SANDBOX, {"by_address": True, "quiet_hours": True}
    good_addresses = ["ada@example.com", "+4915112345678"]
    bad_addresses = ["", "\n"]


@pytest.mark.parametrize(
    ("word", "why"),
    [
        ("bounces", Why.ADDRESS_INVALID),
        ("full", Why.RECIPIENT_TEMPORARY),
        ("refuses", Why.CONTENT_REFUSED),
        ("hangs", Why.UNKNOWN),
    ],
)
def test_an_address_says_what_happens_when_the_account_listens(word: str, why: Why) -> None:
    result, inbox = _send(f"ada+{word}@example.com", by_address=True)
    assert isinstance(result, Failed) and result.why is why and inbox == []

    deaf, inbox = _send(f"ada+{word}@example.com")
    assert isinstance(deaf, Sent) and inbox == [f"ada+{word}@example.com"]


def test_doubt_stays_doubt_when_it_acts_by_the_address() -> None:
    acting, plain = (SANDBOX.capabilities(msgspec.convert({"by_address": b}, SANDBOX.Config)) for b in (True, False))

    assert (acting.idempotent, plain.idempotent) == (False, True)


def test_it_fails_with_the_words_that_it_was_given() -> None:
    result, _ = _send("+15551234567", fail_for="+", fail_why="account_problem", fail_words="401 Unauthorized")

    assert isinstance(result, Failed)
    assert (result.why, result.detail) == (Why.ACCOUNT_PROBLEM, "401 Unauthorized")
