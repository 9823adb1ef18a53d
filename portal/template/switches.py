"""Why a resource is not there: the words for what a person would have to change. Pure.

`reason` follows the expression of `count` or `for_each` to the part that makes it nothing. Where that is simple, it
gives a sentence that names the fields; where it is not, it names what it depends on, or is silent.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from portal.template.conditions import variables_in
from portal.template.hcl import EvalError, Node, Scope, Undecided, evaluate
from portal.template.hcl.ast import Attr, Binary, Call, Conditional, For, Literal, Name, ObjectExpr, TupleExpr, Unary
from portal.template.hcl.values import number_text
from portal.template.schemas import FieldModel
from portal.template.words import humanise

MOST_NAMES = 5
_PASSING = frozenset({"distinct", "flatten", "compact", "keys", "length", "toset", "tolist", "tomap", "values", "merge",
                      "concat", "setunion", "nonsensitive"})  # fmt: skip
_FLIPPED = {"==": "!=", "!=": "==", ">": "<=", "<=": ">", "<": ">=", ">=": "<"}


@dataclass(frozen=True)
class Switches:
    """Explains expressions of one module.

    `field` gives the form's field of a variable's place, such as `backup` or `backup.vault`; `repeats` holds the
    expressions of resources that others are counted by, by their address.
    """

    scope: Scope
    field: Callable[[str], FieldModel | None]
    repeats: Mapping[str, Node]

    def title(self, place: str) -> str:
        """What the form calls a place."""
        field = self.field(place)
        return field.title if field else humanise(place.rpartition(".")[2])

    def reason(self, node: Node) -> str | None:
        """What would have to hold for a `count` that is 0 or a `for_each` that is empty: "Only when … is on."."""
        said = self._filled(node)
        return f"Only {said}." if said else self._depends(node)

    def _filled(self, node: Node) -> str | None:
        """What would put something into an expression that is 0 or empty."""
        match node:
            case Attr(source=Name(name="local"), name=name) if name in self.scope.locals:
                return self._filled(self.scope.locals[name])
            case Attr(source=Name(name=kind), name=name) if (address := f"{kind}.{name}") in self.repeats:
                return self._filled(self.repeats[address])
            case Attr() if place := _place(node):
                return (
                    f"for entries of “{self.title(place)}” that ask for it"
                    if self._size(node)
                    else self._entries(place)
                )
            case Conditional(condition=condition, then=then, otherwise=otherwise):
                return self._chosen(condition, then, otherwise)
            case Call(name=name, args=args) if name in _PASSING and args:
                found = [said for arg in args if (said := self._filled(arg))]
                return " or ".join(dict.fromkeys(found)) if len(found) == len(args) or len(args) == 1 else None
            case For():
                return self._loop(node)
        return None

    def _entries(self, place: str) -> str:
        return f"when “{self.title(place)}” has entries"

    def _chosen(self, condition: Node, then: Node, otherwise: Node) -> str | None:
        holds = self._true(condition)
        if holds is None:
            return None
        chosen, other = (then, otherwise) if holds else (otherwise, then)
        if not _is_nothing(chosen):
            return self._filled(chosen)
        said = None if _is_nothing(other) else self._demand(condition, not holds)
        return f"when {said}" if said else None

    def _loop(self, node: For) -> str | None:
        if node.condition is not None and self._size(node.collection):
            said = self._demand(node.condition, True) if self._true(node.condition) is False else None
            if said:
                return f"when {said}"
            place = _place(self._followed(node.collection))
            return f"for entries of “{self.title(place)}” that ask for it" if place else None
        return self._filled(node.collection)

    def _followed(self, node: Node) -> Node:
        match node:
            case Attr(source=Name(name="local"), name=name) if name in self.scope.locals:
                return self._followed(self.scope.locals[name])
            case Call(name=name, args=(inner,)) if name in _PASSING:
                return self._followed(inner)
            case For(collection=inner):
                return self._followed(inner)
        return node

    def _demand(self, node: Node, wanted: bool) -> str | None:
        """What must hold for a condition to become `wanted`."""
        match node:
            case Unary(op="!", operand=operand):
                return self._demand(operand, not wanted)
            case Attr(source=Name(name="local"), name=name) if name in self.scope.locals:
                return self._demand(self.scope.locals[name], wanted)
            case Binary(op="&&" | "||", left=left, right=right):
                return self._both((left, right), wanted, every=(node.op == "&&") == wanted)
            case Binary(op=op, left=left, right=right) if op in _FLIPPED:
                return self._compared(op if wanted else _FLIPPED[op], left, right)
            case Call(name="contains", args=(TupleExpr(items=items), value)) if place := _place(value):
                words = [self._word(place, item) for item in items]
                return (
                    f"“{self.title(place)}” is {'' if wanted else 'not '}{' or '.join(words)}" if all(words) else None
                )
            case Conditional(condition=condition, then=then, otherwise=otherwise):
                holds = self._true(condition)
                return None if holds is None else self._demand(then if holds else otherwise, wanted)
            case _ if place := _place(node):
                return f"“{self.title(place)}” is {'on' if wanted else 'off'}"
        return None

    def _both(self, sides: tuple[Node, ...], wanted: bool, *, every: bool) -> str | None:
        """Sides that must all be so (those that are already are not named), or any one of which is enough."""
        open_ = [side for side in sides if not every or self._true(side) is not wanted]
        said = [self._demand(side, wanted) for side in open_]
        known = [part for part in said if part]
        if not known or (every and len(known) < len(said)):
            return None
        return (" and " if every else " or ").join(dict.fromkeys(known))

    def _compared(self, op: str, left: Node, right: Node) -> str | None:
        if isinstance(left, Literal) and op in ("==", "!="):
            left, right = right, left
        match left, right:
            case Call(name="length", args=(inner,)), Literal(value=Decimal() as edge):
                place = _place(self._followed(inner))
                more = (op in (">", "!=") and edge == 0) or (op == ">=" and edge == 1)
                less = (op in ("==", "<=") and edge == 0) or (op == "<" and edge == 1)
                return (
                    f"“{self.title(place)}” {'has entries' if more else 'is empty'}" if place and more != less else None
                )
        place = _place(left)
        if place is None or not isinstance(right, Literal):
            return None
        title = f"“{self.title(place)}”"
        if right.value is None and op in ("==", "!="):
            return f"{title} is {'set' if op == '!=' else 'not set'}"
        if isinstance(right.value, bool) and op in ("==", "!="):
            return f"{title} is {'on' if right.value == (op == '==') else 'off'}"
        others = self._others(place, right) if op == "!=" else []
        if len(others) == 1:
            return f"{title} is “{others[0]}”"
        word = self._word(place, right)
        return f"{title} is {_RELATIONS[op]}{word}" if word else None

    def _word(self, place: str, node: Node) -> str:
        """A value as the form shows it."""
        match node:
            case Literal(value=str() as text):
                field = self.field(place)
                labels = {option.value: option.label for option in field.options} if field else {}
                return f"“{labels.get(text, text)}”"
            case Literal(value=Decimal() as number):
                return number_text(number)
        return ""

    def _others(self, place: str, node: Literal) -> list[str]:
        """The labels of what else can be chosen."""
        field = self.field(place)
        return [option.label for option in field.options if option.value != node.value] if field else []

    def _depends(self, node: Node) -> str | None:
        names = sorted(variables_in(node, self.scope.locals))
        if not names or len(names) > MOST_NAMES:
            return None
        return f"It depends on {', '.join(f'“{self.title(name)}”' for name in names)}."

    def _true(self, node: Node) -> bool | None:
        value = self._value(node)
        return value if isinstance(value, bool) else None

    def _size(self, node: Node) -> int | None:
        items = getattr(self._value(node), "items", None)
        return None if items is None or isinstance(items, str) else len(items)

    def _value(self, node: Node) -> Any:
        try:
            return evaluate(node, self.scope)
        except (EvalError, Undecided):
            return None


_RELATIONS = {
    "==": "", "!=": "not ", ">": "more than ", ">=": "at least ", "<": "less than ", "<=": "at most ",
}  # fmt: skip


def _place(node: Node) -> str | None:
    """`backup.vault` of `var.backup.vault`."""
    match node:
        case Attr(source=Name(name="var"), name=name):
            return name
        case Attr(source=source, name=name):
            outer = _place(source)
            return None if outer is None else f"{outer}.{name}"
        case Call(name="try" | "coalesce" | "tobool" | "tolist" | "toset", args=(first, *_)):
            return _place(first)
    return None


def _is_nothing(node: Node) -> bool:
    match node:
        case Literal(value=value):
            return value == 0 and not isinstance(value, bool)
        case TupleExpr(items=()) | ObjectExpr(items=()):
            return True
        case Call(name="toset" | "tolist" | "tomap", args=(inner,)):
            return _is_nothing(inner)
    return False
