"""Texts out of facts. Templates are ours, or an administrator's: neither can do anything but choose words.

A template may name facts, ask whether one is there, compare, and use a few filters. That is checked on its tree before anything
of it is compiled: no calls, attributes, loops, assignments, arithmetic. So it has no way to an object, and takes time in
proportion to its length. Jinja's sandbox is around it nevertheless, and what comes out is bounded.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, Literal, get_args

from portal.kit.errors import FieldProblem, Invalid
from portal.notification import plain
from portal.notification.events import EVENTS, MAILS, Fact, facts_of

if TYPE_CHECKING:
    from jinja2 import nodes
    from jinja2.sandbox import SandboxedEnvironment

Part = Literal["subject", "text", "html", "chat"]
PARTS: Final[tuple[Part, ...]] = get_args(Part)
LONGEST_SOURCE: Final = 8_000
LONGEST_RESULT: Final[dict[Part, int]] = {"subject": 200, "text": 20_000, "html": 100_000, "chat": 4_000}
FILTERS: Final = ("capitalize", "default", "e", "escape", "lower", "paragraphs", "title", "trim", "upper")
TESTS: Final = ("defined", "none", "number", "string")
_FOLDER: Final = Path(__file__).with_name("templates")
_WHOLE: Final = ("subject_line", "body")
"""What the parts after them may name too: the finished subject and text, as values."""


def render(name: str, part: Part, facts: Mapping[str, Fact], own: str | None = None) -> str:
    """One part of a message; `own` is an administrator's template instead of ours. Invalid when it cannot be filled."""
    from jinja2 import TemplateError

    names = allowed(name, part)
    given: dict[str, Any] = dict.fromkeys(names, "") | {key: _shown(value) for key, value in facts.items()}
    try:
        template = _compiled(part, own if own is not None else source(name, part), names)
        return _bounded(template.generate(**{key: value for key, value in given.items() if key in names}), part)
    except (TemplateError, ArithmeticError, TypeError, ValueError, RecursionError) as error:
        raise _invalid(part, f"It cannot be filled: {plain.line(str(error))}") from error


def check(name: str, part: Part, text: str) -> None:
    """Invalid, with a sentence, unless `text` can be a template of this part."""
    _compiled(part, text, allowed(name, part))


def allowed(name: str, part: Part) -> tuple[str, ...]:
    """The names that a template of this part may use."""
    return facts_of(name) if part in ("subject", "text") else (*facts_of(name), *_WHOLE)


def source(name: str, part: Part) -> str:
    """Our own template: that of the event, or the one for all."""
    if name not in EVENTS and name not in MAILS:
        raise ValueError(f"{name!r} has no texts")
    own = _FOLDER / name / f"{part}.j2"
    return (own if own.is_file() else _FOLDER / "any" / f"{part}.j2").read_text(encoding="utf-8")


@lru_cache(maxsize=256)
def _compiled(part: Part, text: str, names: tuple[str, ...]) -> Any:
    from jinja2 import TemplateSyntaxError

    if len(text) > LONGEST_SOURCE:
        raise _invalid(part, f"It is longer than {LONGEST_SOURCE} characters.")
    environment = _environment(html=part == "html")
    try:
        _require_harmless(environment.parse(text), part, names)
        return environment.from_string(text)
    except TemplateSyntaxError as error:
        raise _invalid(part, f"Line {error.lineno}: {plain.line(error.message or 'this is no template')}") from None
    except (SyntaxError, RecursionError, MemoryError, OverflowError, ValueError):
        raise _invalid(part, "It is nested too deep.") from None


@lru_cache(maxsize=2)
def _environment(*, html: bool) -> SandboxedEnvironment:
    from jinja2 import StrictUndefined
    from jinja2.sandbox import ImmutableSandboxedEnvironment

    made = ImmutableSandboxedEnvironment(autoescape=html, undefined=StrictUndefined, keep_trailing_newline=False)
    made.globals.clear()
    made.filters = {name: made.filters[name] for name in FILTERS if name in made.filters}
    made.filters["paragraphs"] = _paragraphs
    made.tests = {name: made.tests[name] for name in TESTS}
    return made


def _paragraphs(text: Any) -> Any:
    """Lines as HTML: escaped, with paragraphs where lines are empty."""
    from markupsafe import Markup, escape

    blocks = [block.strip() for block in str(text).split("\n\n") if block.strip()]
    return Markup("").join(
        Markup("<p>{}</p>").format(Markup("<br>").join(escape(line) for line in block.splitlines())) for block in blocks
    )


def _require_harmless(tree: nodes.Template, part: Part, names: tuple[str, ...]) -> None:
    from jinja2 import nodes

    plain_nodes = (
        nodes.Template, nodes.Output, nodes.TemplateData, nodes.Const, nodes.If, nodes.CondExpr, nodes.Compare,
        nodes.Operand, nodes.And, nodes.Or, nodes.Not, nodes.Name, nodes.Filter, nodes.Test, nodes.Keyword,
    )  # fmt: skip
    waiting: list[Any] = [tree]
    while waiting:  # not by recursion: the tree may be as deep as somebody likes
        node = waiting.pop()
        if type(node) not in plain_nodes:
            raise _invalid(part, f"Line {node.lineno}: {_called(node)} cannot be used in these texts.")
        if problem := _problem(node, names):
            raise _invalid(part, f"Line {node.lineno}: {problem}")
        waiting.extend(node.iter_child_nodes())


def _problem(node: Any, names: tuple[str, ...]) -> str | None:
    from jinja2 import nodes

    if isinstance(node, nodes.Name) and node.name not in names:
        return f"there is no fact {plain.line(node.name, 60)}. There are: {', '.join(names)}."
    if isinstance(node, nodes.Filter) and node.name not in FILTERS:
        return f"there is no filter {plain.line(node.name, 60)}. There are: {', '.join(FILTERS)}."
    if isinstance(node, nodes.Test) and node.name not in TESTS:
        return f"there is no test {plain.line(node.name, 60)}. There are: {', '.join(TESTS)}."
    return None


_NAMES: Final = {
    "Call": "a call", "Getattr": "an attribute", "Getitem": "an element", "For": "a loop", "Assign": "an assignment",
    "Include": "another template", "Import": "another template", "Extends": "another template", "Macro": "a macro",
}  # fmt: skip


def _called(node: Any) -> str:
    return _NAMES.get(type(node).__name__, "arithmetic" if hasattr(node, "operator") else "this")


def _bounded(pieces: Any, part: Part) -> str:
    longest, found, length = LONGEST_RESULT[part], list[str](), 0
    for piece in pieces:
        found.append(piece)
        length += len(piece)
        if length > longest * 4:
            break
    whole = "".join(found)
    if part == "subject":
        return plain.line(whole, longest)
    return whole if len(whole) <= longest else whole[: longest - 1] + "…"


def _shown(value: Fact) -> str | int | float | bool:
    return "" if value is None else value


def _invalid(part: Part, sentence: str) -> Invalid:
    return Invalid(sentence, [FieldProblem(part, sentence)])
