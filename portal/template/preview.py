"""What will be created with these values, before any plan: each resource, how many of it, and why not. Pure.

`count`, `for_each` and `name` are evaluated as Terraform does, with variables and locals known and everything else
unknown. A number that is given is the one that Terraform will plan; what cannot be known is said to be so.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from decimal import Decimal
from functools import cached_property
from typing import Any

from portal.template.conditions import variables_in
from portal.template.form import variable_field
from portal.template.hcl import EvalError, Node, Scope, Undecided, evaluate
from portal.template.hcl.ast import Conditional, Literal
from portal.template.hcl.convert import convert
from portal.template.hcl.scope import MAX_STEPS, Budget
from portal.template.hcl.types import NUMBER
from portal.template.hcl.values import UNKNOWN, MapV, ObjectV, SetV, TupleV, elements
from portal.template.module import Call, Module, Repeat, Resource, Variable
from portal.template.schemas import FieldModel, Preview, ResourcePreview
from portal.template.sensitive import sensitive_variables
from portal.template.switches import Switches
from portal.template.values import convert_json
from portal.template.visibility import visible_values
from portal.template.words import type_words

MAX_NAMES = 20
Instance = tuple[Any, Any]
"""Key and value of one instance: `each.key` and `each.value`, or its index twice."""


def preview(module: Module, values: Mapping[str, Any]) -> Preview:
    """What these values would create. Values that are missing or bad make what depends on them uncertain.

    Args:
        module: the template.
        values: JSON values by variable name; a name that is missing has its default.
    """
    root = Scope(usable(module, values), module.locals, budget=Budget(), partial=True)
    root = replace(root, resources=Planned(module, root))
    found = [_Drawn(module, root, resource).shown() for resource in module.resources]
    numbers = [item.number for item in found]
    return Preview(resources=found, total=sum(number or 0 for number in numbers), exact=None not in numbers)


def usable(module: Module, values: Mapping[str, Any]) -> dict[str, Any]:
    """Variables whose value is known, as Terraform gets them."""
    shown = visible_values(module, {name: value for name, value in values.items() if name in module.variables})
    found = {}
    for name, variable in module.variables.items():
        if name not in shown or (shown[name] is None and not variable.nullable):
            if variable.has_default:
                found[name] = variable.default
            continue
        value, problems = convert_json(shown[name], variable.type, fill=True, strict=False)
        if not problems:
            found[name] = value
    return found


class Planned(Mapping[str, Any]):
    """The root module's resources as others refer to them, each looked at when it is first asked for."""

    def __init__(self, module: Module, scope: Scope) -> None:
        self.own = {item.address: item for item in module.resources if not item.within}
        self.scope = replace(scope, resources=self)
        self.known: dict[str, Any] = {}

    def __getitem__(self, address: str) -> Any:
        if address not in self.known:
            self.known[address] = UNKNOWN  # until it is evaluated: whatever refers to itself is never known
            self.known[address] = self.value(self.own[address])
        return self.known[address]

    def value(self, resource: Resource) -> Any:
        """How many there are is known, what is in them is not."""
        found, repeat = instances(resource.repeat, self.scope), resource.repeat
        if found is None or (repeat.count is None and repeat.for_each is None):
            return UNKNOWN
        if repeat.count is not None:
            return TupleV((UNKNOWN,) * len(found))
        return ObjectV({key: UNKNOWN for key, _ in found})

    def __iter__(self) -> Iterator[str]:
        return iter(self.own)

    def __len__(self) -> int:
        return len(self.own)

    def __contains__(self, address: object) -> bool:
        return address in self.own


