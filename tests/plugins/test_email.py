"""Email: what leaves is right on the wire, and every fault of a server has its one meaning."""

from __future__ import annotations

import asyncio
import base64
import datetime
import email
import email.policy
import ssl
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import dkim
import pytest
import uvloop
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from hypothesis import given, settings, strategies as st

from tests.support.smtp import sink
from tidings.channels import Address, Content, Envelope, Failed, Links, Outbound, Result, Sent, Why, loader

EMAIL = loader.load().found["email"]
TO = Address(kind="email", value="ada@example.com", domain="example.com")


def account(port: int = 25, **more: Any) -> Any:
    config = EMAIL.Config(host="127.0.0.1", port=port, security="none", sender="news@example.org", timeout=0.3, **more)
    return EMAIL(config, None)  # type: ignore[arg-type]


def envelope(number: int = 1, **more: Any) -> Envelope:
    content = more.pop("content", Content(subject="Hello", text="Hi\n.\nthere", html="<p>Hi é</p>"))
    links = Links(unsubscribe="https://t.example/u/abc")
    values = {
        "id": number,
        "key": f"e-{number}",
        "to": TO,
        "content": content,
        "links": links,
        "topic": "News",
        "at": 1_767_600_000_000,
    }
    return Envelope(**(values | more))


def outbound(channel: Any, number: int = 1, to: str = TO.value) -> Outbound:
    address = Address(kind="email", value=to, domain="example.com")
    return Outbound(id=number, key=f"e-{number}", to=address, rendered=channel.render(envelope(number)))


class Gate:
    """The mark, recorded; `withheld` ids do not come back."""

    def __init__(self, withheld: Sequence[int] = ()) -> None:
        self.withheld, self.results, self.marked = set(withheld), list[Result](), list[int]()

    async def __call__(self, *, results: Sequence[Result] = (), next: Sequence[int] = ()) -> frozenset[int]:
        self.results += results
        self.marked += next
        return frozenset(next) - self.withheld


async def send(
    behave: dict[str, str] | None = None,
    count: int = 1,
    withheld: Sequence[int] = (),
    gate: Gate | None = None,
    **more: Any,
) -> Any:
    gate = gate or Gate(withheld)
    async with sink(behave, **more) as server:
        channel = account(server.port)
        to = more.get("refuses") or {}
        people = {number: next(iter(to)) for number in (2,) if to}
        batch = [outbound(channel, number, people.get(number, TO.value)) for number in range(1, count + 1)]
        returned = await channel.send(batch, gate)
        await channel.stop()
    return {result.id: result for result in [*gate.results, *returned]}, server, gate


PIPELINING = pytest.mark.parametrize("is_pipelining", [False, True], ids=["one by one", "pipelined"])


@PIPELINING
async def test_a_batch_leaves_on_one_connection_each_marked_before_its_dot(is_pipelining: bool) -> None:
    results, server, gate = await send(count=3, is_pipelining=is_pipelining)

    assert all(isinstance(result, Sent) for result in results.values())
    assert gate.marked == [1, 2, 3]
    assert [result.id for result in gate.results] == [1, 2], "the result of k rides on the mark of k+1"
    assert server.connections == 1
    assert len(server.mail) == 3
    parsed = email.message_from_bytes(server.mail[0][2], policy=email.policy.default)
    assert parsed.get_body(("plain",)).get_content().splitlines()[:3] == ["Hi", ".", "there"]  # type: ignore[union-attr]


@PIPELINING
async def test_what_the_mark_withholds_does_not_leave_and_the_rest_goes_on(is_pipelining: bool) -> None:
    results, server, _ = await send(count=3, withheld=[2], is_pipelining=is_pipelining)

    assert sorted(results) == [1, 3]
    assert [to for _, to, _ in server.mail] == ["ada@example.com"] * 2
    assert server.connections == 2, "after 354 the only way back is to cut the connection"


