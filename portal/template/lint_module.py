"""Rules about a template's Terraform: its files, providers, variables and outputs. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator

from portal.template.constraints import literal_message
from portal.template.hcl import Node
from portal.template.hcl.ast import Literal, ObjectExpr, Template
from portal.template.hcl.types import ANY, STRING, Collection, ObjectType, TupleType, Type
from portal.template.lint_source import TEST_SUFFIX, TESTS, Placed, Source, Spot
from portal.template.module import Module, Variable

Said = tuple[str, Spot, str, str]

EXPECTED = {
    "manifest.yaml": "It holds what a person needs beyond the variables; docs/templates.md lists what it can say.",
    "variables.tf": "Declare the inputs there.",
    "outputs.tf": "Tell people what they got: id, name, address.",
    "versions.tf": "Pin Terraform and the provider there.",
    "README.md": "It is shown on the template's page.",
}
LEFT_OVER = re.compile(
    r"(?:^|/)(?:\.terraform(?:/|$|\.lock\.hcl$)|crash\.log$)|\.tfstate(?:\.backup)?$|\.tfvars(?:\.json)?$"
)
PROVIDERS = {"azure": "azurerm", "gcp": "google"}
CREDENTIALS = {
    "client_secret", "client_id", "subscription_id", "tenant_id", "client_certificate", "client_certificate_password",
    "credentials", "access_token", "project", "access_key", "secret_key", "token",
}  # fmt: skip
SECRET_OUTPUT = re.compile(
    r"password|secret|connection_string|(?:access|private|shared|primary|secondary|api)_key|token|kubeconfig"
)
SECRET_VARIABLE = re.compile(r"password|secret$|(?:access|private|shared|api)_key$|connection_string$")
SECRET_ATTRIBUTE = re.compile(r"(?:^|_)password(?:_wo)?$|(?:^|_)(?:access|private|shared|api)_key$|connection_string$")
SHORTEST_DESCRIPTION = 11
MOST_REQUIRED = 5


def _module(source: Source) -> Module:
    assert source.module is not None, "rules about a module wait for one that can be read"  # noqa: S101
    return source.module


def names(source: Source) -> Iterator[Said]:
    """The folder's name is the template's key."""
    if not re.fullmatch(r"[a-z0-9-]+/[a-z0-9-]+", source.key):
        remedy = "Rename the folders: lower-case letters, digits and -, as in azure/storage-account."
        yield (
            "bad-name",
            Spot("."),
            f"{source.key} is no name that the portal takes: it does not see this folder.",
            remedy,
        )


def files(source: Source) -> Iterator[Said]:
    """What a folder has, and what must not be left in it."""
    for name, why in EXPECTED.items():
        if name not in source.names:
            yield "missing-file", Spot(name), f"There is no {name}.", why
    if not any(name.startswith(TESTS) and name.endswith(TEST_SUFFIX) for name in source.names):
        remedy = "Write a run for the defaults, for each rule and for each feature; `terrace template new` shows how."
        yield "missing-file", Spot("tests"), "There are no tests in tests/*.tftest.hcl.", remedy
    for name in sorted(name for name in source.names if LEFT_OVER.search(name)):
        yield "left-over", Spot(name), f"{name} belongs to one machine or one deployment.", "Delete it from the folder."


def places(source: Source) -> Iterator[Said]:
    """Variables and outputs stand where everybody looks for them."""
    for kind in ("variable", "output"):
        for placed in source.blocks(kind):
            if not placed.file.startswith(f"{kind}s."):
                message = f"The {kind} {' '.join(placed.block.labels)} is declared in {placed.file}."
                yield "misplaced", placed.spot, message, f"Move it to {kind}s.tf, where people look for it."


def backends(source: Source) -> Iterator[Said]:
    """State is the portal's."""
    for placed in source.blocks("terraform"):
        for block in placed.block.body.blocks:
            if block.type in ("backend", "cloud"):
                remedy = "Delete the block: the portal keeps the state of every deployment."
                yield (
                    "backend",
                    Spot(placed.file, block.line),
                    f"The template says where its state is ({block.type}).",
                    remedy,
                )


def providers(source: Source) -> Iterator[Said]:
    """Every provider is pinned, is the cloud's own, and is given no credentials."""
    pins = pins_of(source)
    used = _used_providers(source)
    for name, spot in used.items():
        if not pins.get(name, {}).get("version") or not pins[name].get("source"):
            remedy = f'Add {name} = {{ source = "hashicorp/{name}", version = "~> …" }} to required_providers in versions.tf.'
            yield "provider-pin", spot, f"The provider {name} is used without a source and a version.", remedy
    if not any("required_version" in placed.block.body.attributes for placed in source.blocks("terraform")):
        remedy = 'Write required_version = ">= 1.11" in the terraform block of versions.tf.'
        yield "provider-pin", Spot("versions.tf"), "The template does not say which Terraform it needs.", remedy
    own = PROVIDERS.get(source.cloud)
    for name in sorted({*pins, *used} - {own}) if own else ():
        remedy = f"Use {own} alone. What random or tls would do, `generate` in the manifest does in the form."
        yield "other-provider", used.get(name, Spot("versions.tf")), f"The sandbox cloud does not know {name}.", remedy