class _Drawn:
    """One resource with the values."""

    def __init__(self, module: Module, root: Scope, resource: Resource) -> None:
        self.module, self.root, self.resource = module, root, resource
        self.secret = sensitive_variables(module)

    def shown(self) -> ResourcePreview:
        """The resource as a person reads about it."""
        number, scope, closed = 1, self.root, None
        for call in self.resource.within:
            number, closed = _times(number, instances(call.repeat, scope)), closed or self._reason(call.repeat, scope)
            scope = inside(call, scope)
        own = instances(self.resource.repeat, scope)
        number, closed = _times(number, own), closed or self._reason(self.resource.repeat, scope)
        return ResourcePreview(
            address=self.resource.address, type=self.resource.type, title=type_words(self.resource.type),
            number=number, amount=_amount(number, self.resource), present=None if number is None else number > 0,
            names=self._names(own, scope) if number else [], why=closed if number == 0 else None,
        )  # fmt: skip

    def _reason(self, repeat: Repeat, scope: Scope) -> str | None:
        """Why a block is not there; in a module that is called, the fields have no names of the form."""
        node = repeat.count or repeat.for_each
        if node is None or scope.variables is not self.root.variables or instances(repeat, scope) != []:
            return None
        return Switches(scope, self._field, self.repeats).reason(node)

    @cached_property
    def repeats(self) -> dict[str, Node]:
        """The expressions that count the root module's resources, by address."""
        found = {item.address: item.repeat.count or item.repeat.for_each for item in self.module.resources}
        return {address: node for address, node in found.items() if node is not None}

    def _field(self, place: str) -> FieldModel | None:
        """The form's field for a place in a variable."""
        name, *steps = place.split(".")
        found = variable_field(self.module, name, {}) if name in self.module.variables else None
        for step in steps:
            found = next((field for field in found.fields if field.name == step), None) if found else None
        return found

    def _names(self, instances: Sequence[Instance] | None, scope: Scope) -> list[str]:
        """The names that are known and no secret, of the first few instances."""
        node = self.resource.name
        if node is None or instances is None or self.resource.within or self._is_secret(node):
            return []
        named = (_text(node, of_instance(scope, self.resource.repeat, each)) for each in instances[:MAX_NAMES])
        return [name for name in named if name]

    def _is_secret(self, node: Node) -> bool:
        parts = (node, self.resource.repeat.for_each)
        return any(variables_in(part, self.module.locals) & self.secret for part in parts if part is not None)


def instances(repeat: Repeat, scope: Scope) -> list[Instance] | None:
    """The instances of a block, or None when only Terraform can tell."""
    try:
        if repeat.count is not None:
            return _counted(evaluate(repeat.count, scope))
        if repeat.for_each is not None:
            found = evaluate(repeat.for_each, scope)
            return elements(found) if isinstance(found, (MapV, ObjectV, SetV)) else None
    except (EvalError, Undecided):
        return None
    return [(None, None)]


def _counted(value: Any) -> list[Instance] | None:
    number = None if value is None else convert(value, NUMBER)
    if number is None or number < 0 or number != int(number) or number > MAX_STEPS:
        return None
    return [(Decimal(index), Decimal(index)) for index in range(int(number))]


def _times(number: int | None, instances: Sequence[Instance] | None) -> int | None:
    """A number within a module that is there so often; none of it is none, whatever else is not known."""
    if number == 0 or instances == []:
        return 0
    return None if number is None or instances is None else number * len(instances)


def of_instance(scope: Scope, repeat: Repeat, instance: Instance) -> Scope:
    key, value = instance
    if repeat.for_each is not None:
        return replace(scope, names={"each": ObjectV({"key": key, "value": value})})
    return replace(scope, names={"count": ObjectV({"index": key})}) if repeat.count is not None else scope


def _text(node: Node, scope: Scope) -> str:
    try:
        value = evaluate(node, scope)
    except (EvalError, Undecided):
        return ""
    return value if isinstance(value, str) else ""


def inside(call: Call, scope: Scope) -> Scope:
    """What the resources of a module that is called can see."""
    found = {name: _argument(variable, call, scope) for name, variable in call.variables.items()}
    known = {name: value for name, (value, is_known) in found.items() if is_known}
    return replace(scope, variables=known, locals=call.locals, names={}, resources={})


def _argument(variable: Variable, call: Call, scope: Scope) -> tuple[Any, bool]:
    """The value of a module's variable, and whether it is known."""
    try:
        given = evaluate(call.arguments[variable.name], scope) if variable.name in call.arguments else None
        if given is None and (variable.name not in call.arguments or not variable.nullable):
            return variable.default, variable.has_default
        return convert(given, variable.type), True
    except (EvalError, Undecided):
        return None, False


def _amount(number: int | None, resource: Resource) -> str:
    if number is not None:
        return str(number)
    match resource.repeat.count:
        case Conditional(then=Literal(value=first), otherwise=Literal(value=second)) if {first, second} == {0, 1}:
            return "0 or 1"
    return "some"
