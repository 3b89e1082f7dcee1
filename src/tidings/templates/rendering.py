"""From a document and a person to what they read: compiled once per version, links and pixel signed per recipient. Pure."""

from __future__ import annotations

import functools
import html as escaping
import re
import traceback
from typing import Any, Literal

import msgspec
from jinja2 import Template, TemplateError, TemplateSyntaxError, UndefinedError
from msgspec import Struct
from selectolax.lexbor import LexborHTMLParser

from tidings.channels import Content
from tidings.runtime.errors import Problem
from tidings.templates.letter import Look, html_of
from tidings.templates.lettertext import text_of
from tidings.templates.models import Stored, TemplateDocument, Translation
from tidings.templates.sandbox import HTML, TEXT, Budget, Sandbox, compile_text, run

_HREF = re.compile(r"""(<a\b[^>]*?\bhref\s*=\s*)("([^"]*)"|'([^']*)')""", re.IGNORECASE)
_BODY_END = re.compile(r"</body\s*>", re.IGNORECASE)
_NEVER = ("unsubscribe_url", "preferences_url", "confirm_url", "view_url")


class Unrenderable(Exception):
    """This message cannot be made for this person; `how` says whether that fails or only skips it."""

    def __init__(self, message: str, how: Literal["failed", "skipped"] = "failed", place: str = "") -> None:
        self.how, self.place = how, place
        super().__init__(message)


class Compiled(Struct, frozen=True):
    """A version, ready to render; `links` are the targets of its numbered links."""

    subject: Template | None
    html: Template | None
    text: Template | None
    links: tuple[str, ...]
    missing: str
    problems: tuple[Problem, ...]
    asks: frozenset[str] = frozenset()
    """Which of the addresses that are signed for each recipient it names, in any language."""
    languages: dict[str, Compiled] = {}
    """The same in other languages, by their names in small letters; links are counted through all of them."""


class Preview(Struct, frozen=True):
    """How a message would look to somebody, and what is wrong with it."""

    subject: str
    html: str
    text: str
    problems: tuple[Problem, ...]
    language: str = ""
    """The translation that they would read; empty: the base."""
    preheader: str = ""
    """What an inbox shows beside the subject; the first words of the letter where nothing was written for it."""


PARTS = ("subject", "html", "text")
INBOX = 140
"""So many characters of a letter's beginning are shown at most."""


class Signed(Struct, frozen=True, kw_only=True):
    """Addresses of one recipient; empty ones are left out of the mail."""

    click: str = ""
    """Address to which `.N` is added for link N."""
    open: str = ""
    unsubscribe: str = ""
    preferences: str = ""
    confirm: str = ""
    view: str = ""
    must_offer: bool = False
    """Whether the preferences are offered below, where the template does not: service messages."""
    base: str = ""
    """Address of this server, for pictures that are kept here."""


def compiled(document: TemplateDocument) -> Compiled:
    """Compile every part; what is wrong is told with its path and line."""
    return _compiled(msgspec.json.encode(document))


@functools.lru_cache(maxsize=512)
def _compiled(document: bytes) -> Compiled:
    """One that was compiled before is not compiled again."""
    stored, links = msgspec.json.decode(document, type=Stored), list[str]()
    look = Look(brand=stored.brand, saved=stored.saved, message_class=stored.message_class)
    base = _parts(stored, stored, "", links, look)
    languages = dict[str, Compiled]()
    for name, translation in stored.translations.items():
        other = msgspec.structs.replace(look, language=name)
        languages[name.lower()] = _parts(stored, translation, f"translations.{name}.", links, other)
    problems = base.problems + tuple(problem for one in languages.values() for problem in one.problems)
    asks = base.asks.union(*(one.asks for one in languages.values()))
    everything = {"links": tuple(links), "problems": problems, "asks": asks}
    known = {name: msgspec.structs.replace(one, **everything) for name, one in languages.items()}
    return msgspec.structs.replace(base, languages=known, **everything)


