"""Which values were chosen from which list. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from portal.template.checks import split_path
from portal.template.hcl.convert import path_text
from portal.template.manifest import Hint
from portal.template.module import Module
from portal.template.rules import holds
from portal.template.visibility import environment, places, shown_rules

_NO_HINT = Hint()


def listed_values(module: Module, values: Mapping[str, Any]) -> Iterator[tuple[str, str, str]]:
    """Path, list and text of every value, or default, of a shown field that takes its options from a list."""
    hints, seen = (module.manifest.variables if module.manifest else {}), environment(module, values)
    for place, hint in hints.items():
        name, rest = split_path(place)
        if hint.options_from is None or not all(holds(rule, seen) for rule in shown_rules(hints.get(name, _NO_HINT))):
            continue
        for path, value in places(seen.get(name), rest):
            if isinstance(value, str) and value:
                yield path_text((name, *path)), hint.options_from.kind, value