def pins_of(source: Source) -> dict[str, dict[str, str]]:
    """What required_providers says, by the provider's local name."""
    return {
        name: {key.value: value.value for key, value in _items(attribute.expression)}
        for placed in source.blocks("terraform")
        for block in placed.block.body.blocks_of("required_providers")
        for name, attribute in block.body.attributes.items()
    }


def _items(node: Node) -> list[tuple[Literal, Literal]]:
    items = node.items if isinstance(node, ObjectExpr) else ()
    return [(key, value) for key, value in items if isinstance(key, Literal) and isinstance(value, Literal)]


def _used_providers(source: Source) -> dict[str, Spot]:
    found: dict[str, Spot] = {}
    for placed in (*source.blocks("resource"), *source.blocks("data")):
        name = placed.block.labels[0].partition("_")[0] if placed.block.labels else ""
        if name and name != "terraform" and "provider" not in placed.block.body.attributes:
            found.setdefault(name, placed.spot)
    return found


def credentials(source: Source) -> Iterator[Said]:
    """A provider block takes who it is from the environment."""
    for placed in source.blocks("provider"):
        for name, attribute in placed.block.body.attributes.items():
            if name in CREDENTIALS:
                message = f"The provider block sets {name}."
                remedy = "Delete it: the portal gives the deployment's cloud account to Terraform by the environment."
                yield "credentials", Spot(placed.file, attribute.line), message, remedy


def modules(source: Source) -> Iterator[Said]:
    """A module from elsewhere is not seen before the plan."""
    for placed in source.blocks("module"):
        attribute = placed.block.body.attributes.get("source")
        address = literal_message(attribute.expression) if attribute else ""
        if not address.startswith("."):
            message = (
                f"The module {' '.join(placed.block.labels)} is fetched from {address or 'elsewhere'} for every run."
            )
            remedy = "Copy it into the folder and call it by ./modules/…: then a run pins it, and the page shows what it makes."
            yield "remote-module", placed.spot, message, remedy


def typed(source: Source) -> Iterator[Said]:
    """Every variable has a type and a description, to the last attribute."""
    for name, variable in _module(source).variables.items():
        where = source.block("variable", name)
        if variable.type == ANY:
            remedy = "Write type = string, or whatever it is: with `any` the form can only ask for JSON."
            yield "untyped", where, f"The variable {name} has no type.", remedy
        if len(variable.description) < SHORTEST_DESCRIPTION:
            remedy = "Write a description: it is the help under the field."
            yield "undescribed", where, f"The variable {name} has no description.", remedy
            continue
        missing = [each for each in _attributes(variable.type) if f"`{each}`" not in variable.description]
        if missing:
            remedy = "Add a line for each to the description: - `attribute` - what it is."
            yield (
                "undescribed-attribute",
                where,
                f"The description of {name} does not tell about {_list(missing)}.",
                remedy,
            )


def _list(words: list[str]) -> str:
    return ", ".join(words[:6]) + (f" and {len(words) - 6} more" if len(words) > 6 else "")


def _attributes(kind: Type) -> list[str]:
    """The names of all attributes in a type, each once."""
    if isinstance(kind, Collection):
        return _attributes(kind.element)
    inner: list[Type] = []
    if isinstance(kind, TupleType):
        inner = list(kind.elements)
    if isinstance(kind, ObjectType):
        inner = list(kind.attributes.values())
    own = list(kind.attributes) if isinstance(kind, ObjectType) else []
    return list(dict.fromkeys([*own, *(name for part in inner for name in _attributes(part))]))


def used(source: Source) -> Iterator[Said]:
    """Every variable is read by something, and everything that is read is declared."""
    declared = _module(source).variables
    for name in declared:
        if ("var", name) not in source.uses:
            remedy = "Use it, or delete it: people fill it in and nothing happens."
            yield "unused", source.block("variable", name), f"Nothing reads the variable {name}.", remedy
    for (root, name), where in source.uses.items():
        if root == "var" and name not in declared:
            yield "undeclared", where, f"There is no variable {name}.", f'Declare variable "{name}" in variables.tf.'
    for placed in source.blocks("locals"):
        for name, attribute in placed.block.body.attributes.items():
            if ("local", name) not in source.uses:
                yield (
                    "unused",
                    Spot(placed.file, attribute.line),
                    f"Nothing reads the local value {name}.",
                    "Delete it.",
                )


