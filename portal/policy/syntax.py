"""Reads an expression of the Common Expression Language into a tree with positions. Pure.

The library that evaluates has a parser too; this one is here for what that one lacks: bounds (an expression of a few thousand
plus signs ends its process), messages in plain words, and a tree that types can be checked on (portal.policy.checker).
Grammar: https://github.com/google/cel-spec/blob/master/doc/langdef.md
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any, Final

MAX_LENGTH: Final = 4000
MAX_DEPTH: Final = 30
MAX_NODES: Final = 800
MAX_MACROS: Final = 2
"""How deep `all`, `exists`, `filter` and `map` may stand in each other: with n resources the work is n to this power."""
MACROS: Final = frozenset({"all", "exists", "exists_one", "filter", "map"})

_TOKEN: Final = re.compile(
    r"""(?P<space>[ \t\r\n]+|//[^\n]*)
    |(?P<string>[rR]?(?:'(?:[^'\\\n]|\\.)*'|"(?:[^"\\\n]|\\.)*"))
    |(?P<number>\d+\.\d+(?:[eE][+-]?\d+)?|\d+[eE][+-]?\d+|\d+)
    |(?P<name>[A-Za-z_]\w*)
    |(?P<operator>&&|\|\||==|!=|<=|>=|[-+*/%<>!?:.,()\[\]{}])""",
    re.VERBOSE,
)
_RESERVED: Final = frozenset(
    {
        *("as", "break", "const", "continue", "else", "for", "function", "if", "import", "let", "loop"),
        *("package", "namespace", "return", "var", "void", "while"),
    }
)
_WORDS: Final = {"true": True, "false": False, "null": None}
_LEVELS: Final[tuple[tuple[str, ...], ...]] = (
    ("||",), ("&&",), ("==", "!=", "<", "<=", ">", ">=", "in"), ("+", "-"), ("*", "/", "%"),
)  # fmt: skip


class SyntaxProblem(Exception):
    """What is wrong with an expression, and where: `position` counts characters from 0."""

    def __init__(self, message: str, position: int) -> None:
        super().__init__(message)
        self.message, self.position = message, position


@dataclass(frozen=True, slots=True)
class Node:
    """A part of an expression. `kind`: literal, name, field, index, call, macro, list, map, unary, binary, choice."""

    kind: str
    position: int
    value: Any = None
    """The literal, the name, the field, the function, the operator."""
    parts: tuple[Node, ...] = ()
    target: Node | None = None
    """What a field, an index, a method or a macro is asked of."""


@dataclass(frozen=True, slots=True)
class _Token:
    kind: str
    text: str
    position: int


def parse(source: str) -> Node:
    """The tree of an expression; SyntaxProblem when it is none, or beyond the bounds."""
    if len(source) > MAX_LENGTH:
        raise SyntaxProblem(f"An expression has at most {MAX_LENGTH:,} characters.", MAX_LENGTH)
    parser = _Parser(_tokens(source))
    node = parser.expression(0)
    parser.end()
    return node


def _tokens(source: str) -> list[_Token]:
    found, position = [], 0
    while position < len(source):
        match = _TOKEN.match(source, position)
        if match is None:
            what = "This text has no end" if source[position] in "'\"" else f"{source[position]!r} means nothing here"
            raise SyntaxProblem(f"{what}.", position)
        if match.lastgroup != "space":
            found.append(_Token(str(match.lastgroup), match.group(), position))
        position = match.end()
    return [*found, _Token("end", "", len(source))]


@dataclass
class _Parser:
    tokens: list[_Token]
    place: int = 0
    nodes: int = 0
    macros: int = field(default=0)

    @property
    def next(self) -> _Token:
        return self.tokens[self.place]

    def take(self, *texts: str) -> _Token | None:
        """The next token, if it is an operator (or the word `in`) of these."""
        token = self.next
        if token.text in texts and token.kind in ("operator", "name"):
            self.place += 1
            return token
        return None

    def need(self, text: str, what: str) -> None:
        if self.take(text) is None:
            raise SyntaxProblem(f"{text!r} is missing {what}.", self.next.position)

    def end(self) -> None:
        if self.next.kind != "end":
            raise SyntaxProblem(f"{self.next.text!r} does not belong here.", self.next.position)

    def node(self, kind: str, position: int, value: Any = None, *parts: Node, target: Node | None = None) -> Node:
        self.nodes += 1
        if self.nodes > MAX_NODES:
            raise SyntaxProblem("The expression is too long: make two policies of it.", position)
        return Node(kind, position, value, parts, target)

    def expression(self, depth: int) -> Node:
        if depth > MAX_DEPTH:
            raise SyntaxProblem("The expression is nested too deep.", self.next.position)
        left = self.binary(0, depth + 1)
        question = self.take("?")
        if question is None:
            return left
        yes = self.binary(0, depth + 1)
        self.need(":", "after `?`")
        return self.node("choice", question.position, None, left, yes, self.expression(depth + 1))

    def binary(self, level: int, depth: int) -> Node:
        if level == len(_LEVELS):
            return self.unary(depth)
        left, count = self.binary(level + 1, depth), 0
        while token := self.take(*_LEVELS[level]):
            count += 1
            if count > MAX_DEPTH:
                raise SyntaxProblem(f"More than {MAX_DEPTH} times {token.text!r} in a row.", token.position)
            left = self.node("binary", token.position, token.text, left, self.binary(level + 1, depth))
        return left

    def unary(self, depth: int) -> Node:
        if depth > MAX_DEPTH:
            raise SyntaxProblem("The expression is nested too deep.", self.next.position)
        token = self.take("!", "-")
        if token is None:
            return self.member(depth)
        return self.node("unary", token.position, token.text, self.unary(depth + 1))

    def member(self, depth: int) -> Node:
        node, count = self.primary(depth), 0
        while True:
            count += 1
            if count > MAX_DEPTH:
                raise SyntaxProblem("The expression is nested too deep.", self.next.position)
            if self.take("."):
                node = self.selected(node, depth)
            elif bracket := self.take("["):
                index = self.expression(depth + 1)
                self.need("]", "after an index")
                node = self.node("index", bracket.position, None, index, target=node)
            else:
                return node

    def selected(self, target: Node, depth: int) -> Node:
        token = self.next
        if token.kind != "name":
            raise SyntaxProblem("The name of a field is missing after the dot.", token.position)
        self.place += 1
        if not self.take("("):
            return self.node("field", token.position, token.text, target=target)
        if token.text not in MACROS:
            return self.node("call", token.position, token.text, *self.arguments(depth), target=target)
        self.macros += 1
        if self.macros > MAX_MACROS:
            raise SyntaxProblem(
                f"At most {MAX_MACROS} of all, exists, filter and map may stand in each other.", token.position
            )
        parts = self.arguments(depth)
        self.macros -= 1
        return self.node("macro", token.position, token.text, *parts, target=target)

    def arguments(self, depth: int) -> list[Node]:
        return self.items(")", depth, "after the arguments")

    def items(self, closing: str, depth: int, where: str) -> list[Node]:
        found: list[Node] = []
        while not self.take(closing):
            if found:
                self.need(",", "or an end") if self.next.kind != "end" else self.need(closing, where)
            found.append(self.expression(depth + 1))
        return found

    def primary(self, depth: int) -> Node:
        token = self.next
        if token.kind == "end":
            raise SyntaxProblem("The expression ends too early.", token.position)
        self.place += 1
        if token.kind in ("string", "number"):
            return self.node("literal", token.position, _literal(token))
        if token.kind == "name":
            return self.named(token, depth)
        if token.text == "(":
            inner = self.expression(depth + 1)
            self.need(")", "for the bracket")
            return inner
        if token.text == "[":
            return self.node("list", token.position, None, *self.items("]", depth, "after the list"))
        raise SyntaxProblem(f"{token.text!r} does not belong here.", token.position)

    def named(self, token: _Token, depth: int) -> Node:
        if token.text in _WORDS:
            return self.node("literal", token.position, _WORDS[token.text])
        if token.text in _RESERVED or token.text == "in":
            raise SyntaxProblem(f"{token.text!r} is a reserved word.", token.position)
        if self.take("("):
            return self.node("call", token.position, token.text, *self.arguments(depth))
        return self.node("name", token.position, token.text)


def _literal(token: _Token) -> Any:
    if token.kind == "string":
        return token.text[2:-1] if token.text[0] in "rR" else token.text[1:-1]
    if token.text.isdigit() and int(token.text) >= 2**63:
        raise SyntaxProblem("This number is too large.", token.position)
    return int(token.text) if token.text.isdigit() else float(token.text)
