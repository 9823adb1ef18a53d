"""`manifest.yaml`: what a template's author adds to the variable blocks. Pure: bytes in, a frozen manifest out.

These models are the source of `manifest.schema.json` (`python -m portal.template.manifest` prints it).
"""

from __future__ import annotations

import json
import re
from typing import Annotated, Any, Literal

import yaml
from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, StringConstraints, ValidationError, field_validator

from portal.auth.permissions import project_role
from portal.template.errors import TemplateError

MAX_MANIFEST_BYTES = 256 * 1024
MAX_NODES = 20_000
MAX_DEPTH = 40

Text = Annotated[str, StringConstraints(min_length=1, max_length=4000)]
Line = Annotated[str, StringConstraints(min_length=1, max_length=200, pattern=r"^[^\r\n]*$")]
Slug = Annotated[str, StringConstraints(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$", max_length=60)]
Name = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_-]*$", max_length=60)]
Url = Annotated[str, StringConstraints(pattern=r"^https?://[^\s\"'<>]+$", max_length=500)]
HintPath = Annotated[str, StringConstraints(pattern=r"^[A-Za-z_][\w-]*(\[\])*(\.[A-Za-z0-9_][\w-]*(\[\])*)*$")]
Expression = Annotated[str, StringConstraints(min_length=1, max_length=1000)]
Decimal = Annotated[int | float | str, Field(description="A number; quote it when it has many digits.")]
Scalar = str | int | float | bool
TemplateKey = Annotated[str, StringConstraints(pattern=r"^[a-z0-9-]+/[a-z0-9-]+$", max_length=120)]
TypeName = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]*$", max_length=120)]
Argument = Annotated[str, StringConstraints(pattern=r"^[\x20-\x7e]+$", max_length=300)]
FileName = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]*$", max_length=60)]
PLACEHOLDER = re.compile(r"\{([^{}]*)\}")
ACTION_ATTRIBUTES = frozenset({
    "id", "name", "resource_group_name", "location", "region", "zone", "project", "instance", "cluster", "server_name",
})  # fmt: skip
"""What a command may be told about its resource: names and places, never a secret."""
NOT_ACTIONS = frozenset({
    "login", "logout", "account", "rest", "extension", "config", "configure", "cloud", "alias", "auth", "components", "feedback",
    "interactive", "init",
})  # fmt: skip
"""First words that are about the tool itself, or reach whatever they like."""
OutputName = Annotated[str, StringConstraints(pattern=r"^[A-Za-z_][\w-]*$", max_length=120)]
Level = Literal["basic", "advanced", "expert"]
Severity = Literal["error", "warning"]
ProjectRole = Annotated[
    Literal["viewer", "approver", "deployer", "owner"],
    # Manifests from before there were approvers say `member` and `admin`.
    BeforeValidator(lambda word: project_role(word) if isinstance(word, str) else word),
]
Widget = Literal[
    "text", "textarea", "password", "code", "json", "cidr", "duration", "number", "slider", "switch", "select", "radio",
    "combobox", "multiselect", "tags", "key_value", "list", "table", "map", "object",
]  # fmt: skip


class Part(BaseModel):
    """Base of every part of the manifest: unknown keys are refused, so a misspelt hint is found."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class DocLink(Part):
    """A link to documentation."""

    title: Line
    url: Url


class Option(Part):
    """A choice. Without `when` it is always offered; with `disabled` it is shown, refused, and the reason given."""

    value: Scalar
    label: Line | None = None
    description: Text | None = None
    icon: Slug | None = None
    price: Line | None = None
    group: Line | None = None
    deprecated: bool | Line = Field(default=False, description="Still accepted, with a warning; a text says why.")
    replaced_by: Scalar | None = Field(default=None, description="The option to choose instead.")
    disabled: Line | None = Field(default=None, description="The reason why this option cannot be chosen.")
    when: Expression | None = Field(
        default=None, description='Offered only when this holds, e.g. var.sku == "Premium".'
    )


class OptionsFrom(Part):
    """Options out of the chosen cloud account, else from the list `templates/_data/<kind>.json`, narrowed by other values.

    A kind of which there is no list (azure-subnets) offers what is in the account, and takes any other text too.
    """

    kind: Slug
    parameters: dict[Name, Expression] = Field(
        default_factory=dict, description="Name in an option's `depends` → expression, e.g. location: var.location."
    )
    allow_other: bool = Field(default=True, description="Whether free text is accepted beside the list.")


class GenerateHint(Part):
    """A value that the form offers to make up."""

    kind: Literal["password", "suffix", "uuid"]
    length: int = Field(default=24, ge=4, le=128)
    symbols: bool = True


class Check(Part):
    """A rule of the form beside Terraform's own validation blocks. A warning is shown and hinders nobody."""

    condition: Expression
    message: Line
    severity: Severity = "error"


