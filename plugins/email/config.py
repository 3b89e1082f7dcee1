"""What an email account needs: a server, who writes, where answers arrive, how mail is signed."""

from __future__ import annotations

from typing import Annotated, Literal

from msgspec import Meta, Struct

from tidings.channels import hidden, secret

from . import dkim, mime
from .mailbox import Mailbox
from .providers.choice import Reports


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
    mailbox: Annotated[
        Mailbox | None,
        Meta(title="Mailbox", description="Where bounces, complaints and replies arrive; it is only read."),
    ] = None
    bounce_domain: Annotated[
        str,
        Meta(title="Bounce domain", description="Bounces go to b+…@ this domain; its mail ends up in the mailbox."),
    ] = ""
    reports: Annotated[
        Reports | None, Meta(title="Provider's reports", description="For servers of a provider that calls back.")
    ] = None
    return_secret: Annotated[str, hidden()] = ""
    dkim_domain: Annotated[str, Meta(title="DKIM domain")] = ""
    dkim_selector: Annotated[str, Meta(title="DKIM selector")] = ""
    dkim_private_key: Annotated[
        str, secret("DKIM private key", "PEM, RSA of 2048 bits or Ed25519; left empty, one is made.")
    ] = ""
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
