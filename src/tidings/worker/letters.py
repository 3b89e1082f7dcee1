"""From a message that may leave to what a channel hands over: rendered for its reader, with links of its own."""

from __future__ import annotations

import logging
from typing import Any

import msgspec

from tidings import flow
from tidings.channels import Channel, Content, Envelope, Failed, Links, Outbound, Why
from tidings.flow.signing_up import CONFIRMATION
from tidings.messages import ledger, tokens
from tidings.messages.models import TEST
from tidings.runtime.app import App, Workspace
from tidings.templates import rendering
from tidings.templates.sandbox import Budget
from tidings.templates.service import document_of, stored

log = logging.getLogger("tidings.lane")


class Letters:
    """Writes the messages of one account; each version of a template is compiled once."""

    def __init__(self, app: App, workspace: Workspace, setting: flow.Setting, channel: Channel[Any]) -> None:
        self._app, self._workspace, self._setting, self._channel = app, workspace, setting, channel
        self._compiled: dict[int, rendering.Compiled] = {}

    def outbound(self, departing: ledger.Departing) -> Outbound | Failed:
        """The message as it leaves, or why it cannot be made."""
        message = departing.message
        try:
            address = self._channel.parse_address(departing.address)
        except ValueError as error:
            return Failed(id=message.id, why=Why.ADDRESS_INVALID, detail=str(error))
        try:
            links = self._links(message)
            envelope = Envelope(
                id=message.id,
                key=message.key,
                to=address,
                content=self._content(departing, links),
                links=links,
                message_class=message.message_class,
                topic=message.topic,
                at=self._app.clock.now(),
            )
            rendered = self._channel.render(envelope)
        except rendering.Unrenderable as error:
            return Failed(id=message.id, why=Why.CONTENT_REFUSED, detail=str(error))
        except Exception as error:  # a plugin is somebody else's code
            log.exception("message %d was not rendered", message.id)
            return Failed(id=message.id, why=Why.BUG, detail=f"{type(error).__name__}: {error}")
        return Outbound(id=message.id, key=message.key, to=address, rendered=rendered, attempt=message.attempts + 1)

    def _content(self, departing: ledger.Departing, links: Links) -> Content:
        given = msgspec.json.decode(departing.message.body)
        if "document" in given:
            return self._rendered(departing, rendering.compiled(stored(given["document"])), links)
        if departing.version is None:
            if given.get("template"):
                raise rendering.Unrenderable(f"There is no template {given['template']!r} any more.")
            return Content(data=given.get("data") or {})
        version = departing.version
        if version.id not in self._compiled:
            self._compiled[version.id] = rendering.compiled(document_of(version))
        return self._rendered(departing, self._compiled[version.id], links)

    def _rendered(self, departing: ledger.Departing, version: rendering.Compiled, links: Links) -> Content:
        values = rendering.variables(departing.attributes, departing.message.body)
        budget = Budget(self._app.clock.monotonic)
        return rendering.render(version, values, self._signed(departing.message, links, version.asks), budget)

    def _signed(self, message: Any, links: Links, asks: frozenset[str]) -> rendering.Signed:
        """Only what the template names: a signature costs as much as a paragraph."""
        base, secret, must_offer = self._setting.address, self._workspace.secret, message.message_class == "service"
        if message.source == TEST:  # whoever looks at a test is not counted
            return rendering.Signed(unsubscribe=links.unsubscribe, base=base)
        if message.source == CONFIRMATION:
            return rendering.Signed(
                base=base, confirm=f"{base}/confirm/{tokens.make(secret, 'confirm', message.source_id)}"
            )
        preferences = view = ""
        if must_offer or "preferences_url" in asks:
            preferences = f"{base}/preferences/{tokens.make(secret, 'preferences', message.contact_id)}"
        if "view_url" in asks:
            view = f"{base}/view/{tokens.make(secret, 'view', message.id)}"
        return rendering.Signed(
            click=f"{base}/c/{tokens.make(secret, 'click', message.id)}",
            open=f"{base}/o/{tokens.make(secret, 'open', message.id)}",
            unsubscribe=links.unsubscribe,
            preferences=preferences,
            view=view,
            must_offer=must_offer,
            base=base,
        )

    def _links(self, message: Any) -> Links:
        shown = msgspec.json.decode(message.body)["document"]["class"] if message.source == TEST else ""
        if (shown or message.message_class) not in ("lifecycle", "promotional"):
            return Links()
        token = tokens.make(self._workspace.secret, "unsubscribe", message.id)
        return Links(unsubscribe=f"{self._setting.address}/u/{token}")
