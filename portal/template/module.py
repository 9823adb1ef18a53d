"""A root module as the portal sees it: variables, outputs, resources, locals. Pure: files in, a frozen `Module` out."""

from __future__ import annotations

import posixpath
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeVar

from portal.template.errors import TemplateError
from portal.template.hcl import (
    Block,
    Body,
    EvalError,
    Node,
    Scope,
    Undecided,
    evaluate,
    is_override,
    merged,
    parse_body,
    parse_json_body,
)  # fmt: skip
from portal.template.hcl.ast import Conditional, Literal
from portal.template.hcl.convert import Converter, path_text
from portal.template.hcl.types import ANY, Type, parse_type
from portal.template.manifest import Manifest, parse_manifest

MANIFEST = "manifest.yaml"
MAX_MODULE_DEPTH = 5

Item = TypeVar("Item")


@dataclass(frozen=True, slots=True)
class Validation:
    """A `validation` block: what must hold, and the sentence when it does not (a template, it may interpolate)."""

    condition: Node
    message: Node


@dataclass(frozen=True, slots=True)
class Variable:
    """A declared input. `default` counts only when `has_default`; it is of `type`, optional attributes filled in."""

    name: str
    type: Type = ANY
    description: str = ""
    has_default: bool = False
    default: Any = None
    nullable: bool = True
    sensitive: bool = False
    ephemeral: bool = False
    validations: tuple[Validation, ...] = ()

    @property
    def required(self) -> bool:
        """Whether Terraform refuses to go on without a value."""
        return not self.has_default


@dataclass(frozen=True, slots=True)
class Output:
    """A declared output."""

    name: str
    description: str = ""
    sensitive: bool = False


@dataclass(frozen=True, slots=True)
class Repeat:
    """How often a block is there: its `count` or `for_each`, or once when it has neither."""

    count: Node | None = None
    for_each: Node | None = None


@dataclass(frozen=True)
class Call:
    """A `module` block that calls a local module: what it hands in, and what that module declares."""

    repeat: Repeat
    arguments: dict[str, Node]
    variables: dict[str, Variable]
    locals: dict[str, Node]


@dataclass(frozen=True)
class Resource:
    """A managed resource, those of local modules included; `count_hint` is "1", "0 or 1" or "many".

    `name` is its argument `name`, `within` the calls that lead to its module, the outermost first, and `body` all that
    the block says.
    """

    address: str
    type: str
    count_hint: str
    repeat: Repeat = field(default=Repeat(), compare=False)
    name: Node | None = field(default=None, compare=False)
    within: tuple[Call, ...] = field(default=(), compare=False)
    body: Body = field(default=Body(), compare=False, repr=False)


@dataclass(frozen=True)
class Module:
    """A root module with its manifest, if it has one. `variables` are in the order of declaration."""

    variables: dict[str, Variable] = field(default_factory=dict)
    outputs: tuple[Output, ...] = ()
    resources: tuple[Resource, ...] = ()
    locals: dict[str, Node] = field(default_factory=dict)
    manifest: Manifest | None = None


def read_module(files: Mapping[str, bytes]) -> Module:
    """The module whose files these are, by POSIX path relative to its folder.

    Raises:
        TemplateError: with a sentence that names the file and line.
    """
    from portal.template.checks import check_manifest  # it checks a finished module

    body = _module_body(files, "")
    module = Module(
        variables=_named(body, "variable", _variable),
        outputs=tuple(_named(body, "output", _output).values()),
        resources=tuple(_resources(files, body, "", "", ())),
        locals=_locals(body),
        manifest=parse_manifest(files[MANIFEST]) if MANIFEST in files else None,
    )
    check_manifest(module)
    return module


def _locals(body: Body) -> dict[str, Node]:
    return {name: node.expression for block in body.blocks_of("locals") for name, node in block.body.attributes.items()}


def _module_body(files: Mapping[str, bytes], folder: str) -> Body:
    """What the files of one folder declare, in the order of their names, main.tf first; override files change it."""
    found = [name for name in files if posixpath.dirname(name) == folder and name.endswith((".tf", ".tf.json"))]
    names = sorted(found, key=lambda name: (posixpath.basename(name) != "main.tf", name))
    over = [name for name in names if is_override(posixpath.basename(name))]
    if not names:
        raise TemplateError(f"there is no .tf file in {folder or 'the folder'}")
    body = merged((_body(name, files[name]) for name in names if name not in over), ())
    for name in over:
        try:
            body = merged((body,), (_body(name, files[name]),))
        except TemplateError as error:
            raise TemplateError(str(error) if str(error).startswith(name) else f"{name}, {error}") from None
    return body


def _body(name: str, data: bytes) -> Body:
    try:
        return (parse_json_body if name.endswith(".json") else parse_body)(data.decode())
    except UnicodeDecodeError:
        raise TemplateError(f"{name} is not UTF-8 text") from None
    except TemplateError as error:
        raise TemplateError(f"{name}, {error}") from None
    except RecursionError:
        raise TemplateError(f"{name} is nested too deeply") from None


