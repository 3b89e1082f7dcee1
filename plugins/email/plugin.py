"""Email by SMTP: warm connections, TLS, sign-in, and a mark before the point of no return."""

from __future__ import annotations

import collections
import re
from collections.abc import Sequence
from typing import Annotated, Any, Literal

from msgspec import Meta, Struct

from tidings.channels import (
    Address,
    Capabilities,
    Channel,
    Check,
    Context,
    Envelope,
    Failed,
    Mark,
    Outbound,
    PluginMeta,
    Rendered,
    Result,
    Why,
    secret,
)

from . import dkim, mime
from .answers import meaning
from .connection import Broken, Connection, is_one_line
from .wire import Gone

_PLAIN = re.compile(r"[a-z0-9](?:[a-z0-9._+-]{0,62}[a-z0-9])?@(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]{2,63}\Z")
"""Addresses as nearly all are: nothing in them that the validator would change or refuse; it takes 35 us for each."""


class EmailConfig(Struct, kw_only=True, forbid_unknown_fields=True):
    """A mail server, and who writes."""

    host: Annotated[str, Meta(title="Server", description="Host name of the mail server.", min_length=1)]
    port: Annotated[int, Meta(title="Port", ge=1, le=65535)] = 587
    security: Annotated[Literal["starttls", "tls", "none"], Meta(title="Security")] = "starttls"
    username: Annotated[str, Meta(title="User name")] = ""
    password: Annotated[str, secret("Password")] = ""
    sender: Annotated[str, Meta(title="Sender address", description="What stands in From.")]
    sender_name: Annotated[str, Meta(title="Sender name")] = ""
    reply_to: Annotated[str, Meta(title="Reply-To")] = ""
    bounce_domain: Annotated[str, Meta(title="Bounce domain", description="Bounces go to b+key@ this domain.")] = ""
    dkim_domain: Annotated[str, Meta(title="DKIM domain")] = ""
    dkim_selector: Annotated[str, Meta(title="DKIM selector")] = ""
    dkim_private_key: Annotated[str, secret("DKIM private key", "PEM, RSA of 2048 bits or Ed25519.")] = ""
    connections: Annotated[int, Meta(title="Connections at once", ge=1, le=50)] = 4
    per_second: Annotated[Annotated[float, Meta(gt=0)] | None, Meta(title="Messages a second at most")] = None
    per_domain_second: Annotated[
        Annotated[float, Meta(gt=0)] | None, Meta(title="Messages a second at most to one recipient domain")
    ] = None
    timeout: Annotated[float, Meta(title="Seconds to wait for an answer", gt=0, le=600)] = 60.0
    verify_certificates: Annotated[bool, Meta(title="Check the server's certificate")] = True
    helo: Annotated[str, Meta(title="Own host name", description="What is said in EHLO.")] = ""

    def __post_init__(self) -> None:
        if not mime.is_mailbox(self.sender):
            raise ValueError("Expected a sender such as news@example.com")
        if self.dkim_private_key:
            if not (self.dkim_domain and self.dkim_selector):
                raise ValueError("Expected a DKIM domain and selector with the key")
            dkim.load(self.dkim_private_key)


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

    def __init__(self, config: EmailConfig, context: Context) -> None:
        super().__init__(config, context)
        self._key = dkim.load(config.dkim_private_key) if config.dkim_private_key else None
        self._idle: collections.deque[Connection] = collections.deque()

    @classmethod
    def capabilities(cls, config: EmailConfig) -> Capabilities:
        return Capabilities(
            formats=("text", "html"),
            batch_max=20,
            connections=config.connections,
            per_second=config.per_second,
            per_domain_second=config.per_domain_second,
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
        body = mime.build(
            envelope, sender=config.sender, sender_name=config.sender_name, reply_to=config.reply_to, feedback=feedback
        )
        if self._key is not None:
            names = {"domain": config.dkim_domain, "selector": config.dkim_selector}
            body = dkim.sign(body, key=self._key, at=envelope.at // 1_000, **names)
        sender = f"b+{envelope.key}@{config.bounce_domain}" if config.bounce_domain else config.sender
        return Rendered(body=body, facts={"sender": sender})

    async def check(self) -> Check:
        try:
            connection = await self._connect()
        except Broken as error:
            return Check(ok=False, detail=f"{self.config.host}: {error.detail}", facts={"why": error.why})
        await connection.quit()
        return Check(
            ok=True, detail=f"{self.config.host} answers" + (" and lets us in." if self.config.username else ".")
        )

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
                results.append(await connection.finish(begun, following))
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
            raise Broken(meaning("AUTH", error.code, error.message), error.message, str(error.code)) from error
        except aiosmtplib.SMTPResponseException as error:
            client.close()
            raise Broken(meaning("CONNECT", error.code, error.message), error.message, str(error.code)) from error
        except (aiosmtplib.SMTPException, OSError, ValueError, Gone) as error:
            client.close()
            raise Broken(Why.PROVIDER_DOWN, f"{type(error).__name__}: {error}") from error


CHANNEL = Email