def _parts(base: Stored, said: Stored | Translation, at: str, links: list[str], look: Look) -> Compiled:
    """One language; what it leaves out is taken from the base."""
    problems, has_own = list[Problem](), bool(said.blocks or said.html or said.text)
    source = said if has_own else base
    html = source.html
    if source.blocks:
        html = html_of(source.blocks, said.preheader or base.preheader, look)
    text = source.text or (text_of(source.blocks, look) if source.blocks else "")

    def part(environment: Sandbox, path: str, text: str) -> Template | None:
        if not text:
            return None
        try:
            return compile_text(environment, text)
        except TemplateSyntaxError as error:
            problems.append(Problem(f"{path}:{error.lineno}", f"{error.message}."))
        except TemplateError as error:
            problems.append(Problem(path, f"{error}."))
        return None

    subject = part(TEXT, f"{at}subject", said.subject or base.subject)
    written = part(TEXT, f"{at}text", text)
    body = part(HTML, f"{at}{'blocks' if source.blocks else 'html'}", _number_links(html, links))
    asks = frozenset(name for name in _NEVER if name in html or name in text)
    return Compiled(subject, body, written, (), base.missing, tuple(problems), asks)


def language_of(version: Compiled, variables: dict[str, Any]) -> str:
    """Which translation somebody reads: that of their locale (`de-AT`), else of its language (`de`), else the base, empty."""
    contact = variables.get("contact")
    locale = str(contact.get("locale") or "") if isinstance(contact, dict) else ""
    wanted = locale.lower().replace("_", "-")
    while wanted and wanted not in version.languages:
        wanted = wanted.rpartition("-")[0]
    return wanted


def _number_links(source: str, links: list[str]) -> str:
    """Static web links go through our redirect, by number; those with variables stay as they are and are not counted."""

    def numbered(found: re.Match[str]) -> str:
        target = escaping.unescape(found[3] if found[3] is not None else found[4]).strip()
        if "{{" in target or "{%" in target or not target.lower().startswith(("http://", "https://")):
            return found[0]
        if target not in links:
            links.append(target)
        return f'{found[1]}"{{{{ _link_{links.index(target)} }}}}"'

    return _HREF.sub(numbered, source)


def render(version: Compiled, variables: dict[str, Any], signed: Signed, budget: Budget) -> Content:
    """What this person reads. `Unrenderable` names the variable or the reason."""

    version = version.languages.get(language_of(version, variables), version)
    values = {**TEXT.globals, **(_lenient(variables) if version.missing == "default" else variables)}
    values |= {
        "unsubscribe_url": signed.unsubscribe,
        "preferences_url": signed.preferences,
        "confirm_url": signed.confirm,
        "view_url": signed.view,
        "_base": signed.base,
    }
    for number, target in enumerate(version.links):
        values[f"_link_{number}"] = f"{signed.click}.{number}" if signed.click else target
    subject, html, text = (_part(version, part, values, budget) for part in PARTS)
    if html and not text:
        text = plain(html)
    if html and signed.unsubscribe and signed.unsubscribe not in html:
        html = _before_end(
            html, f'<p style="font-size:12px"><a href="{escaping.escape(signed.unsubscribe)}">Unsubscribe</a></p>'
        )
    if text and signed.unsubscribe and signed.unsubscribe not in text:
        text = f"{text.rstrip()}\n\nUnsubscribe: {signed.unsubscribe}\n"
    if html and signed.must_offer and signed.preferences not in html:
        words = f'<a href="{escaping.escape(signed.preferences)}">Choose what you get</a>'
        html = _before_end(html, f'<p style="font-size:12px">{words}</p>')
    if html and signed.open:
        html = _before_end(html, f'<img src="{escaping.escape(signed.open)}" width="1" height="1" alt="">')
    return Content(subject=" ".join(subject.split()), html=html, text=text)