def _named(body: Body, kind: str, make: Callable[[str, Body], Item]) -> dict[str, Item]:
    found: dict[str, Item] = {}
    for block in body.blocks_of(kind):
        if len(block.labels) != 1:
            raise TemplateError(f"a {kind} block has exactly one label")
        name = block.labels[0]
        if name in found:
            raise TemplateError(f"the {kind} {name} is declared twice")
        try:
            found[name] = make(name, block.body)
        except TemplateError as error:
            raise TemplateError(f"{kind} {name}: {error}") from None
    return found


def _constant(body: Body, name: str, default: Any) -> Any:
    """The value of an argument that may not refer to anything."""
    if name not in body.attributes:
        return default
    try:
        return evaluate(body.attributes[name].expression, Scope())
    except (EvalError, Undecided):
        raise TemplateError(f"{name} must be a plain value") from None


def _flag(body: Body, name: str, default: bool) -> bool:
    value = _constant(body, name, default)
    if not isinstance(value, bool):
        raise TemplateError(f"{name} must be true or false")
    return value


def _description(body: Body) -> str:
    value = _constant(body, "description", "")
    if not isinstance(value, str):
        raise TemplateError("description must be a text")
    return value.strip()


def _variable(name: str, body: Body) -> Variable:
    kind = parse_type(body.attributes["type"].expression) if "type" in body.attributes else ANY
    has_default = "default" in body.attributes
    nullable = _flag(body, "nullable", True)
    default = _default(body, kind) if has_default else None
    if has_default and default is None and not nullable:
        raise TemplateError("default is null although nullable is false")
    return Variable(
        name, kind, _description(body), has_default, default, nullable, _flag(body, "sensitive", False),
        _flag(body, "ephemeral", False), tuple(_validation(block) for block in body.blocks_of("validation")),
    )  # fmt: skip


def _default(body: Body, kind: Type) -> Any:
    converter = Converter()
    value = converter.convert(_constant(body, "default", None), kind)
    if converter.problems:
        path, _ = converter.problems[0]
        raise TemplateError(f"default does not have the declared type{f' at {path_text(path)}' if path else ''}")
    return value


def _validation(block: Block) -> Validation:
    attributes = block.body.attributes
    if "condition" not in attributes or "error_message" not in attributes:
        raise TemplateError("a validation block has a condition and an error_message")
    return Validation(attributes["condition"].expression, attributes["error_message"].expression)


def _output(name: str, body: Body) -> Output:
    return Output(name, _description(body), _flag(body, "sensitive", False))


def _resources(
    files: Mapping[str, bytes], body: Body, folder: str, prefix: str, within: tuple[Call, ...]
) -> list[Resource]:
    found = []
    for block in body.blocks_of("resource"):
        if len(block.labels) != 2:
            raise TemplateError("a resource block has a type and a name")
        address, name = f"{prefix}{'.'.join(block.labels)}", _expression(block.body, "name")
        hint, repeat = _count_hint(block.body), _repeat(block.body)
        found.append(Resource(address, block.labels[0], hint, repeat, name, within, block.body))
    for block in body.blocks_of("module"):
        found += _called(files, block, folder, prefix, within)
    return found


def _expression(body: Body, name: str) -> Node | None:
    return body.attributes[name].expression if name in body.attributes else None


def _repeat(body: Body) -> Repeat:
    return Repeat(_expression(body, "count"), _expression(body, "for_each"))


def _called(
    files: Mapping[str, bytes], block: Block, folder: str, prefix: str, within: tuple[Call, ...]
) -> list[Resource]:
    """The resources of a local module. One that is fetched from elsewhere shows only when planned."""
    source = _constant(block.body, "source", "")
    if not isinstance(source, str) or not source.startswith((".", "/")):
        return []
    inside = posixpath.normpath(posixpath.join(folder, source))
    if source.startswith("/") or inside.startswith("..") or len(within) >= MAX_MODULE_DEPTH:
        raise TemplateError(
            f"module {block.labels[0] if block.labels else ''}: its source is outside of the template's folder"
        )
    inner = _module_body(files, "" if inside == "." else inside)
    arguments = {name: attribute.expression for name, attribute in block.body.attributes.items()}
    call = Call(_repeat(block.body), arguments, _named(inner, "variable", _variable), _locals(inner))
    label = block.labels[0] if block.labels else ""
    return _resources(files, inner, inside, f"{prefix}module.{label}.", (*within, call))


def _count_hint(body: Body) -> str:
    if "for_each" in body.attributes:
        return "many"
    if "count" not in body.attributes:
        return "1"
    match body.attributes["count"].expression:
        case Conditional(then=Literal(value=first), otherwise=Literal(value=second)) if {first, second} == {0, 1}:
            return "0 or 1"
        case Literal(value=count):
            return str(count)
    return "many"
