"""Telegram: what leaves is what the Bot API takes, each refusal has its one meaning, and what people say is heard once."""

from __future__ import annotations

import asyncio
import json
import sys
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given, strategies as st

from tests.support.telegram import BLOCKED, TOKEN, FakeTelegram, Strict, fake_telegram, member, update
from tidings.channels import (
    BadSignature,
    Content,
    Envelope,
    Failed,
    HookRequest,
    Linked,
    Links,
    OptOut,
    Outbound,
    Reply,
    Sent,
    Why,
    loader,
)
from tidings.channels.conformance import Gate, TestContext
from tidings.channels.egress import GuardedHttp

TELEGRAM = loader.load().found["telegram"]
SECRET = "hook_Secret-1"
HOOK = "https://tidings.example/hooks/channels/test/updates"


@pytest.fixture
def server() -> Iterator[FakeTelegram]:
    with fake_telegram() as found:
        yield found


class World(TestContext):
    """Network to this machine alone, and a clock that is moved."""

    __test__ = False

    def __init__(self, address: str = "https://tidings.example") -> None:
        super().__init__()
        self.http = GuardedHttp(frozenset({"127.0.0.1"}))  # type: ignore[assignment]
        self.time, self.address = 1_767_600_000_000, address

    def now(self) -> int:
        return self.time

    def hook_url(self, kind: str) -> str:
        return f"{self.address}/hooks/channels/test/{kind}"


def account(server: FakeTelegram, world: World | None = None, **more: Any) -> Any:
    config = {"token": TOKEN, "webhook_secret": SECRET, "base_url": server.url} | more
    return TELEGRAM(TELEGRAM.Config(**config), world or World())


def outbound(channel: Any, to: int = 7, number: int = 1, **content: Any) -> Outbound:
    shown = Content(**(content or {"text": "Hi"}))
    address = channel.parse_address(str(to))
    envelope = Envelope(id=number, key=f"e-{number}", to=address, content=shown, links=Links(), at=1)
    return Outbound(id=number, key=envelope.key, to=address, rendered=channel.render(envelope))


async def sent(channel: Any, **more: Any) -> Any:
    """The result of one message, and the gate that it passed."""
    gate = Gate()
    (result,) = await channel.send([outbound(channel, **more)], gate)
    await channel.context.http.close()
    return result, gate


# --- what leaves ---------------------------------------------------------------------------------------------------


async def test_a_message_leaves_with_html_and_buttons(server: FakeTelegram) -> None:
    channel = account(server, disable_link_previews=True, silent=True)
    html = (
        '<body><h1>Sale</h1><p>Dear <b>Ada</b> &amp; co, <a href="https://x.example/?a=1&amp;b=2">look</a></p></body>'
    )
    buttons = [{"text": "Open", "url": "https://shop.example"}, {"text": "Later", "url": "https://shop.example/later"}]

    result, gate = await sent(channel, to=-100123, html=html, text="unused", data={"buttons": buttons})

    (call,) = server.sent
    assert result == Sent(id=1, provider_id="-100123/1")
    assert gate.allowed == {1}
    assert call["text"] == (
        '<b>Sale</b>\n\nDear <b>Ada</b> &amp; co, <a href="https://x.example/?a=1&amp;b=2">look</a>'
    )
    assert (call["chat_id"], call["parse_mode"], call["disable_notification"]) == ("-100123", "HTML", "true")
    assert json.loads(call["link_preview_options"]) == {"is_disabled": True}
    assert json.loads(call["reply_markup"]) == {"inline_keyboard": [[buttons[0]], [buttons[1]]]}


async def test_plain_text_is_never_read_as_html(server: FakeTelegram) -> None:
    await sent(account(server), text="1 < 2 & <b>so on")

    (call,) = server.sent
    assert call["text"] == "1 < 2 & <b>so on"
    assert "parse_mode" not in call
    assert not call.keys() & {"disable_notification", "link_preview_options", "reply_markup"}


