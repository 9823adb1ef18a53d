"""Text to tokens. A quoted string or heredoc is one token, whose interpolations hold the tokens within them.

One pass, no backtracking: time is linear in the text, except that nested templates are limited in depth.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any, NamedTuple

from portal.template.hcl.errors import HclSyntaxError

MAX_TEXT = 1_000_000
MAX_TEMPLATE_DEPTH = 20

_SPACE = re.compile(r"[ \t\r\ufeff]+")
_COMMENT = re.compile(r"#[^\n]*|//[^\n]*")
_IDENT = re.compile(r"[^\W\d][\w-]*")
_NUMBER = re.compile(r"\d+(?:\.\d+)?(?:[eE][+-]?\d+)?")
_OP = re.compile(r"\.\.\.|&&|\|\||==|!=|<=|>=|=>|::|[-+*/%!<>?:=.,()\[\]{}]")
_HEREDOC = re.compile(r"<<(-?)([^\W\d][\w-]*)[ \t\r]*\n")
_PLAIN_QUOTED = re.compile(r'[^"\\$%\n]+')
_PLAIN_HEREDOC = re.compile(r"[^$%]+")
_ESCAPES = {"n": "\n", "r": "\r", "t": "\t", '"': '"', "\\": "\\"}
_DIGITS = frozenset("0123456789")


class Token(NamedTuple):
    """`kind`: ident, number, op, newline, template, eof. A template's value is its list of parts."""

    kind: str
    value: Any
    line: int


@dataclass(frozen=True, slots=True)
class Sequence:
    """`${ … }` or, as `directive`, `%{ … }`, with its whitespace strip markers."""

    tokens: list[Token]
    directive: bool
    strip_before: bool
    strip_after: bool
    line: int


def tokenize(text: str) -> list[Token]:
    """All tokens of a file or an expression, closed by an `eof`.

    Raises:
        HclSyntaxError: a character, string or heredoc that HCL does not know, or text beyond the limits.
    """
    if len(text) > MAX_TEXT:
        raise HclSyntaxError(f"the text is longer than {MAX_TEXT} characters", 1)
    return _Lexer(text.replace("\r\n", "\n")).run()


