"""Which values are secret, and the texts to look for when logs are redacted (portal/run/redactor.py says how). Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from portal.template.checks import split_path
from portal.template.module import Module
from portal.template.visibility import places


def sensitive_variables(module: Module) -> set[str]:
    """The names of variables that are secret as a whole, or hold something that the manifest calls secret."""
    return {name for name, _ in _places(module)}


def _places(module: Module) -> Iterator[tuple[str, str]]:
    yield from ((name, "") for name, variable in module.variables.items() if variable.sensitive or variable.ephemeral)
    hints = module.manifest.variables if module.manifest else {}
    yield from (split_path(path) for path, hint in hints.items() if hint.sensitive)


def sensitive_values(module: Module, values: Mapping[str, Any]) -> set[str]:
    """Every secret text in these values."""
    return {
        secret
        for name, place in _places(module)
        for _, value in places(values.get(name), place)
        for secret in _texts(value)
        if secret
    }


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, (list, tuple)):
        for item in value:
            yield from _texts(item)
    elif isinstance(value, dict):
        for item in value.values():
            yield from _texts(item)
    elif isinstance(value, (int, float)) and not isinstance(value, bool):
        yield str(value)