@pytest.mark.parametrize(
    ("html", "expected"),
    [
        ("<b><i>x</b>y</i> z", "<b><i>x</i></b><i>y</i> z"),
        ("<ul>\n<li>one</li>\n<li>two</li>\n</ul>end", "• one\n• two\n\nend"),
        ("<ul><li></li></ul><p>so</p><li><b>x</b></li>", "so\n\n• <b>x</b>"),
        ("a<br>b<br><br>c", "a\nb\n\nc"),
        ('<a href="javascript:x()">no</a> <a href="tg://user?id=1">yes</a>', 'no <a href="tg://user?id=1">yes</a>'),
        ("<style>p{}</style><script>1<2</script><title>t</title>seen", "seen"),
        ("<h1>A <b>b</b> c</h1>", "<b>A b c</b>"),
        ("<pre>a  b\n c</pre>", "<pre>a  b\n c</pre>"),
        ('<img alt="Logo"><img src="https://t.example/o" alt="">', "Logo"),
        ("<b>open <span style='x'>and</span> so on", "<b>open and so on</b>"),
        ("<p> </p><p><b> </b>x</p>\n", "x"),
        ("<td>a</td><td>b</td>", "a b"),
    ],
)
async def test_mail_html_becomes_the_few_tags_of_telegram(server: FakeTelegram, html: str, expected: str) -> None:
    result, _ = await sent(account(server), html=html)

    assert isinstance(result, Sent), result
    assert server.sent[0]["text"] == expected


PIECES = [
    "<b>",
    "</b>",
    "<i>",
    "</i>",
    "<h1>",
    "</h1>",
    "<p>",
    "</p>",
    "<br>",
    "<li>",
    "<pre>",
    "</pre>",
    "<blockquote>",
]
PIECES += [
    "</blockquote>",
    "<code>",
    "</code>",
    "</a>",
    '<a href="https://x.example/?a=1&b=\'2">',
    "<img alt='&lt;b&gt;'>",
]
PIECES += [
    "<style>",
    "</style>",
    "<",
    ">",
    "&",
    "&lt;",
    "&#128512;",
    "😀",
    " ",
    "\n",
    "a",
    "<span>",
    "</span>",
    "<!-- x -->",
]


@given(st.lists(st.sampled_from(PIECES), max_size=30).map("".join))
def test_whatever_a_mail_holds_telegram_can_read_it(source: str) -> None:
    reduced = sys.modules["tidings_plugin_telegram.markup"].reduced

    html, read = reduced(source)

    parser = Strict()
    parser.feed(html)
    parser.close()
    assert (parser.wrong, parser.open) == ("", [])
    assert parser.read == read
    assert read == read.strip() or "<pre>" in html


async def test_length_is_counted_in_utf16_after_the_entities(server: FakeTelegram) -> None:
    channel = account(server)
    fits, over = "<b>" + "&amp;" * 4_096 + "</b>", "😀" * 2_048 + "x"

    gate = Gate()
    results = await channel.send([outbound(channel, html=fits), outbound(channel, number=2, text=over)], gate)
    await channel.context.http.close()

    assert gate.results + results == [
        Sent(id=1, provider_id="7/1"),
        Failed(id=2, why=Why.CONTENT_REFUSED, detail="The text has 4,097 characters, Telegram takes 4,096."),
    ]
    assert gate.allowed == {1}, "what is refused is never in doubt"


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ({"html": "<img src='x'>"}, "no text"),
        ({"html": "<pre> </pre>", "text": " "}, "no text"),
        ({"text": "x", "data": {"buttons": "y"}}, "list"),
        ({"text": "x", "data": {"buttons": [{"url": "https://x.example"}]}}, "buttons[0].text"),
        ({"text": "x", "data": {"buttons": [{"text": "t", "url": "javascript:x"}]}}, "buttons[0].url"),
    ],
)
async def test_what_cannot_be_sent_is_said_in_words(server: FakeTelegram, content: dict[str, Any], words: str) -> None:
    channel, gate = account(server), Gate()

    (result,) = await channel.send([outbound(channel, **content)], gate)

    assert result.why is Why.CONTENT_REFUSED
    assert words in result.detail
    assert (gate.allowed, server.calls) == (set(), [])


