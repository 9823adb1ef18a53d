"""What a built-in rule is, and how rules look into resources. Pure."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import Annotated, Any, Generic, TypeVar

from pydantic import BaseModel, ConfigDict, Field

from portal.policy.schemas import PolicyProblem
from portal.policy.subject import SENSITIVE, UNKNOWN, Change, Subject

Pattern = Annotated[str, Field(min_length=1, max_length=100)]
Patterns = Annotated[list[Pattern], Field(max_length=100)]


class Settings(BaseModel):
    """The settings of a rule: a form is made from its JSON Schema."""

    model_config = ConfigDict(extra="forbid", frozen=True)


Given = TypeVar("Given", bound=Settings)


@dataclass(frozen=True, slots=True)
class Rule(Generic[Given]):
    """A built-in rule. `judge` yields what is wrong, and nothing when all is well."""

    key: str
    title: str
    description: str
    settings: type[Given]
    judge: Callable[[Subject, Given], Iterable[PolicyProblem]]
    clouds: tuple[str, ...] = ("azure", "gcp")
    at_apply: bool = False
    """It depends on the time, so it is asked again at the apply and denies no plan before."""
    reads_attributes: bool = True


def matches(text: str, patterns: Iterable[str]) -> bool:
    """Whether one of the patterns (`*` and `?`) fits the whole text, whatever the case."""
    return any(fnmatchcase(text.lower(), pattern.lower()) for pattern in patterns)


def blocks(values: Any, name: str) -> list[dict[str, Any]]:
    """A nested block as a list, however the provider writes it."""
    found = values.get(name) if isinstance(values, dict) else None
    return [item for item in (found if isinstance(found, list) else [found]) if isinstance(item, dict)]


def at(values: Any, path: str) -> list[Any]:
    """The values at a path like `settings.ip_configuration.ssl_mode`, of each block on the way."""
    found = [values]
    for step in path.split("."):
        found = [inner for item in found for inner in _entered(item, step)]
    return found


def _entered(item: Any, step: str) -> Iterator[Any]:
    for one in item if isinstance(item, list) else [item]:
        if isinstance(one, dict) and one.get(step) is not None:
            value = one[step]
            yield from value if isinstance(value, list) else [value]


def named(value: Any, names: Iterable[str]) -> Iterator[tuple[str, Any]]:
    """Every attribute of one of these names, however deep."""
    wanted = frozenset(names)
    if isinstance(value, dict):
        for key, inner in value.items():
            if key in wanted and not isinstance(inner, dict | list):
                yield key, inner
            else:
                yield from named(inner, wanted)
    elif isinstance(value, list):
        for inner in value:
            yield from named(inner, wanted)


def is_open(value: Any) -> bool:
    """Whether nobody can say what the value is: it is known after the apply only, or secret."""
    return value in (UNKNOWN, SENSITIVE) if isinstance(value, str) else False


def problem(change: Change, message: str) -> PolicyProblem:
    """A problem of one resource."""
    return PolicyProblem(address=change.address, message=message)


def listed(items: Iterable[str], most: int = 8) -> str:
    """A list for a sentence."""
    all_ = list(items)
    more = f" and {len(all_) - most} more" if len(all_) > most else ""
    return ", ".join(all_[:most]) + more
