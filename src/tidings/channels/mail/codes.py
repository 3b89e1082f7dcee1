"""Why an email was refused, by the words, the enhanced code (RFC 3463) and the reply code together; a digit alone says little.

Of the bounces that a mail system calls permanent, only about a third are of addresses that do not exist, so a 5 is never
enough to give an address up: words win over codes, and what stays doubtful is `none`.
"""

from __future__ import annotations

import re
from typing import Literal

from msgspec import Struct

from tidings.channels.structs import Why

Class = Literal["hard", "soft", "block", "none"]

WHY: dict[Class, Why | None] = {
    "hard": Why.ADDRESS_INVALID,
    "soft": Why.RECIPIENT_TEMPORARY,
    "block": Why.CONTENT_REFUSED,
    "none": None,
}
"""What the core does about each."""
_ENHANCED = re.compile(r"(?<![\d.])([245])\.(\d{1,3})\.(\d{1,3})(?![\d.]*\d)")
_REPLY = re.compile(r"(?<![\d.])([245]\d\d)(?=[ \-#:;]|$)")
_HARD = {(1, 1), (1, 2), (1, 3), (1, 6), (1, 10)}


def _words(*families: str) -> re.Pattern[str]:
    return re.compile("|".join(families), re.IGNORECASE)


NOBODY = _words(
    r"user( is)? unknown",
    r"unknown (user|recipient|mailbox|address|local[ -]?part|account)",
    r"(no|not a|isn't a) (such|valid|known) (local )?(user|recipient|mailbox|mail ?box|address|person|account|name)",
    r"does( not|n't) exist",
    r"(mailbox|recipient|address|account|user)( name)?( was| is)?( not|n't) (be )?(found|known|listed in|exist)",
    r"(mailbox|recipient|user|account|address) ?(<[^>]*>|\S+@\S+)? (was |is |could )?not (be )?(found|known|exist)",
    r"(invalid|bad|illegal|non-?existent) (final )?(mailbox|recipient|user|address|destination mailbox)",
    r"(address|recipient)( is)? (invalid|unknown)",
    r"no mailbox (here )?by that name",
    r"(does(n't| not)|did not) have an? \S* ?account",
    r"(not|no) (a )?(valid|existing|known) (mailbox|recipient|user|address)",
    r"(user|account|mailbox|recipient|addressee)[^.\n]{0,40} (has been |was |is )?(closed|deleted|terminated|removed|disabled permanently)",
    r"no longer (valid|exists|with us|available|in use|active|an? active)",
    r"no account (by|with) that name",
    r"mailbox unavailable or not local",
    r"recipient address rejected: (user|undeliverable|recipient)",
    r"address rejected: undeliverable",
    r"unrouteable address",
    r"(could|can) ?not (be )?(find|found) (user|name|mailbox|the recipient)",
    r"there is no (user|mailbox|account|one) (by|with|here)|invalid final delivery userid|"
    r"does not have a final email delivery point|n'existe",
    r"couldn't find (any|a) \S*",
    r"not listed in (the )?(domino|name|public)",
    r"name not recognized|user not known|nobody here by that|kein benutzer|unbekannter (benutzer|empf)|inconnu",
)
NOWHERE = _words(
    r"host( or domain)?( name)? not found(?!.{0,40}try again)",
    r"domain (name )?(does not|doesn't) exist",
    r"no such domain|unknown (mail )?(host|domain)|host unknown|name or service not known|nxdomain|null ?mx",
    r"couldn't find any host named|bad destination (host|system)|(does not|doesn't) accept (e-?)?mail|illegal host",
)
_FULL = _words(
    r"(mail)?box[^.\n]{0,40} full|over ?quota|(over|exceed(s|ed|ing)?)[^.\n]{0,30} (quota|storage)|"
    r"quota[^.\n]{0,20} exceed|out of storage",
    r"quota (violation|limit)|(folder|box) is full|space not enough|"
    r"(insufficient|not enough) (system |disk )?(storage|space)|too many messages (on|in)|"
    r"storage[^.\n]{0,20} exceeded|disk full|full mailbox",
)
_GREY = _words(r"gr[ae]y-?list", r"try( again)? later", r"please (re)?try", r"temporar(y|ily)", r"deferred")
_GONE_QUIET = _words(
    r"(account|mailbox|user|recipient)[^.\n]{0,60} "
    r"(is |has been |was )?(disabled|suspended|inactive|deactivated|blocked from receiving|locked|expired)",
    r"(disabled|inactive|suspended|dormant) (account|mailbox|user|recipient)",
    r"not (an )?active|has not logged",
)
_EXPIRED = _words(
    r"failed \d+ attempts|retry time ?-?out|expired|maximum (queue )?(life)?time|queue too long|too old|"
    r"(given|giving) up|delivery time",
    r"(could|can) ?not be delivered (for|within|after)|not (be )?deliver(ed|y)? (for|within) \d|"
    r"undelivered (for|after)|has been in the (mail )?queue",
)
_NETWORK = _words(
    r"tim(ed|e) ?-?out|connection (refused|reset|lost|dropped|closed|failed)|no route|unreachable|network|"
    r"name ?serv(er|ice)|try again|cannot connect",
    r"could not connect|unable to connect|lost connection|could(n't| not) (be )?(establish|reach)|"
    r"too many hops|loop|not responding|dns",
    r"(i/o|read|write|system|internal|server|resources?) (error|failure|down)|configuration error|"
    r"delivery failed after",
)
_RATE = _words(
    r"rate[ -]?limit|(sending|message|mail|hourly|daily) rate|"
    r"too many (messages|recipients|mails|emails|connections|sessions|errors)|throttl",
    r"limit (was |has been )?exceeded|exceeded[^.\n]{0,20} limit|unusual (rate|amount)|too fast",
)
_REPUTATION = _words(
    r"spamhaus|spamcop|barracuda|sorbs|surbl|uribl|dnsbl|rbl\b|(black|block|deny)[ -]?list|"
    r"listed (by|at|in|on)|reputation|poor score",
    r"(ip|host|sender|client|address|server|site)[^.\n]{0,40} (is |was |has been )?(blocked|banned|denied|refused|rejected by)|"
    r"blocked (by|using|for|from)",
    r"(mail|messages?|access|connection|sender)[^.\n]{0,30} (not accepted|denied|refused|rejected) from|not welcome",
)
_IDENTITY = _words(
    r"\bspf\b|\bdkim\b|\bdmarc\b|\bptr\b|reverse dns|unauthenticated|authenticat|does not resolve|sender verif|"
    r"tls (is )?required|starttls first",
)
_CONTENT = _words(
    r"spam|junk|virus|malware|phish|content|suspicious|attachment|bulk mail|unsolicited|"
    r"message (was )?(rejected|refused|filtered)|filter",
)
_SIZE = _words(r"too (large|big)|(message|size)[^.\n]{0,30} exceed|exceed[^.\n]{0,20} (size|maximum)|size limit")
_POLICY = _words(
    r"polic(y|ies)|prohibited|restricted|not (permitted|allowed|authori[sz]ed)|access denied|relay|"
    r"administratively|permission|challenge",
)
_FAMILIES: tuple[tuple[re.Pattern[str], Class, str], ...] = (
    (NOBODY, "hard", "no_mailbox"),
    (_FULL, "soft", "mailbox_full"),
    (NOWHERE, "hard", "no_domain"),
    (_IDENTITY, "block", "authentication"),
    (_REPUTATION, "block", "reputation"),
    (_GREY, "soft", "later"),
    (_RATE, "block", "rate"),
    (_SIZE, "block", "too_large"),
    (_CONTENT, "block", "content"),
    (_EXPIRED, "soft", "expired"),
    (_GONE_QUIET, "soft", "disabled"),
    (_POLICY, "block", "policy"),
    (_NETWORK, "soft", "network"),
)
_BY_CODE: dict[int, tuple[Class, str]] = {
    3: ("soft", "system"),
    4: ("soft", "network"),
    6: ("block", "content"),
    7: ("block", "policy"),
}