# --- what goes wrong -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("told", "why"),
    [
        (BLOCKED, Why.OPTED_OUT),
        ((403, "Forbidden: bot was kicked from the supergroup chat"), Why.OPTED_OUT),
        ((403, "Forbidden: bot can't initiate conversation with a user"), Why.OPTED_OUT),
        ((403, "Forbidden: user is deactivated"), Why.ADDRESS_INVALID),
        ((403, "Forbidden: something new"), Why.CONTENT_REFUSED),
        ((400, "Bad Request: chat not found"), Why.ADDRESS_INVALID),
        ((400, "Bad Request: group chat was upgraded to a supergroup chat"), Why.ADDRESS_INVALID),
        ((400, "Bad Request: not enough rights to send text messages to the chat"), Why.RECIPIENT_TEMPORARY),
        ((400, "Bad Request: BUTTON_URL_INVALID"), Why.CONTENT_REFUSED),
        ((401, "Unauthorized"), Why.ACCOUNT_PROBLEM),
        ((404, "Not Found"), Why.ACCOUNT_PROBLEM),
        ((301, "Moved Permanently"), Why.ACCOUNT_PROBLEM),
        ((500, "Internal Server Error"), Why.PROVIDER_DOWN),
        ((502, "Bad Gateway"), Why.PROVIDER_DOWN),
        ("cut", Why.UNKNOWN),
        ("nonsense", Why.UNKNOWN),
    ],
    ids=str,
)
async def test_each_answer_has_its_one_meaning(server: FakeTelegram, told: Any, why: Why) -> None:
    server.behave[7] = told

    result, gate = await sent(account(server))

    assert (result.why, gate.allowed) == (why, {1})
    assert TOKEN not in repr(result)


async def test_too_fast_says_how_long_to_wait(server: FakeTelegram) -> None:
    server.behave[7] = (429, "Too Many Requests: retry after 35")

    result, _ = await sent(account(server))

    assert (result.why, result.retry_after) == (Why.RATE_LIMITED, 35)


async def test_a_server_that_is_not_there_has_surely_not_sent() -> None:
    nobody = FakeTelegram()
    nobody.url = "http://127.0.0.1:1"

    result, _ = await sent(account(nobody))

    assert result.why is Why.PROVIDER_DOWN


async def test_an_answer_that_comes_too_late_leaves_it_in_doubt(
    server: FakeTelegram, monkeypatch: pytest.MonkeyPatch
) -> None:
    channel = account(server)
    channel._bot()
    monkeypatch.setattr("tidings_plugin_telegram.wire.TIMEOUT", 0.2)
    server.behave[7] = "hang"

    result, _ = await sent(channel)

    assert result.why is Why.UNKNOWN


@pytest.mark.parametrize(("raw", "value"), [(" 123 ", "123"), ("-1001234567890", "-1001234567890"), ("007", "7")])
def test_an_address_is_the_number_of_a_chat(raw: str, value: str) -> None:
    address = TELEGRAM.parse_address(raw)

    assert (address.kind, address.value, address.domain) == ("telegram", value, value)


def test_a_name_is_refused_with_words() -> None:
    with pytest.raises(ValueError, match="@name"):
        TELEGRAM.parse_address("@ada")


# --- what comes back -----------------------------------------------------------------------------------------------


async def hear(channel: Any, told: dict[str, Any], secret: str = SECRET) -> list[Any]:
    headers = {"x-telegram-bot-api-secret-token": secret} if secret else {}
    body = json.dumps(told).encode()
    reply = await channel.receive("updates", HookRequest(method="POST", url=HOOK, headers=headers, body=body))
    assert reply.status == 200
    return list(reply.inbound)


@pytest.mark.parametrize("secret", ["", "hook_Secret-2", "é"])
async def test_a_call_without_our_secret_is_refused(server: FakeTelegram, secret: str) -> None:
    with pytest.raises(BadSignature):
        await hear(account(server), update(1, 7, "Hi"), secret=secret)


