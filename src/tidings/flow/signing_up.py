"""Somebody fills in a form: nothing of theirs is overwritten, they are asked by mail, and what waited for their yes goes on."""

from __future__ import annotations

from typing import Any, Literal

import msgspec
from msgspec import Struct

from tidings.consent import service as consent, topics
from tidings.consent.models import ConsentState, Grant
from tidings.contacts import service as contacts
from tidings.contacts.models import Claim, Update
from tidings.events import service as events
from tidings.events.models import Happened
from tidings.flow.following import NEW
from tidings.flow.reactions import granted, react, release
from tidings.flow.setting import Setting
from tidings.forms import service as forms
from tidings.forms.models import Form
from tidings.journeys import service as journeys
from tidings.messages import service as messages
from tidings.messages.models import Asked
from tidings.runtime.clock import HOUR
from tidings.runtime.database import Tx

CONFIRMATION = "confirmation"
"""The source of mails that ask for a confirmation; no visitor's word is in them."""


class Visitor(Struct, frozen=True, kw_only=True):
    """Who sends, as far as the request tells: kept as proof."""

    ip: str = ""
    agent: str = ""
    language: str = "en"
    page: str = ""


class Asking(Struct, frozen=True, kw_only=True):
    """What a confirmation mail says, in the reader's language."""

    subject: str
    text: str
    button: str


def submit(
    tx: Tx, form: Form, values: dict[str, Any], visitor: Visitor, asking: Asking, setting: Setting, now: int
) -> Literal["asked", "signed_up", "taken"]:
    """A submission is an event; what it agrees to is pending until the mail is answered, or stands at once without one."""
    address = str(values["email"])
    settled = contacts.resolve(tx, [Claim(keys=[("email", address)], is_browser=True)], now)
    contact_id = settled.contacts[0]
    contacts.lock(tx, [contact_id])
    attributes = {"locale": visitor.language} | {name: value for name, value in values.items() if value != ""}
    tags = list(form.tags)
    changed = contacts.update(
        tx,
        [Update(contact_id=contact_id, attributes=attributes, add_tags=tags, is_browser=True)],
        now,
        f"form {form.form}",
    )
    outcome, grants = _consent(tx, form, contact_id, address, visitor, asking, setting, now)
    for one, paths in granted(tx, grants, setting, now).items():
        changed[one] = [*changed.get(one, []), *paths]
    for one in settled.made:
        changed.setdefault(one, []).insert(0, NEW)
    if form.list:
        changed.setdefault(contact_id, []).append(f"list:{contacts.list_titled(tx, form.list, now)}")
        contacts.join(tx, contacts.list_titled(tx, form.list, now), [contact_id], source=f"form {form.form}", now=now)
    _submitted(tx, form, contact_id, values, visitor, changed, setting, now)
    return outcome


def _submitted(
    tx: Tx,
    form: Form,
    contact_id: int,
    values: dict[str, Any],
    visitor: Visitor,
    changed: dict[int, list[str]],
    setting: Setting,
    now: int,
) -> None:
    properties = msgspec.json.encode({"form": form.form, "fields": values, "page": visitor.page})
    line = events.Line(
        contact_id=contact_id,
        name="Form Submitted",
        at=now,
        received_at=now,
        kind="form",
        message_id=None,
        properties=msgspec.Raw(properties),
        context=msgspec.Raw(b"{}"),
    )
    events.record(tx, [line])
    forms.submitted(tx, form.form, contact_id, now)
    happened = Happened(key=0, contact_id=contact_id, name=line.name, at=now, properties=properties.decode())
    react(tx, [happened], changed, journeys.live(tx, setting.live), setting, now)


