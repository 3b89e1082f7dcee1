"""The verbs of access: make and check keys, sign people in and out."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Literal, get_args

from msgspec import Struct

from tidings.runtime import sql
from tidings.runtime.chance import Chance
from tidings.runtime.clock import DAY, MINUTE, SECOND
from tidings.runtime.database import Tx
from tidings.runtime.errors import Busy, Conflict, Forbidden, Invalid, NotFound
from tidings.runtime.ids import opaque

if TYPE_CHECKING:
    from argon2 import PasswordHasher

queries = sql.load("tidings.access")
Scope = Literal["browser", "track", "api", "admin"]
Role = Literal["owner", "admin", "marketer"]
VISITOR = "visitor"
"""The role of the one built-in person: everything in the demo, nothing elsewhere. Nobody else is given it."""
SESSION = 14 * DAY
FREE_TRIES = 5
"""Wrong guesses that cost nothing; each further one doubles the wait, up to 15 minutes."""
MIN_PASSWORD = 12
_NOBODY = "$argon2id$v=19$m=19456,t=2,p=1$c29tZXNhbHRzb21lc2FsdA$ItZQfAvvpNTqIeTnTfOLsWoFm8BCFDLn/7j8pGlH2sk"
"""Checked when there is no such person, so that the answer takes as long."""


class Key(Struct, frozen=True, array_like=True):
    """A key of a program, without the key."""

    id: int
    workspace: str
    name: str
    scope: str
    prefix: str
    created_at: int
    used_at: int | None
    revoked_at: int | None


class Person(Struct, frozen=True, array_like=True):
    """Somebody who may sign in."""

    id: int
    email: str
    name: str
    role: str
    password_hash: str
    disabled_at: int | None


class Listed(Struct, frozen=True, array_like=True):
    """Somebody who may sign in, as others see them."""

    id: int
    email: str
    name: str
    role: str
    created_at: int
    disabled_at: int | None


class Session(Struct, frozen=True, array_like=True):
    """Where somebody is signed in; `id` is the hash of the cookie, which opens nothing."""

    id: str
    created_at: int
    seen_at: int
    expires_at: int
    agent: str
    ip: str


class _Attempts(Struct, frozen=True, array_like=True):
    failed_count: int
    last_at: int


def digest(secret: str) -> str:
    """What is stored of a key or a cookie; both have 32 random bytes, so a plain hash is enough."""
    return hashlib.sha256(secret.encode()).hexdigest()


def make_key(tx: Tx, workspace: str, name: str, scope: str, chance: Chance, now: int) -> str:
    """A new key; it is shown this once."""
    if scope not in get_args(Scope):
        raise Invalid.at("scope", f"{scope!r} is not a scope.", f"Use one of {', '.join(get_args(Scope))}.")
    key = f"tk_{scope}_{opaque(chance, 32)}"
    prefix = key[: len(scope) + 8]
    tx.run(
        queries.insert_key, workspace=workspace, name=name, scope=scope, prefix=prefix, key_hash=digest(key), now=now
    )
    return key


def find_key(tx: Tx, key: str) -> Key | None:
    """Whose key this is; None when it opens nothing."""
    return tx.row(queries.find_key, Key, key_hash=digest(key))


def keys(tx: Tx, workspace: str) -> list[Key]:
    """Keys of a workspace, also revoked ones."""
    return tx.rows(queries.list_keys, Key, workspace=workspace)


def revoke_key(tx: Tx, workspace: str, key_id: int, now: int) -> None:
    """It opens nothing any more."""
    if not tx.run(queries.revoke_key, id=key_id, workspace=workspace, now=now):
        raise NotFound(f"There is no key {key_id} to revoke.")


def hash_password(password: str) -> str:
    """Slow on purpose (argon2id, 19 MiB, 30 ms): never inside a unit."""
    if len(password) < MIN_PASSWORD:
        raise Invalid.at("password", f"has fewer than {MIN_PASSWORD} characters.")
    return _hasher().hash(password)


def is_right(password: str, password_hash: str | None) -> bool:
    """Whether a password is the one; as slow for nobody as for somebody."""
    from argon2.exceptions import InvalidHashError, VerificationError

    try:
        return _hasher().verify(password_hash or _NOBODY, password) and password_hash is not None
    except (VerificationError, InvalidHashError):
        return False


def _hasher() -> PasswordHasher:
    from argon2 import PasswordHasher  # 20 ms: only when somebody signs in

    return PasswordHasher(time_cost=2, memory_cost=19_456, parallelism=1)


def add_person(tx: Tx, email: str, password_hash: str, role: str, now: int, *, name: str = "") -> None:
    """Somebody may sign in from now on."""
    if role not in get_args(Role):
        raise Invalid.at("role", f"{role!r} is not a role.", f"Use one of {', '.join(get_args(Role))}.")
    values = {"email": email.strip().lower(), "name": name, "role": role, "password_hash": password_hash, "now": now}
    if not tx.run(queries.insert_person, **values):
        raise Conflict(f"{email} can sign in already.")


def let_visit(tx: Tx, chance: Chance, now: int, *, agent: str = "", ip: str = "") -> str:
    """The cookie of somebody who looks around the demo; they have no name and no password."""
    values = {"email": VISITOR, "name": "Visitor", "role": VISITOR, "password_hash": "", "now": now}
    tx.run(queries.insert_person, **values)
    tx.run(queries.forget_sessions, now=now)
    visitor = find_person(tx, VISITOR)
    assert visitor is not None, "made above, or before"
    return sign_in(tx, visitor, chance, now, agent=agent, ip=ip)


def has_people(tx: Tx) -> bool:
    """Whether anybody can sign in."""
    return bool(tx.value(queries.count_people))


def find_person(tx: Tx, email: str) -> Person | None:
    """Somebody by email."""
    return tx.row(queries.find_person, Person, email=email.strip().lower())


def check_throttle(tx: Tx, subjects: list[str], now: int) -> None:
    """`Busy` while one of these (account, network) has guessed wrong too often; the same for who exists and who does not."""
    for subject in subjects:
        tried = tx.row(queries.attempts, _Attempts, subject=subject)
        if tried is None or tried.failed_count < FREE_TRIES:
            continue
        wait = min(15 * MINUTE, SECOND * 2 ** min(tried.failed_count - FREE_TRIES, 12))
        if now < tried.last_at + wait:
            seconds = (tried.last_at + wait - now) // SECOND + 1
            raise Busy(f"Too many wrong passwords. Try again in {seconds} seconds.", retry_after=seconds)


def failed_login(tx: Tx, subjects: list[str], now: int) -> None:
    """Count a wrong guess."""
    for subject in subjects:
        tx.run(queries.count_attempt, subject=subject, now=now)


def sign_in(tx: Tx, person: Person, chance: Chance, now: int, *, agent: str = "", ip: str = "") -> str:
    """The cookie of a new session."""
    token = opaque(chance, 32)
    tx.run(queries.forgive, subject=f"account:{person.email}")
    values = {"person_id": person.id, "expires_at": now + SESSION, "agent": agent[:200], "ip": ip, "now": now}
    tx.run(queries.insert_session, token_hash=digest(token), **values)
    return token


def who(tx: Tx, token: str, now: int) -> Person:
    """Who is signed in with this cookie."""
    person = tx.row(queries.find_session, Person, token_hash=digest(token), now=now)
    if person is None:
        raise Forbidden("Sign in first.")
    return person


def people(tx: Tx) -> list[Listed]:
    """Everybody who may sign in."""
    return tx.rows(queries.list_people, Listed)


def sessions(tx: Tx, email: str, now: int) -> list[Session]:
    """Where somebody is signed in, newest first."""
    person = find_person(tx, email)
    return tx.rows(queries.list_sessions, Session, person_id=person.id, now=now) if person else []


def end_session(tx: Tx, email: str, session: str) -> None:
    """One of somebody's sessions ends, by the id under which it is listed."""
    person = find_person(tx, email)
    if person is None or not tx.run(queries.end_session, person_id=person.id, token_hash=session):
        raise NotFound("There is no such session.")


