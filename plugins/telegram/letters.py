"""The call of sendMessage that a message becomes. Pure."""

from __future__ import annotations

from typing import Any

from tidings.channels import Content, Envelope

from . import markup

MOST_BUTTONS = 100


def letter(envelope: Envelope, *, has_previews: bool, is_silent: bool) -> tuple[dict[str, Any], str]:
    """(parameters as the Bot API wants them, why it cannot be sent: '' when it can)."""
    text, read, mode = _text(envelope.content)
    call: dict[str, Any] = {"chat_id": int(envelope.to.value), "text": text}
    if mode:
        call["parse_mode"] = mode
    if not has_previews:
        call["link_preview_options"] = {"is_disabled": True}
    if is_silent:
        call["disable_notification"] = True
    buttons, wrong = _buttons(envelope.content.data.get("buttons"))
    if buttons:
        call["reply_markup"] = {"inline_keyboard": [[button] for button in buttons]}
    length = markup.units(read)
    if length > markup.LONGEST:
        wrong = f"The text has {length:,} characters, Telegram takes {markup.LONGEST:,}."
    elif not read.strip():
        wrong = "There is no text to send."
    return call, wrong


def _text(content: Content) -> tuple[str, str, str]:
    """(what is sent, what is read, parse mode)."""
    if content.html:
        html, read = markup.reduced(content.html)
        if read.strip():
            return html, read, "HTML"
    plain = content.text.strip()
    return plain, plain, ""


def _buttons(given: Any) -> tuple[list[dict[str, str]], str]:
    """(one button a row, what is wrong with them)."""
    if given is None:
        return [], ""
    if not isinstance(given, list) or len(given) > MOST_BUTTONS:
        return [], f"buttons is a list of at most {MOST_BUTTONS} of {{text, url}}."
    found = list[dict[str, str]]()
    for number, one in enumerate(given):
        text, url = (one.get("text"), one.get("url")) if isinstance(one, dict) else (None, None)
        if not isinstance(text, str) or not text.strip():
            return [], f"buttons[{number}].text: expected words."
        if not isinstance(url, str) or not url.startswith(("https://", "http://", "tg://")) or not markup.is_link(url):
            return [], f"buttons[{number}].url: expected an address that begins with https://."
        found.append({"text": text.strip(), "url": url})
    return found, ""