@pytest.mark.parametrize(
    ("behave", "why"),
    [
        ({"EHLO": "421 go away"}, Why.PROVIDER_DOWN),
        ({"EHLO": "hang"}, Why.PROVIDER_DOWN),
        ({"EHLO": "cut"}, Why.PROVIDER_DOWN),
        ({"MAIL": "hang"}, Why.PROVIDER_DOWN),
        ({"MAIL": "cut"}, Why.PROVIDER_DOWN),
        ({"MAIL": "550 5.7.1 sender not allowed"}, Why.ACCOUNT_PROBLEM),
        ({"MAIL": "451 4.3.0 try later"}, Why.RECIPIENT_TEMPORARY),
        ({"RCPT": "550 5.1.1 user unknown"}, Why.ADDRESS_INVALID),
        ({"RCPT": "452 4.2.2 mailbox full"}, Why.RECIPIENT_TEMPORARY),
        ({"RCPT": "550 5.7.1 blocked by policy"}, Why.CONTENT_REFUSED),
        ({"RCPT": "hang"}, Why.PROVIDER_DOWN),
        ({"RCPT": "cut"}, Why.PROVIDER_DOWN),
        ({"DATA": "554 5.7.1 no"}, Why.CONTENT_REFUSED),
        ({"DATA": "hang"}, Why.PROVIDER_DOWN),
        ({"DATA": "cut"}, Why.PROVIDER_DOWN),
        ({"DOT": "554 5.7.1 looks like spam"}, Why.CONTENT_REFUSED),
        ({"DOT": "451 4.7.1 greylisted, try again later"}, Why.RECIPIENT_TEMPORARY),
        ({"DOT": "421 4.3.2 shutting down"}, Why.PROVIDER_DOWN),
        ({"DOT": "hang"}, Why.UNKNOWN),
        ({"DOT": "cut"}, Why.UNKNOWN),
    ],
    ids=lambda value: next(f"{k} {v}" for k, v in value.items()) if isinstance(value, dict) else str(value),
)
@PIPELINING
async def test_a_fault_has_one_meaning_before_the_dot_and_doubt_only_after_it(
    behave: dict[str, str], why: Why, is_pipelining: bool
) -> None:
    results, server, gate = await send(behave, is_pipelining=is_pipelining)

    (result,) = results.values()
    assert isinstance(result, Failed)
    assert result.why is why
    assert bool(server.mail) == ("DOT" in behave)
    assert bool(gate.marked) == ("DOT" in behave)


@PIPELINING
async def test_a_refused_recipient_costs_nobody_else_their_mail(is_pipelining: bool) -> None:
    refuses = {"bad@example.com": "550 5.1.1 user unknown"}

    results, server, gate = await send(count=4, is_pipelining=is_pipelining, refuses=refuses)

    assert [type(results[number]) for number in (1, 2, 3, 4)] == [Sent, Failed, Sent, Sent]
    assert results[2].why is Why.ADDRESS_INVALID
    assert gate.marked == [1, 3, 4], "who is refused is never in doubt"
    assert len(server.mail) == 3
    assert server.connections == 1


@PIPELINING
async def test_at_most_one_message_of_a_connection_is_in_doubt(is_pipelining: bool) -> None:
    class Watching(Gate):
        async def __call__(self, *, results: Sequence[Result] = (), next: Sequence[int] = ()) -> frozenset[int]:
            allowed = await super().__call__(results=results, next=next)
            settled = {result.id for result in self.results}
            assert set(self.marked) - settled == set(next), "what was marked before has its result"
            return allowed

    results, _, _ = await send(count=5, is_pipelining=is_pipelining, gate=Watching())

    assert len(results) == 5


async def test_a_cut_after_the_dot_leaves_one_in_doubt_and_the_others_surely_unsent() -> None:
    results, server, gate = await send({"DOT": "cut"}, count=3, is_pipelining=True)

    assert {number for number in results if results[number].why is Why.UNKNOWN} == set(gate.marked)
    assert len(server.mail) == len(gate.marked)


def certificate(folder: Path) -> ssl.SSLContext:
    """A server's context with a certificate that nobody has signed but itself."""
    key, name = ec.generate_private_key(ec.SECP256R1()), x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "t")])
    start = datetime.datetime(2026, 1, 1, tzinfo=datetime.UTC)
    made = x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key())
    made = made.serial_number(1).not_valid_before(start).not_valid_after(start + datetime.timedelta(days=9_999))
    signed = made.sign(key, hashes.SHA256()).public_bytes(serialization.Encoding.PEM)
    form, clear = serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    (folder / "t.pem").write_bytes(key.private_bytes(serialization.Encoding.PEM, form, clear) + signed)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(folder / "t.pem")
    return context


@pytest.mark.parametrize("loop", [asyncio.new_event_loop, uvloop.new_event_loop], ids=["asyncio", "uvloop"])
@PIPELINING
def test_it_works_over_tls_on_both_event_loops(tmp_path: Path, loop: Any, is_pipelining: bool) -> None:
    async def scene() -> tuple[list[Any], int]:
        async with sink(tls=certificate(tmp_path), is_pipelining=is_pipelining) as server:
            config = {"host": "127.0.0.1", "port": server.port, "security": "tls", "sender": "news@example.org"}
            channel = EMAIL(EMAIL.Config(**config, timeout=2.0, verify_certificates=False), None)
            strict = EMAIL(EMAIL.Config(**config, timeout=2.0), None)
            gate = Gate()
            results = await channel.send([outbound(channel, number) for number in (1, 2, 3)], gate)
            assert not (await strict.check()).ok, "a certificate that nobody vouches for"
            await channel.stop()
            return [*gate.results, *results], len(server.mail)

    with asyncio.Runner(loop_factory=loop) as runner:
        results, count = runner.run(scene())

    assert [type(result) for result in results] == [Sent] * 3
    assert count == 3