async def test_an_account_that_polls_takes_no_calls(server: FakeTelegram) -> None:
    with pytest.raises(BadSignature):
        await hear(account(server, mode="polling", webhook_secret=""), update(1, 7, "Hi"), secret="")


async def test_start_with_a_token_links_and_gives_no_consent(server: FakeTelegram) -> None:
    channel, address = account(server), TELEGRAM.parse_address("7")

    found = await hear(channel, update(1, 7, "/start AQx_-9"))

    assert found == [Linked(dedup="123456789:1", token="AQx_-9", address=address, at=1_767_600_100_000)]
    assert await hear(channel, update(2, -7, "/start AQx_-9", chat_type="group")) == [], "a group is no person"
    assert await hear(channel, update(3, 7, "/start")) == [], "who has not left has nothing to give back"


@pytest.mark.parametrize("leaving", [update(1, 7, "/stop"), update(1, 7, "/stop@shop_bot"), member(1, 7, "kicked")])
async def test_who_left_comes_back_by_start_and_not_by_unblocking(
    server: FakeTelegram, leaving: dict[str, Any]
) -> None:
    channel = account(server)

    left = await hear(channel, leaving)
    unblocked = await hear(channel, member(2, 7, "member"))
    back = await hear(channel, update(3, 7, "/start"))
    once_more = await hear(channel, update(3, 7, "/start"))
    later = await hear(channel, update(4, 7, "/start"))

    assert [(type(one), one.granted, one.address.value) for one in left] == [(OptOut, False, "7")]
    assert unblocked == []
    assert [(type(one), one.granted, one.dedup) for one in back] == [(OptOut, True, "123456789:3+")]
    assert once_more == back, "the same update says the same, should the first not have been stored"
    assert later == []


async def test_a_block_that_was_met_when_sending_is_given_back_by_start_too(server: FakeTelegram) -> None:
    channel = account(server)
    server.behave[7] = BLOCKED
    await sent(channel)

    found = await hear(channel, update(1, 7, "/start AQ"))

    assert [type(one) for one in found] == [Linked, OptOut]
    assert len({one.dedup for one in found}) == 2


async def test_other_words_and_pressed_buttons_are_answers(server: FakeTelegram) -> None:
    channel = account(server)
    pressed = {"id": "1", "data": "yes", "message": update(1, 7, "Sure?")["message"]}

    for told, text in (
        (update(1, 7, "Hello /stop"), "Hello /stop"),
        ({"update_id": 2, "callback_query": pressed}, "yes"),
    ):
        (found,) = await hear(channel, told)
        assert isinstance(found, Reply)
        assert (found.text, found.sender.value) == (text, "7")
    assert await hear(channel, {"update_id": 3, "poll": {}}) == []


# --- polling, setting up, checking ---------------------------------------------------------------------------------


async def test_polling_hears_each_once_and_takes_no_other_bots_cursor(server: FakeTelegram) -> None:
    server.webhook = {"url": "https://old.example", "allowed_updates": "[]"}
    server.waiting = [update(10, 7, "/start AQ"), update(11, 7, "Hi"), member(12, 8, "kicked")]
    channel = account(server, mode="polling", webhook_secret="")

    await channel.start()
    await channel._settling
    found, cursor = await channel.poll("99:500")
    again, same = await channel.poll(cursor)
    await channel.stop()
    await channel.context.http.close()

    assert server.webhook == {}
    assert [type(one) for one in found] == [Linked, Reply, OptOut]
    assert found[0].at == 1_767_600_100_000
    assert cursor == same == "123456789:13"
    assert again == []
    assert server.waiting == [], "what is stored is forgotten there"


async def test_the_webhook_is_set_once_and_again_with_another_secret(server: FakeTelegram) -> None:
    world = World()

    async def start(**more: Any) -> None:
        channel = account(server, world, **more)
        await channel.start()
        await channel._settling
        await channel.stop()

    await start()
    await start()
    assert server.calls.count("setWebhook") == 1
    assert (server.webhook["url"], server.webhook["secret_token"]) == (HOOK, SECRET)
    assert json.loads(server.webhook["allowed_updates"]) == ["message", "my_chat_member", "callback_query"]

    await start(webhook_secret="another")
    assert server.webhook["secret_token"] == "another"

    server.webhook["url"] = "https://taken.example"
    await start(webhook_secret="another")
    assert server.webhook["url"] == HOOK
    await world.http.close()  # type: ignore[attr-defined]


