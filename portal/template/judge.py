"""The template's own validation blocks: are they fulfilled, and if not, at which element of the value? Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from portal.template.conditions import core, loop_of, unwrap_collection, variables_in
from portal.template.hcl import EvalError, Node, Scope, Undecided, evaluate
from portal.template.hcl.ast import Attr, Binary, Conditional, For, Index, Literal, Name, children
from portal.template.hcl.convert import MapKey, Path, convert
from portal.template.hcl.types import BOOL, STRING
from portal.template.hcl.values import ListV, MapV, ObjectV, SetV, TupleV, elements, equal
from portal.template.module import Module, Validation, Variable

GENERIC = "This value is not accepted by a rule of the template."


@dataclass(frozen=True)
class Judge:
    """Evaluates conditions over a module's values. `values` lacks variables that have no usable value."""

    module: Module
    values: Mapping[str, Any]
    given_sets: Mapping[str, Any] = field(default_factory=dict)
    """Variables that are sets, as the lists that were given: a set does not know its positions."""

    def scope(self, names: Mapping[str, Any] | None = None) -> Scope:
        """A fresh scope, with its own budget."""
        return Scope(self.values, self.module.locals, names or {})

    def verdict(self, variable: Variable, validation: Validation) -> list[tuple[Path, str]]:
        """Where the value breaks the rule, and the author's sentence; empty when it is fulfilled.

        Raises:
            Undecided: only Terraform can tell.
        """
        if self._fulfilled(validation.condition):
            return [] if self._printable(validation.message) else [((variable.name,), GENERIC)]
        message = self._message(validation.message)
        blamed = list(dict.fromkeys(self._blame(variable, validation.condition)))
        return [(path, message) for path in blamed or [(variable.name,)]]

    def _fulfilled(self, condition: Node) -> bool:
        """An error counts as broken: Terraform, too, would stop."""
        try:
            value = evaluate(condition, self.scope())
            return value is not None and convert(value, BOOL)
        except EvalError:
            return False

    def _printable(self, node: Node) -> bool:
        """Terraform evaluates the message of a fulfilled rule, too, and stops when that fails."""
        try:
            return isinstance(node, Literal) or convert(evaluate(node, self.scope()), STRING) is not None
        except EvalError:
            return False

    def _message(self, node: Node) -> str:
        """The sentence, never with a sensitive value in it."""
        if any(self._secret(name) for name in variables_in(node, self.module.locals)):
            return GENERIC
        try:
            return convert(evaluate(node, self.scope()), STRING) or GENERIC
        except (EvalError, Undecided):
            return GENERIC

    def _secret(self, name: str) -> bool:
        variable = self.module.variables.get(name)
        hints = self.module.manifest.variables if self.module.manifest else {}
        hinted = any(
            hint.sensitive for path, hint in hints.items() if path == name or path.startswith((f"{name}.", f"{name}["))
        )
        return variable is None or variable.sensitive or hinted

    def _blame(self, variable: Variable, condition: Node) -> Iterator[Path]:
        try:
            yield from _Blame(self, variable).find(condition, {}, {})
        except (EvalError, Undecided):
            return


@dataclass(frozen=True)
class _Blame:
    """Follows a broken condition down to the part that is false, and that to the places it reads.

    `paths` says where loop variables come from, `names` what they hold.
    """

    judge: Judge
    variable: Variable

    def find(self, node: Node, paths: Mapping[str, Path], names: Mapping[str, Any]) -> Iterator[Path]:
        """The paths of what breaks the condition."""
        match node:
            case Binary(op="&&", left=left, right=right):
                for side in (left, right):
                    if not self._true(side, names):
                        yield from self.find(side, paths, names)
            case Conditional(condition=condition, then=then, otherwise=otherwise):
                yield from self.find(then if self._true(condition, names) else otherwise, paths, names)
            case Binary(op="||", left=left, right=right) if looped := [
                side for side in (left, right) if loop_of(core(side, _NO_PLACES))
            ]:
                yield from self.find(looped[0], paths, names)
            case _ if loop := loop_of(node):
                yield from self._loop(loop, paths, names)
            case _ if (inner := core(node, _NO_PLACES)) is not node:
                yield from self.find(inner, paths, names)
            case _:
                yield self._common(node, paths)

    def _true(self, node: Node, names: Mapping[str, Any]) -> bool:
        try:
            return convert(evaluate(node, self.judge.scope(names)), BOOL) is True
        except EvalError:
            return False

    def _loop(self, loop: For, paths: Mapping[str, Path], names: Mapping[str, Any]) -> Iterator[Path]:
        source = self._path(unwrap_collection(loop.collection), paths)
        collection = evaluate(loop.collection, self.judge.scope(names))
        for position, (key, item) in enumerate(elements(collection)):
            inner = {**names, loop.value_name: item} | ({loop.key_name: key} if loop.key_name else {})
            if loop.condition is not None and not self._true(loop.condition, inner):
                continue
            if self._true(loop.value, inner):
                continue
            if source is None:
                yield from self.find(loop.value, paths, inner)
                continue
            where = (*source, *self._step(collection, source, position, key, item, loop))
            own = {loop.value_name: where} | ({loop.key_name: where} if loop.key_name else {})
            yield from self.find(loop.value, {**paths, **own}, inner)

    def _step(self, collection: Any, source: Path, position: int, key: Any, item: Any, loop: For) -> Path:
        """The last step of the path of an element."""
        if isinstance(collection, (MapV, ObjectV)):
            return (MapKey(key),) if isinstance(collection, MapV) else (str(key),)
        if isinstance(collection, SetV):
            return self._set_position(source, item)
        return (
            (position,)
            if loop.collection == unwrap_collection(loop.collection) or isinstance(collection, (ListV, TupleV))
            else ()
        )

    def _set_position(self, source: Path, item: Any) -> Path:
        given = self.judge.given_sets.get(self.variable.name) if len(source) == 1 else None
        items = given.items if isinstance(given, ListV) else ()
        return next(((index,) for index, candidate in enumerate(items) if equal(candidate, item)), ())

    def _path(self, node: Node, paths: Mapping[str, Path]) -> Path | None:
        """The place in the variable that an expression reads, or None."""
        match node:
            case Name(name=name):
                return paths.get(name)
            case Attr(source=Name(name="var"), name=name):
                return (name,) if name == self.variable.name else None
            case Attr(source=source, name=name):
                outer = self._path(source, paths)
                return None if outer is None else (*outer, name)
            case Index(source=source, key=Literal(value=key)):
                outer = self._path(source, paths)
                return None if outer is None else (*outer, MapKey(key) if isinstance(key, str) else int(key))
        return None

    def _common(self, node: Node, paths: Mapping[str, Path]) -> Path:
        """The innermost place that holds everything of the variable that the condition reads."""
        found = list(self._read(node, paths))
        if not found:
            return (self.variable.name,)
        shared = found[0]
        for path in found[1:]:
            length = next(
                (i for i, (a, b) in enumerate(zip(shared, path, strict=False)) if a != b), min(len(shared), len(path))
            )
            shared = shared[:length]
        return shared

    def _read(self, node: Node, paths: Mapping[str, Path]) -> Iterator[Path]:
        path = self._path(node, paths)
        if path is not None:
            yield path
            return
        for child in children(node):
            yield from self._read(child, paths)


class _NoPlaces:
    """Stands for `Places` where only the guards' form matters: anything may be tested for null."""

    def of(self, _node: Node) -> str:
        return ""


_NO_PLACES: Any = _NoPlaces()
