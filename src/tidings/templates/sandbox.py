"""Jinja2 with a budget: a template can neither reach the server, nor hang it, nor fill it."""

from __future__ import annotations

import contextvars
from collections.abc import Callable, Iterable, Iterator
from typing import Any

from jinja2 import StrictUndefined, Template, nodes
from jinja2.exceptions import SecurityError
from jinja2.runtime import Context
from jinja2.sandbox import ImmutableSandboxedEnvironment

STEPS, SIZE, SECONDS = 20_000, 1_000_000, 1.0
_PADDING = frozenset(
    {"ljust", "rjust", "center", "zfill", "expandtabs", "format", "format_map", "join", "replace", "translate"}
)
_FILTERS = (
    "abs",
    "capitalize",
    "default",
    "d",
    "e",
    "escape",
    "first",
    "float",
    "int",
    "join",
    "last",
    "length",
    "list",
    "lower",
)
_MORE = (
    "max",
    "min",
    "round",
    "sort",
    "sum",
    "title",
    "trim",
    "truncate",
    "unique",
    "upper",
    "urlencode",
    "reverse",
    "select",
    "map",
)


class Budget:
    """What one rendering may spend. `monotonic` is handed in, in seconds."""

    def __init__(
        self, monotonic: Callable[[], float], steps: int = STEPS, size: int = SIZE, seconds: float = SECONDS
    ) -> None:
        self.steps, self.size, self._monotonic = steps, size, monotonic
        self._ends = monotonic() + seconds

    def spend(self, steps: int = 1) -> None:
        self.steps -= steps
        if self.steps < 0 or self._monotonic() > self._ends:
            raise SecurityError("the template is too expensive")


_budget: contextvars.ContextVar[Budget] = contextvars.ContextVar("budget")


class Sandbox(ImmutableSandboxedEnvironment):
    """No globals, few filters, counted loops, bounded multiplication."""

    intercepted_binops = frozenset({"**", "*", "%", "+"})

    def __init__(self, **options: Any) -> None:
        super().__init__(undefined=StrictUndefined, **options)
        self.globals.clear()
        self.globals["range"] = self._range
        self.filters = {name: self.filters[name] for name in (*_FILTERS, *_MORE)}
        self.filters["_counted"] = _counted

    @staticmethod
    def _range(*bounds: int) -> range:
        found = range(*bounds)
        if len(found) > STEPS:
            raise SecurityError("the range is too long")
        return found

    def _parse(self, source: str, name: str | None, filename: str | None) -> nodes.Template:
        tree = super()._parse(source, name, filename)
        for loop in tree.find_all(nodes.For):
            loop.iter = nodes.Filter(loop.iter, "_counted", [], [], None, None)
        return tree

    def call_binop(self, context: Context, operator: str, left: Any, right: Any) -> Any:
        are_numbers = isinstance(left, int | float) and isinstance(right, int | float)
        if operator == "**" or (operator in "*%" and not are_numbers):
            raise SecurityError(f"{operator} is not allowed here")
        if operator == "*" and abs(left) > 1e15 and abs(right) > 1:
            raise SecurityError("the number is too large")
        _budget.get().spend()
        return super().call_binop(context, operator, left, right)

    def is_safe_attribute(self, obj: Any, attr: str, value: Any) -> bool:
        return not (isinstance(obj, str) and attr in _PADDING) and super().is_safe_attribute(obj, attr, value)

    def wrap_str_format(self, value: Any) -> Any:
        if super().wrap_str_format(value) is not None:
            raise SecurityError("str.format is not allowed here")
        return None

    def call(self, context: Context, obj: Any, /, *args: Any, **kwargs: Any) -> Any:
        _budget.get().spend(10)
        return super().call(context, obj, *args, **kwargs)


def _counted(items: Iterable[Any]) -> Iterator[Any]:
    budget = _budget.get()
    for item in items:
        budget.spend()
        yield item


def compile_text(environment: Sandbox, text: str) -> Template:
    """A template of this text; its globals are a plain dict, which is looked through for every rendering."""
    found: Template = environment.from_string(text)
    found.globals = dict(found.globals)
    return found


HTML = Sandbox(autoescape=True)
TEXT = Sandbox(autoescape=False)


def run(template: Template, variables: dict[str, Any], budget: Budget) -> str:
    """Render within the budget; raises jinja2's errors, RecursionError as SecurityError."""
    token, parts, size = _budget.set(budget), list[str](), 0
    values = variables if "range" in variables else {**template.globals, **variables}
    try:
        for part in template.root_render_func(template.new_context(values, shared=True)):
            size += len(part)
            if size > budget.size:
                raise SecurityError("the text becomes too long")
            budget.spend()
            parts.append(part)
        return "".join(parts)
    except RecursionError:
        raise SecurityError("the template calls itself too often") from None
    except Exception:  # as Template.generate does, whose copies of everything cost as much as the rendering
        template.environment.handle_exception()
    finally:
        _budget.reset(token)
