"""The shapes that leave the template engine: catalogue entries, the form model and the result of a validation.

Everything here is frozen and JSON-able. The form model is complete in itself: a browser renders it, and decides what
is visible, without knowing Terraform.
"""

from __future__ import annotations

from typing import Any, Literal

from pydantic import AliasChoices, BaseModel, ConfigDict, Field

Cloud = Literal["azure", "gcp", "other"]
Level = Literal["basic", "advanced", "expert"]
ReleaseState = Literal["draft", "published", "deprecated", "revoked"]
Kind = Literal[
    "text", "textarea", "password", "code", "json", "cidr", "duration",
    "number", "slider", "switch",
    "select", "radio", "combobox", "multiselect",
    "tags", "key_value", "list", "table", "map", "object", "tuple",
]  # fmt: skip
Rule = dict[str, Any]
"""A condition as JSON, see `rules.py`: `{"op": "==", "args": [{"var": ["sku"]}, {"value": "Premium"}]}`."""


class Shape(BaseModel):
    """Base of all shapes: immutable, and written under the names that outside readers use."""

    model_config = ConfigDict(frozen=True, populate_by_name=True, serialize_by_alias=True)


class Link(Shape):
    """A documentation link; `url` is http or https."""

    title: str
    url: str


class OptionInfo(Shape):
    """One choice of a field. `value` has the type of the field (numbers as text)."""

    value: Any
    label: str
    description: str | None = None
    icon: str | None = None
    price: str | None = None
    group: str | None = None
    deprecated: bool = False
    deprecated_reason: str | None = None
    replaced_by: Any = None
    """The value to choose instead."""
    disabled_reason: str | None = None
    depends: dict[str, list[str]] = Field(default_factory=dict)
    """Offered only when each parameter of `OptionsSource.parameters` is unset or has one of these values."""
    when: Rule | None = None
    """Offered only when this rule holds."""


class OptionsSource(Shape):
    """Where the options come from: the list `kind`, narrowed by values of other fields."""

    kind: str
    parameters: dict[str, Rule] = Field(default_factory=dict)
    source: str | None = None
    as_of: str | None = None


class Constraints(Shape):
    """Limits that the browser can check while typing. Numbers are exact decimal text."""

    min: str | None = None
    max: str | None = None
    exclusive_min: bool = False
    exclusive_max: bool = False
    step: str | None = None
    integer: bool = False
    min_length: int | None = None
    max_length: int | None = None
    min_items: int | None = None
    max_items: int | None = None
    unique: bool = False
    patterns: list[str] = Field(default_factory=list)
    """Each must be found in the text (a search, not a whole match); only those that `new RegExp(text)` reads like RE2."""
    messages: dict[str, str] = Field(default_factory=dict)
    """The template author's sentence by constraint name: `min`, `max`, `options`, `patterns.0`, …"""


class Generate(Shape):
    """A value that the form can make up: `password` and `suffix` have `length` characters."""

    kind: Literal["password", "suffix", "uuid"]
    length: int = 24
    symbols: bool = True


class Asks(Shape):
    """A question to the chosen account's cloud about this field, for a hint beside it."""

    type: str
    """Terraform's resource type."""
    parameters: dict[str, Rule] = Field(default_factory=dict)


class FieldRef(Shape):
    """Another field, by path and title."""

    path: str
    title: str


class OutputRef(Shape):
    """Outputs of deployments of a template: each element of a list or map, or its `attribute`."""

    template: str
    output: str
    attribute: str | None = None


class CostDriverInfo(Shape):
    """The price depends on this; `assumption` is the usage that it is reckoned with."""

    assumption: str | None = None


