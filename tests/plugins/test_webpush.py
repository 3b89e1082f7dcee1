"""Web push: only the browser that subscribed reads what leaves, a subscription that ended is not used again."""

from __future__ import annotations

import base64
import json
import time
from collections.abc import Iterator
from typing import Any

import pytest

from tests.support.push import PushService, push_service
from tidings.channels import (
    BadSignature,
    Content,
    Envelope,
    Failed,
    HookRequest,
    HttpResponse,
    Linked,
    Links,
    OptOut,
    Outbound,
    Sent,
    Why,
    loader,
)
from tidings.channels.conformance import Gate, TestContext
from tidings.channels.egress import GuardedHttp

WEBPUSH = loader.load().found["webpush"]
CONFIG = WEBPUSH.completed(WEBPUSH.Config(contact="mailto:a@example.com"), None)


@pytest.fixture(scope="module")
def service() -> Iterator[PushService]:
    with push_service() as found:
        yield found


class World(TestContext):
    """Network to this machine alone."""

    __test__ = False

    def __init__(self) -> None:
        super().__init__()
        self.http = GuardedHttp(frozenset({"localhost", "127.0.0.1", "::1"}))  # type: ignore[assignment]

    def now(self) -> int:
        return int(time.time() * 1_000)  # the push service looks at its own clock

    def hook_url(self, kind: str) -> str:
        return f"https://tidings.example/hooks/channels/push/{kind}"


class Answering:
    """An HTTP client to a push service that answers so."""

    def __init__(self, status: int, headers: dict[str, str] | None = None) -> None:
        self.answer, self.asked = HttpResponse(status=status, headers=headers or {}, body=b"said so"), list[Any]()

    async def request(self, method: str, url: str, **more: Any) -> HttpResponse:
        self.asked.append((url, more))
        return self.answer


def channel(config: Any = CONFIG, http: Any = None) -> Any:
    world = World()
    if http is not None:
        world.http = http
    return WEBPUSH(config, world)


def public_key(account: Any) -> str:
    return str(account._signing().public_key)


def outbound(account: Any, subscription: dict[str, Any], number: int = 1, **content: Any) -> Outbound:
    shown = Content(**(content or {"subject": "Hello", "text": "There is news"}))
    to = account.parse_address(json.dumps(subscription))
    envelope = Envelope(id=number, key=f"e-{number}", to=to, content=shown, links=Links(), at=1)
    return Outbound(id=number, key=envelope.key, to=to, rendered=account.render(envelope))


async def test_a_notification_is_read_by_the_browser_that_subscribed_and_signed_by_us(service: PushService) -> None:
    account = channel()
    ada, bob = (service.subscribe(public_key(account)) for _ in range(2))
    text = "Your order is on its way.\n\nhttps://shop.example/orders/7\n"
    batch = [outbound(account, ada, subject="Good news", text=text), outbound(account, bob, 2, text="Only a line")]
    gate = Gate()

    results = await account.send(batch, gate)

    assert [type(one) for one in results] == [Sent, Sent] and gate.allowed == {1, 2}
    told = {
        "title": "Good news",
        "body": "Your order is on its way.",
        "url": "https://shop.example/orders/7",
        "tag": "e-1",
    }
    assert service.shown(ada) == [told]
    assert service.shown(bob) == [{"title": "Only a line", "tag": "e-2"}]
    await account.context.http.close()


async def test_a_subscription_that_ended_is_an_address_that_works_no_more(service: PushService) -> None:
    account = channel()
    gone, there = (service.subscribe(public_key(account)) for _ in range(2))
    service.end(gone)

    results = await account.send([outbound(account, gone), outbound(account, there, 2)], Gate())

    assert isinstance(results[0], Failed) and (results[0].why, results[0].code) == (Why.ADDRESS_INVALID, "410")
    assert isinstance(results[1], Sent)
    await account.context.http.close()


async def test_another_key_is_refused_by_the_push_service(service: PushService) -> None:
    other = channel(WEBPUSH.completed(WEBPUSH.Config(contact="mailto:a@example.com"), None))
    theirs = service.subscribe(public_key(channel()))

    (result,) = await other.send([outbound(other, theirs)], Gate())

    assert isinstance(result, Failed) and service.shown(theirs) == []
    await other.context.http.close()


@pytest.mark.parametrize(
    ("status", "why"),
    [
        (401, Why.ACCOUNT_PROBLEM),
        (403, Why.ADDRESS_INVALID),
        (404, Why.ADDRESS_INVALID),
        (410, Why.ADDRESS_INVALID),
        (413, Why.CONTENT_REFUSED),
        (429, Why.RATE_LIMITED),
        (503, Why.PROVIDER_DOWN),
    ],
)
async def test_each_refusal_has_its_one_meaning(service: PushService, status: int, why: Why) -> None:
    http = Answering(status, {"retry-after": "30"})
    account = channel(http=http)

    (result,) = await account.send([outbound(account, service.subscribe(public_key(account)))], Gate())

    assert isinstance(result, Failed)
    assert (result.why, result.code, result.detail, result.retry_after) == (why, str(status), "said so", 30.0)


