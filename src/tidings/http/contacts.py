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
from tidings.consent.models import ConsentState, Grant, Standing
from tidings.contacts import service as contacts
from tidings.contacts.addresses import email
from tidings.contacts.identity import Same
from tidings.contacts.models import Claim, Contact, Key, Update
from tidings.events import service as events
from tidings.http.paging import LAST, before, cursor_of, numbers, page
from tidings.http.served import AnyRequest, database, now, once, setting, shown, workspace
from tidings.http.shapes import gives, pages, record, shape, wider
from tidings.messages import service as messages, tokens
from tidings.runtime.database import Database, Tx
from tidings.runtime.errors import Invalid
from tidings.runtime.ids import from_iso


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


class ConsentIn(Struct, kw_only=True, forbid_unknown_fields=True):
    """A change of consent with its proof; `topic` empty is the whole channel."""

    channel: str
    state: ConsentState
    topic: str = ""
    basis: str = ""
    source: str = ""
    wording: str = ""
    expires_at: str | None = None


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
    identifiers=list[record("Identifier", kind=str, value=str)],  # type: ignore[misc]
    addresses=dict[str, str],
    tags=list[str],
    consent=list[shape(Standing)],  # type: ignore[misc]
)


LONGEST = 2_000
"""Characters of an address; the subscription of a browser needs up to 1,800."""


class _Undone(Exception):
    """Ends a preview: what was tried is rolled back."""


def whole(tx: Tx, contact: Contact) -> dict[str, Any]:
    """A contact with identifiers, addresses, tags and consent."""
    found = shown(contact)
    found["identifiers"] = [{"kind": one.kind, "value": one.value} for one in contacts.identifiers_of(tx, [contact.id])]
    found["addresses"] = contacts.addresses_of(tx, [contact.id]).get(contact.id, {})
    found["tags"] = contacts.tags_of(tx, [contact.id]).get(contact.id, [])
    found["consent"] = [shown(row) for row in consent.standing(tx, [contact.id]).get(contact.id, [])]
    return found


def told(found: flow.Explanation) -> dict[str, Any]:
    """An explanation as people expect it."""
    return {
        "contact": shown(found.contact),
        "runs": [
            shown(one.run) | {"journey": one.journey, "decisions": [shown(d) for d in one.decisions]}
            for one in found.runs
        ],
        "refused": [
            shown(one.refusal) | {"journey": one.journey, "audience": msgspec.to_builtins(one.audience)}
            for one in found.refused
        ],
        "messages": [shown(one.message) | {"decisions": [shown(d) for d in one.decisions]} for one in found.messages],
    }


