"""What an evaluation may see, and how much it may spend."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from portal.template.hcl.ast import Node
from portal.template.hcl.errors import Undecided
from portal.template.hcl.values import ListV, MapV, ObjectV, OpenV, SetV, TupleV

MAX_STEPS = 100_000
MAX_STRING = 4_000_000
MAX_SCOPES = 60


@dataclass
class Budget:
    """What one evaluation may still spend: a step for each node visited and each value built."""

    left: int = MAX_STEPS

    def spend(self, steps: int = 1) -> None:
        """Undecided when there is nothing left."""
        self.left -= steps
        if self.left < 0:
            raise Undecided("the expression needs too many steps")

    def charge(self, value: Any) -> Any:
        """Pay for everything in a value, and return it: values share parts, so they can be larger than memory."""
        stack = [value]
        while stack:
            item = stack.pop()
            if isinstance(item, str):
                self.spend(1 + len(item) // 256)
                continue
            self.spend()
            if isinstance(item, (ListV, SetV, TupleV)):
                stack.extend(item.items)
            elif isinstance(item, (MapV, ObjectV, OpenV)):
                stack.extend(item.items.values())
        return value


@dataclass(frozen=True)
class Scope:
    """What names stand for. A variable that is missing in `variables` is Undecided; `names` are loop variables.

    In a `partial` scope what is undecided may be an element of an object or list whose other elements are known: how
    many there are can be told then. Reading it is Undecided again. `resources` are by their address, as far as known.
    """

    variables: Mapping[str, Any] = field(default_factory=dict)
    locals: Mapping[str, Node] = field(default_factory=dict)
    names: Mapping[str, Any] = field(default_factory=dict)
    budget: Budget = field(default_factory=Budget)
    depth: int = 0
    partial: bool = False
    resources: Mapping[str, Any] = field(default_factory=dict)

    def child(self, names: Mapping[str, Any]) -> Scope:
        """The scope of a loop's body."""
        return replace(self, names={**self.names, **names})

    def local(self) -> Scope:
        """The scope of a local value's expression; Undecided when locals refer to each other without end."""
        if self.depth > MAX_SCOPES:
            raise Undecided("local values refer to each other too deeply")
        return replace(self, names={}, depth=self.depth + 1)


def joined(separator: str, parts: list[str]) -> str:
    """Texts in one, unless it gets too long."""
    if sum(map(len, parts)) + len(separator) * len(parts) > MAX_STRING:
        raise Undecided("a text is too long")
    return separator.join(parts)
