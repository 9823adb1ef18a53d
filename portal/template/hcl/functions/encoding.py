"""Encodings and hashes."""

from __future__ import annotations

import base64
import binascii
import hashlib
import json
from collections.abc import Callable
from decimal import Decimal
from typing import Any
from urllib.parse import quote_plus

from portal.template.hcl.errors import EvalError, Undecided
from portal.template.hcl.functions.registry import RAW, function
from portal.template.hcl.types import STRING
from portal.template.hcl.values import MapV, ObjectV, TupleV, elements, number, number_text, ordered, text


@function("base64encode", STRING)
def base64encode(value: str) -> str:
    """Of the text's UTF-8."""
    return base64.b64encode(value.encode()).decode()


@function("base64decode", STRING)
def base64decode(value: str) -> str:
    """To a text; EvalError when it is not UTF-8."""
    try:
        return text(base64.b64decode(value.replace("\n", "").replace("\r", ""), validate=True).decode())
    except (binascii.Error, UnicodeDecodeError, ValueError):
        raise EvalError("the text is not base64 of UTF-8") from None


@function("urlencode", STRING)
def urlencode(value: str) -> str:
    """For a query."""
    return quote_plus(value, safe="")


@function("jsondecode", STRING)
def jsondecode(value: str) -> Any:
    """Objects and tuples, numbers exact."""
    try:
        return _from_json(json.loads(value, parse_int=Decimal, parse_float=Decimal, parse_constant=_no_constant))
    except RecursionError:
        raise Undecided("JSON that is nested too deeply") from None
    except ValueError:
        raise EvalError("the text is not JSON") from None


def _no_constant(name: str) -> Any:
    raise ValueError(name)


def _from_json(value: Any) -> Any:
    if isinstance(value, dict):
        return ObjectV({text(key): _from_json(item) for key, item in value.items()})
    if isinstance(value, list):
        return TupleV(tuple(_from_json(item) for item in value))
    if isinstance(value, Decimal):
        return number(value)
    return _text(value) if isinstance(value, str) else value


def _text(value: str) -> str:
    try:
        value.encode()
    except UnicodeEncodeError:
        raise Undecided("a text that is not Unicode") from None
    return text(value)


@function("jsonencode", RAW, nullable=True)
def jsonencode(value: Any) -> str:
    """Without spaces, keys in order, `< > &` escaped as Go does."""
    return _to_json(value)


def _to_json(value: Any) -> str:
    if value is None or isinstance(value, bool):
        return json.dumps(value)
    if isinstance(value, Decimal):
        return number_text(value)
    if isinstance(value, str):
        return _json_string(value)
    if isinstance(value, (MapV, ObjectV)):
        return "{" + ",".join(f"{_json_string(key)}:{_to_json(item)}" for key, item in elements(value)) + "}"
    return "[" + ",".join(_to_json(item) for item in ordered(value).items) + "]"


def _json_string(value: str) -> str:
    encoded = json.dumps(value, ensure_ascii=False)
    for char in "<>&\u2028\u2029":
        encoded = encoded.replace(char, f"\\u{ord(char):04x}")
    if "\x7f" in value or "\\b" in encoded or "\\f" in encoded:
        raise Undecided("how a control character is written in JSON")
    return encoded


def _hash(name: str, algorithm: Callable[[bytes], Any]) -> None:
    @function(name, STRING)
    def hashed(value: str) -> str:
        return algorithm(value.encode()).hexdigest()

    @function(f"base64{name}", STRING)
    def encoded(value: str) -> str:
        return base64.b64encode(algorithm(value.encode()).digest()).decode()


_hash("sha256", hashlib.sha256)
_hash("sha512", hashlib.sha512)


@function("sha1", STRING)
def sha1(value: str) -> str:
    """Hexadecimal; a template's own identifier, not a safeguard."""
    return hashlib.sha1(value.encode(), usedforsecurity=False).hexdigest()


@function("md5", STRING)
def md5(value: str) -> str:
    """Hexadecimal; a template's own identifier, not a safeguard."""
    return hashlib.md5(value.encode(), usedforsecurity=False).hexdigest()
