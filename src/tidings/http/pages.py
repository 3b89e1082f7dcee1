"""Pages for people who are not signed in: unsubscribe, preferences, confirm, a message in the browser. GET and HEAD change nothing."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import msgspec
from litestar import Response, post, route
from litestar.params import FromPath

from tidings import flow
from tidings.consent import service as consent, topics
from tidings.consent.models import Grant, Standing
from tidings.consent.topics import Topic
from tidings.contacts import service as contacts
from tidings.flow import letters
from tidings.http.frame import framed
from tidings.http.public import named
from tidings.http.served import AnyRequest, now, served
from tidings.http.sorry import sorry
from tidings.http.visitors import Reader, answer, form_of, reader
from tidings.messages import service as messages, tokens
from tidings.pages import rendering
from tidings.runtime.app import Workspace
from tidings.runtime.database import Tx


def _locale(tx: Tx, contact_id: int) -> str:
    values = msgspec.json.decode(contacts.get(tx, contact_id).attributes)
    found = values.get("locale")
    return found if isinstance(found, str) else ""


# --- unsubscribe -----------------------------------------------------------------------------------------------------


@route("/u/{token:str}", http_method=["GET", "HEAD"], include_in_schema=False)
@sorry
async def unsubscribe_page(request: AnyRequest, token: FromPath[str]) -> Response[str]:
    """Asks; changes nothing."""
    workspace, message_id = named(request, "unsubscribe", token)

    def unit(tx: Tx) -> tuple[str, str, int]:
        message = messages.get(tx, message_id)
        locale, topic = _locale(tx, message.contact_id), topics.find(tx, message.topic) if message.topic else None
        title = topic.words(rendering.language_of([locale])).title if topic else message.topic
        return title, locale, message.contact_id

    title, locale, contact_id = await workspace.database.read(unit)
    here = await reader(request, workspace, locale)
    line = here.look.say("ask_topic", topic=title) if title else here.look.say("ask_all")
    more = {"link": _preferences(workspace, contact_id), "link_words": here.look.say("other")}
    return answer(
        here,
        rendering.plain(here.look, here.look.say("unsubscribe"), line, button=here.look.say("unsubscribe"), **more),
    )


@post("/u/{token:str}", status_code=200, include_in_schema=False)
@sorry
async def unsubscribe(request: AnyRequest, token: FromPath[str]) -> Response[str]:
    """One click (RFC 8058): no cookie, no login. What has not left is cancelled before this answers."""
    workspace, message_id = named(request, "unsubscribe", token)
    at, setting = now(request), served(request).settings[workspace.name]
    ip, agent = request.client.host if request.client else "", request.headers.get("user-agent", "")[:300]

    def unit(tx: Tx) -> tuple[str, int]:
        flow.unsubscribed(tx, message_id, setting, at, ip=ip, agent=agent)
        contact_id = messages.get(tx, message_id).contact_id
        return _locale(tx, contact_id), contact_id

    locale, contact_id = await workspace.database.write(unit)
    workspace.timers.ring()
    here = await reader(request, workspace, locale)
    more = {"link": _preferences(workspace, contact_id), "link_words": here.look.say("other")}
    return answer(here, rendering.plain(here.look, here.look.say("gone"), here.look.say("gone_told"), **more))


def _preferences(workspace: Workspace, contact_id: int) -> str:
    return f"/preferences/{tokens.make(workspace.secret, 'preferences', contact_id)}"


# --- preferences -----------------------------------------------------------------------------------------------------


@route("/preferences/{token:str}", http_method=["GET", "HEAD"], include_in_schema=False)
@sorry
async def preferences_page(request: AnyRequest, token: FromPath[str]) -> Response[str]:
    """Every topic that is offered, as it stands; changes nothing."""
    return await _offered(request, token, is_saved=False)


@post("/preferences/{token:str}", status_code=200, include_in_schema=False)
@sorry
async def preferences(request: AnyRequest, token: FromPath[str]) -> Response[str]:
    """What is checked is had, what is not is left; before this answers."""
    workspace, contact_id = named(request, "preferences", token)
    given, at, setting = await form_of(request), now(request), served(request).settings[workspace.name]
    here = await reader(request, workspace)

    def unit(tx: Tx) -> None:
        who = contacts.get(tx, contact_id).id
        stand = consent.standing(tx, [who]).get(who, [])
        grants = _wanted(who, _public(tx), stand, given, here, at)
        flow.consented(tx, grants, setting, at)

    await workspace.database.write(unit)
    workspace.timers.ring()
    return await _offered(request, token, is_saved=True)


def _public(tx: Tx) -> list[Topic]:
    return [topic for topic in topics.all_topics(tx) if topic.public]


async def _offered(request: AnyRequest, token: str, *, is_saved: bool) -> Response[str]:
    workspace, contact_id = named(request, "preferences", token)
    at = now(request)

    def unit(tx: Tx) -> tuple[str, list[Topic], list[Standing]]:
        who = contacts.get(tx, contact_id).id
        return _locale(tx, who), _public(tx), consent.standing(tx, [who]).get(who, [])

    locale, public, stand = await workspace.database.read(unit)
    here = await reader(request, workspace, locale)
    say, channels = here.look.say, sorted({channel for topic in public for channel in topic.channels} | {"email"})
    offers = [
        {
            "name": f"t:{channel}:{topic.topic}",
            "title": topic.words(here.look.language).title,
            "by": say("by", channel=channel) if len(topic.channels) > 1 or channel != "email" else "",
            "description": topic.words(here.look.language).description,
            "is_on": consent.verdict(stand, channel, topic.topic, at).may,
        }
        for topic in public
        for channel in topic.channels
    ]
    stops = [
        {"name": f"s:{channel}", "title": say("nothing", channel=channel), "is_on": _has_left(stand, channel)}
        for channel in channels
    ]
    values = {"offers": offers, "stops": stops, "is_saved": is_saved}
    return answer(here, rendering.page(here.look, "preferences.html", say("preferences"), **values))


def _has_left(stand: list[Standing], channel: str) -> bool:
    return any(row.channel == channel and row.topic == "" and row.state == "unsubscribed" for row in stand)


def _wanted(
    who: int, public: list[Topic], stand: list[Standing], given: Mapping[str, str], here: Reader, at: int
) -> list[Grant]:
    """The changes between what stands and what is checked; a whole channel outweighs its topics."""
    proof: dict[str, Any] = {
        "method": "preference_page",
        "source": "preference page",
        "ip": here.ip,
        "agent": here.agent,
    }
    grants = list[Grant]()
    for channel in sorted({channel for topic in public for channel in topic.channels} | {"email"}):
        if f"s:{channel}" in given:
            if not _has_left(stand, channel):
                grants.append(Grant(contact_id=who, channel=channel, state="unsubscribed", **proof))
            continue
        lifted = stand
        if _has_left(stand, channel):
            lifted = [row for row in stand if (row.channel, row.topic) != (channel, "")]
            grants.append(Grant(contact_id=who, channel=channel, state="none", **proof))
        for topic in public:
            if channel not in topic.channels:
                continue
            wants = f"t:{channel}:{topic.topic}" in given
            mine = next((row for row in lifted if row.channel == channel and row.topic == topic.topic), None)
            has = consent.verdict(lifted, channel, topic.topic, at).may
            if wants and not has and not (mine is not None and mine.state == "subscribed" and mine.expires_at is None):
                words = proof | {"wording": topic.title, "basis": "express"}
                grants.append(Grant(contact_id=who, channel=channel, topic=topic.topic, state="subscribed", **words))
            elif not wants and has:
                grants.append(Grant(contact_id=who, channel=channel, topic=topic.topic, state="unsubscribed", **proof))
    return grants


# --- confirm ---------------------------------------------------------------------------------------------------------


@route("/confirm/{token:str}", http_method=["GET", "HEAD"], include_in_schema=False)
@sorry
async def confirm_page(request: AnyRequest, token: FromPath[str]) -> Response[str]:
    """Asks for the one click more; scanners that follow links confirm nothing."""
    workspace, _ = named(request, "confirm", token)
    here = await reader(request, workspace)
    say = here.look.say
    return answer(here, rendering.plain(here.look, say("confirm"), say("confirm_told"), button=say("confirm_button")))


@post("/confirm/{token:str}", status_code=200, include_in_schema=False)
@sorry
async def confirm(request: AnyRequest, token: FromPath[str]) -> Response[str]:
    """It was them: what they agreed to stands, and what waited for it goes on before this answers."""
    workspace, number = named(request, "confirm", token)
    here, at = await reader(request, workspace), now(request)
    setting, visitor = served(request).settings[workspace.name], here.visitor
    is_good = await workspace.database.write(lambda tx: flow.confirmed(tx, number, visitor, setting, at))
    workspace.timers.ring()
    title, told = ("confirmed", "confirmed_told") if is_good else ("over", "over_told")
    text = rendering.plain(here.look, here.look.say(title), here.look.say(told))
    return answer(here, text, status=200 if is_good else 410)


# --- a message in the browser ----------------------------------------------------------------------------------------


@route("/view/{token:str}", http_method=["GET", "HEAD"], include_in_schema=False)
@sorry
async def view(request: AnyRequest, token: FromPath[str]) -> Response[str]:
    """The message as it looked; looking counts as nothing."""
    workspace, message_id = named(request, "view", token)
    source = await workspace.database.read(lambda tx: letters.of_message(tx, message_id))
    letter = letters.letter(source, workspace.secret, served(request).app.clock.monotonic)
    here = await reader(request, workspace)
    if letter.html:
        return framed(letter.html)
    return answer(here, rendering.plain(here.look, letter.subject, *letter.text.split("\n\n")))
