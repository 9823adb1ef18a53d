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

_TOKEN = re.compile(
    r"""(?P<space>[ \t\r\ufeff]+|\#[^\n]*|//[^\n]*)
      | (?P<ident>[^\W\d][\w-]*)
      | (?P<newline>\n)
      | (?P<quote>")
      | (?P<number>\d+(?:\.\d+)?(?:[eE][+-]?\d+)?)
      | (?P<heredoc><<(?P<flush>-?)(?P<marker>[^\W\d][\w-]*)[ \t\r]*\n)
      | (?P<comment>/\*)
      | (?P<op>\.\.\.|&&|\|\||==|!=|<=|>=|=>|::|[-+*/%!<>?:=.,()\[\]{}])""",
    re.VERBOSE,
)
_INTEGER = re.compile(r"\d+")
_PLAIN_QUOTED = re.compile(r'[^"\\$%\n]+')
_PLAIN_HEREDOC = re.compile(r"[^$%]+")
_ESCAPES = {"n": "\n", "r": "\r", "t": "\t", '"': '"', "\\": "\\"}


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


def tokenize_template(text: str, line: int = 1) -> list[str | Sequence]:
    """The parts of a text that is a template of its own, such as a string of a JSON file."""
    return _Lexer(text, line)._template(quoted=False)


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
        braces, end, match_at = 0, len(self.text), _TOKEN.match
        while self.pos < end:
            match = match_at(self.text, self.pos)
            if match is None:
                if closing and braces == 0 and self.text.startswith("~}", self.pos):
                    return found
                raise HclSyntaxError("a character that HCL does not know here", self.line)
            kind, value = match.lastgroup, match.group()
            if kind == "op" and value in ("{", "}"):
                if closing and braces == 0 and value == "}":
                    return found
                braces += 1 if value == "{" else -1
            self._take_token(kind or "", value, match, found)
        if closing:
            raise HclSyntaxError("an interpolation is not closed", self.line)
        return found

    def _take_token(self, kind: str, value: str, match: re.Match[str], found: list[Token]) -> None:
        """Step over what was matched, and note it when it means something."""
        line = self.line
        if kind in ("ident", "op"):
            self.pos = match.end()
            found.append(Token(kind, value, line))
        elif kind == "space":
            self.pos = match.end()
        elif kind == "newline":
            self.pos = match.end()
            self.line += 1
            found.append(Token(kind, value, line))
        elif kind == "quote":
            self.pos = match.end()
            found.append(Token("template", self._template(quoted=True), line))
        elif kind == "number":
            found.append(Token(kind, self._number(value, found), line))
        elif kind == "comment":
            self._comment()
        else:
            found.append(self._heredoc(match))

    def _comment(self) -> None:
        end = self.text.find("*/", self.pos + 2)
        if end < 0:
            raise HclSyntaxError("a comment is not closed", self.line)
        self.line += self.text.count("\n", self.pos, end)
        self.pos = end + 2

    def _number(self, value: str, before: list[Token]) -> str:
        """A number; after a dot (`list.0.1`) only its digits."""
        if before and before[-1][:2] == ("op", "."):
            digits = _INTEGER.match(value)
            value = digits.group() if digits else value
        self.pos += len(value)
        return value

    def _heredoc(self, start: re.Match[str]) -> Token:
        line, marker = self.line, start.group("marker")
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
        content = "".join(_dedent(lines) if start.group("flush") else lines)
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