async def test_the_request_says_how_long_and_how_urgent_and_names_the_message(service: PushService) -> None:
    http = Answering(201, {"location": "https://push.example/m/1"})
    config = WEBPUSH.Config(contact="mailto:a@example.com", private_key=CONFIG.private_key, days=1, urgency="high")
    account = channel(config, http)
    ada = service.subscribe(public_key(account))

    results = [(await account.send([outbound(account, ada)], Gate()))[0] for _ in range(2)]

    assert results[0] == Sent(id=1, provider_id="https://push.example/m/1")
    headers = [more["headers"] for _, more in http.asked]
    assert headers[0]["ttl"] == "86400" and headers[0]["urgency"] == "high"
    assert headers[0]["topic"] == headers[1]["topic"] and len(headers[0]["topic"]) == 32
    assert http.asked[0][1]["body"] != http.asked[1][1]["body"], "each is encrypted with keys of its own"
    claims = headers[0]["authorization"].partition("t=")[2].partition(",")[0].split(".")[1]
    told = json.loads(base64.urlsafe_b64decode(claims + "=" * (-len(claims) % 4)))
    assert told["sub"] == "mailto:a@example.com" and ada["endpoint"].startswith(told["aud"])


async def test_what_is_too_long_is_refused_before_it_leaves(service: PushService) -> None:
    account, gate = channel(), Gate()

    results = await account.send([outbound(account, service.subscribe(public_key(account)), text="x" * 4_000)], gate)

    assert results == [] and gate.allowed == set()
    (refused,) = gate.results
    assert refused.why is Why.CONTENT_REFUSED and "3993" in refused.detail


def test_keys_are_made_once_and_stay() -> None:
    fresh = WEBPUSH.Config(contact="mailto:a@example.com")

    made = WEBPUSH.completed(fresh, None)

    assert made.private_key and made.private_key != CONFIG.private_key
    assert WEBPUSH.completed(fresh, made).private_key == made.private_key
    assert WEBPUSH.completed(CONFIG, made).private_key == CONFIG.private_key


def hook(body: Any, method: str = "POST") -> HookRequest:
    raw = body if isinstance(body, bytes) else json.dumps(body).encode()
    return HookRequest(method=method, url="https://tidings.example", headers={}, body=raw)


async def test_a_page_subscribes_its_visitor_and_a_browser_leaves(service: PushService) -> None:
    account = channel()
    ada = service.subscribe(public_key(account))

    come = await account.receive("subscribe", hook({"subscription": {**ada, "expirationTime": None}, "token": "t.1"}))
    again = await account.receive("subscribe", hook({"subscription": ada, "token": "t.1"}))
    gone = await account.receive("leave", hook({"subscription": ada}))

    linked, allowed = come.inbound
    assert isinstance(linked, Linked) and linked.token == "t.1"
    assert json.loads(linked.address.value)["endpoint"] == ada["endpoint"]
    assert isinstance(allowed, OptOut) and allowed.granted
    assert [one.dedup for one in again.inbound] == [one.dedup for one in come.inbound]
    (left,) = gone.inbound
    assert isinstance(left, OptOut) and not left.granted and left.address == linked.address
    assert come.headers["access-control-allow-origin"] == "*"


@pytest.mark.parametrize("body", [b"", b"nonsense", {}, {"subscription": {}}, {"token": "t"}, {"subscription": 1}])
async def test_what_is_no_subscription_is_refused(body: Any) -> None:
    for kind in ("subscribe", "leave"):
        reply = await channel().receive(kind, hook(body))
        assert reply.status == 400 and reply.inbound == ()


async def test_a_subscription_without_a_visitor_binds_nobody(service: PushService) -> None:
    account = channel()

    reply = await account.receive("subscribe", hook({"subscription": service.subscribe(public_key(account))}))

    assert reply.status == 400 and reply.inbound == ()
    with pytest.raises(BadSignature):
        await account.receive("elsewhere", hook({}))


async def test_the_scripts_of_a_site_carry_our_key_and_addresses() -> None:
    account = channel()

    page = (await account.receive("script", hook(b"", "GET"))).body.decode()
    worker = (await account.receive("worker", hook(b"", "GET"))).body.decode()

    assert public_key(account) in page and '"https://tidings.example/hooks/channels/push/"' in page
    assert "https://tidings.example/hooks/channels/push/leave" in worker
    assert '"__' not in page and '"__' not in worker