class FieldModel(Shape):
    """One input, or a group of inputs.

    `path` is where the value belongs (`network.rules[].port`; `[]` stands for any list index or map key), `name` is
    the key in the enclosing object (`""` for the item of a list or map). Number values, defaults and options are
    decimal text. `default` is what an unset field means; it is None for sensitive fields, then `has_default` alone
    tells.
    """

    path: str
    name: str
    kind: Kind
    type: str
    """The Terraform type, for people: `list(string)`."""
    title: str
    help_html: str | None = None
    placeholder: str | None = None
    required: bool = False
    nullable: bool = True
    """Null may be chosen, and means something else than unset when there is a default."""
    sensitive: bool = False
    ephemeral: bool = False
    level: Level = "basic"
    has_default: bool = False
    default: Any = None
    options: list[OptionInfo] = Field(default_factory=list)
    allow_other: bool = False
    """Free text is accepted beside the options."""
    options_from: OptionsSource | None = None
    name_check: Asks | None = None
    """Whether the name is free: `GET /api/v1/cloud-accounts/{account}/name-available`."""
    quota_check: Asks | None = None
    """What is left: `GET /api/v1/cloud-accounts/{account}/quota-left`."""
    constraints: Constraints = Field(default_factory=Constraints)
    item: FieldModel | None = None
    """The form of one element: kinds list, table, tags, multiselect, map and key_value."""
    fields: list[FieldModel] = Field(default_factory=list)
    """The attributes: kinds object and tuple (names "0", "1", …)."""
    item_title: str | None = None
    """Title of one element, with `{attribute}` placeholders."""
    visible_when: Rule | None = None
    enabled_when: Rule | None = None
    required_when: Rule | None = None
    default_from: str | None = None
    unit: str | None = None
    scale: str | None = None
    """How many of what is sent make one of what is shown. Defaults are as sent; the limits in `constraints` as shown."""
    language: str | None = None
    """For kind code: yaml, json, shell, …"""
    immutable: bool = False
    monotonic: bool = False
    generate: Generate | None = None
    reveal: Literal["never", "once"] | None = None
    """Whether a secret in the form can be looked at; None: whenever one likes."""
    from_output: list[OutputRef] = Field(default_factory=list)
    """Where to look for values: `GET /api/v1/outputs`. Other text is accepted, too."""
    roles: list[str] = Field(default_factory=list)
    """The project roles that may set this; empty: everybody who may deploy."""
    locked: str | None = None
    """Why nobody can set this: the project's guardrails say what it is. It is not sent."""
    guard: str | None = None
    """Why the project offers no more than this."""
    fixed_items: dict[str, str] = Field(default_factory=dict)
    """Keys that the project sets by itself, beside those of the value."""
    cost_driver: CostDriverInfo | None = None
    docs: Link | None = None
    deprecated: str | None = None
    replaced_by: FieldRef | None = None
    """The field to use instead."""


class SectionModel(Shape):
    """A titled group of fields; `parent` is the key of the section that holds it."""

    key: str
    title: str
    help_html: str | None = None
    parent: str | None = None
    collapsed: bool = False
    level: Level = "basic"
    fields: list[FieldModel] = Field(default_factory=list)


class PresetModel(Shape):
    """A named set of values, laid over what is in the form."""

    name: str
    title: str
    description: str | None = None
    values: dict[str, Any]


class FormModel(Shape):
    """The whole form, in the order of display."""

    sections: list[SectionModel] = Field(default_factory=list)
    presets: list[PresetModel] = Field(default_factory=list)


class OutputInfo(Shape):
    """An output of the root module."""

    name: str
    description: str = ""
    sensitive: bool = False


class ResourceInfo(Shape):
    """A managed resource of the root module; `count_hint` is "1", "0 or 1", "many"."""

    address: str
    type: str
    count_hint: str


class VariableInfo(Shape):
    """A declared input, for the inputs table. `default` is None for sensitive variables."""

    name: str
    type: str
    description: str = ""
    required: bool = False
    default: Any = None
    nullable: bool = True
    sensitive: bool = False
    ephemeral: bool = False
    validations: list[str] = Field(default_factory=list)
    """The error messages of its validation blocks, as written."""


class UsualCost(Shape):
    """What a template costs a month as it comes, in US dollars at list prices."""

    monthly: float
    by_use: bool
    """Whether something of it is charged by use besides, which is not in the figure."""


