"""What a letter from blocks costs per message, against bare Jinja of the same source in the same run."""

from __future__ import annotations

import statistics
import time
from typing import Any

from jinja2 import Environment

from tidings.templates import rendering
from tidings.templates.letter import Look, html_of
from tidings.templates.lettertext import text_of
from tidings.templates.sandbox import Budget
from tidings.templates.service import check
from tidings.templates.stocked import stock

COUNT, ROUNDS = 400, 9
VALUES: dict[str, Any] = {
    "contact": {"first_name": "Ada"},
    "event": {
        "products": [{"name": f"Tea {n}", "price": "4.20", "url": f"https://shop.example/{n}"} for n in range(4)]
    },
}
SIGNED = rendering.Signed(
    click="https://news.example/c/T", open="https://news.example/o/T", unsubscribe="https://news.example/u/T"
)


def main(options: list[str]) -> None:
    """Prints microseconds per message of both, by turns, and their ratio: `render_to_jinja`."""
    document = check(stock()["cart-reminder"])
    version, look = rendering.compiled(document), Look()
    plain = {"unsubscribe_url": SIGNED.unsubscribe, "preferences_url": "", "_base": ""}
    html = Environment(autoescape=True).from_string(html_of(document.blocks, document.preheader, look))
    text = Environment().from_string(text_of(document.blocks, look))
    ours, bare = list[float](), list[float]()
    for _ in range(ROUNDS):
        ours.append(_timed(lambda: rendering.render(version, VALUES, SIGNED, Budget(time.monotonic))))
        bare.append(_timed(lambda: (html.render(**VALUES, **plain), text.render(**VALUES, **plain))))
    mine, floor = statistics.median(ours), statistics.median(bare)
    print(f"render_us={mine:.0f} jinja_us={floor:.0f} render_to_jinja={mine / floor:.2f} rounds={ROUNDS} of {COUNT}")


def _timed(deed: Any) -> float:
    begun = time.perf_counter()
    for _ in range(COUNT):
        deed()
    return (time.perf_counter() - begun) / COUNT * 1e6
