"""SMS: segments are counted as they are paid for, every answer has its one meaning, and no forged callback counts."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any
from urllib.parse import urlencode

import msgspec
import pytest
from hypothesis import given, strategies as st

from tests.support.sms import SID, TOKEN, Provider, provider, signature
from tidings.channels import (
    Address,
    BadSignature,
    Content,
    Envelope,
    Failed,
    HookReply,
    HookRequest,
    OptOut,
    Outbound,
    Reply,
    Report,
    Result,
    Sent,
    Why,
    loader,
)
from tidings.channels.conformance import Gate, TestContext
from tidings.channels.egress import GuardedHttp

SMS = loader.load().found["sms"]
TO = Address(kind="phone", value="+4915112345678")
TWILIO = {"account_sid": SID, "auth_token": TOKEN, "sender": "+15005550006"}
GATEWAY = {"provider": "http", "url": "https://sms.example.com/send", "callback_secret": "c4ll"}


def account(allowed: Sequence[str] = ("127.0.0.1",), /, **config: Any) -> Any:
    context = TestContext()
    context.http = GuardedHttp(frozenset(allowed))  # type: ignore[assignment]
    return SMS(msgspec.convert(config, SMS.Config), context)


def envelope(text: str = "Hi", number: int = 1, message_class: str = "promotional") -> Envelope:
    content = Content(text=text)
    return Envelope(id=number, key=f"s-{number}", to=TO, content=content, message_class=message_class, at=1)


def outbound(channel: Any, text: str = "Hi", number: int = 1) -> Outbound:
    return Outbound(id=number, key=f"s-{number}", to=TO, rendered=channel.render(envelope(text, number)))


async def results(channel: Any, *texts: str, gate: Gate | None = None) -> list[Result]:
    gate = gate or Gate()
    batch = [outbound(channel, text, number) for number, text in enumerate(texts or ("Hi",), 1)]
    try:
        returned = await channel.send(batch, gate)
    finally:
        await channel.context.http.close()
    return [*gate.results, *returned]


# --- segments ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "encoding", "segments", "units"),
    [
        ("a" * 160, "GSM-7", 1, 160),
        ("a" * 161, "GSM-7", 2, 161),
        ("a" * 306, "GSM-7", 2, 306),
        ("a" * 307, "GSM-7", 3, 307),
        ("€" * 80, "GSM-7", 1, 160),
        ("€" * 81, "GSM-7", 2, 162),
        # An escape stays with its character, so that a segment holds 76 of them and one septet is lost.
        ("€" * 152, "GSM-7", 2, 304),
        ("€" * 153, "GSM-7", 3, 306),
        ("ж" * 70, "UCS-2", 1, 70),
        ("ж" * 71, "UCS-2", 2, 71),
        ("ж" * 134, "UCS-2", 2, 134),
        ("ж" * 135, "UCS-2", 3, 135),
        ("🎉" * 35, "UCS-2", 1, 70),
        ("🎉" * 66, "UCS-2", 2, 132),
        ("🎉" * 67, "UCS-2", 3, 134),
        ("a" * 159 + "ç", "UCS-2", 3, 160),
        ("a" * 159 + "Ç", "GSM-7", 1, 160),
    ],
    ids=lambda value: (
        f"{len(value)} {value[-1]}" if isinstance(value, str) and value not in ("GSM-7", "UCS-2") else str(value)
    ),
)
def test_segments_are_counted_as_providers_count_them(text: str, encoding: str, segments: int, units: int) -> None:
    rendered = account(**TWILIO).render(envelope(text))

    assert rendered.units == segments
    facts = {"encoding": encoding, "segments": str(segments), "units": str(units)}
    assert {name: rendered.facts[name] for name in facts} == facts


@given(st.text(st.sampled_from("ab€[ж🎉é\n"), max_size=700))
def test_segments_together_are_the_text_and_none_is_too_long(text: str) -> None:
    import tidings_plugin_sms.text as words  # type: ignore[import-not-found]

    split = words.split(text)

    assert "".join(split.segments) == text
    for segment in split.segments:
        if split.encoding == "UCS-2":
            assert len(segment.encode("utf-16-be")) // 2 <= (70 if len(split.segments) == 1 else 67)
        else:
            septets = sum(2 if char in "€[" else 1 for char in segment)
            assert septets <= (160 if len(split.segments) == 1 else 153)


def test_typographic_quotes_and_dashes_become_plain_only_where_that_saves_and_only_when_asked() -> None:
    typographic = "“It’s here” – today…"
    plain, as_written = account(**TWILIO, is_plain=True), account(**TWILIO)

    assert as_written.render(envelope(typographic)).body.decode() == typographic
    assert plain.render(envelope(typographic)).body == b'"It\'s here" - today...'
    assert plain.render(envelope(typographic + "🎉")).body.decode() == typographic + "🎉"


def test_many_segments_are_warned_of_with_their_reason() -> None:
    channel = account(**TWILIO, warn_above=2)

    assert channel.render(envelope("a" * 306)).warnings == ()
    assert channel.render(envelope("a" * 307)).warnings == ("This text takes 3 segments, each paid for.",)
    assert "’ cannot be written in GSM-7" in channel.render(envelope("a" * 305 + "’")).warnings[0]


@pytest.mark.parametrize(
    ("message_class", "expected"),
    [
        ("promotional", "Hi\nReply STOP to opt out"),
        ("lifecycle", "Hi\nReply STOP to opt out"),
        ("service", "Hi"),
        ("transactional", "Hi"),
    ],
)
def test_the_opt_out_line_stands_under_marketing_only(message_class: str, expected: str) -> None:
    channel = account(**TWILIO, opt_out_text="Reply STOP to opt out")

    assert channel.render(envelope("Hi", message_class=message_class)).body.decode() == expected
    assert account(**TWILIO).render(envelope("Hi", message_class=message_class)).body == b"Hi"
    once = channel.render(envelope("Hi. Reply STOP to opt out", message_class=message_class)).body
    assert once == b"Hi. Reply STOP to opt out"


@pytest.mark.parametrize(("text", "words"), [("a" * 1_601, "1,601 characters"), ("  \n", "no text")])
async def test_a_text_that_cannot_be_sent_is_refused_with_words_and_stops_no_other(text: str, words: str) -> None:
    with provider() as twilio:
        refused, sent = sorted(await results(account(**TWILIO, api_url=twilio.url), text, "Hi"), key=lambda r: r.id)

    assert isinstance(refused, Failed) and refused.why is Why.CONTENT_REFUSED and words in refused.detail
    assert isinstance(sent, Sent) and len(twilio.sent) == 1


# --- Twilio: what leaves, and what its answers mean -------------------------------------------------------------------


async def test_a_message_leaves_as_twilio_wants_it() -> None:
    with provider() as twilio:
        (result,) = await results(account(**TWILIO, api_url=twilio.url), "Grüße & mehr")

    assert result == Sent(id=1, provider_id="SM" + "1".zfill(32))
    (told,) = twilio.sent
    assert told.path == f"/2010-04-01/Accounts/{SID}/Messages.json"
    assert told.form == {
        "To": "+4915112345678",
        "From": "+15005550006",
        "Body": "Grüße & mehr",
        "StatusCallback": "https://tidings.example/hooks/channels/test/status",
    }


async def test_a_messaging_service_chooses_the_sender_and_without_a_token_no_report_is_asked_for() -> None:
    service = "MG" + "b" * 32
    config = {"account_sid": SID, "key_sid": "SK1", "key_secret": "k", "messaging_service_sid": service}
    with provider() as twilio:
        twilio.plan = [(201, {"sid": "SM1"})]
        (result,) = await results(account(**config, api_url=twilio.url))

    assert isinstance(result, Sent)
    assert twilio.sent[0].form == {"To": TO.value, "Body": "Hi", "MessagingServiceSid": service}
    assert twilio.sent[0].headers["authorization"] == "Basic U0sxOms="
    assert SMS.capabilities(msgspec.convert(config, SMS.Config)).receipts == frozenset()


@pytest.mark.parametrize(
    ("status", "code", "why"),
    [
        (400, 21610, Why.OPTED_OUT),
        (400, 21211, Why.ADDRESS_INVALID),
        (400, 21614, Why.ADDRESS_INVALID),
        (400, 21408, Why.ACCOUNT_PROBLEM),
        (400, 21606, Why.ACCOUNT_PROBLEM),
        (400, 21608, Why.ACCOUNT_PROBLEM),
        (400, 21612, Why.CONTENT_REFUSED),
        (400, 21617, Why.CONTENT_REFUSED),
        (400, 99999, Why.CONTENT_REFUSED),
        (401, 20003, Why.ACCOUNT_PROBLEM),
        (403, 0, Why.ACCOUNT_PROBLEM),
        (404, 20404, Why.ACCOUNT_PROBLEM),
        (429, 20429, Why.RATE_LIMITED),
        (429, 0, Why.RATE_LIMITED),
        (503, 20503, Why.PROVIDER_DOWN),
        (503, 0, Why.PROVIDER_DOWN),
        (500, 0, Why.UNKNOWN),
        (502, 0, Why.UNKNOWN),
        (504, 0, Why.UNKNOWN),
        (302, 0, Why.ACCOUNT_PROBLEM),
    ],
)
async def test_every_answer_of_twilio_has_one_meaning(status: int, code: int, why: Why) -> None:
    with provider() as twilio:
        twilio.plan = [(status, {"code": code, "message": f"because of {TOKEN}"} if code else b"<html>oops</html>")]
        (result,) = await results(account(**TWILIO, api_url=twilio.url))

    assert isinstance(result, Failed)
    assert (result.why, result.code) == (why, str(code or status))
    assert result.detail == ("because of •••" if code else "<html>oops</html>")
    assert result.retry_after == (7.0 if status == 429 else None)


async def test_an_answer_that_never_comes_is_doubt_and_an_address_that_nobody_serves_is_not() -> None:
    with provider() as twilio:
        twilio.plan = ["cut"]
        (doubtful,) = await results(account(**TWILIO, api_url=twilio.url))
    (down,) = await results(account(**TWILIO, api_url=twilio.url))
    (guarded,) = await results(account((), **TWILIO, api_url=twilio.url))

    assert isinstance(doubtful, Failed) and doubtful.why is Why.UNKNOWN
    assert isinstance(down, Failed) and down.why is Why.PROVIDER_DOWN
    assert isinstance(guarded, Failed) and guarded.why is Why.PROVIDER_DOWN and "TIDINGS_ALLOW_HOSTS" in guarded.detail
    assert not SMS.capabilities(msgspec.convert(TWILIO, SMS.Config)).idempotent, "doubt stays doubt"


async def test_the_result_of_a_message_rides_on_the_mark_of_the_next_and_what_is_withheld_stays() -> None:
    gate = Gate(withheld=[2])
    with provider() as twilio:
        found = await results(account(**TWILIO, api_url=twilio.url), "a", "b", "c", gate=gate)

    assert [result.id for result in found] == [1, 3]
    assert [result.id for result in gate.results] == [1]
    assert [told.form["Body"] for told in twilio.sent] == ["a", "c"]


async def test_after_a_trouble_of_the_account_the_rest_of_a_batch_is_not_tried() -> None:
    gate = Gate()
    with provider() as twilio:
        twilio.plan = [(401, {"code": 20003, "message": "Authenticate"})]
        found = await results(account(**TWILIO, api_url=twilio.url), "a", "b", gate=gate)

    assert [result.id for result in found] == [1]
    assert gate.allowed == {1} and len(twilio.sent) == 1


# --- Twilio: what it calls back ---------------------------------------------------------------------------------------


async def called(kind: str, fields: dict[str, str], channel: Any = None, **more: Any) -> HookReply:
    url = more.get("url") or f"https://tidings.example/hooks/channels/test/{kind}"
    given = more.get("signature", signature(more.get("signed_url") or url, fields))
    body = urlencode(more.get("sent") or fields).encode()
    request = HookRequest(method="POST", url=url, headers={"x-twilio-signature": given}, body=body)
    reply: HookReply = await (channel or account(**TWILIO)).receive(kind, request)
    return reply


STATUS = {"MessageSid": "SM1", "MessageStatus": "delivered", "To": "+4915112345678", "AccountSid": SID}
INBOUND = {"MessageSid": "SM2", "From": "+4915112345678", "To": "+15005550006", "Body": "Hello", "NumMedia": "0"}


def test_the_signature_is_the_one_of_twilios_documentation() -> None:
    import tidings_plugin_sms.twilio_hooks as hooks  # type: ignore[import-not-found]

    fields = {
        "CallSid": "CA1234567890ABCDE",
        "Caller": "+14158675309",
        "Digits": "1234",
        "From": "+14158675309",
        "To": "+18005551212",
    }

    url = "https://mycompany.com/myapp.php?foo=1&bar=2"
    assert hooks.signature("12345", url, list(fields.items())) == "RSOYDt4T1cUTdK1PDd93/VVr8B8="


@pytest.mark.parametrize(
    "forged",
    [
        {"signature": ""},
        {"signature": "AAAA"},
        {"signature": "é"},
        {"signature": signature("https://tidings.example/hooks/channels/test/status", STATUS, "other")},
        {"sent": STATUS | {"MessageStatus": "failed"}},
        {"signed_url": "https://elsewhere.example/hooks/channels/test/status"},
    ],
    ids=["none", "short", "not ascii", "another token", "a changed field", "another address"],
)
async def test_a_forged_callback_is_refused(forged: dict[str, Any]) -> None:
    with pytest.raises(BadSignature):
        await called("status", STATUS, **forged)


async def test_without_a_token_no_callback_counts_however_it_is_signed() -> None:
    key_only = account(account_sid=SID, key_sid="SK1", key_secret="k", sender="Acme")

    with pytest.raises(BadSignature):
        url = "https://tidings.example/hooks/channels/test/status"
        await called("status", STATUS, key_only, signature=signature(url, STATUS, ""))


async def test_the_callbacks_of_one_provider_are_not_those_of_the_other() -> None:
    as_gateway = account(**TWILIO | GATEWAY)
    as_twilio = account(**TWILIO | GATEWAY | {"provider": "twilio"})

    assert (await called("status", STATUS, as_twilio)).inbound
    assert (await reported({"id": "1", "status": "sent"}, as_gateway)).inbound
    with pytest.raises(BadSignature):
        await called("status", STATUS, as_gateway)
    with pytest.raises(BadSignature):
        await reported({"id": "1", "status": "sent"}, as_twilio)


async def test_a_port_in_the_address_may_be_signed_or_not() -> None:
    url = "https://tidings.example:8443/h"

    for signed in (url, "https://tidings.example/h"):
        assert (await called("status", STATUS, url=url, signed_url=signed)).inbound
    assert (await called("status", STATUS, url="https://a.b/h", signed_url="https://a.b:443/h")).inbound


@pytest.mark.parametrize(
    ("word", "code", "status", "why"),
    [
        ("queued", "", "queued", None),
        ("sending", "", "queued", None),
        ("sent", "", "sent", None),
        ("delivered", "", "delivered", None),
        ("undelivered", "30003", "bounced", Why.RECIPIENT_TEMPORARY),
        ("undelivered", "30005", "bounced", Why.ADDRESS_INVALID),
        ("undelivered", "30006", "bounced", Why.ADDRESS_INVALID),
        ("undelivered", "30007", "bounced", Why.CONTENT_REFUSED),
        ("undelivered", "30034", "bounced", Why.ACCOUNT_PROBLEM),
        ("undelivered", "39999", "bounced", Why.UNKNOWN),
        ("failed", "21610", "failed", Why.OPTED_OUT),
        ("failed", "30001", "failed", Why.RATE_LIMITED),
    ],
)
async def test_a_status_of_twilio_is_a_report(word: str, code: str, status: str, why: Why | None) -> None:
    reply = await called("status", STATUS | {"MessageStatus": word} | ({"ErrorCode": code} if code else {}))

    (report,) = reply.inbound
    assert isinstance(report, Report)
    assert (report.dedup, report.provider_id) == (f"SM1:{word}", "SM1")
    assert (report.status, report.why, report.code) == (status, why, code)


async def test_a_status_that_we_do_not_know_is_taken_and_means_nothing() -> None:
    assert (await called("status", STATUS | {"MessageStatus": "dancing"})).inbound == ()


@pytest.mark.parametrize(
    "text", ["STOP", " stop ", "Stop.", "UNSUBSCRIBE", "cancel", "END", "quit", "STOPALL", "Stopp"]
)
async def test_stop_withdraws(text: str) -> None:
    reply = await called("inbound", INBOUND | {"Body": text}, account(**TWILIO, stop_words=("stopp",)))

    (out,) = reply.inbound
    assert isinstance(out, OptOut)
    assert (out.address, out.granted, out.evidence) == (TO, False, text)
    assert (reply.body, reply.headers) == (b"<Response/>", {"content-type": "text/xml"})


@pytest.mark.parametrize("text", ["START", "yes", "Unstop"])
async def test_start_gives_back_and_is_an_answer_too(text: str) -> None:
    out, answer = (await called("inbound", INBOUND | {"Body": text})).inbound

    assert isinstance(out, OptOut) and out.granted and out.address == TO
    assert isinstance(answer, Reply) and answer.text == text and answer.dedup != out.dedup


@pytest.mark.parametrize("text", ["HELP", "please do not stop", "", "Yes, at noon"])
async def test_everything_else_is_a_reply(text: str) -> None:
    (reply,) = (await called("inbound", INBOUND | {"Body": text})).inbound

    assert isinstance(reply, Reply)
    assert (reply.sender, reply.text) == (TO, text)


@pytest.mark.parametrize(("kind", "expected"), [("STOP", [False]), ("START", [True]), ("HELP", [])])
async def test_what_twilio_calls_it_comes_before_what_we_read(kind: str, expected: list[bool]) -> None:
    reply = await called("inbound", INBOUND | {"Body": "Basta", "OptOutType": kind})

    assert [one.granted for one in reply.inbound if isinstance(one, OptOut)] == expected


async def test_a_message_from_a_short_code_is_of_nobody() -> None:
    assert (await called("inbound", INBOUND | {"From": "72345"})).inbound == ()


# --- the connection ---------------------------------------------------------------------------------------------------


async def checked(twilio: Provider, **config: Any) -> tuple[bool, str]:
    channel = account(**config, api_url=twilio.url)
    found = await channel.check()
    await channel.context.http.close()
    return found.ok, found.detail


async def test_the_connection_is_tested_without_sending() -> None:
    with provider() as twilio:
        good = await checked(twilio, **TWILIO)
        wrong_token = await checked(twilio, **TWILIO | {"auth_token": "guess"})
        no_sender = await checked(twilio, **TWILIO | {"sender": "+15005550001"})
        no_service = await checked(twilio, **TWILIO, messaging_service_sid="MG" + "0" * 32)
        twilio.plan = [(200, {"status": "suspended"})]
        suspended = await checked(twilio, **TWILIO)
        twilio.plan = [(200, {"messages": []})]
        no_token = await checked(twilio, account_sid=SID, key_sid="SK1", key_secret="k", sender="Acme")
    gone = await checked(twilio, **TWILIO)

    assert good == (True, "Twilio lets us in, and the sender is there.")
    assert wrong_token == (False, "Twilio does not accept the account SID and auth token: Authenticate")
    assert no_sender == (False, "+15005550001 is not a sender of this account.")
    assert no_service == (False, "This account has no messaging service MG" + "0" * 32 + ".")
    assert suspended == (False, "Twilio says that this account is suspended.")
    assert no_token == (True, "Twilio lets us in. Without the auth token its reports cannot be verified.")
    assert not gone[0] and gone[1].startswith("The provider does not answer: ")
    assert twilio.sent == []


@pytest.mark.parametrize(
    ("config", "words"),
    [
        ({}, "account SID"),
        (TWILIO | {"auth_token": ""}, "auth token, or an API key"),
        (TWILIO | {"sender": ""}, "sender or a messaging service"),
        (TWILIO | {"sender": "Much too long a name"}, "sender such as"),
        (TWILIO | {"default_region": "de"}, "capital letters"),
        (TWILIO | {"api_url": "api.twilio.com"}, "https://"),
        (GATEWAY | {"url": "sms.example.com"}, "https://"),
        (GATEWAY | {"body": "{to}"}, "JSON"),
        (GATEWAY | {"headers": {"x": "{text}"}}, "headers without"),
        (GATEWAY | {"taken": []}, "status code"),
        (GATEWAY | {"inbound_from_path": "from"}, "neither"),
    ],
    ids=str,
)
def test_a_form_that_cannot_work_is_refused_in_words(config: dict[str, Any], words: str) -> None:
    with pytest.raises(msgspec.ValidationError, match=words):
        msgspec.convert(config, SMS.Config)


# --- any gateway ------------------------------------------------------------------------------------------------------

NASTY = 'He said "{to}" & left\n\\ 100 %'


@pytest.mark.parametrize(
    ("config", "path", "body"),
    [
        (
            {"body": '{"to": ["{to}"], "m": {"text": "{text}", "n": 1, "ref": "t-{key}"}, "auth": "{secret}"}'},
            "/send",
            {"to": ["+4915112345678"], "m": {"text": NASTY, "n": 1, "ref": "t-s-1"}, "auth": "p&ss"},
        ),
        (
            {"body_format": "form", "body": "recipient={to}&message={text}&ref={key}&sender={from}"},
            "/send",
            {"recipient": "+4915112345678", "message": NASTY, "ref": "s-1", "sender": "Acme"},
        ),
        (
            {"method": "GET", "url": "/send?to={to}&text={text}&pass={secret}"},
            "/send?to=%2B4915112345678&text=He%20said%20%22%7Bto%7D%22%20%26%20left%0A%5C%20100%20%25&pass=p%26ss",
            None,
        ),
    ],
    ids=["json", "form", "query"],
)
async def test_what_is_filled_in_breaks_nothing(config: dict[str, Any], path: str, body: Any) -> None:
    with provider() as server:
        server.plan = [(200, {})]
        values = {"gateway_secret": "p&ss", "sender": "Acme", "headers": {"Authorization": "Bearer {secret}"}} | config
        values["url"] = server.url + values.get("url", "/send")
        (result,) = await results(account(**GATEWAY | values), NASTY)

    (told,) = server.told
    assert isinstance(result, Sent)
    assert told.path == path
    assert told.headers["authorization"] == "Bearer p&ss"
    if body is not None:
        assert (told.form if config.get("body_format") else json.loads(told.body)) == body


@pytest.mark.parametrize(
    ("answer", "config", "expected"),
    [
        ((202, {"messages": [{"id": 17}]}), {"id_path": "messages.0.id"}, "17"),
        ((200, b"OK"), {}, ""),
        ((200, b"OK"), {"id_path": "id"}, Why.UNKNOWN),
        ((200, {}), {"taken": [202]}, Why.UNKNOWN),
        ((302, b""), {}, Why.ACCOUNT_PROBLEM),
        ((400, b"no"), {}, Why.CONTENT_REFUSED),
        ((401, b"no"), {}, Why.ACCOUNT_PROBLEM),
        ((404, b"no"), {}, Why.ACCOUNT_PROBLEM),
        ((408, b"no"), {}, Why.PROVIDER_DOWN),
        ((429, b"no"), {}, Why.RATE_LIMITED),
        ((500, b"no"), {}, Why.UNKNOWN),
        ((503, b"no"), {}, Why.PROVIDER_DOWN),
        ("cut", {}, Why.UNKNOWN),
    ],
    ids=str,
)
async def test_every_answer_of_a_gateway_has_one_meaning(answer: Any, config: dict[str, Any], expected: Any) -> None:
    with provider() as server:
        server.plan = [answer]
        (result,) = await results(account(**GATEWAY | config | {"url": server.url}))

    if isinstance(result, Sent):
        assert result.provider_id == expected
    else:
        assert result.why is expected
        assert result.retry_after == (7.0 if expected is Why.RATE_LIMITED else None)


def test_a_gateway_that_drops_doubles_may_be_sent_to_again() -> None:
    for value in (True, False):
        config = msgspec.convert(GATEWAY | {"is_idempotent": value}, SMS.Config)
        assert SMS.capabilities(config).idempotent is value


async def reported(body: Any, channel: Any, **more: Any) -> HookReply:
    raw = body if isinstance(body, bytes) else json.dumps(body).encode()
    values = {"headers": {"x-callback-secret": "c4ll"}, "method": "POST", "url": "https://t.example/h", "body": raw}
    reply: HookReply = await channel.receive("report", HookRequest(**values | more))
    return reply


async def test_a_gateway_reports_in_its_own_words() -> None:
    paths = {"id_path": "id", "report_id_path": "msg.id", "report_status_path": "msg.state"}
    channel = account(**GATEWAY | paths | {"report_statuses": {"DELIVRD": "delivered"}})

    known, unknown = {"msg": {"id": 7, "state": "delivrd"}}, {"msg": {"id": 8, "state": "dancing"}}
    (report,) = (await reported([known, unknown], channel)).inbound

    assert isinstance(report, Report)
    assert (report.status, report.provider_id, report.message_key) == ("delivered", "7", "")
    assert report.dedup == (await reported(known, channel)).inbound[0].dedup


@pytest.mark.parametrize(
    "more",
    [
        {"headers": {}, "query": {"secret": "c4ll", "id": "s-1", "status": "failed"}, "method": "GET"},
        {"body": b"id=s-1&status=failed"},
    ],
    ids=["query", "form"],
)
async def test_without_an_id_of_the_gateway_our_key_is_what_it_reports(more: dict[str, Any]) -> None:
    (report,) = (await reported(more.pop("body", b""), account(**GATEWAY), **more)).inbound

    assert isinstance(report, Report)
    assert (report.status, report.provider_id, report.message_key) == ("failed", "", "s-1")


async def test_a_report_without_the_secret_is_refused_and_one_that_nobody_can_read_is_answered_so() -> None:
    for headers in ({}, {"x-callback-secret": "guess"}, {"x-callback-secret": "é"}):
        with pytest.raises(BadSignature):
            await reported({"id": "1", "status": "sent"}, account(**GATEWAY), headers=headers)
    with pytest.raises(BadSignature):
        await reported({}, account(**GATEWAY | {"callback_secret": ""}), headers={"x-callback-secret": ""})
    assert (await reported(b"{", account(**GATEWAY))).status == 400
    assert (await reported([1, None, {"id": {}}], account(**GATEWAY))).inbound == ()


async def test_answers_to_a_gateway_withdraw_too_and_its_national_numbers_have_a_country() -> None:
    paths = {"inbound_from_path": "from", "inbound_text_path": "text", "default_region": "DE"}
    channel = account(**GATEWAY | paths)

    for sender in ("0151 12345678", "+4915112345678", "004915112345678"):
        (out,) = (await reported({"from": sender, "text": "stop", "id": "9"}, channel)).inbound
        assert isinstance(out, OptOut) and out.address == TO and not out.granted
    bare = account(**GATEWAY | paths | {"default_region": ""})
    (out,) = (await reported({"from": "4915112345678", "text": "stop", "id": "9"}, bare)).inbound
    assert isinstance(out, OptOut) and out.address == TO
    (answer,) = (await reported({"from": "0151 12345678", "text": "Hello", "id": "10"}, channel)).inbound
    assert isinstance(answer, Reply) and answer.text == "Hello"


async def test_a_gateway_is_tested_where_it_says() -> None:
    with provider() as server:
        config = GATEWAY | {"check_url": f"{server.url}/balance", "headers": {"X-Key": "{secret}"}}
        server.plan = [(200, {}), (403, b""), (404, b"nothing here")]
        found = [await account(**config, gateway_secret="k").check() for _ in range(3)]
        untested = await account(**GATEWAY).check()

    assert [one.ok for one in found] == [True, False, False]
    assert server.told[0].headers["x-key"] == "k"
    assert found[2].detail == "The gateway answered 404 to the address to test: nothing here"
    assert untested.ok and untested.detail.startswith("Not tested")