def sign_out(tx: Tx, token: str) -> None:
    """The cookie opens nothing any more."""
    tx.run(queries.delete_session, token_hash=digest(token))


FIRST_USER = "first user"


def offer_first_user(tx: Tx, chance: Chance, now: int) -> str:
    """The token of a link by which the first person makes themselves known, good for a day; older ones work no more."""
    token = opaque(chance, 32)
    tx.run(queries.drop_links, purpose=FIRST_USER)
    tx.run(queries.insert_link, token_hash=digest(token), purpose=FIRST_USER, expires_at=now + DAY)
    return token


def may_be_first(tx: Tx, token: str, now: int) -> bool:
    """Whether this link still works, and nobody can sign in yet."""
    is_good = tx.value(queries.is_link_good, token_hash=digest(token), purpose=FIRST_USER, now=now)
    return bool(is_good) and not has_people(tx)


def be_first(tx: Tx, token: str, email: str, password_hash: str, now: int) -> None:
    """The first person, an owner; the link works no more."""
    if not may_be_first(tx, token, now):
        raise Forbidden("This link has been used, or is too old. Start the server again for a new one.")
    tx.run(queries.use_link, token_hash=digest(token), purpose=FIRST_USER, now=now)
    add_person(tx, email, password_hash, "owner", now)
