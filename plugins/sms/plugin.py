"""SMS: a short text to a phone, by Twilio or by any gateway that takes it by HTTP."""

from __future__ import annotations

from collections.abc import Sequence

from tidings.channels import (
    Address,
    BadSignature,
    Capabilities,
    Channel,
    Check,
    Envelope,
    Failed,
    HookReply,
    HookRequest,
    HttpNoAnswer,
    HttpNotSent,
    HttpResponse,
    Mark,
    Outbound,
    PluginMeta,
    Rendered,
    Result,
    Why,
)

from . import gateway, phone, text, twilio, twilio_hooks
from .asking import Request
from .config import SmsConfig

_STOPS = (Why.ACCOUNT_PROBLEM, Why.RATE_LIMITED, Why.PROVIDER_DOWN)
"""After these the rest of a batch would fare no better: it goes back untouched."""


class Sms(Channel[SmsConfig]):
    """One request for each message; neither provider takes a batch of different texts."""

    meta = PluginMeta(
        id="sms",
        name="SMS",
        summary="Texts by Twilio, or by any gateway with HTTP",
        version="1.0.0",
        channel="sms",
        license="Apache-2.0",
        docs_url="https://www.twilio.com/docs/messaging/api/message-resource",
    )
    Config = SmsConfig
    address_kind = "phone"
    hooks = ("status", "inbound", "report")

    @classmethod
    def capabilities(cls, config: SmsConfig) -> Capabilities:
        is_twilio = config.provider == "twilio"
        has_reports = bool(config.auth_token if is_twilio else config.callback_secret)
        has_inbound = has_reports and (is_twilio or bool(config.inbound_from_path))
        return Capabilities(
            batch_max=20,
            connections=config.connections,
            per_second=config.per_second,
            idempotent=not is_twilio and config.is_idempotent,
            receipts=frozenset({"sent", "delivered", "bounced", "failed"} if has_reports else ()),
            inbound=frozenset({"reply", "opt_out"} if has_inbound else ()),
        )

    @classmethod
    def parse_address(cls, raw: str) -> Address:
        return phone.parse(raw)

    def render(self, envelope: Envelope) -> Rendered:
        """The text as a person reads it. What cannot be sent is refused by `send`, which may say why."""
        config, words = self.config, envelope.content.text.replace("\r\n", "\n").strip()
        line = config.opt_out_text.strip() if envelope.message_class in ("lifecycle", "promotional") else ""
        if words and line:
            # The server's own line, with a link that takes most of a segment, gives way to this one.
            words = words.removesuffix(f"\n\nUnsubscribe: {envelope.links.unsubscribe}").rstrip()
            words = words if line in words else f"{words}\n{line}"
        words = text.plain(words) if config.is_plain else words
        split = text.split(words)
        count = len(split.segments)
        facts = {"encoding": split.encoding, "segments": str(count), "units": str(split.units)}
        if problem := _refused(words):
            facts["refused"] = problem
        warnings = (_warning(words, count),) if count > config.warn_above else ()
        return Rendered(body=words.encode(), facts=facts, units=count, warnings=warnings)

    async def check(self) -> Check:
        config = self.config
        is_twilio = config.provider == "twilio"
        asked = twilio.checks(config) if is_twilio else gateway.checks(config)
        for request in asked:
            try:
                answer = await self._ask(request)
            except (HttpNotSent, HttpNoAnswer) as error:
                return Check(ok=False, detail=f"The provider does not answer: {self._clean(str(error))}")
            if problem := twilio.wrong(config, request, answer) if is_twilio else gateway.wrong(answer):
                return Check(ok=False, detail=self._clean(problem))
        if not is_twilio:
            answers = "The gateway answers and lets us in."
            return Check(ok=True, detail=answers if asked else "Not tested: this gateway has no address to test.")
        if not config.auth_token:
            return Check(ok=True, detail="Twilio lets us in. Without the auth token its reports cannot be verified.")
        kinds = {kind: self.context.hook_url(kind) for kind in ("status", "inbound")}
        return Check(ok=True, detail="Twilio lets us in, and the sender is there.", facts=kinds)

    async def send(self, batch: Sequence[Outbound], mark: Mark) -> list[Result]:
        results = list[Result]()
        for message in batch:
            if problem := message.rendered.facts.get("refused"):
                results.append(Failed(id=message.id, why=Why.CONTENT_REFUSED, detail=problem))
                continue
            allowed = await mark(results=results, next=[message.id])
            results = []
            if message.id not in allowed:
                continue
            result = await self._handed_over(message)
            results.append(result)
            if isinstance(result, Failed) and result.why in _STOPS:
                break
        return results

    async def receive(self, kind: str, request: HookRequest) -> HookReply:
        now, is_twilio = self.context.now(), self.config.provider == "twilio"
        if is_twilio and kind in ("status", "inbound"):
            return twilio_hooks.receive(self.config, kind, request, now)
        if not is_twilio and kind == "report":
            return gateway.receive(self.config, request, now)
        raise BadSignature

    async def _handed_over(self, message: Outbound) -> Result:
        config, is_twilio, status = self.config, self.config.provider == "twilio", self.context.hook_url("status")
        try:
            answer = await self._ask(
                twilio.request(config, message, status) if is_twilio else gateway.request(config, message)
            )
        except HttpNotSent as error:
            return Failed(id=message.id, why=Why.PROVIDER_DOWN, detail=self._clean(str(error)))
        except HttpNoAnswer as error:
            return Failed(id=message.id, why=Why.UNKNOWN, detail=self._clean(str(error)))
        result = twilio.result(message.id, answer) if is_twilio else gateway.result(config, message.id, answer)
        if isinstance(result, Failed):
            clean = self._clean(result.detail)
            return Failed(id=result.id, why=result.why, code=result.code, detail=clean, retry_after=result.retry_after)
        return result

    async def _ask(self, request: Request) -> HttpResponse:
        return await self.context.http.request(
            request.method, request.url, headers=request.headers, body=request.body, timeout=self.config.timeout
        )

    def _clean(self, words: str) -> str:
        """A provider may repeat what it was sent; its words are shown."""
        config = self.config
        for secret in (config.auth_token, config.key_secret, config.gateway_secret, config.callback_secret):
            words = words.replace(secret, "•••") if secret else words
        return words


def _refused(words: str) -> str:
    if not words:
        return "The message has no text."
    if len(words) > text.LONGEST:
        return f"The text has {len(words):,} characters; an SMS may have {text.LONGEST:,}."
    return ""


def _warning(words: str, count: int) -> str:
    odd = text.beyond(words)
    why = f": {odd[:10]} cannot be written in GSM-7, so a segment holds 67 characters instead of 153" if odd else ""
    return f"This text takes {count} segments, each paid for{why}."


CHANNEL = Sms
