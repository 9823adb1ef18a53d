"""The parts of a string or heredoc to a syntax tree: interpolations, `%{ if }`, `%{ for }`, whitespace stripping."""

from __future__ import annotations

from portal.template.hcl.ast import Literal, Node, Template, TemplateFor, TemplateIf
from portal.template.hcl.errors import HclSyntaxError
from portal.template.hcl.lexer import Sequence
from portal.template.hcl.parser import Parser
from portal.template.hcl.values import text


def parse_template(parts: list[str | Sequence], depth: int = 0) -> Node:
    """The expression that a template stands for: a Literal without interpolations, the interpolation when it stands alone."""
    merged = _strip(parts)
    if not merged:
        return Literal("")
    if len(merged) == 1 and isinstance(merged[0], str):
        return Literal(text(merged[0]))
    reader = _Reader(merged, depth)
    template = reader.until()
    if reader.index < len(merged):
        raise HclSyntaxError("a directive that no if or for has opened", reader.line)
    alone = (
        len(parts) == 1 and len(template.parts) == 1 and not isinstance(template.parts[0], (TemplateIf, TemplateFor))
    )
    return template.parts[0] if alone else template


def _strip(parts: list[str | Sequence]) -> list[str | Sequence]:
    """Join neighbouring texts, and cut the whitespace that `~` markers take away."""
    merged: list[str | Sequence] = []
    for part in parts:
        if isinstance(part, str) and merged and isinstance(merged[-1], str):
            merged[-1] += part
        else:
            merged.append(part)
    for index, part in enumerate(merged):
        if isinstance(part, Sequence):
            if part.strip_before and index and isinstance(before := merged[index - 1], str):
                merged[index - 1] = before.rstrip()
            if part.strip_after and index + 1 < len(merged) and isinstance(after := merged[index + 1], str):
                merged[index + 1] = after.lstrip()
    return [part for part in merged if part != ""]


class _Reader:
    def __init__(self, parts: list[str | Sequence], depth: int) -> None:
        self.parts, self.depth, self.index, self.line = parts, depth, 0, 1

    def until(self, *words: str) -> Template:
        """The parts up to a directive that begins with one of the words (left at the cursor), or to the end."""
        found: list[Node] = []
        while self.index < len(self.parts):
            part = self.parts[self.index]
            if isinstance(part, str):
                found.append(Literal(text(part)))
                self.index += 1
                continue
            self.line = part.line
            if part.directive and self._word() in (*words, "else", "endif", "endfor"):
                if self._word() not in words:
                    raise HclSyntaxError(f"%{{ {self._word()} }} does not belong here", part.line)
                return Template(tuple(found))
            self.index += 1
            found.append(self._directive(part) if part.directive else self._interpolation(part))
        if words:
            raise HclSyntaxError(f"expected %{{ {' or '.join(words)} }}", self.line)
        return Template(tuple(found))

    def _word(self) -> str:
        part = self.parts[self.index]
        return str(part.tokens[0].value) if isinstance(part, Sequence) else ""

    def _interpolation(self, part: Sequence) -> Node:
        parser = self._parser(part)
        node = parser.expression()
        parser.expect("eof")
        return node

    def _parser(self, part: Sequence) -> Parser:
        parser = Parser(part.tokens, self.depth + 1)
        parser.ignore_newlines()
        return parser

    def _directive(self, part: Sequence) -> Node:
        parser = self._parser(part)
        word = parser.expect("ident").value
        self.depth += 1
        parser.check_depth(self.depth)
        node = self._if(parser) if word == "if" else self._for(parser, word, part.line)
        self.depth -= 1
        return node

    def _if(self, parser: Parser) -> Node:
        condition = parser.expression()
        parser.expect("eof")
        then = self.until("else", "endif")
        otherwise = Template(())
        if self._word() == "else":
            self.index += 1
            otherwise = self.until("endif")
        self.index += 1
        return TemplateIf(condition, then, otherwise)

    def _for(self, parser: Parser, word: str, line: int) -> Node:
        if word != "for":
            raise HclSyntaxError(f"a directive is if or for, not {word}", line)
        names = [parser.expect("ident").value]
        if parser.take(","):
            names.append(parser.expect("ident").value)
        parser.expect("ident", "in")
        collection = parser.expression()
        parser.expect("eof")
        body = self.until("endfor")
        self.index += 1
        return TemplateFor(names[0] if len(names) == 2 else None, names[-1], collection, body)