class TemplateSummary(Shape):
    """A catalogue card. A broken template has a reason in `broken` and only its key, cloud and name are reliable."""

    key: str
    cloud: Cloud
    name: str
    title: str
    summary: str = ""
    category: str = ""
    icon: str = ""
    tags: list[str] = Field(default_factory=list)
    version: str = ""
    content_hash: str = ""
    duration_minutes: float | None = None
    required_questions: int = 0
    resource_types: list[str] = Field(default_factory=list)
    usual_cost: UsualCost | None = None
    """With its required values alone; None when nobody knows."""
    state: ReleaseState = "published"
    """Only those who manage templates see drafts and revoked ones."""
    message: str = ""
    """Why it is deprecated or revoked."""
    replaced_by: str | None = None
    """The key of the template to use instead."""
    broken: str | None = None


class ProjectRules(Shape):
    """What a project demands of a deployment as a whole. `longest` is a lifetime such as `30d`."""

    slug: str
    needs_end: bool = False
    longest: str | None = None


class TemplateDetail(TemplateSummary):
    """Everything about one template; `json_schema` is written as `schema` (JSON Schema 2020-12 of all variables)."""

    description_markdown: str = ""
    description_html: str = ""
    json_schema: dict[str, Any] = Field(
        default_factory=dict, validation_alias=AliasChoices("schema", "json_schema"), serialization_alias="schema"
    )
    ui: FormModel = Field(default_factory=FormModel)
    outputs: list[OutputInfo] = Field(default_factory=list)
    resources: list[ResourceInfo] = Field(default_factory=list)
    variables: list[VariableInfo] = Field(default_factory=list)
    required_apis: list[str] = Field(default_factory=list)
    required_roles: list[str] = Field(default_factory=list)
    docs: list[Link] = Field(default_factory=list)
    next_steps_html: str | None = None
    project: ProjectRules | None = None
    """What the project that was asked for demands besides; None when none was."""
    fixtures: list[str] = Field(default_factory=list)
    """The names of the sample value sets: "minimal", "full", "invalid[0]", …"""


class FieldError(Shape):
    """What is wrong with one value: `path` like `network_rules.ip_rules[0]` or `pools["a"].size`."""

    path: str
    message: str


class ValidationResult(Shape):
    """The outcome of a validation.

    `values` holds what would be sent: known variables only, hidden ones left out, each in the JSON form of its type
    (numbers are int where a browser keeps them exact, else decimal text). `undecided` names the variables with a
    condition that only Terraform can judge.
    """

    errors: list[FieldError] = Field(default_factory=list)
    warnings: list[FieldError] = Field(default_factory=list)
    """What deserves a second look. Nobody is hindered by it."""
    values: dict[str, Any] = Field(default_factory=dict)
    undecided: list[str] = Field(default_factory=list)
    sensitive: frozenset[str] = Field(default_factory=frozenset, exclude=True)

    @property
    def ok(self) -> bool:
        """Whether the values may be sent to Terraform."""
        return not self.errors

    def redacted(self) -> ValidationResult:
        """The same result with the value of every sensitive variable replaced by None."""
        shown = {name: None if name in self.sensitive else value for name, value in self.values.items()}
        return self.model_copy(update={"values": shown})


class ResourcePreview(Shape):
    """One resource block, as it would be with some values. `number` is None when only Terraform can tell."""

    address: str
    type: str
    title: str
    """The type in words."""
    number: int | None
    amount: str
    """The number, or "0 or 1", or "some"."""
    present: bool | None
    names: list[str] = Field(default_factory=list)
    """The names that are known, of the first instances."""
    why: str | None = None
    """What would have to be otherwise for it to be there, where that can be said simply."""


class Preview(Shape):
    """What would be created: `total` resources, or at least that many when not every number is `exact`."""

    resources: list[ResourcePreview] = Field(default_factory=list)
    total: int = 0
    exact: bool = True


class PackagedTemplate(Shape):
    """What a run pins: the files that Terraform and the form need, by POSIX path relative to the folder."""

    key: str
    version: str
    content_hash: str
    files: dict[str, bytes]
