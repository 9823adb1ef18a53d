"""What a provider refuses before it does anything: Terraform's ValidateResourceConfig as pure functions.

Terraform itself has checked names, types and required arguments against the schema by then. Texts follow the real
providers' SDK, so that what people read here is what they would read there. Unknown values are not judged.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from functools import lru_cache
from typing import Any, Final

import re2

from worker.sandbox.behaviour import shape
from worker.sandbox.plan import as_block, element_type
from worker.sandbox.protocol import UNKNOWN, Path_, Value
from worker.sandbox.schema import Attribute, Block, NestedBlock

ERROR: Final = 1
WARNING: Final = 2
_SHOWN_LENGTH: Final = 200
_EITHER: Final = ("enum", "range")
"""A provider that lists values and gives bounds takes either: -1 for never, or minutes."""


@dataclass(frozen=True, slots=True)
class Finding:
    """Something wrong with a configuration, at a path."""

    severity: int
    summary: str
    detail: str
    path: Path_


def check(block: Block, config: Value) -> list[Finding]:
    """Everything that is wrong with `config`."""
    if not isinstance(config, dict):
        return []
    checker = _Checker(config)
    return list(dict.fromkeys(checker.block(block, config, ())))


@dataclass(frozen=True, slots=True)
class _Checker:
    root: Mapping[str, Value]

    def block(self, block: Block, config: Mapping[str, Value], path: Path_) -> Iterator[Finding]:
        for name, attribute in block.attributes.items():
            yield from self.attribute(attribute, config.get(name), (*path, name))
        for name, nested in block.blocks.items():
            yield from self.nested(nested, config.get(name), (*path, name))

    def attribute(self, attribute: Attribute, value: Value, path: Path_) -> Iterator[Finding]:
        yield from self._together(attribute.facts, value, path)
        if value is None or value is UNKNOWN:
            return
        if not attribute.configurable:
            yield _unconfigurable(attribute.name, path)
            return
        if attribute.facts.get("deprecated"):
            yield Finding(WARNING, "Argument is deprecated", f"{attribute.name} is deprecated by its provider.", path)
        yield from _sizes(attribute, value, path)
        for element, where in _elements(attribute, value, path):
            yield from _judged(attribute, element, where)
        if attribute.facts.get("nested"):
            yield from self._objects(attribute, value, path)

    def _objects(self, attribute: Attribute, value: Value, path: Path_) -> Iterator[Finding]:
        inner = as_block(attribute)
        for index, element in enumerate(value if isinstance(value, list) else ()):
            if isinstance(element, dict):
                where = (*path, index) if attribute.type[0] == "list" else path
                yield from self.block(inner, element, where)

    def nested(self, nested: NestedBlock, value: Value, path: Path_) -> Iterator[Finding]:
        elements = value if isinstance(value, list) else [value] if isinstance(value, dict) else []
        yield from self._together(nested.facts, value if value is UNKNOWN else (elements or None), path)
        if elements and nested.facts.get("deprecated"):
            yield Finding(WARNING, "Argument is deprecated", f"{nested.name} is deprecated by its provider.", path)
        for index, element in enumerate(elements):
            if isinstance(element, dict):
                where = (*path, index) if nested.mode == "list" else path  # a set's elements have no address
                yield from self.block(nested.block, element, where)

    def _together(self, facts: Mapping[str, Any], value: Value, path: Path_) -> Iterator[Finding]:
        """Rules about several arguments. Those of which one must be there are judged where nothing is set, too."""
        if group := facts.get("exactly_one_of"):
            yield from self._exactly_one(group, path)
        if group := facts.get("at_least_one_of"):
            yield from self._at_least_one(group, path)
        if value is None:
            return
        if group := facts.get("conflicts_with"):
            yield from self._conflicts(group, path)
        if group := facts.get("required_with"):
            yield from self._required_with(group, path)

    def _exactly_one(self, group: list[str], path: Path_) -> Iterator[Finding]:
        states = [self._at(name) for name in sorted({*group, _key(path)})]
        given = [name for name, value in states if value is not None and value is not UNKNOWN]
        summary, where = "Invalid combination of arguments", self._anchor(path)
        if len(given) > 1:
            text = f"only one of `{_names(group)}` can be specified, but `{','.join(given)}` were specified."
            yield Finding(ERROR, summary, f'"{min(group)}": {text}', where)
        if not given and all(value is not UNKNOWN for _, value in states):
            yield Finding(ERROR, summary, f'"{min(group)}": one of `{_names(group)}` must be specified', where)

    def _at_least_one(self, group: list[str], path: Path_) -> Iterator[Finding]:
        if all(self._at(name)[1] is None for name in {*group, _key(path)}):
            text = f'"{min(group)}": one of `{_names(group)}` must be specified'
            yield Finding(ERROR, "Missing required argument", text, self._anchor(path))

    def _conflicts(self, group: list[str], path: Path_) -> Iterator[Finding]:
        for name in group:
            value = self._at(name)[1]
            if name != _key(path) and value is not None and value is not UNKNOWN:
                yield Finding(
                    ERROR, "Conflicting configuration arguments", f'"{_key(path)}": conflicts with {name}', path
                )

    def _required_with(self, group: list[str], path: Path_) -> Iterator[Finding]:
        if any(self._at(name)[1] is None for name in group):
            text = f'"{_key(path)}": all of `{_names(group)}` must be specified'
            yield Finding(ERROR, "Missing required argument", text, path)

    def _at(self, name: str) -> tuple[str, Value]:
        """What the configuration has at an SDK address such as "site_config.0.always_on"; an empty block is None."""
        value: Value = self.root
        for step in name.split("."):
            if value is UNKNOWN:
                return name, UNKNOWN
            if isinstance(value, dict):
                value = value.get(step)
            elif isinstance(value, list) and step.isdigit() and int(step) < len(value):
                value = value[int(step)]
            else:
                return name, None
        return name, None if value == [] else value

    def _anchor(self, path: Path_) -> Path_:
        """The block that holds `path`: a missing argument has no line of its own."""
        return path if self._at(_key(path))[1] is not None else path[:-1]


def _key(path: Path_) -> str:
    return ".".join(str(step) for step in path)


def _names(group: list[str]) -> str:
    return ",".join(sorted(group))


def _unconfigurable(name: str, path: Path_) -> Finding:
    detail = (
        f'Can\'t configure a value for "{name}": its value will be decided automatically based on the result of '
        "applying this configuration."
    )
    return Finding(ERROR, "Value for unconfigurable attribute", detail, path)


def _sizes(attribute: Attribute, value: Value, path: Path_) -> Iterator[Finding]:
    if not isinstance(value, list):
        return
    least, most = attribute.facts.get("min_items", 0), attribute.facts.get("max_items", 0)
    if most and len(value) > most:
        text = f"Attribute {attribute.name} supports {most} item maximum, but config has {len(value)} declared."
        yield Finding(ERROR, "Too many list items", text, path)
    if len(value) < least:
        text = f"Attribute {attribute.name} requires {least} item minimum, but config has only {len(value)} declared."
        yield Finding(ERROR, "Not enough list items", text, path)


def _elements(attribute: Attribute, value: Value, path: Path_) -> Iterator[tuple[Value, Path_]]:
    """The values that an attribute's facts speak of: those in a collection when they are about each, else itself."""
    if isinstance(value, list) and element_type(attribute.type) is not None:
        listed = attribute.type[0] == "list"
        yield from ((element, (*path, index) if listed else path) for index, element in enumerate(value))
    elif not isinstance(value, list | dict):
        yield value, path


