"""Evaluation of expressions with Terraform's semantics.

Scopes know variables and locals. Anything else (resources, data sources, functions with effects, results beyond the
limits) raises `Undecided`, which nothing in the language catches: an answer given here is the one Terraform gives.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal
from fractions import Fraction
from typing import Any

from portal.template.hcl.ast import (
    Attr,
    Binary,
    Call,
    Conditional,
    For,
    Index,
    Literal,
    Name,
    Node,
    ObjectExpr,
    Splat,
    Template,
    TemplateFor,
    TemplateIf,
    TupleExpr,
    Unary,
)  # fmt: skip
from portal.template.hcl.convert import convert, unify
from portal.template.hcl.errors import EvalError, Undecided
from portal.template.hcl.scope import Scope, joined
from portal.template.hcl.types import ANY, BOOL, NUMBER, STRING
from portal.template.hcl.values import (
    UNKNOWN,
    ListV,
    MapV,
    ObjectV,
    OpenV,
    SetV,
    TupleV,
    arithmetic,
    as_binary,
    elements,
    equal,
    from_fraction,
    holds_unknown,
    is_unordered,
    ordered,
    text,
    type_of,
)  # fmt: skip


def evaluate(node: Node, scope: Scope) -> Any:
    """The value of an expression (see `values.py`).

    Raises:
        EvalError: Terraform would refuse it with these values.
        Undecided: only Terraform can tell.
    """
    try:
        return _eval(node, scope)
    except RecursionError:
        raise Undecided("the expression is nested too deeply") from None


def _eval(node: Node, scope: Scope) -> Any:
    scope.budget.spend()
    value = _EVALUATORS[type(node)](node, scope)
    if value is UNKNOWN:
        raise Undecided("a value that is not known yet")
    return value


def _held(node: Node, scope: Scope) -> Any:
    """The value of an element; in a partial scope it need not be known."""
    try:
        return _eval(node, scope)
    except Undecided:
        if scope.partial and scope.budget.left > 0:
            return UNKNOWN
        raise


def _literal(node: Literal, _scope: Scope) -> Any:
    return node.value


def _template(node: Template, scope: Scope) -> Any:
    parts = [_part(part, scope) for part in node.parts]
    return text(joined("", parts))


def _part(node: Node, scope: Scope) -> str:
    value = _eval(node, scope)
    if value is None:
        raise EvalError("null cannot be part of a text")
    return convert(value, STRING)


def _template_if(node: TemplateIf, scope: Scope) -> Any:
    chosen = node.then if _bool(node.condition, scope) else node.otherwise
    return _template(chosen, scope)


def _template_for(node: TemplateFor, scope: Scope) -> Any:
    loop = elements(ordered(_eval(node.collection, scope)))
    names = [{node.value: value} | ({node.key: key} if node.key else {}) for key, value in loop]
    return joined("", [_template(node.body, scope.child(each)) for each in names])


def _name(node: Name, scope: Scope) -> Any:
    if node.name in scope.names:
        return scope.names[node.name]
    raise Undecided(f"the value of {node.name}")


def _attr(node: Attr, scope: Scope) -> Any:
    if isinstance(node.source, Name) and node.source.name not in scope.names:
        return _root(node.source.name, node.name, scope)
    return _attribute(_eval(node.source, scope), node.name)


def _root(root: str, name: str, scope: Scope) -> Any:
    if root == "var" and name in scope.variables:
        return scope.variables[name]
    if root == "local" and name in scope.locals:
        return _eval(scope.locals[name], scope.local())
    if (address := f"{root}.{name}") in scope.resources:
        return scope.resources[address]
    raise Undecided(f"the value of {root}.{name}")


def _attribute(value: Any, name: str) -> Any:
    if isinstance(value, (ObjectV, MapV)):
        if name in value.items:
            return value.items[name]
        raise EvalError(f"there is no attribute {name}")
    if isinstance(value, OpenV):
        return value.items.get(name, UNKNOWN)
    raise EvalError("only an object or a map has attributes")


def _index(node: Index, scope: Scope) -> Any:
    source, key = _eval(node.source, scope), _eval(node.key, scope)
    if isinstance(source, (MapV, ObjectV, OpenV)):
        return _attribute(source, convert(_required(key), STRING))
    if isinstance(source, (ListV, TupleV)):
        ordered(source)
        position = convert(_required(key), NUMBER)
        if position == int(position) and 0 <= position < len(source.items):
            return source.items[int(position)]
        raise EvalError("there is no element at this index")
    raise EvalError("this value has no elements to index")


def _required(value: Any) -> Any:
    if value is None:
        raise EvalError("a value is required, not null")
    return value


def _splat(node: Splat, scope: Scope) -> Any:
    source = _eval(node.source, scope)
    items = source.items if isinstance(source, (ListV, SetV, TupleV)) else () if source is None else (source,)
    results = tuple(_held(node.each, scope.child({"*": item})) for item in items)
    if isinstance(source, (ListV, SetV)):
        return ListV(results, unify([type_of(item) for item in results]) or ANY, is_unordered(source))
    return TupleV(results, is_unordered(source))


def _call(node: Call, scope: Scope) -> Any:
    from portal.template.hcl.functions import FUNCTIONS  # functions use the evaluator's limits

    if node.name in ("can", "try"):
        return _can(node, scope) if node.name == "can" else _try(node, scope)
    function = FUNCTIONS.get(node.name)
    if function is None:
        raise Undecided(f"the function {node.name}")
    args = [_eval(arg, scope) for arg in node.args]
    if any(isinstance(arg, OpenV) for arg in args):
        raise Undecided("a value that is not known yet")
    if any(map(_shuffled, args)) and node.name not in ORDER_FREE | ORDER_KEPT:
        raise Undecided("the order of a set of complex values")
    if scope.partial and node.name not in HOLDING and any(map(holds_unknown, args)):
        raise Undecided("a value that is not known yet")
    if node.expand:
        args = [*args[:-1], *(item for _, item in elements(args[-1]))]
    scope.budget.spend(len(args))
    result = scope.budget.charge(function(args))
    if node.name in ORDER_KEPT and any(map(is_unordered, args)):
        return replace(result, unordered=True)
    return result


ORDER_FREE = frozenset({
    "alltrue", "anytrue", "sum", "length", "contains", "toset", "setunion", "setintersection", "setsubtract", "min",
    "max", "one",
})  # fmt: skip
"""Functions whose result does not depend on the order of their arguments' elements."""
ORDER_KEPT = frozenset({"distinct", "flatten", "compact", "concat", "tolist"})
"""Functions that hand the order on."""

