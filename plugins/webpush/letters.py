"""A message as a notification shows it."""

from __future__ import annotations

import re

import msgspec

from tidings.channels import Envelope

_ADDRESS = re.compile(r"https?://\S+")


def notification(envelope: Envelope, *, icon: str) -> bytes:
    """Title, text, and where a tap leads: `data.url`, else an address that stands in a line of its own."""
    lines = envelope.content.text.strip().splitlines()
    alone = next((line.strip() for line in reversed(lines) if _ADDRESS.fullmatch(line.strip())), "")
    text = "\n".join(line for line in lines if line.strip() != alone or not alone).strip()
    title = envelope.content.subject.strip() or text.partition("\n")[0]
    shown = {
        "title": title,
        "body": text if envelope.content.subject.strip() else text.partition("\n")[2].strip(),
        "url": str(envelope.content.data.get("url") or alone),
        "icon": icon,
        "tag": envelope.key,
    }
    return msgspec.json.encode({name: value for name, value in shown.items() if value})
