"""Tokens to a syntax tree: recursive descent for bodies, precedence climbing for expressions."""

from __future__ import annotations

from portal.template.hcl.ast import (
    Attr,
    Attribute,
    Binary,
    Block,
    Body,
    Call,
    Conditional,
    For,
    Index,
    Literal,
    Name,
    Node,
    ObjectExpr,
    Splat,
    TupleExpr,
    Unary,
    children,
)  # fmt: skip
from portal.template.hcl.errors import EvalError, HclSyntaxError, Undecided
from portal.template.hcl.lexer import Token, tokenize
from portal.template.hcl.values import number

MAX_DEPTH = 40
"""Nesting of expressions and blocks: each level costs up to a dozen Python frames."""
MAX_CHAIN = 100
"""Operators, or steps of a traversal, in one row: they nest to the left."""
MAX_HEIGHT = 120
"""Height of a syntax tree: whoever walks it needs a few frames a level."""

_PRECEDENCE = {
    "||": 1, "&&": 2, "==": 3, "!=": 3, "<": 4, ">": 4, "<=": 4, ">=": 4, "+": 5, "-": 5, "*": 6, "/": 6, "%": 6,
}  # fmt: skip
_KEYWORDS = {"true": True, "false": False, "null": None}


def parse_body(text: str) -> Body:
    """A file's blocks and attributes. HclSyntaxError has the line of what is wrong."""
    return Parser(tokenize(text)).body(until="eof")


def parse_expression(text: str) -> Node:
    """One expression, which must be all of the text."""
    parser = Parser(tokenize(text))
    parser.skip_newlines()
    node = parser.expression()
    parser.skip_newlines()
    parser.expect("eof")
    check_height(node, 1)
    return node


def check_height(node: Node, line: int) -> None:
    """HclSyntaxError when a tree is too high to be walked by recursion."""
    level, height = [node], 0
    while level:
        height += 1
        if height > MAX_HEIGHT:
            raise HclSyntaxError(f"an expression is more than {MAX_HEIGHT} levels high", line)
        level = [child for parent in level for child in children(parent)]


