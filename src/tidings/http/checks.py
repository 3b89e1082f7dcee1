"""Checks of what lies outside: what DNS says of a sender's domain, and whether our own public address leads here."""

from __future__ import annotations

import hashlib
import re
from typing import Any

import msgspec
from litestar import Controller, MediaType, get, post
from litestar.params import FromPath
from msgspec import Struct

from tidings.channels import HttpNoAnswer, HttpNotSent, Sending, service as channels
from tidings.channels.egress import GuardedHttp
from tidings.channels.loader import Plugins
from tidings.channels.mail import domains, resolver
from tidings.http.hooks import plugins
from tidings.http.served import AnyRequest, database, now, served, setting
from tidings.runtime.app import Workspace
from tidings.runtime.errors import Invalid

_DOMAIN = re.compile(r"(?=.{4,253}$)([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z][a-z0-9-]{0,61}[a-z0-9]")
ECHO = "/healthz/self/"
"""Below this our own address is asked for something that only we can know."""


class DomainRecord(Struct, kw_only=True):
    """A record to paste at the domain's DNS host."""

    type: str
    name: str
    value: str


class DomainFinding(Struct, kw_only=True):
    """One thing that receivers look at."""

    name: str
    verdict: domains.Verdict
    told: str
    record: DomainRecord | None
    found: list[str]


class DomainChecked(Struct, kw_only=True):
    """What DNS says of one domain, for one account that sends from it; `account` is empty when none does."""

    domain: str
    account: str
    host: str
    is_ready: bool
    findings: list[DomainFinding]


class DomainLine(Struct, kw_only=True):
    """A domain that an account sends from."""

    domain: str
    account: str


class DomainLines(Struct, kw_only=True):
    """Every one of them."""

    items: list[DomainLine]
    next: str | None = None


class AddressChecked(Struct, kw_only=True):
    """Whether links lead here."""

    ok: bool
    address: str
    told: str


def sendings(accounts: list[channels.Account], here: Plugins) -> dict[str, Sending]:
    """Account -> how it sends, for those that send email."""
    found = dict[str, Sending]()
    for account in accounts:
        plugin = here.found.get(account.plugin)
        if plugin is None:
            continue
        sending = plugin.sending(channels.check_config(plugin, msgspec.json.decode(account.config)))
        if sending is not None:
            found[account.name] = sending
    return found


async def examined(domain: str, accounts: dict[str, Sending], dns: str) -> list[DomainChecked]:
    """A domain, once for each account that sends from it; alone when none does."""
    name = domain.strip().lower().rstrip(".")
    if not _DOMAIN.fullmatch(name):
        raise Invalid.at("domain", f"{domain!r} is no domain.", "Write it as example.com.")
    lookup = resolver.lookups(dns)
    mine = {account: sending for account, sending in accounts.items() if sending.domain == name}
    return [
        _checked(account, sending, await domains.examine(sending, lookup))
        for account, sending in (mine or {"": Sending(domain=name)}).items()
    ]


def _checked(account: str, sending: Sending, findings: list[domains.Finding]) -> DomainChecked:
    told = msgspec.convert(msgspec.to_builtins(findings), list[DomainFinding])
    is_ready = domains.is_ready(findings)
    return DomainChecked(domain=sending.domain, account=account, host=sending.host, is_ready=is_ready, findings=told)


def proof(known: Workspace, nonce: str) -> str:
    """What only this installation answers to a number that was made up a moment ago."""
    return hashlib.blake2b(nonce.encode(), key=known.secret[:64], digest_size=16, person=b"address").hexdigest()


@get("/healthz/self/{nonce:str}", media_type=MediaType.TEXT, sync_to_thread=False, include_in_schema=False)
def myself(request: AnyRequest, nonce: FromPath[str]) -> str:
    """The answer by which we know ourselves."""
    return proof(served(request).app.workspace("main"), nonce[:64])


class Checks(Controller):
    """Checks of what lies outside."""

    path = "/checks"
    tags = ("channels",)

    @get("/domains")
    async def index(self, request: AnyRequest) -> DomainLines:
        """The domains that accounts send from."""
        found = sendings(await database(request).read(channels.accounts), plugins(request))
        return DomainLines(items=[DomainLine(domain=one.domain, account=name) for name, one in found.items()])

    @get("/domains/{domain:str}")
    async def domain(self, request: AnyRequest, domain: FromPath[str]) -> list[DomainChecked]:
        """Ask DNS now what receivers will see: SPF, DKIM, DMARC, MX, return path and PTR, with the records to paste."""
        found = sendings(await database(request).read(channels.accounts), plugins(request))
        try:
            return await examined(domain, found, served(request).app.settings.dns)
        except domains.Unanswered as error:
            raise Invalid.at("domain", f"could not be looked up: {error}.") from error

    @post("/address", status_code=200)
    async def address(self, request: AnyRequest) -> AddressChecked:
        """Fetch our own public address, as readers' links do, and see whether it leads here."""
        return await looked_up(request)


async def looked_up(request: AnyRequest) -> AddressChecked:
    """Whether our public address leads here, asked now."""
    here, main = served(request).app, served(request).app.workspace("main")
    address, nonce = setting(request).address, f"{now(request):x}{here.chance.token(8).hex()}"
    return AddressChecked(
        address=address, **await _fetched(address, nonce, proof(main, nonce), here.settings.allowed_hosts)
    )


async def _fetched(address: str, nonce: str, expected: str, allowed: frozenset[str]) -> dict[str, Any]:
    http = GuardedHttp(allowed)
    try:
        answer = await http.request("GET", f"{address}{ECHO}{nonce}", timeout=10.0)
    except (HttpNotSent, HttpNoAnswer) as error:
        return {"ok": False, "told": f"It cannot be reached from here: {error}."}
    finally:
        await http.close()
    if answer.status in (301, 302, 307, 308):
        where = answer.headers.get("location", "elsewhere")
        return {"ok": False, "told": f"It redirects to {where}. Set the public address to where it ends."}
    if answer.status != 200 or answer.body.decode("utf-8", "replace").strip() != expected:
        told = (
            f"Something answers there ({answer.status}), but it is not this server. Look at the proxy or the DNS entry."
        )
        return {"ok": False, "told": told}
    if not address.startswith("https://"):
        return {
            "ok": True,
            "told": "It leads here, but without https: mailbox providers and browsers distrust such links.",
        }
    return {"ok": True, "told": "It leads here."}
