"""Whether everything is there that a first campaign needs: what is, what is not, and what to do about it."""

from __future__ import annotations

import ipaddress
from typing import Literal
from urllib.parse import urlsplit

from msgspec import Struct

from tidings.analytics import service as analytics
from tidings.channels import service as channels
from tidings.channels.egress import is_public
from tidings.channels.service import Account
from tidings.consent import service as consent, topics
from tidings.runtime.database import Tx
from tidings.templates import service as templates

ReadyState = Literal["ready", "attention", "missing"]
_READY: ReadyState = "ready"


class ReadyPart(Struct, frozen=True, kw_only=True):
    """One thing that sending needs; `to` is the screen where it is mended."""

    name: str
    state: ReadyState
    title: str
    told: str
    to: str


class Stock(Struct, frozen=True, kw_only=True):
    """What a workspace has, as far as sending goes."""

    senders: list[Account]
    """Those that reach people: without the sandbox and webhooks."""
    tested: list[str]
    has_address: bool
    topics: int
    templates: int
    people: int
    mailable: int
    """People who agreed to something by email; they may be suppressed all the same."""


class Domain(Struct, frozen=True, kw_only=True):
    """A domain that we send from, and what receivers miss of it; empty: nothing."""

    name: str
    problem: str


class Surroundings(Struct, frozen=True, kw_only=True):
    """What the store does not know: the address of the server, what became of a look at it, and the loops."""

    address: str
    problem: str | None
    """Why the address could not be fetched; empty: it was. None: nobody looked."""
    domains: list[Domain]
    stuck: list[str]
    late: float
    is_working: bool


def stock(tx: Tx, now: int) -> Stock:
    """Read it."""
    accounts, tested = channels.accounts(tx), analytics.tested(tx)
    own = [one for one in accounts if one.plugin != channels.SANDBOX and one.channel != "webhook"]
    agreed = [one for one in consent.counts(tx, now) if one.channel == "email" and one.state == "subscribed"]
    return Stock(
        senders=own,
        tested=[one.name for one in own if one.id in tested],
        has_address=bool(templates.brand(tx).address.strip()),
        topics=len(topics.all_topics(tx)),
        templates=len(templates.live(tx)),
        people=analytics.people(tx),
        mailable=max((one.count for one in agreed), default=0),
    )


def parts(have: Stock, around: Surroundings) -> list[ReadyPart]:
    """Everything in the order in which somebody would see to it."""
    return [
        _address(around),
        *_senders(have),
        *(_domain(one) for one in around.domains if have.senders),
        _part(
            "postal_address",
            have.has_address,
            "Your postal address",
            "It stands below every letter.",
            "Letters and pages carry no postal address; the law of many countries asks for one.",
            "/brand",
        ),
        _part(
            "topic",
            have.topics > 0,
            "A topic",
            f"{_many(have.topics, 'topic')} to agree to, and to leave.",
            "Without a topic people can only take or leave everything. Describe what you write about.",
            "/topics",
        ),
        _part(
            "people",
            have.people > 0,
            "People",
            f"{_many(have.people, 'contact')}.",
            "Nobody is here yet. Bring a file, or put a form on your site.",
            "/imports",
        ),
        _consent(have),
        _part(
            "letter",
            have.templates > 0,
            "Something to send",
            f"{_many(have.templates, 'template')} live.",
            "No template is live. Start from one of the stock, and change its words.",
            "/templates",
        ),
        _work(around),
    ]


def _many(count: int, what: str) -> str:
    return f"{count:,} {what}" + ("" if count == 1 else "s")


def _part(name: str, is_there: bool, title: str, there: str, missing: str, to: str) -> ReadyPart:
    state: ReadyState = "ready" if is_there else "missing"
    return ReadyPart(name=name, state=state, title=title, told=there if is_there else missing, to=to)


def is_local(address: str) -> bool:
    """Whether only this machine or its own network reaches the address."""
    host = urlsplit(address).hostname or ""
    try:
        return not is_public(str(ipaddress.ip_address(host)))
    except ValueError:
        return "." not in host or host.endswith((".local", ".internal", ".localhost"))


def _address(around: Surroundings) -> ReadyPart:
    where, state = around.address, _READY
    told = f"Links point to {where}."
    if is_local(where):
        state = "missing"
        told = f"Links point to {where}, which nobody outside reaches. Set the public address, or TIDINGS_PUBLIC_URL."
    elif not where.startswith("https://"):
        state = "attention"
        told = f"Links point to {where} without https: browsers warn of forms, and mailboxes trust such links less."
    elif around.problem:
        state = "attention"
        told = f"{where}: {around.problem}"
    elif around.problem is not None:
        told = f"{where} leads here."
    return ReadyPart(name="public_address", state=state, title="A public address", told=told, to="/workspace")


def _senders(have: Stock) -> list[ReadyPart]:
    to = "/channels"
    if not have.senders:
        told = "Only the sandbox is there, from which nothing leaves. Connect a mail server or a provider."
        return [ReadyPart(name="sender", state="missing", title="A sender", told=told, to=to)]
    resting = [one for one in have.senders if one.state != "active"]
    names = ", ".join(one.name for one in have.senders)
    if resting:
        why = resting[0].state_reason or "it was paused."
        told = f"{resting[0].name} rests: {why}"
        sender = ReadyPart(name="sender", state="attention", title="A sender", told=told, to=f"{to}/{resting[0].name}")
    else:
        sender = ReadyPart(name="sender", state="ready", title="A sender", told=f"Connected: {names}.", to=to)
    tested = _part(
        "test",
        bool(have.tested),
        "A test that arrived",
        f"A test left by {', '.join(have.tested)}. Look whether it reached the inbox, and not the spam.",
        "No test has left by your sender. Open a template and send one to yourself.",
        "/templates",
    )
    return [sender, tested]


def _domain(one: Domain) -> ReadyPart:
    state: ReadyState = "attention" if one.problem else "ready"
    told = one.problem or "Receivers find what they look for: SPF, DKIM and DMARC."
    title = f"The domain {one.name}"
    return ReadyPart(name=f"domain:{one.name}", state=state, title=title, told=told, to=f"/channels/domains/{one.name}")


def _consent(have: Stock) -> ReadyPart:
    state: ReadyState = "ready" if have.mailable else "missing"
    told = (
        f"{_many(have.mailable, 'person').replace('persons', 'people')} of {have.people:,} agreed to a topic by email."
    )
    if not have.mailable:
        told = "Nobody has agreed to anything by email, so a campaign reaches nobody. Import consent with its proof, or use a form."
    elif have.people >= 20 and have.mailable * 10 < have.people:
        state, told = "attention", f"Only {told[0].lower()}{told[1:]} A campaign reaches no one else."
    return ReadyPart(name="consent", state=state, title="Consent", told=told, to="/forms")


def _work(around: Surroundings) -> ReadyPart:
    if around.is_working and not around.stuck and around.late < 60:
        return ReadyPart(
            name="work", state="ready", title="The machine at work", told="Timers and senders turn.", to="/system"
        )
    why = (
        f"these do not turn: {', '.join(around.stuck)}"
        if around.stuck
        else f"the oldest step waits {around.late:.0f} s"
    )
    if not around.is_working:
        why = "this process only answers; another must work"
    return ReadyPart(
        name="work", state="attention", title="The machine at work", told=f"It is late: {why}.", to="/system"
    )