async def test_without_a_public_address_no_webhook_is_set(server: FakeTelegram) -> None:
    channel = account(server, World("http://localhost:8000"))

    await channel.start()
    await channel._settling

    assert server.calls == []


async def test_nobody_waits_for_telegram_at_the_start_and_it_is_tried_again(server: FakeTelegram) -> None:
    server.down, world = 502, World()
    channel = account(server, world)
    await channel.start()
    await channel._settling

    server.down = 0
    await channel.poll("")
    await channel._settling
    assert server.webhook == {}, "not yet"
    world.time += 60_000
    assert await channel.poll("") == ([], "")
    await channel._settling
    await channel.stop()
    await world.http.close()  # type: ignore[attr-defined]

    assert server.webhook["url"] == HOOK


async def test_a_stop_in_the_middle_of_setting_up_is_polite(server: FakeTelegram) -> None:
    channel = account(server)

    await channel.start()
    await asyncio.sleep(0)
    await channel.stop()

    assert channel._settling.cancelled() or channel._settling.done()
    await channel.context.http.close()


async def checked(server: FakeTelegram, world: World | None = None, **more: Any) -> Any:
    channel = account(server, world, **more)
    found = await channel.check()
    await channel.context.http.close()
    return found


async def test_check_says_who_the_bot_is_and_whether_we_are_called(server: FakeTelegram) -> None:
    unset = await checked(server)
    server.webhook = {"url": "https://other.example/x?secret", "allowed_updates": "[]"}
    others, polled = await checked(server), await checked(server, mode="polling")
    server.webhook["url"] = HOOK
    good = await checked(server)
    server.last_error, server.waiting = "Wrong response from the webhook: 502 Bad Gateway", [update(1, 7)]
    unreached, at_home = await checked(server), await checked(server, World("http://localhost"))

    assert (good.ok, good.detail) == (True, "@shop_bot is there, and Telegram calls back here.")
    assert good.facts["link"] == "https://t.me/shop_bot?start="
    for found, words in (
        (unset, "calls nobody"),
        (others, "calls other.example and not"),
        (polled, "nothing can be polled"),
        (unreached, "502 Bad Gateway"),
        (at_home, "only over https"),
    ):
        assert not found.ok
        assert words in found.detail
    assert "secret" not in repr(others)


async def test_check_says_why_telegram_does_not_take_our_address(server: FakeTelegram) -> None:
    world = World("https://tidings.example:9000")
    channel = account(server, world)
    await channel.start()
    await channel._settling

    found = await checked(server, world)

    assert not found.ok
    assert "only on ports 80, 88, 443 or 8443" in found.detail


@pytest.mark.parametrize("token", ["123456789:wrong", "1:x"])
async def test_check_says_that_the_token_is_wrong(server: FakeTelegram, token: str) -> None:
    found = await checked(server, token=token)

    assert not found.ok
    assert "does not know this bot token" in found.detail


async def test_check_says_that_nobody_answers(server: FakeTelegram) -> None:
    server.url = "http://127.0.0.1:1"

    found = await checked(server)

    assert not found.ok
    assert "does not answer" in found.detail


def test_it_keeps_telegrams_pace_and_lets_people_sleep(server: FakeTelegram) -> None:
    can = TELEGRAM.capabilities(account(server).config)

    assert (can.per_second, can.per_domain_second, can.quiet_hours) == (30, 1, True)


def test_a_form_that_cannot_work_is_refused() -> None:
    for wrong in ({"webhook_secret": ""}, {"base_url": "api.telegram.org"}, {"base_url": "https://x:99999"}):
        with pytest.raises(ValueError, match=r"Expected|[Pp]ort"):
            TELEGRAM.Config(**({"token": TOKEN, "webhook_secret": SECRET} | wrong))