def _part(version: Compiled, part: str, values: dict[str, Any], budget: Budget) -> str:
    template: Template | None = getattr(version, part)
    if template is None:
        return ""
    try:
        return run(template, values, budget)
    except UndefinedError as error:
        how: Literal["failed", "skipped"] = "skipped" if version.missing == "skip" else "failed"
        raise Unrenderable(f"{error}", how, _place(part, error)) from error
    except TemplateError as error:
        raise Unrenderable(f"{error}", place=_place(part, error)) from error
    except (TypeError, ValueError, ArithmeticError, LookupError, AttributeError) as error:
        raise Unrenderable(f"{type(error).__name__}: {error}", place=_place(part, error)) from error


def _place(part: str, error: BaseException) -> str:
    """`html:12`: the part, and the line of the template at which it went wrong, where that is known."""
    lines = [line for frame, line in traceback.walk_tb(error.__traceback__) if frame.f_code.co_filename == "<template>"]
    return f"{part}:{lines[-1]}" if lines else part


def preview(document: TemplateDocument, variables: dict[str, Any], signed: Signed, budget: Budget) -> Preview:
    """What this person would read, as far as it can be made, and what is wrong with the rest."""
    version = compiled(document)
    language = language_of(version, variables)
    chosen = version.languages.get(language, version)
    problems, found = list(version.problems), dict[str, Content]()
    for part in PARTS:
        alone = {other: None for other in PARTS if other != part}
        try:
            found[part] = render(msgspec.structs.replace(chosen, languages={}, **alone), variables, signed, budget)
        except Unrenderable as error:
            problems.append(Problem(error.place or part, f"{error}."))
            found[part] = Content()
    text = found["text"].text or ("" if chosen.text else found["html"].text)
    preheader = _preheader(document, language, variables, budget) or " ".join(text.split())[:INBOX]
    return Preview(found["subject"].subject, found["html"].html, text, tuple(problems), language, preheader)


def _preheader(document: TemplateDocument, language: str, values: dict[str, Any], budget: Budget) -> str:
    own = next((one.preheader for name, one in document.translations.items() if name.lower() == language), "")
    try:
        return run(TEXT.from_string(own or document.preheader), values, budget)
    except (TemplateError, TypeError, ValueError, ArithmeticError, LookupError, AttributeError):
        return ""  # the letter holds it as well, and says what is wrong


class _Quiet(dict[str, Any]):
    """An object whose missing members are empty."""

    def __missing__(self, key: str) -> str:
        return ""


def _lenient(value: Any) -> Any:
    if isinstance(value, dict):
        return _Quiet({key: _lenient(inner) for key, inner in value.items()})
    return [_lenient(inner) for inner in value] if isinstance(value, list) else value


def _before_end(html: str, addition: str) -> str:
    end = html.rfind("</body>")  # as nearly everybody writes it; the search for other ways costs a fifth of a mail
    if end < 0:
        end = max((found.start() for found in _BODY_END.finditer(html)), default=len(html))
    return html[:end] + addition + html[end:]


def plain(html: str) -> str:
    """The text part of a mail that has none: what a person sees, with the targets of its links."""
    tree = LexborHTMLParser(html)
    for node in tree.css("style, script, head, title"):
        node.decompose()
    for node in tree.css("a[href]"):
        target, label = node.attributes.get("href") or "", node.text(strip=True)
        if target.startswith("http") and label:
            node.replace_with(f"{label} ({target})")
    for node in tree.css("br"):
        node.replace_with("\n")
    body = tree.body
    text = body.text(separator="\n") if body is not None else ""
    lines = [" ".join(line.split()) for line in text.splitlines()]
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip() + "\n"


def variables(attributes: str, body: str) -> dict[str, Any]:
    """What a template may name: contact, event, journey. A test may be read as somebody else than who gets it."""
    given = msgspec.json.decode(body)
    return {
        "contact": given["contact"] if "contact" in given else msgspec.json.decode(attributes),
        "event": given.get("event", {}),
        "journey": given.get("journey", ""),
    }