def _judged(attribute: Attribute, value: Value, path: Path_) -> Iterator[Finding]:
    if value is None or value is UNKNOWN or isinstance(value, list | dict):
        return
    if isinstance(value, str) and "\0" in value:
        yield Finding(ERROR, "Invalid value", f"{attribute.name} must not contain a NUL character.", path)
    problems = {
        fact: judge(attribute.name, value, attribute.facts)
        for fact, judge in _JUDGES.items()
        if fact in attribute.facts
    }
    if not all(problems.get(fact, "absent") for fact in _EITHER):
        problems = {fact: problem for fact, problem in problems.items() if fact not in _EITHER}
    yield from (Finding(ERROR, problem, "", path) for problem in problems.values() if problem)


def _enum(name: str, value: Value, facts: Mapping[str, Any]) -> str | None:
    allowed = facts["enum"]
    if facts.get("enum_open"):
        return None
    fold = str.lower if facts.get("enum_ci") else str
    if fold(_plain(value)) in {fold(_plain(item)) for item in allowed}:
        return None
    listed = " ".join(f'"{item}"' if isinstance(item, str) else str(item) for item in allowed)
    return f"expected {name} to be one of [{listed}], got {_shown(value, facts)}"


def _plain(value: Value) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def _shown(value: Value, facts: Mapping[str, Any]) -> str:
    """What was given, for a message. All of it or nothing: who removes secrets from messages would not know a part of one."""
    if facts.get("sensitive"):
        return "(sensitive)"
    text = _plain(value)
    return text if len(text) <= _SHOWN_LENGTH else f"{len(text)} characters"


