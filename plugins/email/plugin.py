"""Email by SMTP: warm connections, TLS, sign-in, and a mark before the point of no return."""

from __future__ import annotations

import asyncio
import collections
import re
import secrets
from collections.abc import Sequence
from typing import Any

import msgspec

from tidings.channels import (
    Address,
    BadSignature,
    Capabilities,
    Channel,
    Check,
    Context,
    Envelope,
    Failed,
    HookReply,
    HookRequest,
    Inbound,
    Mark,
    Outbound,
    PluginMeta,
    Rendered,
    Result,
    Sending,
    Sent,
    Why,
)

from . import dkim, mime, returning
from .answers import meaning as answered
from .config import EmailConfig
from .connection import Broken, Connection, is_one_line
from .mailbox import Unread, fetch, meaning, record, understood
from .providers import choice
from .wire import Gone

_PLAIN = re.compile(r"[a-z0-9](?:[a-z0-9._+-]{0,62}[a-z0-9])?@(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]{2,63}\Z")
"""Addresses as nearly all are: nothing in them that the validator would change or refuse; it takes 35 us for each."""


class Email(Channel[EmailConfig]):
    """Each call of `send` takes one connection of the pool; each connection has at most one message in doubt."""

    meta = PluginMeta(
        id="email",
        name="Email (SMTP)",
        summary="Mail through any SMTP server",
        version="1.0.0",
        channel="email",
        network="own",
    )
    Config = EmailConfig
    address_kind = "email"
    hooks = ("reports",)

    def __init__(self, config: EmailConfig, context: Context) -> None:
        super().__init__(config, context)
        self._key = dkim.load(config.dkim_private_key) if config.dkim_private_key else None
        self._idle: collections.deque[Connection] = collections.deque()
        self._looked_at: int | None = None

    @classmethod
    def completed(cls, config: EmailConfig, before: EmailConfig | None) -> EmailConfig:
        known = config.return_secret or (before.return_secret if before else "")
        key = config.dkim_private_key
        if config.dkim_domain and config.dkim_selector and not key:
            key = dkim.made()
        return msgspec.structs.replace(config, return_secret=known or secrets.token_hex(16), dkim_private_key=key)

    @classmethod
    def sending(cls, config: EmailConfig) -> Sending:
        key = dkim.load(config.dkim_private_key) if config.dkim_private_key else None
        kind, public = dkim.published(key) if key is not None else ("rsa", "")
        return Sending(
            domain=config.sender.rpartition("@")[2].lower(),
            host=config.host.lower(),
            return_domain=config.bounce_domain.lower(),
            dkim_domain=config.dkim_domain.lower(),
            dkim_selector=config.dkim_selector,
            dkim_key=public,
            dkim_type=kind,
        )

    @classmethod
    def capabilities(cls, config: EmailConfig) -> Capabilities:
        return Capabilities(
            formats=("text", "html"),
            batch_max=20,
            connections=config.connections,
            per_second=config.per_second,
            per_domain_second=config.per_domain_second,
            receipts=frozenset({"bounced", "complained"}) if config.mailbox or config.reports else frozenset(),
            inbound=frozenset({"reply"}) if config.mailbox else frozenset(),
            quiet_hours=False,
        )

    @classmethod
    def parse_address(cls, raw: str) -> Address:
        if _PLAIN.match(raw) and ".." not in raw and len(raw) <= 254:
            return Address(kind="email", value=raw, domain=raw.rpartition("@")[2])
        from email_validator import EmailNotValidError, validate_email

        try:
            found = validate_email(raw.strip().lower(), check_deliverability=False, test_environment=True)
        except EmailNotValidError as error:
            raise ValueError(str(error)) from error
        if found.ascii_email is None:
            raise ValueError("the part before @ must be ASCII")
        return Address(kind="email", value=found.ascii_email, domain=found.ascii_domain)

    def render(self, envelope: Envelope) -> Rendered:
        config = self.config
        feedback = f"{envelope.topic or envelope.message_class}:{envelope.message_class}:tidings"
        sealed = returning.seal(config.return_secret, envelope.key)
        can_hear = bool(config.mailbox and config.bounce_domain and config.return_secret)
        body = mime.build(
            envelope,
            sender=config.sender,
            sender_name=config.sender_name,
            reply_to=config.reply_to,
            feedback=feedback,
            token=sealed,
            mail_out=f"u+{sealed}@{config.bounce_domain}" if can_hear else "",
            more=choice.headers(config.reports, envelope.key),
        )
        if self._key is not None:
            names = {"domain": config.dkim_domain, "selector": config.dkim_selector}
            body = dkim.sign(body, key=self._key, at=envelope.at // 1_000, **names)
        sender = f"b+{sealed}@{config.bounce_domain}" if config.bounce_domain else config.sender
        return Rendered(body=body, facts={"sender": sender})

    async def check(self) -> Check:
        try:
            connection = await self._connect()
        except Broken as error:
            return Check(ok=False, detail=f"{self.config.host}: {error.detail}", facts={"why": error.why})
        await connection.quit()
        if self.config.mailbox is not None:
            try:
                await asyncio.to_thread(fetch, self.config.mailbox, "")
            except Unread as error:
                return Check(ok=False, detail=f"The server works, the mailbox does not. {error}")
        detail = f"{self.config.host} answers" + (" and lets us in" if self.config.username else "")
        return Check(ok=True, detail=detail + ("; the mailbox can be read." if self.config.mailbox else "."))

    async def send(self, batch: Sequence[Outbound], mark: Mark) -> list[Result]:
        results, waiting = list[Result](), collections.deque(message for message in batch if is_one_line(message))
        for message in batch:
            if not is_one_line(message):
                results.append(Failed(id=message.id, why=Why.BUG, detail="an address has a line break"))
        connection: Connection | None = None
        begun: Outbound | None = None
        """The message whose envelope the server has taken on this connection."""
        while waiting or begun is not None:
            try:
                if begun is None:
                    connection = connection if connection is not None and connection.is_open else await self._take()
                    refused = await connection.begin(waiting[0])
                    if refused is not None:
                        results.append(refused)
                        waiting.popleft()
                        continue
                    begun = waiting.popleft()
                assert connection is not None, "a message was begun on it"
                allowed = await mark(results=results, next=[begun.id])
                results = []
                if begun.id not in allowed:
                    connection.drop()  # after 354 there is no other way back
                    begun = None
                    continue
                following = waiting[0] if waiting and connection.is_pipelining else None
                results.append(self._named(await connection.finish(begun, following)))
                begun = None
                if following is not None and connection.is_open:
                    refused = await connection.begun(following)
                    waiting.popleft()
                    if refused is not None:
                        results.append(refused)
                    else:
                        begun = following
            except Broken as error:
                if connection is not None:
                    connection.drop()
                return results + [Failed(id=m.id, why=error.why, code=error.code, detail=error.detail) for m in waiting]
        if connection is not None and connection.is_open:
            self._idle.append(connection)
        return results

    def _named(self, result: Result) -> Result:
        """A result with the provider's own name of the message, where its reports will use that."""
        if not isinstance(result, Sent) or self.config.reports is None:
            return result
        return msgspec.structs.replace(result, provider_id=choice.named(self.config.reports, result.detail))

    async def receive(self, kind: str, request: HookRequest) -> HookReply:
        if self.config.reports is None:
            raise BadSignature
        return await choice.received(self.config.reports, request, self.context)

    async def poll(self, cursor: str) -> tuple[list[Inbound], str]:
        box, now = self.config.mailbox, self.context.now()
        if box is None or (self._looked_at is not None and now - self._looked_at < box.every * 1_000):
            return [], cursor
        self._looked_at = now
        mails, after = await asyncio.to_thread(fetch, box, cursor)
        if mails:
            self._looked_at = None  # there may be more
        inbound = list[Inbound]()
        for raw in mails:
            name, found = await asyncio.to_thread(understood, raw, self._key_of)
            await self.context.storage.append("mail", name, record(found))
            inbound += meaning(name, found, self.parse_address, now)
        return inbound, after

    def _key_of(self, local: str) -> str:
        return returning.unseal(self.config.return_secret, local)

    async def stop(self) -> None:
        while self._idle:
            await self._idle.pop().quit()

    async def _take(self) -> Connection:
        while self._idle:
            connection = self._idle.pop()
            if connection.is_open:
                return connection
        return await self._connect()

    async def _connect(self) -> Connection:
        import aiosmtplib  # 70 ms: only when there is something to send

        config = self.config
        options: dict[str, Any] = {"hostname": config.host, "port": config.port, "timeout": min(config.timeout, 30.0)}
        options |= {"use_tls": config.security == "tls", "start_tls": config.security == "starttls"}
        options |= {"validate_certs": config.verify_certificates}
        if config.username:
            options |= {"username": config.username, "password": config.password}
        client = aiosmtplib.SMTP(local_hostname=config.helo or None, **options)
        try:
            await client.connect()
            if client.is_ehlo_or_helo_needed:
                await client.ehlo()
            return Connection(client, config.timeout)
        except aiosmtplib.SMTPAuthenticationError as error:
            client.close()
            raise Broken(answered("AUTH", error.code, error.message), error.message, str(error.code)) from error
        except aiosmtplib.SMTPResponseException as error:
            client.close()
            raise Broken(answered("CONNECT", error.code, error.message), error.message, str(error.code)) from error
        except (aiosmtplib.SMTPException, OSError, ValueError, Gone) as error:
            client.close()
            raise Broken(Why.PROVIDER_DOWN, f"{type(error).__name__}: {error}") from error


CHANNEL = Email
