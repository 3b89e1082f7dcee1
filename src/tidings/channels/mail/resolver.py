"""DNS, asked: the rim of the domain check."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tidings.channels.mail.domains import Kind, Lookup, Unanswered

if TYPE_CHECKING:
    from dns.asyncresolver import Resolver

SECONDS = 6.0
"""How long one question may take."""


def lookups(server: str = "") -> Lookup:
    """Asks the system's servers, or one `address[:port]`; the same question once."""
    resolver, known = _resolver(server), dict[tuple[str, Kind], list[str]]()

    async def lookup(name: str, kind: Kind) -> list[str]:
        if (name, kind) not in known:
            known[name, kind] = await _ask(resolver, name, kind)
        return known[name, kind]

    return lookup


def _resolver(server: str) -> Resolver:
    from dns.asyncresolver import Resolver
    from dns.exception import DNSException

    try:
        resolver = Resolver(configure=not server)
    except DNSException as error:
        raise Unanswered("this machine has no DNS server; name one with TIDINGS_DNS") from error
    resolver.lifetime = SECONDS
    if server:
        host, _, port = server.partition(":")
        resolver.nameservers, resolver.port = [host], int(port or 53)
    return resolver


async def _ask(resolver: Resolver, name: str, kind: Kind) -> list[str]:
    from dns.exception import DNSException
    from dns.resolver import NXDOMAIN, NoAnswer
    from dns.reversename import from_address

    try:
        answer = await resolver.resolve(from_address(name) if kind == "PTR" else name, kind)
    except (NXDOMAIN, NoAnswer):
        return []
    except (DNSException, OSError, ValueError) as error:
        raise Unanswered(f"{kind} of {name}: {type(error).__name__}") from error
    if kind == "TXT":
        return [b"".join(one.strings).decode("utf-8", "replace") for one in answer]
    if kind == "MX":
        return sorted(f"{one.preference} {str(one.exchange).rstrip('.') or '.'}" for one in answer)
    return [str(one) for one in answer]
