"""The small language of `visible_when`, `enabled_when`, `required_when` and an option's `when`.

A rule is written as a Terraform expression, and compiled to JSON that server and browser evaluate alike:

    {"value": x}                 a literal
    {"list": [rule, …]}          a list
    {"var": ["name", "attr"]}    a variable, or an attribute of it        {"this": ["attr"]}   a sibling in the same object
    {"op": o, "args": [rule, …]} o: == != < <= > >= && || ! ?: contains length startswith endswith

Rules never fail. What is missing is null; null equals only null, and any other comparison with it is false. Texts and
numbers compare as numbers when one of them is a JSON number, and "true" equals true. A condition that is no bool holds
when it is "true".
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from decimal import Decimal, InvalidOperation
from typing import Any

from portal.template.errors import TemplateError
from portal.template.hcl import HclSyntaxError, Node, parse_expression
from portal.template.hcl.ast import Attr, Binary, Call, Conditional, Literal, Name, TupleExpr, Unary
from portal.template.schemas import Rule

MAX_RULE_NODES = 200
_FUNCTIONS = {"contains": 2, "length": 1, "startswith": 2, "endswith": 2}
_OPERATORS = ("==", "!=", "<", "<=", ">", ">=", "&&", "||")


def compile_rule(source: str) -> Rule:
    """The JSON form of a rule.

    Raises:
        TemplateError: it is not in the language.
    """
    try:
        node = parse_expression(source)
    except HclSyntaxError as error:
        raise TemplateError(f"the rule `{source}` cannot be read: {error}") from None
    rule = _compile(node, source)
    if count_nodes(rule) > MAX_RULE_NODES:
        raise TemplateError("a rule has too many parts")
    return rule


def _compile(node: Node, source: str) -> Rule:
    match node:
        case Literal(value=value):
            return {"value": _plain(value)}
        case TupleExpr(items=items):
            return {"list": [_compile(item, source) for item in items]}
        case Attr():
            return _reference(node, source)
        case Unary(op="!", operand=operand):
            return {"op": "!", "args": [_compile(operand, source)]}
        case Unary(op="-", operand=Literal(value=Decimal() as value)):
            return {"value": _plain(-value)}
        case Binary(op=op, left=left, right=right) if op in _OPERATORS:
            return {"op": op, "args": [_compile(left, source), _compile(right, source)]}
        case Conditional(condition=condition, then=then, otherwise=otherwise):
            return {"op": "?:", "args": [_compile(part, source) for part in (condition, then, otherwise)]}
        case Call(name=name, args=args, expand=False) if _FUNCTIONS.get(name) == len(args):
            return {"op": name, "args": [_compile(arg, source) for arg in args]}
    raise TemplateError(f"the rule `{source}` uses more than the small language of rules (see docs/templates.md)")


def _plain(value: Any) -> Any:
    if isinstance(value, Decimal):
        return int(value) if value == value.to_integral_value() else float(value)
    return value


def _reference(node: Node, source: str) -> Rule:
    path: list[str] = []
    while isinstance(node, Attr):
        path.insert(0, node.name)
        node = node.source
    if isinstance(node, Name) and node.name in ("var", "this"):
        return {node.name: path}
    raise TemplateError(f"the rule `{source}` may only refer to var.… and this.…")


def count_nodes(rule: Rule) -> int:
    """How many parts a rule has."""
    return 1 + sum(map(count_nodes, rule.get("args", rule.get("list", []))))


def references(rule: Rule) -> list[list[str]]:
    """The paths of all variables in a rule."""
    own = [rule["var"]] if "var" in rule else []
    return own + [path for part in rule.get("args", rule.get("list", [])) for path in references(part)]


def siblings(rule: Rule) -> list[list[str]]:
    """The paths of all `this.…` in a rule."""
    own = [rule["this"]] if "this" in rule else []
    return own + [path for part in rule.get("args", rule.get("list", [])) for path in siblings(part)]


def evaluate_rule(rule: Rule, variables: Mapping[str, Any], this: Mapping[str, Any] | None = None) -> Any:
    """The value of a rule. `variables` and `this` hold JSON values with defaults in place of what is unset."""
    if "value" in rule:
        return rule["value"]
    if "list" in rule:
        return [evaluate_rule(part, variables, this) for part in rule["list"]]
    if "var" in rule or "this" in rule:
        return _lookup(variables, rule["var"]) if "var" in rule else _lookup(this or {}, rule["this"])
    return _OPS[rule["op"]](*(evaluate_rule(part, variables, this) for part in rule["args"]))


def holds(rule: Rule | None, variables: Mapping[str, Any], this: Mapping[str, Any] | None = None) -> bool:
    """Whether a rule is fulfilled; no rule always is."""
    return rule is None or _true(evaluate_rule(rule, variables, this))


def _lookup(source: Any, path: list[str]) -> Any:
    for step in path:
        source = source.get(step) if isinstance(source, Mapping) else None
    return source


def _true(value: Any) -> bool:
    return value is True or value == "true"


def _text(value: Any) -> Any:
    return ("true" if value else "false") if isinstance(value, bool) else value


def _number(value: Any) -> Decimal | None:
    if value is None or isinstance(value, (bool, list, dict)):
        return None
    try:
        found = Decimal(str(value))
    except InvalidOperation:
        return None
    return found if found.is_finite() else None


def _numeric(value: Any) -> bool:
    return isinstance(value, (int, float, Decimal)) and not isinstance(value, bool)


def _equal(left: Any, right: Any) -> bool:
    if left is None or right is None:
        return left is None and right is None
    if _numeric(left) or _numeric(right):
        first, second = _number(left), _number(right)
        return first is not None and first == second
    if isinstance(left, list) and isinstance(right, list):
        return len(left) == len(right) and all(map(_equal, left, right))
    return _text(left) == _text(right)


def _ordered(compare: Callable[[Decimal, Decimal], bool]) -> Callable[[Any, Any], bool]:
    def compared(left: Any, right: Any) -> bool:
        first, second = _number(left), _number(right)
        return first is not None and second is not None and compare(first, second)

    return compared


def _contains(values: Any, wanted: Any) -> bool:
    return isinstance(values, list) and any(_equal(item, wanted) for item in values)


def _length(value: Any) -> int:
    return len(value) if isinstance(value, (str, list, dict)) else 0


def _both_texts(test: Callable[[str, str], bool]) -> Callable[[Any, Any], bool]:
    return lambda left, right: isinstance(left, str) and isinstance(right, str) and test(left, right)


_OPS: dict[str, Callable[..., Any]] = {
    "==": _equal,
    "!=": lambda left, right: not _equal(left, right),
    "<": _ordered(lambda a, b: a < b),
    "<=": _ordered(lambda a, b: a <= b),
    ">": _ordered(lambda a, b: a > b),
    ">=": _ordered(lambda a, b: a >= b),
    "&&": lambda left, right: _true(left) and _true(right),
    "||": lambda left, right: _true(left) or _true(right),
    "!": lambda value: not _true(value),
    "?:": lambda condition, then, otherwise: then if _true(condition) else otherwise,
    "contains": _contains,
    "length": _length,
    "startswith": _both_texts(str.startswith),
    "endswith": _both_texts(str.endswith),
}