async def test_a_server_that_is_not_there_is_said_so() -> None:
    check = await account(1).check()

    assert not check.ok
    assert "127.0.0.1" in check.detail


ANSWERS = [
    ("RCPT", 550, "5.1.1 The email account that you tried to reach does not exist", Why.ADDRESS_INVALID),
    ("RCPT", 550, "No such user here", Why.ADDRESS_INVALID),
    (
        "RCPT",
        550,
        "5.1.10 RESOLVER.ADR.RecipientNotFound; Recipient not found by SMTP address lookup",
        Why.ADDRESS_INVALID,
    ),
    ("RCPT", 550, "5.1.1 recipient rejected: listed at a block list", Why.CONTENT_REFUSED),
    ("RCPT", 554, "5.7.1 Relay access denied", Why.ACCOUNT_PROBLEM),
    ("RCPT", 552, "5.2.2 over quota", Why.RECIPIENT_TEMPORARY),
    ("RCPT", 450, "4.2.0 Greylisted, see http://postgrey", Why.RECIPIENT_TEMPORARY),
    ("RCPT", 550, "requested action not taken", Why.CONTENT_REFUSED),
    ("DOT", 550, "5.7.515 Access denied, sending domain does not pass DMARC", Why.CONTENT_REFUSED),
    ("DOT", 421, "4.7.28 unusual rate of mail", Why.PROVIDER_DOWN),
    ("DOT", 450, "4.7.28 rate limit exceeded", Why.RATE_LIMITED),
    ("DOT", 552, "5.3.4 message too large", Why.CONTENT_REFUSED),
    ("MAIL", 530, "5.7.0 Authentication required", Why.ACCOUNT_PROBLEM),
    ("MAIL", 552, "5.3.4 size exceeds limit", Why.CONTENT_REFUSED),
    ("AUTH", 535, "5.7.8 bad credentials", Why.ACCOUNT_PROBLEM),
    ("AUTH", 454, "4.7.0 temporary failure", Why.PROVIDER_DOWN),
    ("CONNECT", 554, "no service", Why.ACCOUNT_PROBLEM),
]


@pytest.mark.parametrize(("command", "code", "text", "why"), ANSWERS)
def test_an_answer_is_read_by_code_words_and_command(command: str, code: int, text: str, why: Why) -> None:
    answers = sys.modules["tidings_plugin_email.answers"]

    assert answers.meaning(command, code, text) is why


@settings(max_examples=150, deadline=None)
@given(st.text(max_size=200), st.text(max_size=80), st.text(max_size=300))
def test_no_input_adds_a_header_or_breaks_the_message(subject: str, name: str, text: str) -> None:
    plain = account().render(envelope(content=Content(subject="x", text="x", html="<p>x</p>"), to_name="x")).body
    odd = account().render(envelope(content=Content(subject=subject, text=text, html="<p>x</p>"), to_name=name)).body

    one, other = (email.message_from_bytes(raw, policy=email.policy.compat32) for raw in (plain, odd))
    assert one.keys() == other.keys()
    assert len(other.get_payload()) == 2
    assert max(len(line) for line in odd.split(b"\r\n")) <= 998
    assert b"\n" not in odd.replace(b"\r\n", b"")


def test_bulk_headers_and_the_bounce_address_carry_the_key() -> None:
    rendered = account(bounce_domain="bounces.example.org", reply_to="team@example.org").render(envelope())
    parsed = email.message_from_bytes(rendered.body)

    assert rendered.facts["sender"] == "b+e-1@bounces.example.org"
    assert parsed["Message-ID"] == "<e-1@example.org>"
    assert parsed["List-Unsubscribe"] == "<https://t.example/u/abc>"
    assert parsed["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert parsed["List-Id"] == "<news.example.org>"
    assert parsed["Reply-To"] == "team@example.org"


@pytest.mark.parametrize("kind", ["rsa", "ed25519"])
def test_a_signature_verifies_and_a_changed_message_does_not(kind: str) -> None:
    key: Any = ed25519.Ed25519PrivateKey.generate() if kind == "ed25519" else rsa.generate_private_key(65537, 2048)
    pem = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    ).decode()
    raw, der = serialization.Encoding.Raw, serialization.Encoding.DER
    shape = serialization.PublicFormat.Raw if kind == "ed25519" else serialization.PublicFormat.SubjectPublicKeyInfo
    public = key.public_key().public_bytes(raw if kind == "ed25519" else der, shape)
    record = f"v=DKIM1; k={kind}; p={base64.b64encode(public).decode()}".encode()
    body = account(dkim_domain="example.org", dkim_selector="s1", dkim_private_key=pem).render(envelope()).body

    assert dkim.verify(body, dnsfunc=lambda name, timeout=5: record)
    assert not dkim.verify(body.replace(b"Subject: Hello", b"Subject: Money"), dnsfunc=lambda name, timeout=5: record)
