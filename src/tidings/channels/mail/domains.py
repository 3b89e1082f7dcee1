"""What DNS must say so that receivers believe a sender: SPF, DKIM, DMARC, MX and PTR, each with the record to paste.

Names are looked up by what is handed in. Sources: RFC 7208 (SPF), 6376 (DKIM), 7489 (DMARC), and what Gmail, Yahoo and Outlook
demand of bulk senders.
"""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable
from typing import Literal

from msgspec import Struct

from tidings.channels.structs import Sending

Kind = Literal["TXT", "MX", "A", "AAAA", "PTR"]
Lookup = Callable[[str, Kind], Awaitable[list[str]]]
"""Values of a name, [] where there are none; raises `Unanswered`. MX as `10 host`, PTR takes an IP address."""
Verdict = Literal["ok", "warn", "missing", "wrong", "unknown"]

MOST_LOOKUPS = 10
"""RFC 7208, 4.6.4: receivers stop there."""
PROVIDERS = {
    "mailgun.org": "mailgun.org",
    "sendgrid.net": "sendgrid.net",
    "amazonaws.com": "amazonses.com",
    "postmarkapp.com": "spf.mtasv.net",
    "gmail.com": "_spf.google.com",
    "google.com": "_spf.google.com",
    "office365.com": "spf.protection.outlook.com",
    "outlook.com": "spf.protection.outlook.com",
    "brevo.com": "spf.brevo.com",
    "mailjet.com": "spf.mailjet.com",
}
"""Servers of providers by the end of their name -> what SPF includes for them."""
_ASKS = re.compile(r"^[+?~-]?(include|a|mx|ptr|exists|redirect)([:=/]|$)")
_KEY = re.compile(r"(?:^|;)\s*p\s*=\s*([A-Za-z0-9+/=\s]*)")
_POLICY = re.compile(r"(?:^|;)\s*p\s*=\s*(none|quarantine|reject)\b", re.IGNORECASE)


class Unanswered(Exception):
    """DNS gave no answer; nothing is known."""


class Record(Struct, frozen=True, kw_only=True):
    """A record to paste at the domain's DNS host."""

    type: str
    name: str
    value: str


class Finding(Struct, frozen=True, kw_only=True):
    """One thing that was looked at."""

    name: str
    """SPF, DKIM, DMARC, MX, return path or PTR."""
    verdict: Verdict
    told: str
    """What is so, and what to do."""
    record: Record | None = None
    found: tuple[str, ...] = ()
    """What DNS says now."""


async def examine(sending: Sending, lookup: Lookup) -> list[Finding]:
    """Everything that receivers look at, for one domain and the account that sends from it."""
    checks: list[tuple[str, Callable[[Sending, Lookup], Awaitable[Finding]]]] = [
        ("SPF", _spf),
        ("DKIM", _dkim),
        ("DMARC", _dmarc),
        ("MX", _mx),
    ]
    if sending.return_domain and sending.return_domain != sending.domain:
        checks.append(("Return path", _return_path))
    if sending.host and _included(sending.host) is None:
        checks.append(("PTR", _ptr))
    found = list[Finding]()
    for name, check in checks:
        try:
            found.append(await check(sending, lookup))
        except Unanswered as error:
            found.append(
                Finding(name=name, verdict="unknown", told=f"DNS did not answer ({error}). Ask again in a minute.")
            )
    return found


def is_ready(found: list[Finding]) -> bool:
    """Whether nothing is missing or wrong."""
    return all(one.verdict in ("ok", "warn") for one in found)


def _included(host: str) -> str | None:
    """What SPF includes for a provider's server; None for a server of one's own."""
    return next((told for end, told in PROVIDERS.items() if host == end or host.endswith(f".{end}")), None)


# --- SPF ---------------------------------------------------------------------------------------------------------------


