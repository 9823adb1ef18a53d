"""Functions over lists, tuples, maps and objects, and the conversions."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from portal.template.hcl.convert import convert, unify
from portal.template.hcl.errors import EvalError, Undecided
from portal.template.hcl.functions.registry import RAW, function
from portal.template.hcl.functions.strings import whole
from portal.template.hcl.types import ANY, BOOL, NUMBER, STRING, Collection
from portal.template.hcl.values import UNKNOWN, ListV, MapV, ObjectV, SetV, TupleV, equal, ordered, type_of

LIST, SET, MAP = (Collection(kind, ANY) for kind in ("list", "set", "map"))


def _sequence(value: Any, function_name: str) -> Any:
    if isinstance(value, (ListV, SetV, TupleV)):
        return value
    raise EvalError(f"{function_name} needs a list")


def _keyed(value: Any, function_name: str) -> Any:
    if isinstance(value, (MapV, ObjectV)):
        return value
    raise EvalError(f"{function_name} needs a map")


@function("alltrue", Collection("list", BOOL))
def alltrue(values: ListV) -> bool:
    """Whether all are true."""
    return all(item is True for item in values.items)


@function("anytrue", Collection("list", BOOL))
def anytrue(values: ListV) -> bool:
    """Whether any is true."""
    return any(item is True for item in values.items)


@function("contains", RAW, RAW)
def contains(values: Any, wanted: Any) -> bool:
    """Whether an element equals the value, in type too."""
    return any(equal(item, wanted) for item in _sequence(values, "contains").items)


@function("keys", RAW)
def keys(value: Any) -> Any:
    """In order: a list for a map, a tuple for an object."""
    names = tuple(sorted(_keyed(value, "keys").items))
    return ListV(names, STRING) if isinstance(value, MapV) else TupleV(names)


@function("values", RAW)
def values_(value: Any) -> Any:
    """In the order of the keys."""
    items = tuple(item for _, item in sorted(_keyed(value, "values").items.items()))
    return ListV(items, value.element) if isinstance(value, MapV) else TupleV(items)


@function("lookup", RAW, STRING, RAW, optional=1, nullable=True)
def lookup(value: Any, key: str | None, *default: Any) -> Any:
    """The value of a key, or the default."""
    if value is None or key is None:
        raise EvalError("lookup needs a map and a key")
    items = _keyed(value, "lookup").items
    if key in items:
        return items[key]
    if not default:
        raise EvalError("the map has no such key")
    return convert(default[0], value.element) if isinstance(value, MapV) else default[0]


@function("merge", rest=RAW, nullable=True)
def merge(*given: Any) -> Any:
    """Later ones win; maps of one type stay a map."""
    maps = [_keyed(value, "merge") for value in given if value is not None]
    items = {key: item for each in maps for key, item in each.items.items()}
    if maps and all(isinstance(each, MapV) and each.element == maps[0].element for each in maps):
        return MapV(items, maps[0].element)
    return ObjectV(items)


@function("concat", rest=RAW)
def concat(*lists: Any) -> Any:
    """One after the other; lists of one type stay a list."""
    if not lists or not all(isinstance(each, (ListV, TupleV)) for each in lists):
        raise EvalError("concat needs lists")
    items = tuple(item for each in lists for item in each.items)
    if all(isinstance(each, ListV) for each in lists):
        united = unify([type_of(each) for each in lists])
        if isinstance(united, Collection):
            return ListV(tuple(convert(item, united.element) for item in items), united.element)
    return TupleV(items)


@function("flatten", RAW)
def flatten(values: Any) -> TupleV:
    """Elements that are lists replaced by theirs, at every depth."""
    found: list[Any] = []
    for item in _sequence(values, "flatten").items:
        if item is UNKNOWN:
            raise Undecided("how many elements there are in what is not known yet")
        if isinstance(item, (ListV, SetV, TupleV)):
            found.extend(flatten(item).items)
        else:
            found.append(item)
    return TupleV(tuple(found))


@function("distinct", LIST)
def distinct(values: ListV) -> ListV:
    """Each element once, where it first stood."""
    found: list[Any] = []
    seen: set[Any] = set()
    for item in values.items:
        simple = isinstance(item, (str, bool, Decimal))
        if (item in seen) if simple else any(equal(item, other) for other in found):
            continue
        if simple:
            seen.add(item)
        found.append(item)
    return ListV(tuple(found), values.element)


@function("reverse", RAW)
def reverse(values: Any) -> Any:
    """From the end to the beginning."""
    items = tuple(reversed(ordered(_sequence(values, "reverse")).items))
    return TupleV(items) if isinstance(values, TupleV) else ListV(items, values.element)


@function("compact", Collection("list", STRING))
def compact(values: ListV) -> ListV:
    """Without null and empty texts."""
    return ListV(tuple(item for item in values.items if item), STRING)


@function("coalesce", rest=RAW, nullable=True)
def coalesce(*values: Any) -> Any:
    """The first that is neither null nor an empty text."""
    united = unify([type_of(value) for value in values])
    if united is None:
        raise EvalError("the arguments of coalesce must have the same type")
    for value in values:
        if value is not None and (converted := convert(value, united)) != "":
            return converted
    raise EvalError("coalesce found only null and empty texts")


@function("coalescelist", rest=RAW, nullable=True)
def coalescelist(*values: Any) -> Any:
    """The first list that is not empty."""
    for value in values:
        if value is not None and _sequence(value, "coalescelist").items:
            return value
    raise EvalError("coalescelist found no list with elements")


@function("element", RAW, NUMBER)
def element(values: Any, position: Decimal) -> Any:
    """By index, beginning again after the end."""
    if not isinstance(values, (ListV, TupleV)) or not values.items:
        raise EvalError("element needs a list that is not empty")
    if position < 0:
        raise Undecided("a negative index, which Terraform versions judge differently")
    return ordered(values).items[whole(position) % len(values.items)]


@function("index", RAW, RAW)
def index(values: Any, wanted: Any) -> Decimal:
    """Where the value stands."""
    if not isinstance(values, (ListV, TupleV)):
        raise EvalError("index needs a list")
    for position, item in enumerate(ordered(values).items):
        if equal(item, wanted):
            return Decimal(position)
    raise EvalError("the value is not in the list")


@function("slice", RAW, NUMBER, NUMBER)
def slice_(values: Any, start: Decimal, end: Decimal) -> Any:
    """From start to before end."""
    if not isinstance(values, (ListV, TupleV)):
        raise EvalError("slice needs a list")
    first, last = whole(start), whole(end)
    if not 0 <= first <= last <= len(values.items):
        raise EvalError("slice goes beyond the list")
    items = ordered(values).items[first:last]
    return TupleV(items) if isinstance(values, TupleV) else ListV(items, values.element)


@function("chunklist", LIST, NUMBER)
def chunklist(values: ListV, size: Decimal) -> ListV:
    """Lists of at most `size` elements."""
    step = whole(size)
    if step < 0:
        raise EvalError("chunklist needs a size that is not negative")
    step = step or max(1, len(values.items))
    chunks = [values.items[start : start + step] for start in range(0, len(values.items), step)]
    inner = Collection("list", values.element)
    return ListV(tuple(ListV(chunk, values.element) for chunk in chunks), inner)


@function("zipmap", Collection("list", STRING), RAW)
def zipmap(names: ListV, values: Any) -> Any:
    """A map of a list of keys and a list of values."""
    if not isinstance(values, (ListV, TupleV)) or len(values.items) != len(names.items) or None in names.items:
        raise EvalError("zipmap needs as many keys as values")
    items = dict(zip(names.items, values.items, strict=True))
    return ObjectV(items) if isinstance(values, TupleV) else MapV(items, values.element)


@function("one", RAW)
def one(values: Any) -> Any:
    """The only element, or null when there is none."""
    items = _sequence(values, "one").items
    if len(items) > 1:
        raise EvalError("one needs a list of at most one element")
    return items[0] if items else None


@function("tolist", LIST, nullable=True)
def tolist(value: Any) -> Any:
    """As a list."""
    return value


@function("toset", SET, nullable=True)
def toset(value: Any) -> Any:
    """As a set."""
    return value


@function("tomap", MAP, nullable=True)
def tomap(value: Any) -> Any:
    """As a map."""
    return value


@function("tostring", STRING, nullable=True)
def tostring(value: Any) -> Any:
    """As a text."""
    return value


@function("tonumber", NUMBER, nullable=True)
def tonumber(value: Any) -> Any:
    """As a number."""
    return value


@function("tobool", BOOL, nullable=True)
def tobool(value: Any) -> Any:
    """As a bool."""
    return value


@function("sensitive", RAW, nullable=True)
def sensitive(value: Any) -> Any:
    """The value: marks play no part in a condition's answer."""
    return value


@function("nonsensitive", RAW, nullable=True)
def nonsensitive(value: Any) -> Any:
    """The value."""
    return value
