"""The promises of a channel as tests: subclass `ChannelContract` in pytest, and every method runs against your plugin."""

from __future__ import annotations

import contextlib
import json
from collections.abc import AsyncIterator, Mapping, Sequence
from typing import Any, ClassVar

import msgspec

from tidings.channels.contract import Channel
from tidings.channels.forms import form_schema, secret_fields
from tidings.channels.structs import API, BadSignature, Content, Envelope, HookRequest, Links, Outbound, Result, Why
from tidings.channels.world import HttpNoAnswer, HttpResponse

_LOOKS_SECRET = ("token", "secret", "password", "api_key", "private_key")


class ScriptedHttp:
    """Answers in turn; an exception in the script is raised. What was asked is kept."""

    def __init__(self, script: Sequence[HttpResponse | Exception] = ()) -> None:
        self.script, self.asked = list(script), list[tuple[str, str, bytes]]()

    async def request(
        self,
        method: str,
        url: str,
        *,
        headers: Mapping[str, str] | None = None,
        body: bytes = b"",
        timeout: float = 30.0,
    ) -> HttpResponse:
        self.asked.append((method, url, body))
        answer = self.script.pop(0) if self.script else HttpResponse(status=200, body=b"{}")
        if isinstance(answer, Exception):
            raise answer
        return answer


class KeptStorage:
    """A plugin's records, in memory."""

    def __init__(self) -> None:
        self.records: dict[tuple[str, str], dict[str, Any]] = {}

    async def append(self, kind: str, key: str, record: Mapping[str, Any]) -> None:
        self.records[kind, key] = dict(record)

    async def get(self, kind: str, key: str) -> dict[str, Any] | None:
        return self.records.get((kind, key))


class TestContext:
    """A world without network and with a clock that stands still."""

    __test__ = False

    def __init__(self) -> None:
        self.http, self.storage = ScriptedHttp(), KeptStorage()

    async def connect(self, host: str, port: int, *, timeout: float) -> Any:
        raise OSError("there is no network here")

    def now(self) -> int:
        return 1_767_600_000_000

    def hook_url(self, kind: str) -> str:
        return f"https://tidings.example/hooks/channels/test/{kind}"


class Gate:
    """The mark: keeps what it was given, and withholds what it is told to."""

    def __init__(self, withheld: Sequence[int] = ()) -> None:
        self.withheld, self.allowed, self.results = set(withheld), set[int](), list[Result]()

    async def __call__(self, *, results: Sequence[Result] = (), next: Sequence[int] = ()) -> frozenset[int]:
        self.results += results
        allowed = frozenset(next) - self.withheld
        self.allowed |= allowed
        return allowed