HOLDING = frozenset(
    {"concat", "flatten", "keys", "length", "lookup", "merge", "nonsensitive", "sensitive", "slice", "values", "zipmap"}
)
"""Functions that never look at elements whose value is not known."""


def _can(node: Call, scope: Scope) -> bool:
    if len(node.args) != 1:
        raise EvalError("can takes one argument")
    try:
        _eval(node.args[0], scope)
    except EvalError:
        return False
    return True


def _try(node: Call, scope: Scope) -> Any:
    for arg in node.args:
        try:
            return _eval(arg, scope)
        except EvalError:
            continue
    raise EvalError("no argument of try succeeded")


def _unary(node: Unary, scope: Scope) -> Any:
    value = _required(_eval(node.operand, scope))
    if node.op == "!":
        return not convert(value, BOOL)
    return -convert(value, NUMBER) + Decimal(0)


def _binary(node: Binary, scope: Scope) -> Any:
    if node.op in ("&&", "||"):
        return _logical(node, scope)
    left, right = _eval(node.left, scope), _eval(node.right, scope)
    if node.op in ("==", "!="):
        return equal(left, right) == (node.op == "==")
    first, second = convert(_required(left), NUMBER), convert(_required(right), NUMBER)
    if node.op in _COMPARISONS:
        return _COMPARISONS[node.op](first, second)
    return _arithmetic(node.op, first, second)


def _logical(node: Binary, scope: Scope) -> bool:
    """`&&` and `||`. Since Terraform 1.12 one side can decide whatever the other is, be that an error or null; before,
    both were errors. Where versions differ, we do not answer."""
    deciding = node.op == "||"
    sides = [_side(node.left, scope), _side(node.right, scope)]
    if UNKNOWN in sides:
        if deciding in sides:
            return deciding
        raise Undecided("a value that is not known yet")
    errors = [side for side in sides if isinstance(side, EvalError)]
    if None in sides or (errors and deciding in sides):
        raise Undecided("an error or null beside || or &&, which Terraform versions judge differently")
    if errors:
        raise errors[0]
    return deciding if deciding in sides else not deciding


def _side(node: Node, scope: Scope) -> Any:
    """True, False, None, the error, or in a partial scope UNKNOWN."""
    try:
        value = _held(node, scope)
        return value if value is UNKNOWN else convert(value, BOOL)
    except EvalError as error:
        return error


def _bool(node: Node, scope: Scope) -> bool:
    return convert(_required(_eval(node, scope)), BOOL)


_COMPARISONS: dict[str, Callable[[Decimal, Decimal], bool]] = {
    "<": lambda a, b: a < b,
    "<=": lambda a, b: a <= b,
    ">": lambda a, b: a > b,
    ">=": lambda a, b: a >= b,
}