class _Lexer:
    def __init__(self, text: str, line: int = 1, depth: int = 0) -> None:
        if depth > MAX_TEMPLATE_DEPTH:
            raise HclSyntaxError("templates are nested too deeply", line)
        self.text, self.pos, self.line, self.depth = text, 0, line, depth

    def run(self) -> list[Token]:
        tokens = self._tokens(closing=False)
        tokens.append(Token("eof", "", self.line))
        return tokens

    def _tokens(self, *, closing: bool) -> list[Token]:
        """Tokens up to the end, or with `closing` up to the `}` (or `~}`) that ends an interpolation."""
        found: list[Token] = []
        braces = 0
        while self.pos < len(self.text):
            self._skip()
            if self.pos >= len(self.text):
                break
            char = self.text[self.pos]
            if closing and braces == 0 and (char == "}" or self.text.startswith("~}", self.pos)):
                return found
            token = self._next(char, found)
            if token.kind == "op":
                braces += {"{": 1, "}": -1}.get(token.value, 0)
            found.append(token)
        if closing:
            raise HclSyntaxError("an interpolation is not closed", self.line)
        return found

    def _skip(self) -> None:
        while True:
            if match := _SPACE.match(self.text, self.pos) or _COMMENT.match(self.text, self.pos):
                self.pos = match.end()
            elif self.text.startswith("/*", self.pos):
                end = self.text.find("*/", self.pos + 2)
                if end < 0:
                    raise HclSyntaxError("a comment is not closed", self.line)
                self.line += self.text.count("\n", self.pos, end)
                self.pos = end + 2
            else:
                return

    def _next(self, char: str, before: list[Token]) -> Token:
        line = self.line
        if char == "\n":
            self.pos += 1
            self.line += 1
            return Token("newline", "\n", line)
        if char == '"':
            self.pos += 1
            return Token("template", self._template(quoted=True), line)
        if char in _DIGITS:
            return Token("number", self._number(before), line)
        if char == "<" and (heredoc := _HEREDOC.match(self.text, self.pos)):
            return self._heredoc(heredoc)
        for kind, pattern in (("ident", _IDENT), ("op", _OP)):
            if match := pattern.match(self.text, self.pos):
                self.pos = match.end()
                return Token(kind, match.group(), line)
        raise HclSyntaxError("a character that HCL does not know here", line)

    def _number(self, before: list[Token]) -> str:
        """A number; after a dot (`list.0.1`) only its digits."""
        after_dot = bool(before) and before[-1][:2] == ("op", ".")
        pattern = re.compile(r"\d+") if after_dot else _NUMBER
        match = pattern.match(self.text, self.pos)
        digits = match.group() if match else ""
        self.pos += len(digits)
        return digits

    def _heredoc(self, start: re.Match[str]) -> Token:
        line, marker = self.line, start.group(2)
        lines: list[str] = []
        pos = start.end()
        while True:
            end = self.text.find("\n", pos)
            current = self.text[pos:] if end < 0 else self.text[pos:end]
            if current.strip() == marker:
                break
            if end < 0:
                raise HclSyntaxError(f"the heredoc is not closed by a line {marker}", line)
            lines.append(current + "\n")
            pos = end + 1
        self.pos = len(self.text) if end < 0 else end
        self.line += len(lines) + 1
        content = "".join(_dedent(lines) if start.group(1) else lines)
        return Token("template", _Lexer(content, line + 1, self.depth + 1)._template(quoted=False), line)

    def _template(self, *, quoted: bool) -> list[str | Sequence]:
        """The parts of a string up to its closing quote, or of a heredoc up to the end."""
        parts: list[str | Sequence] = []
        plain = _PLAIN_QUOTED if quoted else _PLAIN_HEREDOC
        while self.pos < len(self.text):
            if match := plain.match(self.text, self.pos):
                parts.append(match.group())
                self.line += match.group().count("\n")
                self.pos = match.end()
                continue
            char = self.text[self.pos]
            if quoted and char == '"':
                self.pos += 1
                return parts
            if char == "\n":
                break
            parts.append(self._escape() if char == "\\" else self._dollar(char))
        if quoted:
            raise HclSyntaxError("a string is not closed on its line", self.line)
        return parts

    def _escape(self) -> str:
        char = self.text[self.pos + 1 : self.pos + 2]
        if char in ("u", "U"):
            return self._unicode_escape(4 if char == "u" else 8)
        if char not in _ESCAPES:
            raise HclSyntaxError("an escape that HCL does not know; write \\\\ for a backslash", self.line)
        self.pos += 2
        return _ESCAPES[char]

    def _unicode_escape(self, digits: int) -> str:
        code = self.text[self.pos + 2 : self.pos + 2 + digits]
        if not re.fullmatch(f"[0-9a-fA-F]{{{digits}}}", code) or int(code, 16) > 0x10FFFF:
            raise HclSyntaxError(f"\\u needs {digits} hexadecimal digits", self.line)
        if 0xD800 <= int(code, 16) <= 0xDFFF:
            raise HclSyntaxError("a surrogate is no character", self.line)
        self.pos += 2 + digits
        return chr(int(code, 16))

    def _dollar(self, char: str) -> str | Sequence:
        """At `$` or `%`: an escaped `$${`, an interpolation, or the character itself."""
        if self.text.startswith(char * 2 + "{", self.pos):
            self.pos += 3
            return char + "{"
        if not self.text.startswith(char + "{", self.pos):
            self.pos += 1
            return char
        line = self.line
        self.pos += 2
        strip_before = self._take("~")
        self.depth += 1
        if self.depth > MAX_TEMPLATE_DEPTH:
            raise HclSyntaxError("templates are nested too deeply", line)
        tokens = self._tokens(closing=True)
        self.depth -= 1
        strip_after = self._take("~")
        self.pos += 1
        return Sequence([*tokens, Token("eof", "", self.line)], char == "%", strip_before, strip_after, line)

    def _take(self, char: str) -> bool:
        found = self.text.startswith(char, self.pos)
        self.pos += found
        return found


def _dedent(lines: list[str]) -> list[str]:
    """Remove the indentation that all lines share, as `<<-` does."""
    indent = min((len(line) - len(line.lstrip(" \t")) for line in lines if line.strip()), default=0)
    return [line[indent:] if line.strip() else line.lstrip(" \t") for line in lines]