class ChannelContract:
    """Set `channel`, `config` and addresses; override `serving` when the channel needs a server to talk to."""

    channel: ClassVar[type[Channel[Any]]]
    config: ClassVar[dict[str, Any]]
    good_addresses: ClassVar[list[str]]
    bad_addresses: ClassVar[list[str]] = []

    @contextlib.asynccontextmanager
    async def serving(self) -> AsyncIterator[Channel[Any]]:
        """A started channel with somebody to talk to."""
        yield self.open()

    def open(self, **more: Any) -> Channel[Any]:
        config = msgspec.convert(self.config | more, self.channel.Config)
        return self.channel(config, TestContext())

    def envelope(self, number: int = 1) -> Envelope:
        to = self.channel.parse_address(self.good_addresses[0])
        content = Content(subject="Hello", text="Hi", html="<p>Hi</p>", data={"a": 1})
        links = Links(unsubscribe="https://t.example/u/x")
        return Envelope(id=number, key=f"k-{number}", to=to, content=content, links=links, at=1_767_600_000_000)

    def outbound(self, channel: Channel[Any], number: int) -> Outbound:
        envelope = self.envelope(number)
        return Outbound(id=number, key=envelope.key, to=envelope.to, rendered=channel.render(envelope))

    def test_it_says_who_it_is(self) -> None:
        meta = self.channel.meta
        assert meta.id == meta.id.lower() and " " not in meta.id and meta.name and meta.summary
        assert meta.api[0] == API[0] and meta.api <= API

    def test_its_form_has_titles_and_hides_secrets(self) -> None:
        schema = form_schema(self.channel.Config)
        for name, field in schema.get("properties", {}).items():
            if name not in schema["x-order"]:
                continue
            assert field.get("title") or "$ref" in field or "anyOf" in field or "allOf" in field, (
                f"{name} needs a title"
            )
            assert not any(word in name for word in _LOOKS_SECRET) or field.get("writeOnly"), f"{name} looks secret"

    def test_an_unknown_setting_is_refused(self) -> None:
        try:
            self.open(zzz=1)
        except msgspec.ValidationError:
            return
        raise AssertionError("declare Config with forbid_unknown_fields=True")

    def test_addresses_are_canonical_or_refused(self) -> None:
        for raw in self.good_addresses:
            address = self.channel.parse_address(raw)
            assert self.channel.parse_address(address.value) == address, "the canonical form must be a fixed point"
        for raw in self.bad_addresses:
            try:
                self.channel.parse_address(raw)
            except ValueError:
                continue
            raise AssertionError(f"{raw!r} is not an address")

    def test_rendering_is_pure_and_survives_the_wire(self) -> None:
        one, other = self.open().render(self.envelope()), self.open().render(self.envelope())
        assert one == other
        assert msgspec.json.decode(msgspec.json.encode(one), type=type(one)) == one

    async def test_everything_let_go_gets_one_result(self) -> None:
        async with self.serving() as channel:
            count = min(3, channel.capabilities(channel.config).batch_max)
            gate = Gate()
            returned = await channel.send([self.outbound(channel, n) for n in range(1, count + 1)], gate)
        assert [result.id for result in [*gate.results, *returned]] == list(range(1, count + 1))
        assert gate.allowed == set(range(1, count + 1)), "nothing goes out without a mark"
        assert msgspec.json.decode(msgspec.json.encode(returned), type=list[Result]) == returned

    async def test_what_is_withheld_does_not_go_out(self) -> None:
        async with self.serving() as channel:
            gate = Gate(withheld=[1])
            returned = await channel.send([self.outbound(channel, 1)], gate)
            context = channel.context
        assert [*gate.results, *returned] == []
        if isinstance(context, TestContext):
            assert context.http.asked == [] and context.storage.records == {}

    async def test_trouble_is_a_result_and_not_an_exception(self) -> None:
        channel = self.open()
        context = channel.context
        assert isinstance(context, TestContext)
        context.http.script = [HttpNoAnswer("cut")]
        gate = Gate()
        returned = await channel.send([self.outbound(channel, 1)], gate)
        assert len([*gate.results, *returned]) == 1
        if context.http.asked:
            (result,) = [*gate.results, *returned]
            assert getattr(result, "why", None) is Why.UNKNOWN, "a request without an answer may have arrived"

    async def test_no_secret_leaks(self) -> None:
        channel = self.open()
        returned = await channel.send([self.outbound(channel, 1)], Gate())
        secrets = [str(self.config[name]) for name in secret_fields(self.channel.Config) if self.config.get(name)]
        told = repr(returned) + repr(channel.meta)
        assert not any(secret in told for secret in secrets)

    async def test_forged_and_broken_callbacks_are_refused(self) -> None:
        for kind in (*self.channel.hooks, "nothing"):
            for body in (b"", b"{", b"[]", b"\xff\x00", json.dumps({"a": "b" * 5000}).encode()):
                request = HookRequest(method="POST", url="https://t.example/h", headers={}, body=body)
                try:
                    reply = await self.open().receive(kind, request)
                except BadSignature:
                    continue
                assert reply.status >= 400 or not reply.inbound, "a callback without a signature means nothing"
