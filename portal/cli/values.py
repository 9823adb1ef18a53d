"""Values for a template's variables: a JSON file (terraform.tfvars.json), and `name=value` on top."""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Any

import typer

from portal.kit.errors import FieldProblem, Invalid

ValuesFile = Annotated[
    Path | None,
    typer.Option("--values", "-f", help="A JSON file of values (terraform.tfvars.json); - reads standard input."),
]
Assigned = Annotated[
    list[str] | None,
    typer.Option("--set", help="NAME=VALUE, JSON or plain text; may be repeated. Secrets belong into --values."),
]


def read_values(path: Path | None, assigned: Sequence[str]) -> dict[str, Any]:
    """The values of both; Invalid says what cannot be read."""
    values = {} if path is None else _from_file(path)
    for text in assigned:
        name, equals, value = text.partition("=")
        if not equals or not name:
            raise Invalid(f"--set takes NAME=VALUE, not {text!r}.", [FieldProblem("", "use NAME=VALUE")])
        values[name] = _json_or_text(value)
    return values


def _from_file(path: Path) -> dict[str, Any]:
    try:
        text = sys.stdin.read() if str(path) == "-" else path.read_text(encoding="utf-8")
        values = json.loads(text)
    except (OSError, ValueError) as error:
        raise Invalid(f"The values in {path} cannot be read: {type(error).__name__}.") from None
    if not isinstance(values, dict):
        raise Invalid(f"The values in {path} must be one JSON object, a name and a value for each variable.")
    return values


def _json_or_text(text: str) -> Any:
    try:
        return json.loads(text)
    except ValueError:
        return text