class Contacts(Controller):
    """People: find, make, change, look at."""

    path = "/contacts"
    tags = ("contacts",)

    @get(responses=pages(shape(Contact)))
    async def index(
        self, request: AnyRequest, q: FromQuery[str] = "", cursor: FromQuery[str] = "", limit: FromQuery[int] = 50
    ) -> dict[str, Any]:
        """Newest first; `q` finds those with an identifier that begins with it."""
        limit = max(1, min(limit, 200))
        rows = await database(request).read(lambda tx: contacts.page(tx, before=before(cursor)[1], limit=limit, text=q))
        return page([shown(row) for row in rows], limit, (0, rows[-1].id if rows else 0))

    @post()
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
            contact_id = flow.known(tx, Claim(keys=keys), at, cause="api")
            change = Update(contact_id=contact_id, attributes=traits, add_tags=data.tags)
            flow.changed(tx, [change], setting(request), at, cause="api")
            return whole(tx, contacts.get(tx, contact_id))

        return await once(request, unit)

    @get("/{contact_id:int}", responses=gives(WHOLE))
    async def show(self, request: AnyRequest, contact_id: FromPath[int]) -> dict[str, Any]:
        """One contact; whoever was merged answers with whom they were merged into."""
        return await database(request).read(lambda tx: whole(tx, contacts.get(tx, contact_id)))

    @patch("/{contact_id:int}")
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

    @post("/{contact_id:int}/merge", status_code=200)
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
            flow.merge(tx, Same(winner.id, loser.id), at, cause=f"by {actor}")
            return sides | {"merged": whole(tx, contacts.get(tx, winner.id)), "preview": data.preview}

        if data.preview:
            return await _tried(database(request), unit)
        found = await once(request, unit)
        workspace(request).timers.ring()
        return found

    @get("/{contact_id:int}/consent")
    async def consent(self, request: AnyRequest, contact_id: FromPath[int]) -> dict[str, Any]:
        """Consent as it stands, and the ledger that it comes from."""

        def unit(tx: Tx) -> dict[str, Any]:
            contact = contacts.get(tx, contact_id)
            states = [shown(row) for row in consent.standing(tx, [contact.id]).get(contact.id, [])]
            return {"states": states, "records": [shown(row) for row in consent.records_of(tx, [contact.id])]}

        return await database(request).read(unit)

    @put("/{contact_id:int}/consent")
    async def give(self, request: AnyRequest, contact_id: FromPath[int], data: JSONBody[ConsentIn]) -> dict[str, Any]:
        """Record consent or its withdrawal; a withdrawal cancels what has not left, before this answers."""
        at, actor, here = now(request), request.state["actor"].name, setting(request)
        expires = None if data.expires_at is None else from_iso(data.expires_at, "expires_at")

        def unit(tx: Tx) -> None:
            contact = contacts.get(tx, contact_id)
            given = msgspec.structs.asdict(data) | {"expires_at": expires}
            flow.consented(tx, [Grant(contact_id=contact.id, method="api", actor=actor, **given)], here, at)

        await database(request).write(unit)
        workspace(request).timers.ring()
        return await self.consent.fn(self, request, contact_id)  # type: ignore[no-any-return]

    @put("/{contact_id:int}/addresses/{kind:str}")
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
            contacts.reach(tx, contact.id, kind, value, at)
            return whole(tx, contact)

        return await database(request).write(unit)

    @get("/{contact_id:int}/link")
    async def link(self, request: AnyRequest, contact_id: FromPath[int]) -> dict[str, str]:
        """A token that binds an address to this contact when a channel brings it back (a Telegram deep link)."""
        contact = await database(request).read(lambda tx: contacts.get(tx, contact_id))
        return {"token": tokens.make(workspace(request).secret, "link", contact.id)}

    @get("/{contact_id:int}/timeline")
    async def timeline(
        self, request: AnyRequest, contact_id: FromPath[int], cursor: FromQuery[str] = "", limit: FromQuery[int] = 50
    ) -> dict[str, Any]:
        """Events, changes and messages of a contact, newest first."""
        limit = max(1, min(limit, 200))
        place = _before_in_timeline(cursor)
        rows = await database(request).read(lambda tx: _timeline(tx, contact_id, place, limit))
        items = [{"type": TIMELINE[rank], **shown(row)} for _, rank, _, row in rows]
        return {"items": items, "next": cursor_of(*rows[-1][:3]) if len(rows) >= limit else None}

    @get("/{contact_id:int}/explain")
    async def explain(
        self, request: AnyRequest, contact_id: FromPath[int], journey: FromQuery[str] = ""
    ) -> dict[str, Any]:
        """Why they did, or did not, get their messages: runs, refusals and messages with what was decided and why; of one
        journey where it is named."""
        at, live = now(request), setting(request).live
        return told(await database(request).read(lambda tx: flow.explained(tx, contact_id, live, at, journey=journey)))


async def _tried(store: Database, unit: Callable[[Tx], dict[str, Any]]) -> dict[str, Any]:
    """What a unit would answer; it is run and rolled back, so that a preview cannot differ from the deed."""
    seen = list[dict[str, Any]]()

    def attempt(tx: Tx) -> None:
        seen[:] = [unit(tx)]
        raise _Undone

    with contextlib.suppress(_Undone):
        await store.write(attempt)
    return seen[0]


TIMELINE = ("change", "event", "message")
"""What a timeline is made of; in this order where things share an instant, so that pages neither skip nor repeat."""
Place = tuple[int, int, int]
"""Where a page of a timeline begins: instant, rank of the kind, id; all that is before (older, or of lower rank)."""


def _before_in_timeline(cursor: str) -> Place:
    at, rank, number = numbers(cursor, 3) if cursor else (LAST, len(TIMELINE), 0)
    return at, rank, number


def _timeline(tx: Tx, contact_id: int, place: Place, limit: int) -> list[tuple[int, int, int, Struct]]:
    ids, (at, from_rank, number) = contacts.with_aliases(tx, contacts.get(tx, contact_id).id), place

    def edge(rank: int) -> dict[str, Any]:
        before_id = number if rank == from_rank else LAST if rank < from_rank else 0
        return {"before": at, "before_id": before_id, "limit": limit}

    rows = [(row.at, 0, row.id, row) for row in contacts.changes_of(tx, ids, **edge(0))]
    rows += [(row.at, 1, row.id, row) for row in events.events_of(tx, ids, **edge(1))]  # type: ignore[misc]
    rows += [(row.asked_at, 2, row.id, row) for row in messages.messages_of(tx, ids, **edge(2))]  # type: ignore[misc]
    rows.sort(key=lambda row: (-row[0], -row[1], -row[2]))
    return list[tuple[int, int, int, Struct]](rows)[:limit]
