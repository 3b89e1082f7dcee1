"""Template documents and their versions."""

from __future__ import annotations

from typing import Literal

from msgspec import Struct


class TemplateDocument(
    Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, rename={"message_class": "class"}
):
    """The document as it is written; its first key is the kind, its value the name."""

    template: str
    channel: str = "email"
    message_class: Literal["transactional", "service", "lifecycle", "promotional"] = "promotional"
    topic: str = ""
    subject: str = ""
    html: str = ""
    text: str = ""
    missing: Literal["fail", "default", "skip"] = "fail"
    must_arrive: bool = False


class LiveTemplate(Struct, frozen=True, kw_only=True):
    """The version that is sent now."""

    name: str
    version_id: int
    message_class: str
    topic: str
    channel: str


class VersionRow(Struct, frozen=True, array_like=True):
    """A stored version; `body` is the document as JSON text, `links` the targets of its numbered links."""

    id: int
    template_id: int
    name: str
    number: int
    body: str
    links: str
    created_at: int