def _arithmetic(op: str, left: Decimal, right: Decimal) -> Decimal:
    if op in ("/", "%") and right == 0:
        raise Undecided("a division by zero, which makes an infinite number")
    return _remainder(as_binary(left), as_binary(right)) if op == "%" else arithmetic(op, left, right)


def _remainder(left: Fraction, right: Fraction) -> Decimal:
    if left.denominator != 1 or right.denominator != 1:
        raise Undecided("the remainder of a number with decimals")
    quotient = abs(left.numerator) // abs(right.numerator)
    sign = -1 if (left < 0) != (right < 0) else 1
    return from_fraction(left - right * quotient * sign)


def _conditional(node: Conditional, scope: Scope) -> Any:
    """Both sides are evaluated for the type of the result; an error counts only on the side that is chosen."""
    first, second = (node.then, node.otherwise) if _bool(node.condition, scope) else (node.otherwise, node.then)
    chosen = _eval(first, scope)
    try:
        other = _eval(second, scope)
    except EvalError:
        return chosen
    except Undecided:
        if scope.partial or (isinstance(chosen, bool) and _always_bool(second)):
            return chosen
        raise
    united = unify([type_of(chosen), type_of(other)])
    if united is None:
        raise EvalError("the two results of a condition must have the same type")
    return convert(chosen, united)


_BOOL_FUNCTIONS = frozenset(
    {"alltrue", "anytrue", "can", "contains", "endswith", "startswith", "strcontains", "tobool"}
)


def _always_bool(node: Node) -> bool:
    """Whether an expression has the type bool whatever its parts are."""
    match node:
        case Binary(op=op):
            return op in ("&&", "||", "==", "!=") or op in _COMPARISONS
        case Unary(op=op):
            return op == "!"
        case Call(name=name):
            return name in _BOOL_FUNCTIONS
        case Conditional(then=then, otherwise=otherwise):
            return _always_bool(then) and _always_bool(otherwise)
        case Literal(value=value):
            return isinstance(value, bool)
    return False


def _tuple(node: TupleExpr, scope: Scope) -> Any:
    items = tuple(_held(item, scope) for item in node.items)
    return scope.budget.charge(TupleV(items, any(_shuffled(item) for item in items)))


def _shuffled(value: Any) -> bool:
    """Whether a value brings an order with it that is not known; a set has none to bring."""
    return is_unordered(value) and not isinstance(value, SetV)


def _object(node: ObjectExpr, scope: Scope) -> Any:
    items = {}
    for key_node, value_node in node.items:
        key = convert(_required(_eval(key_node, scope)), STRING)
        items[key] = _held(value_node, scope)
        if _shuffled(items[key]):
            raise Undecided("the order of a set of complex values")
    return scope.budget.charge(ObjectV(items))


def _for(node: For, scope: Scope) -> Any:
    source = _eval(node.collection, scope)
    kept: list[tuple[str, Any]] = []
    for key, value in elements(source):
        inner = scope.child({node.value_name: value} | ({node.key_name: key} if node.key_name else {}))
        if node.condition is not None and not _bool(node.condition, inner):
            continue
        new_key = "" if node.key is None else convert(_required(_eval(node.key, inner)), STRING)
        kept.append((new_key, _held(node.value, inner)))
    shuffled = is_unordered(source) or any(_shuffled(value) for _, value in kept)
    if shuffled and (node.grouped or (node.key_name and not isinstance(source, SetV))):
        raise Undecided("the order of a set of complex values")
    if node.key is None:
        return scope.budget.charge(TupleV(tuple(value for _, value in kept), shuffled))
    return scope.budget.charge(_keyed(kept, node.grouped))


def _keyed(pairs: list[tuple[str, Any]], grouped: bool) -> ObjectV:
    items: dict[str, Any] = {}
    for key, value in pairs:
        if grouped:
            items.setdefault(key, []).append(value)
        elif key in items:
            raise EvalError("two elements have the same key")
        else:
            items[key] = value
    return ObjectV({key: TupleV(tuple(value)) for key, value in items.items()} if grouped else items)


_EVALUATORS: dict[type[Node], Callable[[Any, Scope], Any]] = {
    Literal: _literal, Template: _template, TemplateIf: _template_if, TemplateFor: _template_for, Name: _name,
    Attr: _attr, Index: _index, Splat: _splat, Call: _call, Unary: _unary, Binary: _binary, Conditional: _conditional,
    TupleExpr: _tuple, ObjectExpr: _object, For: _for,
}  # fmt: skip
