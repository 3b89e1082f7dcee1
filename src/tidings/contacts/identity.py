"""Who is who: which contact each call belongs to, and which two turn out to be one person. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from msgspec import Struct

from tidings.contacts.models import Claim, Key

STRENGTH = {"user_id": 0, "email": 1, "anonymous_id": 3}
"""Everything else (CRM ids, custom kinds) stands between email and anonymous id."""


class Directory:
    """Which contact each identifier belongs to; contacts that are not written yet have negative numbers."""

    def __init__(self, known: Iterable[tuple[str, str, int]]) -> None:
        self.owner: dict[Key, int] = {}
        self.keys: dict[int, set[Key]] = {}
        self.added: list[tuple[Key, int, bool]] = []
        """Identifiers to write: key, contact, whether a browser brought it."""
        self.created: list[tuple[int, Key, bool]] = []
        """Contacts to write: number, first identifier, whether a browser brought it."""
        for kind, value, contact_id in known:
            self._own((kind, value), contact_id)

    def _own(self, key: Key, contact: int) -> None:
        self.owner[key] = contact
        self.keys.setdefault(contact, set()).add(key)

    def attach(self, key: Key, contact: int, *, is_browser: bool) -> None:
        """Give an identifier that nobody has to a contact."""
        self._own(key, contact)
        self.added.append((key, contact, is_browser))

    def create(self, key: Key, *, is_browser: bool) -> int:
        """A new contact, recognised by this identifier."""
        number = -len(self.created) - 1
        self.created.append((number, key, is_browser))
        self.attach(key, number, is_browser=is_browser)
        return number

    def user_ids(self, contact: int) -> set[str]:
        return {value for kind, value in self.keys.get(contact, ()) if kind == "user_id"}

    def is_known(self, contact: int) -> bool:
        """Whether it is somebody, and not only a browser that came by."""
        return any(kind != "anonymous_id" for kind, _ in self.keys.get(contact, ()))


class Same(Struct, frozen=True):
    """Two contacts that are one person."""

    winner: int
    loser: int


def _preferred(directory: Directory, contacts: Sequence[int]) -> int:
    """The one that stays: with a user id before without, known before anonymous, written before new, older before younger."""

    def rank(contact: int) -> tuple[bool, bool, bool, int]:
        return not directory.user_ids(contact), not directory.is_known(contact), contact < 0, abs(contact)

    return min(contacts, key=rank)


def _may_merge(directory: Directory, one: int, other: int, claim: Claim) -> bool:
    if claim.is_browser and directory.is_known(one) and directory.is_known(other):
        return False
    if claim.is_alias:
        return True
    mine, theirs = directory.user_ids(one), directory.user_ids(other)
    if mine and theirs:
        return False
    claimed = {value for kind, value in claim.keys if kind == "user_id"}
    return claimed <= (mine or theirs or claimed)


def settle(directory: Directory, claim: Claim) -> int | Same:
    """The contact of a call, or two contacts that must be merged before it can be settled."""
    keys = sorted(claim.keys, key=lambda key: (STRENGTH.get(key[0], 2), key))
    found = list(dict.fromkeys(directory.owner[key] for key in keys if key in directory.owner))
    for index, one in enumerate(found):
        for other in found[index + 1 :]:
            if _may_merge(directory, one, other, claim):
                winner = _preferred(directory, (one, other))
                return Same(winner, other if winner == one else one)
    strongest, is_new = keys[0], False
    if strongest in directory.owner:
        contact = directory.owner[strongest]
    elif found and _may_attach(directory, strongest, found[0], claim):
        contact = found[0]
    else:
        contact, is_new = directory.create(strongest, is_browser=claim.is_browser), True
    for key in keys:
        if key not in directory.owner and _may_attach(directory, key, contact, claim, is_new=is_new):
            directory.attach(key, contact, is_browser=claim.is_browser)
    return contact


def _may_attach(directory: Directory, key: Key, contact: int, claim: Claim, *, is_new: bool = False) -> bool:
    """A second user id makes another person, unless an alias says that both are one; a browser adds nothing to somebody
    who is known, but its own id, unless this very call made them."""
    if key[0] == "user_id" and not claim.is_alias and directory.user_ids(contact) - {key[1]}:
        return False
    return is_new or not claim.is_browser or key[0] == "anonymous_id" or not directory.is_known(contact)
