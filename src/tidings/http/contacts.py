"""Contacts over HTTP."""

from __future__ import annotations

import contextlib
from collections.abc import Callable
from typing import Any

import msgspec
from litestar import Controller, get, patch, post, put
from litestar.params import FromPath, FromQuery, JSONBody
from msgspec import Struct

from tidings import flow
from tidings.consent import service as consent
from tidings.consent.models import Standing
from tidings.contacts import service as contacts
from tidings.contacts.addresses import email
from tidings.contacts.identity import Same
from tidings.contacts.models import Claim, Contact, Key, Update
from tidings.flow import people
from tidings.flow.standing_in import SegmentOf, segments_of
from tidings.http.paging import before, page
from tidings.http.served import AnyRequest, database, now, once, setting, shown, workspace
from tidings.http.shapes import gives, record, shape, wider
from tidings.http.whom import WANTED, Meant
from tidings.messages import tokens
from tidings.rules import finding
from tidings.runtime.database import Database, Tx
from tidings.runtime.errors import Invalid


class NewContact(Struct, kw_only=True, forbid_unknown_fields=True):
    """Somebody, by at least one identifier."""

    user_id: str = ""
    email: str = ""
    attributes: dict[str, Any] = msgspec.field(default_factory=dict)
    tags: list[str] = msgspec.field(default_factory=list)


class Edit(Struct, kw_only=True, forbid_unknown_fields=True):
    """What changes; an attribute that is null is taken away."""

    attributes: dict[str, Any] = msgspec.field(default_factory=dict)
    add_tags: list[str] = msgspec.field(default_factory=list)
    remove_tags: list[str] = msgspec.field(default_factory=list)


class Recognised(Struct, kw_only=True, forbid_unknown_fields=True):
    """What recognises somebody: user_id, email, or a kind of your own."""

    kind: str
    value: str


class Reached(Struct, kw_only=True, forbid_unknown_fields=True):
    """An address, as its channel writes it."""

    value: str


class Merge(Struct, kw_only=True, forbid_unknown_fields=True):
    """Who is the same person; with `preview`, nothing is written."""

    contact_id: int
    preview: bool = False


WHOLE = wider(
    Contact,
    "WholeContact",
    label=str,
    identifiers=list[record("Identifier", kind=str, value=str)],  # type: ignore[misc]
    addresses=dict[str, str],
    tags=list[str],
    lists=list[str],
    companies=list[shape(contacts.Membership)],  # type: ignore[misc]
    consent=list[shape(Standing)],  # type: ignore[misc]
    segments=list[shape(SegmentOf)],  # type: ignore[misc]
)


MERGED = record("Merged", winner=WHOLE, loser=WHOLE, merged=WHOLE, preview=bool)
PEOPLE = record(
    "PeoplePage",
    items=list[shape(people.PersonRow)],  # type: ignore[misc]
    next=str | None,
    total=int | None,
    is_exact=bool,
)
LONGEST = 2_000
"""Characters of an address; the subscription of a browser needs up to 1,800."""


class _Undone(Exception):
    """Ends a preview: what was tried is rolled back."""


def whole(tx: Tx, contact: Contact) -> dict[str, Any]:
    """A contact with identifiers, addresses, tags, lists, companies and consent."""
    found = shown(contact)
    found["label"] = contacts.labels(tx, [contact.id])[contact.id]
    found["identifiers"] = [{"kind": one.kind, "value": one.value} for one in contacts.identifiers_of(tx, [contact.id])]
    found["addresses"] = contacts.addresses_of(tx, [contact.id]).get(contact.id, {})
    found["tags"] = contacts.tags_of(tx, [contact.id]).get(contact.id, [])
    found["lists"] = contacts.lists_of(tx, [contact.id]).get(contact.id, [])
    found["companies"] = [shown(one) for one in contacts.companies_of(tx, [contact.id])]
    found["segments"] = [shown(one) for one in segments_of(tx, contact.id)]
    found["consent"] = [shown(row) for row in consent.standing(tx, [contact.id]).get(contact.id, [])]
    return found


