"""Every built-in channel keeps the promises of the contract; and a channel that does not is found out."""

from __future__ import annotations

import contextlib
from collections.abc import AsyncIterator, Sequence
from typing import Any

import pytest

from tests.support.smtp import sink
from tidings.channels import Channel, Mark, Outbound, Result, Sent, loader
from tidings.channels.conformance import ChannelContract

FOUND = loader.load().found
SUBSCRIPTION = (
    '{"endpoint": "https://push.example.com/x?y=1", "expirationTime": null, "keys": {"auth": "AAAAAAAAAAAAAAAAAAAAAA==", '
    '"p256dh": "BA' + "A" * 85 + '="}}'
)


class TestSandbox(ChannelContract):
    channel, config = FOUND["sandbox"], {}
    good_addresses = ["ada@example.com", "+4915112345678"]
    bad_addresses = ["", "\n"]


class TestWebhook(ChannelContract):
    channel, config = FOUND["webhook"], {"secret": "whsec_c2VjcmV0c2VjcmV0"}
    good_addresses = ["https://hooks.example.com/x?y=1"]
    bad_addresses = ["", "ftp://example.com", "example.com", "https://"]


class TestEmail(ChannelContract):
    channel = FOUND["email"]
    config = {
        "host": "127.0.0.1",
        "port": 1,
        "security": "none",
        "sender": "a@example.org",
        "username": "",
        "password": "hush-hush",
    }
    good_addresses = ["Ada@Example.com", "a+b@example.org"]
    bad_addresses = ["", "a@", "a b@example.com", "a@b@c.com", "a@example.com\r\nBcc: x@example.com"]

    @contextlib.asynccontextmanager
    async def serving(self) -> AsyncIterator[Channel[Any]]:
        async with sink() as server:
            channel = self.open(port=server.port)
            yield channel
            await channel.stop()


class TestSms(ChannelContract):
    channel = FOUND["sms"]
    config = {"account_sid": "AC" + "a" * 32, "auth_token": "hush-hush", "sender": "+15005550006"}
    good_addresses = ["+49 151 12345678", "0049 151 12345678", "+44 (0)20 7946 0958", "+15005550006"]
    bad_addresses = [
        "",
        "+",
        "0151 12345678",
        "+1 555 0100",
        "+49 1",
        "+999123456789",
        "ada",
        "+1 800 FLOWERS",
        "call +4915112345678",
        "+4915112345678\r\nx: y",
    ]


class TestSmsGateway(TestSms):
    config = {
        "provider": "http",
        "url": "https://sms.example.com/send",
        "gateway_secret": "hush-hush",
        "callback_secret": "tell-nobody",
    }


class TestWebPush(ChannelContract):
    channel = FOUND["webpush"]
    config = {"contact": "mailto:a@example.com", "private_key": "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAE"}
    good_addresses = [SUBSCRIPTION, SUBSCRIPTION.replace("=", "")]
    bad_addresses = [
        "",
        "https://push.example.com/x",
        "{}",
        SUBSCRIPTION.replace("https", "ftp"),
        SUBSCRIPTION.replace("BA", "AA"),
    ]


class TestTelegram(ChannelContract):
    channel = FOUND["telegram"]
    config = {"token": "123456789:AAhush-hush", "webhook_secret": "hush_hush"}
    good_addresses = ["123456789", " -1001234567890 ", "007"]
    bad_addresses = ["", "@ada", "0", "12a", "1.5", "+49151", "١٢٣", "9" * 30]


class Careless(FOUND["sandbox"]):  # type: ignore[misc,name-defined]
    """Sends without asking, and answers for everything."""

    async def send(self, batch: Sequence[Outbound], mark: Mark) -> list[Result]:
        for message in batch:
            await self.context.storage.append("inbox", message.key, {})
        return [Sent(id=message.id) for message in batch]


async def test_a_channel_that_does_not_ask_is_found_out() -> None:
    contract = TestSandbox()
    contract.channel = Careless  # type: ignore[misc]

    with pytest.raises(AssertionError):
        await contract.test_everything_let_go_gets_one_result()
    with pytest.raises(AssertionError):
        await contract.test_what_is_withheld_does_not_go_out()
