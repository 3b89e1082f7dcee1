"""A test: one message to somebody who wants to see how it looks. It goes through the ledger like any other, as what the
person asked for (no consent is needed, a suppressed address still is), and counts nowhere.
"""

from __future__ import annotations

from typing import Any

import msgspec
from msgspec import Struct

from tidings.channels import service as channels
from tidings.contacts import addresses, service as contacts
from tidings.contacts.models import Claim
from tidings.flow.reactions import known
from tidings.flow.setting import Setting
from tidings.messages import service as messages
from tidings.messages.models import TEST, Asked
from tidings.runtime.clock import HOUR
from tidings.runtime.database import Tx
from tidings.runtime.errors import Invalid
from tidings.templates.models import TemplateDocument


class Test(Struct, frozen=True, kw_only=True):
    """What is sent, to which address, and as whom it is read; without an address, to whom it is read as."""

    __test__ = False
    document: TemplateDocument
    to: str = ""
    contact_id: int = 0
    account: str = ""
    event: dict[str, Any] = msgspec.field(default_factory=dict)


def send_test(tx: Tx, test: Test, setting: Setting, now: int) -> int:
    """Ask for the message; its id. Links are not counted, and opens and clicks are nobody's."""
    channel = test.document.channel
    if test.account:
        channels.find(tx, test.account)
    reader = contacts.get(tx, test.contact_id) if test.contact_id else None
    kind = messages.address_kind(channel)
    address = _address(kind, test.to)
    if not address and reader is None:
        raise Invalid.at("to", "is missing, and so is contact_id.", "Say to which address it goes.")
    receiver = (
        _receiver(tx, kind, address, reader.id if reader else 0, setting, now)
        if address
        else reader.id
        if reader
        else 0
    )
    body: dict[str, Any] = {"document": msgspec.to_builtins(test.document), "event": test.event}
    if reader is not None:
        body["contact"] = msgspec.json.decode(reader.attributes)
    (number,) = tx.new_ids("message", 1)
    asked = Asked(
        contact_id=receiver,
        source=TEST,
        source_id=number,
        step=test.document.template,
        message_class="transactional",
        channel=channel,
        account=test.account,
        topic=test.document.topic,
        body=body,
        address=address,
        due_at=now,
        max_late=HOUR,
    )
    (message_id,) = messages.ask(tx, [asked], now, setting.ledger).values()
    return message_id


def _address(kind: str, written: str) -> str:
    """An address as its channel keeps it; empty when none was given."""
    if not written.strip():
        return ""
    forms = {"email": addresses.email, "phone": addresses.phone}
    found = forms[kind](written) if kind in forms else written.strip()
    if found is None:
        raise Invalid.at("to", f"{written!r} is not an address for this channel.")
    return found


def _receiver(tx: Tx, kind: str, address: str, reader_id: int, setting: Setting, now: int) -> int:
    """Whose address it is; an email address that nobody has makes a contact, so that what they do is theirs."""
    if holders := contacts.holders(tx, kind, address):
        return reader_id if reader_id in holders else holders[0]
    if kind == "email":
        return known(tx, Claim(keys=[("email", address)]), setting, now, cause="test")
    if reader_id:
        return reader_id
    raise Invalid.at("contact_id", "is missing, and nobody here has this address.", "Say as whom it is read.")