class Contacts(Controller):
    """People: find, make, change, look at."""

    path = "/contacts"
    tags = ("contacts",)

    @get(responses=gives(PEOPLE), dependencies=WANTED)
    async def index(
        self,
        request: AnyRequest,
        wanted: Meant,
        sort: FromQuery[finding.Order] = "newest",
        cursor: FromQuery[str] = "",
        limit: FromQuery[int] = 50,
    ) -> dict[str, Any]:
        """People whom the filters find (names are looked for among the newest 20,000 contacts). `sort`: `newest` or `changed`.
        Without a cursor, `total` counts them: exactly up to 10,000."""
        limit, at = max(1, min(limit, 200)), now(request)

        def unit(tx: Tx) -> dict[str, Any]:
            rule = people.rule_of(tx, wanted)
            rows, last = people.found(tx, rule, at, order=sort, before=before(cursor), limit=limit)
            total, is_exact = (None, True) if cursor else finding.count(tx, rule, at)
            return page([shown(row) for row in rows], limit, last) | {"total": total, "is_exact": is_exact}

        return await database(request).read(unit)

    @post(responses=gives(WHOLE, 201))
    async def create(self, request: AnyRequest, data: JSONBody[NewContact]) -> dict[str, Any]:
        """Make somebody, or find them by these identifiers and write what is new."""
        at, keys = now(request), list[Key]()
        if data.user_id:
            keys.append(("user_id", data.user_id))
        if data.email:
            address = email(data.email)
            if address is None:
                raise Invalid.at("email", f"{data.email!r} is not an email address.")
            keys.append(("email", address))
        if not keys:
            raise Invalid.at("user_id", "is missing, and so is email.", "A contact needs one of them.")
        traits = data.attributes | ({"email": data.email} if data.email else {})

        def unit(tx: Tx) -> dict[str, Any]:
            contact_id = flow.known(tx, Claim(keys=keys), setting(request), at, cause="api")
            change = Update(contact_id=contact_id, attributes=traits, add_tags=data.tags)
            flow.changed(tx, [change], setting(request), at, cause="api")
            return whole(tx, contacts.get(tx, contact_id))

        return await once(request, unit)

    @get("/{contact_id:int}", responses=gives(WHOLE))
    async def show(self, request: AnyRequest, contact_id: FromPath[int]) -> dict[str, Any]:
        """One contact; whoever was merged answers with whom they were merged into."""
        return await database(request).read(lambda tx: whole(tx, contacts.get(tx, contact_id)))

    @patch("/{contact_id:int}", responses=gives(WHOLE))
    async def edit(self, request: AnyRequest, contact_id: FromPath[int], data: JSONBody[Edit]) -> dict[str, Any]:
        """Change attributes and tags; exits that this fulfils happen at once."""
        at = now(request)

        def unit(tx: Tx) -> dict[str, Any]:
            contact = contacts.get(tx, contact_id)
            change = Update(
                contact_id=contact.id, attributes=data.attributes, add_tags=data.add_tags, remove_tags=data.remove_tags
            )
            flow.changed(tx, [change], setting(request), at, cause="api")
            return whole(tx, contacts.get(tx, contact.id))

        found = await database(request).write(unit)
        workspace(request).timers.ring()
        return found

    @post("/{contact_id:int}/merge", status_code=200, responses=gives(MERGED))
    async def merge(self, request: AnyRequest, contact_id: FromPath[int], data: JSONBody[Merge]) -> dict[str, Any]:
        """Another contact is the same person and becomes part of this one: the stricter consent wins, runs and unsent
        messages move, sent messages and events keep their id and are read through this one. `preview` shows both sides and
        what would come of it."""
        at, actor = now(request), request.state["actor"].name

        def unit(tx: Tx) -> dict[str, Any]:
            winner, loser = contacts.get(tx, contact_id), contacts.get(tx, data.contact_id)
            if winner.id == loser.id:
                raise Invalid.at("contact_id", "is the same contact already.")
            sides = {"winner": whole(tx, winner), "loser": whole(tx, loser)}
            flow.merge(tx, Same(winner.id, loser.id), setting(request), at, cause=f"by {actor}")
            return sides | {"merged": whole(tx, contacts.get(tx, winner.id)), "preview": data.preview}

        if data.preview:
            return await _tried(database(request), unit)
        found = await once(request, unit)
        workspace(request).timers.ring()
        return found

    @put("/{contact_id:int}/addresses/{kind:str}", responses=gives(WHOLE))
    async def reach(
        self, request: AnyRequest, contact_id: FromPath[int], kind: FromPath[str], data: JSONBody[Reached]
    ) -> dict[str, Any]:
        """Where a channel of your own reaches them; email and phone follow the attributes of these names."""
        if kind in ("email", "phone"):
            raise Invalid.at("kind", f"{kind} follows the attribute {kind}.", "Change the attribute.")
        at, value = now(request), data.value.strip()
        if not value or len(value) > LONGEST or not value.isprintable():
            raise Invalid.at("value", "is not an address.", f"It has between 1 and {LONGEST} printable characters.")

        def unit(tx: Tx) -> dict[str, Any]:
            contact = contacts.get(tx, contact_id)
            contacts.lock(tx, [contact.id])
            flow.reached(tx, contact.id, kind, value, setting(request), at)
            return whole(tx, contact)

        return await database(request).write(unit)

    @put("/{contact_id:int}/identifiers", responses=gives(WHOLE))
    async def identify(
        self, request: AnyRequest, contact_id: FromPath[int], data: JSONBody[Recognised]
    ) -> dict[str, Any]:
        """They are recognised by this from now on; 409 where it recognises somebody else, who may be joined with them."""
        return await self._recognised(request, contact_id, data, contacts.identify)

    @post("/{contact_id:int}/identifiers/remove", status_code=200, responses=gives(WHOLE))
    async def unidentify(
        self, request: AnyRequest, contact_id: FromPath[int], data: JSONBody[Recognised]
    ) -> dict[str, Any]:
        """They are not recognised by this any more; the last one stays."""
        return await self._recognised(request, contact_id, data, contacts.unidentify)

    async def _recognised(
        self, request: AnyRequest, contact_id: int, data: Recognised, deed: Callable[..., None]
    ) -> dict[str, Any]:
        at, actor, key = now(request), request.state["actor"].name, contacts.canonical(data.kind, data.value)

        def unit(tx: Tx) -> dict[str, Any]:
            contact = contacts.get(tx, contact_id)
            contacts.lock(tx, [contact.id])
            deed(tx, contact.id, key, at, f"by {actor}")
            return whole(tx, contact)

        return await database(request).write(unit)

    @get("/{contact_id:int}/link", responses=gives(record("LinkToken", token=str)))
    async def link(self, request: AnyRequest, contact_id: FromPath[int]) -> dict[str, str]:
        """A token that binds an address to this contact when a channel brings it back (a Telegram deep link)."""
        contact = await database(request).read(lambda tx: contacts.get(tx, contact_id))
        return {"token": tokens.make(workspace(request).secret, "link", contact.id)}


async def _tried(store: Database, unit: Callable[[Tx], dict[str, Any]]) -> dict[str, Any]:
    """What a unit would answer; it is run and rolled back, so that a preview cannot differ from the deed."""
    seen = list[dict[str, Any]]()

    def attempt(tx: Tx) -> None:
        seen[:] = [unit(tx)]
        raise _Undone

    with contextlib.suppress(_Undone):
        await store.write(attempt)
    return seen[0]
