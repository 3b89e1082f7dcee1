"""A hundred texts that somebody may send to do harm: scripts, handlers, addresses, markup, templates, marks, long words."""

from __future__ import annotations

DEED = "window.hacked=1"
_TAGS = (
    "img src=x",
    "svg",
    "body",
    "video src=x",
    "audio src=x",
    "iframe",
    "input autofocus",
    "details open",
    "marquee",
    "a",
)
_EVENTS = ("onerror", "onload", "onfocus", "onmouseover", "ontoggle", "onstart")


def _markup() -> list[str]:
    found = [
        f"<script>{DEED}</script>",
        f"<ScRiPt>{DEED}</sCrIpT>",
        f"<script src=data:text/javascript,{DEED}></script>",
    ]
    found += [f"<{tag} {event}={DEED}>" for tag in _TAGS for event in _EVENTS[:3]]
    found += [f"\"><img src=x onerror='{DEED}'>", f"'><svg/onload={DEED}>", f"</title><script>{DEED}</script>"]
    found += [f"</textarea><script>{DEED}</script>", f"--><script>{DEED}</script>", f"]]><script>{DEED}</script>"]
    found += [f"<svg><animate onbegin={DEED} attributeName=x dur=1s>", f"<math><mi xlink:href='javascript:{DEED}'>x"]
    found += [
        f"<svg><script href='data:,{DEED}'/></svg>",
        f"<object data='javascript:{DEED}'>",
        "<base href='https://evil.example/'>",
    ]
    found += [f"<form action='javascript:{DEED}'><button>go</button></form>", f"<embed src='javascript:{DEED}'>"]
    found += [
        f"<meta http-equiv=refresh content='0;url=javascript:{DEED}'>",
        f"<iframe srcdoc='<script>top.{DEED}</script>'></iframe>",
    ]
    found += ["<link rel=stylesheet href='https://evil.example/a.css'>", "<style>*{display:none!important}</style>"]
    found += [
        "<div style='position:fixed;inset:0;background:red'>",
        "<plaintext>",
        "<!--",
        "<![CDATA[",
        "</html>",
        "&lt;b&gt;",
        "&#0;",
    ]
    return found


def _addresses() -> list[str]:
    deeds = [
        f"javascript:{DEED}",
        f"JaVaScRiPt:{DEED}",
        f"java\tscript:{DEED}",
        f" javascript:{DEED}",
        f"javascript://%0a{DEED}",
    ]
    return [
        *deeds,
        f"data:text/html,<script>{DEED}</script>",
        f"vbscript:{DEED}",
        "//evil.example/",
        "/w/main/../../api/v1/logout",
    ]


def _templates() -> list[str]:
    found = [
        "{{7*7}}",
        "${7*7}",
        "#{7*7}",
        "<%= 7*7 %>",
        "{% raw %}",
        "{{ contact.__class__ }}",
        "{count, plural, one {#}",
    ]
    return [*found, "{constructor.constructor('window.hacked=1')()}", "%s%s%n", "__proto__", "constructor", "'{'{0}"]


def _letters() -> list[str]:
    found = [
        "\u202egnp.exe",
        "\u2066\u202eabc\u2069",
        "a\u0301" * 40,
        "\u0e49" * 60,
        "\ufeffx",
        "\u200b\u200d",
        "\U0001f468\u200d\U0001f469\u200d\U0001f467",
    ]
    found += [
        "W" * 3_000,
        "ﷺ" * 80,
        "m" * 900 + " " + "i" * 900,
        "\t\n\r",
        "\x7f\x1b[31m",
        "\x07bell",
        "line\u2028line\u2029",
    ]
    found += [
        "NaN",
        "null",
        "undefined",
        "true",
        "-1e309",
        "=1+1",
        "=cmd|' /C calc'!A0",
        "@SUM(1)",
        "' or 1=1 --",
        '"; drop table contact; --',
    ]
    return [
        *found,
        "../../../etc/passwd",
        "\\\\evil\\share",
        "a" + "/" * 50,
        "مرحبا بالعالم",
        "日本語のとても長い言葉" * 20,
    ]


TEXTS = [*_markup(), *_addresses(), *_templates(), *_letters()]