class OverlapCheck(Part):
    """No two of these address ranges may overlap: all that stand at this place, and those at other places."""

    kind: Literal["cidr_overlap"]
    against: list[HintPath] = Field(
        default_factory=list, max_length=20, description="Other places with ranges, e.g. service_cidr, subnets[].cidr."
    )
    message: Line | None = Field(default=None, description="Replaces the sentence that names the two ranges.")
    severity: Severity = "error"


class NameCheck(Part):
    """The form asks the account's cloud whether the name is free. A hint: nobody is hindered by it."""

    kind: Literal["name_available"]
    type: TypeName = Field(description="The resource that gets the name, e.g. azurerm_storage_account.")


class QuotaCheck(Part):
    """The summary says how much of a quota is left for what is chosen here. A hint: nobody is hindered by it."""

    kind: Literal["quota_left"]
    type: TypeName = Field(description="The resource that uses it up, e.g. azurerm_linux_virtual_machine.")
    parameters: dict[Name, Expression] = Field(
        default_factory=dict, max_length=10, description="What and where, e.g. size: var.size, location: var.location."
    )


class OutputSource(Part):
    """Outputs of deployments of another template, to choose from; a list or map offers each of its elements."""

    template: TemplateKey
    output: OutputName
    attribute: OutputName | None = Field(default=None, description="Where an element is an object: the part to offer.")


class CostDriver(Part):
    """Marks what the price depends on, with the usage that a price assumes."""

    assumption: Line = Field(description="For example: running all month, 730 hours.")


class Hint(Part):
    """How one variable, attribute (`network.dns`) or item (`disks[].size`) is asked for. Everything is optional."""

    title: Line | None = None
    help: Text | None = Field(default=None, description="Markdown; replaces the variable's description in the form.")
    placeholder: Line | None = None
    section: Name | None = Field(default=None, description="Key of a section; variables only, not attributes.")
    order: int | None = Field(default=None, description="Smaller comes first; without it, the order of declaration.")
    level: Level | None = None
    widget: Widget | None = None
    language: Slug | None = Field(default=None, description="For widget code.")
    options: list[Scalar | Option] | None = Field(default=None, min_length=1, max_length=1000)
    allow_other: bool | None = Field(default=None, description="Free text beside `options` is accepted.")
    options_from: OptionsFrom | None = None
    visible_when: Expression | None = None
    enabled_when: Expression | None = None
    required_when: Expression | None = None
    default_from: Line | None = Field(
        default=None,
        description="Text with {user.name} {user.email} {project.slug} {deployment.name} {random} {var.name}.",
    )
    unit: Line | None = None
    scale: Decimal | None = Field(
        default=None, description="How many of what is sent make one of what is shown: 1024 for GiB shown, MiB sent."
    )
    min: Decimal | None = Field(default=None, description="In the unit that is shown, as are max and step.")
    max: Decimal | None = None
    step: Decimal | None = None
    min_items: int | None = Field(default=None, ge=0)
    max_items: int | None = Field(default=None, ge=0)
    unique_by: list[Name] | None = Field(default=None, description="Attributes that together differ between items.")
    item_title: Line | None = Field(default=None, description='Title of one item, e.g. "{name} ({size} GiB)".')
    immutable_after_create: bool = False
    monotonic: bool = Field(default=False, description="The number only grows once deployed.")
    sensitive: bool = Field(default=False, description="Treat as secret although the variable is not marked.")
    generate: GenerateHint | None = None
    reveal: Literal["never", "once"] | None = Field(
        default=None, description="Whether a secret in the form can be looked at: never, or once when it was made up."
    )
    checks: list[Check] = Field(default_factory=list, max_length=20, description="Variables only, not attributes.")
    check: Literal["cidr_overlap"] | OverlapCheck | NameCheck | QuotaCheck | None = None
    from_output: list[OutputSource] | None = Field(default=None, min_length=1, max_length=20)
    roles: list[ProjectRole] | None = Field(
        default=None, min_length=1, description="Who may set this; for everybody else it stays as it is."
    )
    cost_driver: bool | CostDriver = False
    deprecated: Line | None = None
    replaced_by: HintPath | None = Field(default=None, description="The variable or attribute to use instead.")
    docs: DocLink | None = None


class Section(Part):
    """A group of fields, in the order of the list."""

    key: Name
    title: Line
    help: Text | None = None
    parent: Name | None = None
    collapsed: bool = False
    level: Level = "basic"


class Preset(Part):
    """A named set of values."""

    name: Name
    title: Line
    description: Text | None = None
    values: dict[str, Any]


class Fixture(Part):
    """A complete set of values."""

    values: dict[str, Any]


class InvalidFixture(Part):
    """Values that must be refused; `message` is part of the sentence expected."""

    values: dict[str, Any]
    message: Text
    path: str | None = Field(default=None, description="The field where, or within which, the error must stand.")


class Fixtures(Part):
    """Sample values: `minimal` holds the required variables only, `full` touches every feature."""

    minimal: Fixture
    full: Fixture | None = None
    invalid: list[InvalidFixture] = Field(default_factory=list)