async def _spf(sending: Sending, lookup: Lookup) -> Finding:
    domain = sending.return_domain or sending.domain
    texts = [text for text in await lookup(domain, "TXT") if text.lower().split(" ")[0] == "v=spf1"]
    include = _included(sending.host) if sending.host else None
    wanted = f"include:{include}" if include else f"a:{sending.host}" if sending.host else "mx"
    if not texts:
        record = Record(type="TXT", name=domain, value=f"v=spf1 {wanted} ~all")
        return Finding(name="SPF", verdict="missing", told=f"{domain} does not say who may send for it.", record=record)
    if len(texts) > 1:
        told = "There are two SPF records, so receivers ignore both. Keep one."
        return Finding(name="SPF", verdict="wrong", told=told, found=tuple(texts))
    names, count = await _walked(domain, texts[0], lookup)
    if count > MOST_LOOKUPS:
        told = f"It needs {count} lookups; receivers stop after {MOST_LOOKUPS}. Take out what is not used any more."
        return Finding(name="SPF", verdict="wrong", told=told, found=tuple(texts))
    if sending.host and not await _is_covered(sending.host, include, names, texts[0], lookup):
        value = (
            re.sub(r"\s+([~?+-]?all)\b", rf" {wanted} \1", texts[0]) if "all" in texts[0] else f"{texts[0]} {wanted}"
        )
        told = f"It does not name {sending.host}, which your mail leaves through."
        record = Record(type="TXT", name=domain, value=value)
        return Finding(name="SPF", verdict="wrong", told=told, record=record, found=tuple(texts))
    if not re.search(r"[~-]all\b|redirect=", texts[0]):
        told = "It allows everybody else as well: let it end with ~all."
        return Finding(name="SPF", verdict="warn", told=told, found=tuple(texts))
    return Finding(name="SPF", verdict="ok", told=f"It names who may send for {domain}.", found=tuple(texts))


async def _walked(domain: str, text: str, lookup: Lookup) -> tuple[set[str], int]:
    """(every domain that a record includes, lookups that receivers need)."""
    seen, count, waiting = {domain}, 0, [text]
    while waiting and count <= MOST_LOOKUPS + 5:
        for term in waiting.pop().split()[1:]:
            asks = _ASKS.match(term.lower())
            if not asks:
                continue
            count += 1
            target = term.partition("=" if asks[1] == "redirect" else ":")[2].lower()
            if asks[1] in ("include", "redirect") and target and target not in seen:
                seen.add(target)
                waiting += [t for t in await lookup(target, "TXT") if t.lower().startswith("v=spf1")][:1]
    return seen, count


async def _is_covered(host: str, include: str | None, names: set[str], text: str, lookup: Lookup) -> bool:
    if include is not None:
        return include in names or any(name.endswith(include) for name in names)
    terms = [term.lower() for term in text.split()]
    if any(term.lstrip("+") in (f"a:{host}", f"mx:{host}") for term in terms):
        return True
    addresses = [*await lookup(host, "A"), *await lookup(host, "AAAA")]
    if any(f"ip4:{one}" in terms or f"ip6:{one}" in terms for one in addresses):
        return True
    hosts = list[str]()
    for name in names:
        if "mx" in terms:
            hosts += [value.split()[-1].rstrip(".") for value in await lookup(name, "MX")]
        if "a" in terms:
            hosts.append(name)
    if host in hosts:
        return True
    nets = [term.split(":", 1)[1] for term in terms if term.startswith(("ip4:", "ip6:")) and "/" in term]
    own = [one for name in hosts for one in await lookup(name, "A")]
    return any(_is_inside(one, net) for one in addresses for net in nets) or bool(set(own) & set(addresses))


def _is_inside(address: str, net: str) -> bool:
    import ipaddress

    try:
        return ipaddress.ip_address(address) in ipaddress.ip_network(net, strict=False)
    except ValueError:
        return False


# --- DKIM, DMARC -------------------------------------------------------------------------------------------------------


async def _dkim(sending: Sending, lookup: Lookup) -> Finding:
    if not sending.dkim_key:
        told = (
            "Tidings does not sign your mail. That is well if your provider does, with your own domain; otherwise write a DKIM "
            "domain and selector into the account, and a key is made."
        )
        return Finding(name="DKIM", verdict="warn", told=told)
    name = f"{sending.dkim_selector}._domainkey.{sending.dkim_domain}"
    record = Record(type="TXT", name=name, value=f"v=DKIM1; k={sending.dkim_type}; p={sending.dkim_key}")
    texts = await lookup(name, "TXT")
    keys = ["".join(found[1].split()) for text in texts if (found := _KEY.search(text))]
    if not keys:
        return Finding(
            name="DKIM", verdict="missing", told="The key that signs your mail is not published.", record=record
        )
    if sending.dkim_key not in keys:
        told = "Another key is published than the one that signs, so every signature fails."
        return Finding(name="DKIM", verdict="wrong", told=told, record=record, found=tuple(texts))
    if not is_aligned(sending.dkim_domain, sending.domain):
        told = f"It signs for {sending.dkim_domain}, which is not the domain of your sender address: DMARC does not count it."
        return Finding(name="DKIM", verdict="wrong", told=told, found=tuple(texts))
    return Finding(name="DKIM", verdict="ok", told="The published key is the one that signs.", found=tuple(texts))