class Parser:
    """A cursor over tokens. Within ( and [ newlines mean nothing: `_loose` counts those that are open."""

    def __init__(self, tokens: list[Token], depth: int = 0) -> None:
        self.tokens, self.index, self.depth, self._loose = tokens, 0, depth, 0

    # -- cursor ------------------------------------------------------------------------------------------------------

    @property
    def current(self) -> Token:
        """The token at the cursor, newlines left out where they mean nothing."""
        if self._loose:
            self.skip_newlines()
        return self.tokens[self.index]

    def skip_newlines(self) -> None:
        """Move past newlines."""
        while self.tokens[self.index].kind == "newline":
            self.index += 1

    def at(self, *ops: str) -> bool:
        """Whether the cursor is at one of these operators."""
        token = self.current
        return token.kind == "op" and token.value in ops

    def at_name(self, name: str) -> bool:
        """Whether the cursor is at this word."""
        token = self.current
        return token.kind == "ident" and token.value == name

    def advance(self) -> Token:
        """The token at the cursor, and step over it."""
        token = self.current
        if token.kind != "eof":
            self.index += 1
        return token

    def take(self, op: str) -> bool:
        """Step over an operator if it is there."""
        found = self.at(op)
        if found:
            self.advance()
        return found

    def expect(self, kind: str, value: str | None = None) -> Token:
        """The token at the cursor, which must be of a kind (and value)."""
        token = self.current
        if token.kind != kind or (value is not None and token.value != value):
            raise HclSyntaxError(f"expected {value or kind}, found {_shown(token)}", token.line)
        return self.advance()

    def ignore_newlines(self) -> None:
        """Newlines mean nothing from here on: the tokens are those of an interpolation."""
        self._loose += 1

    def check_depth(self, depth: int) -> None:
        """HclSyntaxError when nesting goes beyond what we follow."""
        if depth > MAX_DEPTH:
            raise HclSyntaxError(f"nested more than {MAX_DEPTH} levels deep", self.tokens[self.index].line)

    def _enter(self) -> None:
        self.depth += 1
        self.check_depth(self.depth)

    # -- bodies ------------------------------------------------------------------------------------------------------

    def body(self, until: str) -> Body:
        """Attributes and blocks up to `}` or the end."""
        attributes: dict[str, Attribute] = {}
        blocks: list[Block] = []
        while True:
            self.skip_newlines()
            token = self.current
            if token.kind == "eof" or (token.kind == "op" and token.value == "}"):
                break
            name = self.expect("ident")
            if self.at("="):
                attribute = self._attribute(name)
                if attribute.name in attributes:
                    raise HclSyntaxError(f"the argument {attribute.name} is set twice", name.line)
                attributes[attribute.name] = attribute
            else:
                blocks.append(self._block(name))
            self._end_of_line()
        self.expect(*(("eof",) if until == "eof" else ("op", until)))
        return Body(attributes, tuple(blocks))

    def _attribute(self, name: Token) -> Attribute:
        self.expect("op", "=")
        expression = self.expression()
        check_height(expression, name.line)
        return Attribute(name.value, expression, name.line)

    def _block(self, kind: Token) -> Block:
        labels: list[str] = []
        while not self.at("{"):
            token = self.advance()
            if token.kind == "ident":
                labels.append(token.value)
            elif token.kind == "template" and all(isinstance(part, str) for part in token.value):
                labels.append("".join(token.value))
            else:
                raise HclSyntaxError(f"expected a block or an argument, found {_shown(token)}", token.line)
        self._enter()
        self.expect("op", "{")
        body = self.body(until="}")
        self.depth -= 1
        return Block(kind.value, tuple(labels), body, kind.line)

    def _end_of_line(self) -> None:
        token = self.current
        if token.kind not in ("newline", "eof") and not (token.kind == "op" and token.value == "}"):
            raise HclSyntaxError(f"expected the end of the line, found {_shown(token)}", token.line)

    # -- expressions -------------------------------------------------------------------------------------------------

    def expression(self) -> Node:
        """A whole expression, `? :` included."""
        self._enter()
        node = self._binary(1)
        if self.take("?"):
            then = self.expression()
            self.expect("op", ":")
            node = Conditional(node, then, self.expression())
        self.depth -= 1
        return node

    def _binary(self, lowest: int) -> Node:
        node = self._unary()
        for _ in range(MAX_CHAIN):
            token = self.current
            precedence = _PRECEDENCE.get(token.value, 0) if token.kind == "op" else 0
            if precedence < lowest:
                return node
            self.advance()
            node = Binary(token.value, node, self._binary(precedence + 1))
        raise HclSyntaxError(f"more than {MAX_CHAIN} operators in a row", self.current.line)

    def _unary(self) -> Node:
        if self.at("-", "!"):
            self._enter()
            op = self.advance().value
            operand = self._unary()
            self.depth -= 1
            return Unary(op, operand)
        return self._postfix(self._primary())

    def _postfix(self, node: Node, splat: str | None = None) -> Node:
        """Attributes, indexes and splats after a term. `splat` is the kind of the one that we are in."""
        for _ in range(MAX_CHAIN):
            if self.at("."):
                self.advance()
                if self.take("*"):
                    return self._postfix(Splat(node, self._postfix(Name("*"), "attribute")), splat)
                node = self._after_dot(node)
            elif self.at("[") and splat != "attribute":
                node, ended = self._bracket(node, splat)
                if ended:
                    return node
            else:
                return node
        raise HclSyntaxError(f"more than {MAX_CHAIN} steps in a row", self.current.line)

    def _after_dot(self, node: Node) -> Node:
        token = self.advance()
        if token.kind == "ident":
            return Attr(node, token.value)
        if token.kind == "number" and token.value.isdecimal():
            return Index(node, Literal(number(token.value)))
        raise HclSyntaxError(f"expected an attribute after the dot, found {_shown(token)}", token.line)

    def _bracket(self, node: Node, splat: str | None) -> tuple[Node, bool]:
        self.advance()
        self._loose += 1
        if self.at("*") and self._peek_closes():
            self.advance()
            self._close("]")
            return self._postfix(Splat(node, self._postfix(Name("*"), "full")), splat), True
        key = self.expression()
        self._close("]")
        return Index(node, key), False

    def _peek_closes(self) -> bool:
        index = self.index + 1
        while self.tokens[index].kind == "newline":
            index += 1
        return self.tokens[index][:2] == ("op", "]")

    def _close(self, op: str) -> None:
        """The closing bracket; after it, newlines mean again what they did before the opening one."""
        token = self.current
        if token[:2] != ("op", op):
            raise HclSyntaxError(f"expected {op}, found {_shown(token)}", token.line)
        self._loose -= 1
        self.index += 1

    def _primary(self) -> Node:
        token = self.advance()
        match token.kind, token.value:
            case "number", value:
                return _number(value, token.line)
            case "template", parts:
                return self._template(parts)
            case "ident", name:
                return self._named(name)
            case "op", "(":
                return self._parenthesis()
            case "op", "[":
                return self._tuple()
            case "op", "{":
                return self._object()
        raise HclSyntaxError(f"expected an expression, found {_shown(token)}", token.line)

    def _template(self, parts: list) -> Node:
        from portal.template.hcl.templates import parse_template  # the two parsers need each other

        return parse_template(parts, self.depth)

    def _named(self, name: str) -> Node:
        while self.at("::"):
            self.advance()
            name += "::" + self.expect("ident").value
        if self.at("("):
            return self._call(name)
        return Literal(_KEYWORDS[name]) if name in _KEYWORDS else Name(name)

    def _call(self, name: str) -> Node:
        self.advance()
        self._loose += 1
        args: list[Node] = []
        expand = False
        while not self.at(")"):
            args.append(self.expression())
            expand = self.take("...")
            if expand or not self.take(","):
                break
        self._close(")")
        return Call(name, tuple(args), expand)

    def _parenthesis(self) -> Node:
        self._loose += 1
        node = self.expression()
        self._close(")")
        return node

    def _tuple(self) -> Node:
        self._loose += 1
        if self.at_name("for"):
            return self._for("]")
        items: list[Node] = []
        while not self.at("]"):
            items.append(self.expression())
            if not self.take(","):
                break
        self._close("]")
        return TupleExpr(tuple(items))

    def _object(self) -> Node:
        """`{…}`: newlines part its items, whatever is open around it."""
        outer, self._loose = self._loose, 0
        self.skip_newlines()
        if self.at_name("for") and not self._follows("=", ":"):
            self._loose = outer + 1
            return self._for("}")
        items: list[tuple[Node, Node]] = []
        while not self.at("}"):
            items.append(self._item())
            if not self.take(",") and self.current.kind != "newline":
                break
            self.skip_newlines()
        self.expect("op", "}")
        self._loose = outer
        return ObjectExpr(tuple(items))

    def _follows(self, *ops: str) -> bool:
        token = self.tokens[self.index + 1]
        return token.kind == "op" and token.value in ops

    def _item(self) -> tuple[Node, Node]:
        token = self.current
        if token.kind == "ident" and self._follows("=", ":"):
            self.advance()
            key: Node = Literal(token.value)
        else:
            key = self.expression()
        if not self.at("=", ":"):
            raise HclSyntaxError(f"expected = after the key, found {_shown(self.current)}", self.current.line)
        self.advance()
        self.skip_newlines()
        return key, self.expression()

    def _for(self, closing: str) -> Node:
        self.advance()
        names = [self.expect("ident").value]
        if self.take(","):
            names.append(self.expect("ident").value)
        self.expect("ident", "in")
        collection = self.expression()
        self.expect("op", ":")
        key, value = None, self.expression()
        if closing == "}":
            self.expect("op", "=>")
            key, value = value, self.expression()
        grouped = closing == "}" and self.take("...")
        condition = None
        if self.at_name("if"):
            self.advance()
            condition = self.expression()
        self._close(closing)
        return For(names[0] if len(names) == 2 else None, names[-1], collection, key, value, condition, grouped)


def _number(value: str, line: int) -> Literal:
    try:
        return Literal(number(value))
    except (EvalError, Undecided) as error:
        raise HclSyntaxError(str(error), line) from None


def _shown(token: Token) -> str:
    names = {"newline": "the end of the line", "eof": "the end", "template": "a string"}
    return names.get(token.kind, str(token.value))