def _consent(
    tx: Tx,
    form: Form,
    contact_id: int,
    address: str,
    visitor: Visitor,
    asking: Asking,
    setting: Setting,
    now: int,
) -> tuple[Literal["asked", "signed_up", "taken"], list[Grant]]:
    """What they agree to. Nothing is asked of whoever has agreed already, and nobody is told by the answer who is known here."""
    if not form.consent:
        return "taken", []
    topic = topics.find(tx, form.topic) if form.topic else None
    is_double = form.double_opt_in if form.double_opt_in is not None else topic.double_opt_in if topic else True
    stand = consent.standing(tx, [contact_id]).get(contact_id, [])
    if consent.verdict(stand, "email", form.topic, now).may:
        return ("asked" if is_double else "signed_up"), []
    wording = topic.title if topic else form.title
    proof = _grant(form, contact_id, visitor, wording, "pending" if is_double else "subscribed")
    if not is_double:
        return "signed_up", [proof]
    if not forms.may_ask(tx, address, now):
        return "asked", []
    number = forms.ask(tx, contact_id, address, [msgspec.to_builtins(proof)], form.form, now)
    _mail(tx, contact_id, address, number, asking, setting, now)
    has_left = any(row.state == "unsubscribed" and row.topic in ("", form.topic) for row in stand)
    return "asked", [] if has_left else [proof]  # whoever has left stays gone until they press the button


def _grant(form: Form, contact_id: int, visitor: Visitor, wording: str, state: ConsentState) -> Grant:
    return Grant(
        contact_id=contact_id,
        channel="email",
        topic=form.topic,
        state=state,
        basis="express",
        method="form",
        source=f"form {form.form}" + (f" on {visitor.page}" if visitor.page else ""),
        wording=wording[:500],
        ip=visitor.ip,
        agent=visitor.agent[:300],
    )


def _mail(tx: Tx, contact_id: int, address: str, number: int, asking: Asking, setting: Setting, now: int) -> None:
    """A fixed letter, in which only the button is for them."""
    document = {
        "template": CONFIRMATION,
        "channel": "email",
        "class": "transactional",
        "subject": asking.subject,
        "html": f'<p>{asking.text}</p>\n<p><a href="{{{{ confirm_url }}}}">{asking.button}</a></p>\n',
        "text": f"{asking.text}\n\n{{{{ confirm_url }}}}\n",
    }
    asked = Asked(
        contact_id=contact_id,
        source=CONFIRMATION,
        source_id=number,
        message_class="transactional",
        channel="email",
        body={"document": document, "confirmation": number},
        address=address,
        due_at=now,
        max_late=24 * HOUR,
    )
    messages.ask(tx, [asked], now, setting.ledger)


def confirmed(tx: Tx, number: int, visitor: Visitor, setting: Setting, now: int) -> bool:
    """The button was pressed: the address is theirs, what they agreed to stands, and what waited for it goes on. False when the
    link is over."""
    asked = forms.asked(tx, number, now)
    if asked is None:
        return False
    contact_id = contacts.survivors(tx, [asked.contact_id])[asked.contact_id]
    contacts.lock(tx, [contact_id])
    if not forms.answer(tx, number, now):
        return True
    grants = [
        msgspec.structs.replace(
            grant,
            contact_id=contact_id,
            state="subscribed",
            method="double_opt_in",
            ip=visitor.ip,
            agent=visitor.agent[:300],
        )
        for grant in msgspec.json.decode(asked.grants, type=list[Grant])
    ]
    contacts.update(tx, [Update(contact_id=contact_id)], now, "confirmed")
    changed = granted(tx, grants, setting, now)
    line = events.Line(
        contact_id=contact_id,
        name="Form Confirmed",
        at=now,
        received_at=now,
        kind="form",
        message_id=f"confirmed:{number}",
        properties=msgspec.Raw(msgspec.json.encode({"form": asked.form})),
        context=msgspec.Raw(b"{}"),
    )
    events.record(tx, [line])
    live = journeys.live(tx, setting.live)
    happened = Happened(key=0, contact_id=contact_id, name=line.name, at=now, properties=f'{{"form":"{asked.form}"}}')
    react(tx, [happened], changed, live, setting, now)
    release(tx, [contact_id], setting, now)
    return True