class Action(Part):
    """Something to do with what exists that Terraform does not do: one command of the cloud's own tool, on one resource.

    An argument may hold `{name}`: an attribute of the resource, out of the deployment's state. Nothing goes through a shell.
    """

    name: Slug
    title: Line
    help: Text | None = Field(default=None, description="Markdown: what it is for, and what it does not do.")
    types: list[TypeName] = Field(min_length=1, max_length=10, description="Of which resources it is an action.")
    tool: Literal["az", "gcloud"]
    arguments: list[Argument] = Field(min_length=2, max_length=40)
    confirm: Line = Field(description="What happens to whom, in the question before it.")
    result: Line | None = Field(
        default=None,
        description="What the command prints, when that is a secret to keep: A kubeconfig, say. It is in no log.",
    )
    result_file: FileName | None = Field(default=None, description="The name under which the result is downloaded.")

    @field_validator("arguments")
    @classmethod
    def _harmless(cls, arguments: list[str]) -> list[str]:
        if arguments[0] in NOT_ACTIONS:
            raise ValueError(f"{arguments[0]} is not an action on a resource")
        for placeholder in (name for argument in arguments for name in PLACEHOLDER.findall(argument)):
            if placeholder not in ACTION_ATTRIBUTES:
                raise ValueError(f"{{{placeholder}}} is not one of {', '.join(sorted(ACTION_ATTRIBUTES))}")
        return arguments


class Manifest(Part):
    """The whole file."""

    title: Line
    summary: Line
    category: Line
    icon: Slug
    tags: list[Slug] = Field(default_factory=list, max_length=20)
    version: Annotated[
        str, StringConstraints(pattern=r"^(0|[1-9]\d*)\.(0|[1-9]\d*)\.(0|[1-9]\d*)(-[0-9A-Za-z.-]+)?$", max_length=60)
    ]
    duration_minutes: float | None = Field(default=None, gt=0, le=600, description="Usual time of a first apply.")
    docs: list[DocLink] = Field(default_factory=list, max_length=20)
    required_apis: list[Line] = Field(default_factory=list)
    required_roles: list[Line] = Field(default_factory=list)
    sections: list[Section] = Field(default_factory=list, max_length=30)
    variables: dict[HintPath, Hint] = Field(default_factory=dict)
    presets: list[Preset] = Field(default_factory=list, max_length=20)
    actions: list[Action] = Field(default_factory=list, max_length=20)
    next_steps: Text | None = Field(default=None, description="Markdown shown after a successful apply.")
    fixtures: Fixtures | None = None


def parse_manifest(data: bytes) -> Manifest:
    """Read `manifest.yaml`.

    Raises:
        TemplateError: the file is too large, is not plain YAML, or does not follow the schema; with one sentence.
    """
    if len(data) > MAX_MANIFEST_BYTES:
        raise TemplateError(f"manifest.yaml is larger than {MAX_MANIFEST_BYTES // 1024} KiB")
    document = _load_yaml(data)
    if not isinstance(document, dict):
        raise TemplateError("manifest.yaml must be a mapping with title, summary, category, icon and version")
    try:
        return Manifest.model_validate(document)
    except ValidationError as error:
        raise TemplateError(_first_problem(error)) from None


_LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


def _load_yaml(data: bytes) -> Any:
    """Plain YAML only. It is looked through first: an alias could stand for gigabytes, a deep nest for the whole stack."""
    try:
        level = 0
        for count, event in enumerate(yaml.parse(data, Loader=_LOADER)):
            if isinstance(event, yaml.AliasEvent) or getattr(event, "anchor", None):
                raise TemplateError("manifest.yaml must not use YAML anchors and aliases")
            level += isinstance(event, yaml.CollectionStartEvent) - isinstance(event, yaml.CollectionEndEvent)
            if count > MAX_NODES or level > MAX_DEPTH:
                raise TemplateError("manifest.yaml is nested too deeply or has too many entries")
        return yaml.load(data, Loader=_LOADER)  # noqa: S506 - a safe loader: it makes plain values only
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        where = f" at line {mark.line + 1}" if mark else ""
        problem = getattr(error, "problem", None) or "syntax"
        raise TemplateError(f"manifest.yaml is not valid YAML{where}: {problem}") from None
    except (ValueError, RecursionError) as error:
        raise TemplateError(f"manifest.yaml cannot be read: {error}") from None


def _first_problem(error: ValidationError) -> str:
    problem = error.errors(include_url=False, include_context=False)[0]
    where = ".".join(str(part) for part in problem["loc"])
    if problem["type"] == "extra_forbidden":
        return f"manifest.yaml: unknown key '{where}'"
    return f"manifest.yaml: {where}: {problem['msg']}"


def manifest_schema() -> dict[str, Any]:
    """The JSON Schema (2020-12) of the manifest; the committed file is its text."""
    schema = Manifest.model_json_schema()
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", "$id": "manifest.schema.json", **schema}


if __name__ == "__main__":
    print(json.dumps(manifest_schema(), indent=2, ensure_ascii=False))
