"""What rules are made of: a resource that answers what it is asked, and lines that say what is charged."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, Literal


@dataclass(frozen=True, slots=True)
class Line:
    """One charge. `count` units of the meter run all month; a `use` line has a price at most, and no quantity."""

    what: str
    meter: str | None
    count: Decimal = Decimal(1)
    assumption: str = ""
    kind: Literal["standing", "use"] = "standing"
    region: str | None = None
    """Where it is charged, when that is not where the resource is."""


def standing(
    what: str, meter: str, count: Decimal | int | str = 1, assumption: str = "", region: str | None = None
) -> Line:
    """Charged whatever happens: `count` of the meter's unit all month long."""
    return Line(what, meter, Decimal(count), assumption, region=region)


def by_use(what: str, meter: str | None = None, assumption: str = "", region: str | None = None) -> Line:
    """Charged by use, which nobody knows yet; with the price of one unit when the book has it."""
    return Line(what, meter, assumption=assumption, kind="use", region=region)


def without_price(what: str, why: str = "") -> Line:
    """Charged whatever happens, and the book has no price of it."""
    return Line(what, None, assumption=why)


@dataclass(frozen=True)
class Resource:
    """One instance as it is planned, or as it was. What is not known before the apply reads as if it were not there."""

    address: str
    type: str
    values: Mapping[str, Any]
    module: str = ""
    others: Sequence[Resource] = field(default=(), repr=False, compare=False)
    """All instances of the same side of the plan, this one included, in the order of their addresses."""

    def value(self, path: str) -> Any:
        """An attribute, or one of the first of nested blocks: `sku.name`. None when any part is missing."""
        found: Any = self.values
        for part in path.split("."):
            if isinstance(found, list):
                found = found[0] if found else None
            found = found.get(part) if isinstance(found, Mapping) else None
        return found

    def text(self, path: str, default: str = "") -> str:
        """An attribute that is a text."""
        found = self.value(path)
        return found if isinstance(found, str) and found else default

    def number(self, path: str) -> Decimal | None:
        """An attribute that is a number, or a text that reads as one."""
        return number(self.value(path))

    def flag(self, path: str) -> bool:
        """Whether an attribute is known to be true."""
        return self.value(path) is True

    def blocks(self, path: str) -> list[Mapping[str, Any]]:
        """Nested blocks of one kind."""
        return blocks_of(self.value(path))

    def neighbours(self, *types: str) -> list[Resource]:
        """The instances of these types in the same module."""
        return [other for other in self.others if other.type in types and other.module == self.module]


def blocks_of(value: Any) -> list[Mapping[str, Any]]:
    """The blocks in whatever a plan holds in their place."""
    return [block for block in value if isinstance(block, Mapping)] if isinstance(value, list) else []


def number(value: Any) -> Decimal | None:
    """A finite number out of whatever a plan holds in its place."""
    if isinstance(value, bool) or not isinstance(value, int | float | str | Decimal):
        return None
    try:
        found = Decimal(str(value))
    except ArithmeticError:
        return None
    return found if found.is_finite() else None