class Verdict(Struct, frozen=True, kw_only=True):
    """What a refusal means for the address: `hard` gives it up, `soft` counts, `block` is about the sender, `none` is unknown."""

    kind: Class
    reason: str
    """no_mailbox, no_domain, mailbox_full, disabled, later, expired, network, system, reputation, authentication, rate, too_large,
    content, policy, temporary or unknown."""
    status: str
    """The enhanced code, where one was given."""


def enhanced(text: str) -> tuple[int, int, int] | None:
    """The first enhanced code of a text that says more than that something failed, else the first."""
    found = [(int(one[1]), int(one[2]), int(one[3])) for one in _ENHANCED.finditer(text)]
    telling = [code for code in found if code[1:] not in ((0, 0), (5, 0))]
    return (telling or found or [None])[0]  # type: ignore[list-item]


def classify(text: str, *, status: str = "", code: int = 0) -> Verdict:
    """What a refusal means. `text`: the words of whoever refused; `status`: an enhanced code told apart; `code`: the reply's."""
    text = " ".join(text[:4_000].split())
    found = enhanced(text) or enhanced(status)
    told = ".".join(map(str, found)) if found else ""
    if not code and (reply := _REPLY.search(text)):
        code = int(reply[1])
    is_temporary = found[0] == 4 if found else 400 <= code < 500
    for family, kind, reason in _FAMILIES:
        if family.search(text):
            if kind == "hard" and (is_temporary or (found is not None and found[1] == 7 and _BLOCKS.search(text))):
                continue
            if kind == "block" and is_temporary and reason != "rate":
                return Verdict(kind="soft", reason=reason, status=told)
            return Verdict(kind=kind, reason=reason, status=told)
    if is_temporary:
        return Verdict(kind="soft", reason="temporary", status=told)
    kind, reason = _by_code(found, code)
    return Verdict(kind=kind, reason=reason, status=told)


_BLOCKS = re.compile("|".join(family.pattern for family in (_REPUTATION, _IDENTITY)), re.IGNORECASE)


def _by_code(found: tuple[int, int, int] | None, code: int) -> tuple[Class, str]:
    """Where words say nothing."""
    if found is not None:
        if found[1:] in _HARD:
            return "hard", "no_domain" if found[2] in (2, 10) else "no_mailbox"
        if found[1] == 2:
            return "soft", "mailbox_full" if found[2] == 2 else "disabled"
        return _BY_CODE.get(found[1], ("none", "unknown"))
    return ("block", "policy") if code == 554 else ("none", "unknown")