def order(source: Source) -> Iterator[Said]:
    """Required variables first, then by name; and few of them."""
    variables = _module(source).variables
    required = [name for name, variable in variables.items() if variable.required]
    wanted = required + sorted(name for name in variables if name not in required)
    wrong = next((found for found, good in zip(variables, wanted, strict=True) if found != good), None)
    if wrong is not None:
        should = wanted[list(variables).index(wrong)]
        remedy = f"Required variables first, then by name: {should} comes here."
        yield "order", source.block("variable", wrong), f"The variable {wrong} is not in its place.", remedy
    if len(required) > MOST_REQUIRED:
        message = f"{len(required)} variables are required: {', '.join(required)}."
        remedy = f"Give all but {MOST_REQUIRED} a default that is safe and works everywhere."
        yield "many-required", source.block("variable", required[MOST_REQUIRED]), message, remedy


def nulls(source: Source) -> Iterator[Said]:
    """Null means something, or cannot be chosen."""
    for name, variable in _module(source).variables.items():
        plain = variable.has_default and variable.default is not None
        if plain and variable.nullable and "Null" not in variable.description:
            remedy = "Write nullable = false, or tell in the description what Null means."
            yield "null-default", source.block("variable", name), f"{name} has a default, and yet may be null.", remedy


def secrets(source: Source) -> Iterator[Said]:
    """What sounds secret is sensitive, in variables, their attributes and outputs."""
    module = _module(source)
    hidden = {path for path, hint in (module.manifest.variables.items() if module.manifest else ()) if hint.sensitive}
    for name, variable in module.variables.items():
        for path in _secret_places(variable):
            if not variable.sensitive and not variable.ephemeral and path not in hidden and name not in hidden:
                remedy = f"Write sensitive = true in variable {name}" + (
                    "." if path == name else f", or sensitive: true for {path} in the manifest."
                )
                yield "secret", source.block("variable", name), f"{path} sounds like a secret and is shown.", remedy
    for output in module.outputs:
        where = source.block("output", output.name)
        if len(output.description) < SHORTEST_DESCRIPTION:
            remedy = "Write a description: it stands beside the value on the deployment's page."
            yield "undescribed-output", where, f"The output {output.name} has no description.", remedy
        if SECRET_OUTPUT.search(output.name) and not output.sensitive:
            remedy = "Write sensitive = true, or give it a name that does not sound like a secret."
            yield "secret-output", where, f"The output {output.name} sounds like a secret and is shown.", remedy


def _secret_places(variable: Variable) -> Iterator[str]:
    kind = variable.type
    while isinstance(kind, Collection):
        kind = kind.element
    if SECRET_VARIABLE.search(variable.name) and kind in (STRING, ANY):
        yield variable.name
    yield from _secret_attributes(variable.type, variable.name)


def _secret_attributes(kind: Type, path: str) -> Iterator[str]:
    if isinstance(kind, Collection):
        yield from _secret_attributes(kind.element, f"{path}[]")
    if isinstance(kind, ObjectType):
        for name, inner in kind.attributes.items():
            if inner == STRING and SECRET_ATTRIBUTE.search(name):
                yield f"{path}.{name}"
            yield from _secret_attributes(inner, f"{path}.{name}")


def sentences(source: Source) -> Iterator[Said]:
    """What a rule says when it is broken is a sentence."""
    for placed in source.blocks("variable"):
        for block in placed.block.body.blocks_of("validation"):
            attribute = block.body.attributes.get("error_message")
            first, last = _ends(attribute.expression) if attribute else ("", "")
            if not re.match(r"[^a-z\s]", first) or not last.endswith((".", "…")):
                message = f"A rule of {_name(placed)} does not answer with a sentence."
                remedy = "Begin error_message with a capital letter, end it with a full stop, and say what to do."
                yield "sentence", Spot(placed.file, attribute.line if attribute else block.line), message, remedy


def _ends(node: Node) -> tuple[str, str]:
    """The first and the last piece of a text; an interpolation is as good as a capital letter or a full stop."""
    parts = node.parts if isinstance(node, Template) else (node,)
    texts = [part.value.strip() if isinstance(part, Literal) and isinstance(part.value, str) else "…" for part in parts]
    texts = [each for each in texts if each] or [""]
    return texts[0], texts[-1]


def _name(placed: Placed) -> str:
    return " ".join(placed.block.labels)


STRUCTURE_RULES = (names, files, places, backends, credentials)
"""Rules that need no module, only files."""
MODULE_RULES = (providers, modules, typed, used, order, nulls, secrets, sentences)