def _number(value: Value) -> Decimal | None:
    if isinstance(value, bool):
        return None
    try:
        return Decimal(str(value))
    except InvalidOperation:
        return None


def _range(name: str, value: Value, facts: Mapping[str, Any]) -> str | None:
    number, (least, most) = _number(value), facts["range"]
    if number is None:
        return None
    too_small = least is not None and number < Decimal(str(least))
    if not too_small and (most is None or number <= Decimal(str(most))):
        return None
    if least is None:
        return f"expected {name} to be at most ({most}), got {_shown(value, facts)}"
    if most is None:
        return f"expected {name} to be at least ({least}), got {_shown(value, facts)}"
    return f"expected {name} to be in the range ({least} - {most}), got {_shown(value, facts)}"


def _length(name: str, value: Value, facts: Mapping[str, Any]) -> str | None:
    least, most = facts["length"]
    size = len(value.encode()) if isinstance(value, str) else None
    if size is None or ((least or 0) <= size and (most is None or size <= most)):
        return None
    if most is None:
        return f"expected length of {name} to be at least {least}, got {_shown(value, facts)}"
    return f"expected length of {name} to be in the range ({least or 0} - {most}), got {_shown(value, facts)}"


@lru_cache(maxsize=4096)
def _pattern(text: str) -> Callable[[str], Any] | None:
    """A pattern in Go's own dialect, which RE2 is; None for the few that do not compile."""
    options = re2.Options()
    options.log_errors = False
    try:
        return re2.compile(text, options=options).search
    except re2.error:
        return None


def _regex(name: str, value: Value, facts: Mapping[str, Any]) -> str | None:
    search = _pattern(facts["regex"])
    if search is None or not isinstance(value, str) or search(value):
        return None
    return f"invalid value for {name} (must match {facts['regex']})"


def _multiple(name: str, value: Value, facts: Mapping[str, Any]) -> str | None:
    number, factor = _number(value), facts["multiple_of"]
    if number is None or number % factor == 0:
        return None
    return f"expected {name} to be divisible by {factor}, got: {_shown(value, facts)}"


def _id_format(name: str, value: Value, facts: Mapping[str, Any]) -> str | None:
    formats = facts.get("id_formats") or [facts["id_format"]]
    if not isinstance(value, str) or value in facts.get("enum", ()) or any(_fits(value, given) for given in formats):
        return None
    return f'parsing "{_shown(value, facts)}": {name} must be an id such as {formats[0]}'


_JUDGES: Final[dict[str, Callable[[str, Value, Mapping[str, Any]], str | None]]] = {
    "enum": _enum,
    "range": _range,
    "length": _length,
    "regex": _regex,
    "multiple_of": _multiple,
    "id_format": _id_format,
    "id_formats": _id_format,
}


def _fits(value: str, given: str) -> bool:
    """Whether a resource id has the fixed segments of an example id. Other examples (URLs, scopes) fit anything."""
    if not given.startswith("/subscriptions/"):
        return True
    return shape(value, fold=False) == shape(given, fold=False) and "//" not in value