def is_aligned(one: str, other: str) -> bool:
    """Relaxed alignment, as far as it can be told without the list of public suffixes: one is the other, or below it."""
    return one == other or one.endswith(f".{other}") or other.endswith(f".{one}")


async def _dmarc(sending: Sending, lookup: Lookup) -> Finding:
    labels = sending.domain.split(".")
    for start in range(max(len(labels) - 1, 1)):
        domain = ".".join(labels[start:])
        texts = [
            text
            for text in await lookup(f"_dmarc.{domain}", "TXT")
            if text.lower().replace(" ", "").startswith("v=dmarc1")
        ]
        if len(texts) > 1:
            told = "There are two DMARC records, so receivers ignore both. Keep one."
            return Finding(name="DMARC", verdict="wrong", told=told, found=tuple(texts))
        if texts:
            policy = _POLICY.search(texts[0])
            if policy is None:
                told = "It says no policy: it needs p=none, p=quarantine or p=reject."
                return Finding(name="DMARC", verdict="wrong", told=told, found=tuple(texts))
            return Finding(name="DMARC", verdict="ok", told=f"Its policy is {policy[1].lower()}.", found=tuple(texts))
    value = f"v=DMARC1; p=none; rua=mailto:dmarc@{sending.domain}"
    record = Record(type="TXT", name=f"_dmarc.{sending.domain}", value=value)
    told = "Gmail, Yahoo and Outlook refuse bulk mail of domains without one. Begin with p=none."
    return Finding(name="DMARC", verdict="missing", told=told, record=record)


# --- where mail comes back -----------------------------------------------------------------------------------------------


async def _mx(sending: Sending, lookup: Lookup) -> Finding:
    found = await lookup(sending.domain, "MX")
    if found and found[0].split()[-1] not in (".", ""):
        return Finding(
            name="MX", verdict="ok", told=f"Answers to {sending.domain} arrive somewhere.", found=tuple(found)
        )
    if not found and await lookup(sending.domain, "A"):
        return Finding(
            name="MX", verdict="warn", told=f"{sending.domain} has no MX record; answers go to its web server."
        )
    told = f"Nobody can answer to {sending.domain}; receivers distrust senders that cannot be answered."
    return Finding(name="MX", verdict="missing", told=told, found=tuple(found))


async def _return_path(sending: Sending, lookup: Lookup) -> Finding:
    domain = sending.return_domain
    if not is_aligned(domain, sending.domain):
        told = f"{domain} is not below {sending.domain}, so SPF does not count for DMARC. Use bounces.{sending.domain}."
        return Finding(name="Return path", verdict="wrong", told=told)
    found = await lookup(domain, "MX")
    if not found:
        is_own = sending.host and _included(sending.host) is None
        record = Record(type="MX", name=domain, value=f"10 {sending.host}") if is_own else None
        told = f"Bounces to {domain} have nowhere to go. It needs an MX record that leads to the server of its mailbox."
        return Finding(name="Return path", verdict="missing", told=told, record=record)
    return Finding(name="Return path", verdict="ok", told="Bounces arrive somewhere.", found=tuple(found))


async def _ptr(sending: Sending, lookup: Lookup) -> Finding:
    addresses = await lookup(sending.host, "A")
    if not addresses:
        return Finding(name="PTR", verdict="unknown", told=f"{sending.host} has no address that DNS knows.")
    for address in addresses:
        names = await lookup(address, "PTR")
        if not names:
            told = f"{address} has no name. Ask whoever rents you the server to set its PTR to {sending.host}."
            return Finding(
                name="PTR", verdict="missing", told=told, record=Record(type="PTR", name=address, value=sending.host)
            )
        back = [one for name in names for one in await lookup(name.rstrip("."), "A")]
        if address not in back:
            told = f"{address} is called {names[0].rstrip('.')}, but that name does not lead back to it."
            return Finding(name="PTR", verdict="wrong", told=told, found=tuple(names))
    return Finding(
        name="PTR", verdict="ok", told="The server's address and its name lead to each other.", found=tuple(addresses)
    )
