"""The form model: variables and hints to a tree that a browser renders without knowing Terraform. Pure."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from portal.template.checks import split_path
from portal.template.constraints import Limits, limits_of, to_constraints
from portal.template.hcl.convert import constant, convert
from portal.template.hcl.types import BOOL, NUMBER, STRING, Collection, ObjectType, Primitive, TupleType, Type
from portal.template.hcl.values import number_text
from portal.template.lists import LIVE, Lists, option_label, option_value
from portal.template.manifest import Hint, NameCheck, Option, QuotaCheck
from portal.template.markdown import to_html
from portal.template.module import Module, Variable
from portal.template.rules import compile_rule
from portal.template.schemas import (
    Asks,
    Constraints,
    CostDriverInfo,
    FieldModel,
    FieldRef,
    FormModel,
    Generate,
    Kind,
    Level,
    Link,
    OptionInfo,
    OptionsSource,
    OutputRef,
    PresetModel,
    Rule,
    SectionModel,
)  # fmt: skip
from portal.template.told import told
from portal.template.units import shown
from portal.template.values import to_json
from portal.template.words import humanise

_NO_HINT = Hint()
REST = "more"
MOST_TICKS = 24
MOST_COLUMNS = 4


@dataclass(frozen=True)
class _Builder:
    """Builds the fields of one variable."""

    variable: Variable
    hints: dict[str, Hint]
    lists: Lists
    limits: dict[str, Limits] = field(default_factory=dict)
    told: dict[str, str] = field(default_factory=dict)
    """What the description says about each attribute, by place."""

    def hint(self, place: str) -> Hint:
        return self.hints.get(f"{self.variable.name}{place}", _NO_HINT)

    def build(
        self, place: str, kind: Type, name: str, *, required: bool, default: Any, has_default: bool
    ) -> FieldModel:
        """The field of a place; `default` is the Terraform value that an unset field means."""
        hint, limits = self.hint(place), self.limits.get(place, Limits())
        options = self._options(hint, limits)
        secret = self.variable.sensitive or hint.sensitive
        widget = hint.widget or self._kind(kind, options, place, default)
        made = FieldModel(
            path=f"{self.variable.name}{place}", name=name, kind=widget, type=str(kind),
            title=hint.title or _title(place, self.variable.name),
            help_html=_html(hint.help or self.told.get(place)), placeholder=hint.placeholder, required=required,
            nullable=self._nullable(place), sensitive=secret, ephemeral=self.variable.ephemeral,
            level=hint.level or ("basic" if required or place else "advanced"), has_default=has_default,
            default=None if secret else to_json(default, kind, numbers_as_text=True), options=options,
            allow_other=_allows_other(hint), options_from=self._source(hint), constraints=self._constraints(hint, limits, kind),
            item=self._item(place, kind), fields=self._fields(place, kind), item_title=hint.item_title,
            visible_when=_rule(hint.visible_when), enabled_when=_rule(hint.enabled_when), required_when=_rule(hint.required_when),
            default_from=hint.default_from, unit=hint.unit, language=hint.language, immutable=hint.immutable_after_create,
            monotonic=hint.monotonic, deprecated=hint.deprecated,
            generate=Generate(**hint.generate.model_dump()) if hint.generate else None,
            docs=Link(**hint.docs.model_dump()) if hint.docs else None,
        )  # fmt: skip
        return made.model_copy(update=self._later(hint)) if hint is not _NO_HINT else made

    def _later(self, hint: Hint) -> dict[str, Any]:
        """What only a hint can bring."""
        return {
            "scale": None if hint.scale is None else str(hint.scale),
            "reveal": hint.reveal,
            "from_output": [OutputRef(**source.model_dump()) for source in hint.from_output or []],
            "roles": list(hint.roles or []),
            "cost_driver": _cost_driver(hint),
            "name_check": Asks(type=hint.check.type) if isinstance(hint.check, NameCheck) else None,
            "quota_check": _quota(hint.check) if isinstance(hint.check, QuotaCheck) else None,
            "replaced_by": self._replacement(hint.replaced_by) if hint.replaced_by else None,
        }

    def _replacement(self, path: str) -> FieldRef:
        name, place = split_path(path)
        return FieldRef(path=path, title=self.hints.get(path, _NO_HINT).title or _title(place, name))

    def _nullable(self, place: str) -> bool:
        """Whether null is a choice of its own. In an attribute, and with null as default, it is the same as unset."""
        variable = self.variable
        return variable.nullable and not place and not (variable.has_default and variable.default is None)

    def _kind(self, kind: Type, options: list[OptionInfo], place: str, default: Any) -> Kind:
        hint = self.hint(place)
        if options and kind in (STRING, NUMBER, BOOL):
            return "combobox" if _allows_other(hint) or len(options) > 12 else "select"
        if hint.from_output or (hint.options_from and hint.options_from.kind in LIVE):
            return "combobox"
        if kind == STRING and self.limits.get(place, Limits()).cidr:
            return "cidr"
        if kind == STRING and (self.variable.sensitive or hint.sensitive):
            return "password"
        if kind == STRING and isinstance(default, str) and "\n" in default:
            return "textarea"
        return "table" if _fits_a_table(kind) else _default_kind(kind, self._is_choice(f"{place}[]"))

    def _is_choice(self, item: str) -> bool:
        """Whether the elements are a few to tick; of many, or with others accepted, one searches and types."""
        hint = self.hint(item)
        options = self._options(hint, self.limits.get(item, Limits()))
        return bool(options) and len(options) <= MOST_TICKS and not _allows_other(hint)

    def _options(self, hint: Hint, limits: Limits) -> list[OptionInfo]:
        if hint.options:
            return [_option(option) for option in hint.options]
        if hint.options_from and (found := self.lists.get(hint.options_from.kind)):
            allowed = None if limits.options is None else [_option_json(value) for value in limits.options]
            return [option for option in found.infos() if allowed is None or option.value in allowed]
        values = [_option_json(value) for value in limits.options or []]
        return [OptionInfo(value=value, label=option_label(value)) for value in values]

    def _source(self, hint: Hint) -> OptionsSource | None:
        if hint.options_from is None:
            return None
        found = self.lists.get(hint.options_from.kind)
        parameters = {name: compile_rule(source) for name, source in hint.options_from.parameters.items()}
        return OptionsSource(
            kind=hint.options_from.kind, parameters=parameters, source=found.source if found else None,
            as_of=found.as_of if found else None,
        )  # fmt: skip

    def _constraints(self, hint: Hint, limits: Limits, kind: Type) -> Constraints:
        return _with_hints(to_constraints(limits, kind), hint)

    def _item(self, place: str, kind: Type) -> FieldModel | None:
        if not isinstance(kind, Collection):
            return None
        return self.build(f"{place}[]", kind.element, "", required=True, default=None, has_default=False)

    def _fields(self, place: str, kind: Type) -> list[FieldModel]:
        if isinstance(kind, TupleType):
            pairs = [(str(index), element) for index, element in enumerate(kind.elements)]
            return [
                self.build(f"{place}.{name}", inner, name, required=True, default=None, has_default=False)
                for name, inner in pairs
            ]
        if not isinstance(kind, ObjectType):
            return []
        fields = [self._attribute(place, kind, name) for name in kind.attributes]
        return sorted(fields, key=lambda model: _order(self.hint(f"{place}.{model.name}")))

    def _attribute(self, place: str, kind: ObjectType, name: str) -> FieldModel:
        optional = kind.optional.get(name)
        default = constant(optional.default) if optional is not None and optional.default is not None else None
        return self.build(
            f"{place}.{name}", kind.attributes[name], name, required=optional is None,
            default=_converted(default, kind.attributes[name]), has_default=optional is not None,
        )  # fmt: skip


def _converted(value: Any, kind: Type) -> Any:
    return convert(value, kind)


def _order(hint: Hint) -> int:
    return hint.order if hint.order is not None else 10_000


def _title(place: str, variable: str) -> str:
    words = re.findall(r"[^.\[\]]+", place)
    if place.endswith("[]"):
        return humanise(words[-1] if words else variable, singular=True)
    return humanise(words[-1]) if words else humanise(variable)


def _rule(source: str | None) -> Rule | None:
    return compile_rule(source) if source else None


def _allows_other(hint: Hint) -> bool:
    if hint.allow_other is not None or hint.from_output:
        return hint.allow_other is not False
    return hint.options_from.allow_other if hint.options_from else False


def _option(option: Any) -> OptionInfo:
    if not isinstance(option, Option):
        return OptionInfo(value=option_value(option), label=option_label(option_value(option)))
    value = option_value(option.value)
    return OptionInfo(
        value=value, label=option.label or option_label(value), description=option.description, icon=option.icon,
        price=option.price, group=option.group, deprecated=bool(option.deprecated) or option.replaced_by is not None,
        deprecated_reason=option.deprecated if isinstance(option.deprecated, str) else None,
        replaced_by=option_value(option.replaced_by), disabled_reason=option.disabled,
        when=_rule(option.when),
    )  # fmt: skip


def _option_json(value: Any) -> Any:
    return number_text(value) if isinstance(value, Decimal) else value


def _with_hints(found: Constraints, hint: Hint) -> Constraints:
    """The variable's own limits, with those that only the manifest has."""
    added: dict[str, Any] = {
        "min": shown(found.min, hint.scale) if hint.min is None else str(hint.min),
        "max": shown(found.max, hint.scale) if hint.max is None else str(hint.max),
        "integer": found.integer and hint.scale is None,
        "step": None if hint.step is None else str(hint.step),
        "min_items": found.min_items if hint.min_items is None else hint.min_items,
        "max_items": found.max_items if hint.max_items is None else hint.max_items,
    }
    return found.model_copy(update=added)


def _cost_driver(hint: Hint) -> CostDriverInfo | None:
    if isinstance(hint.cost_driver, bool):
        return CostDriverInfo() if hint.cost_driver else None
    return CostDriverInfo(assumption=hint.cost_driver.assumption)


def _quota(check: QuotaCheck) -> Asks:
    return Asks(type=check.type, parameters={name: compile_rule(source) for name, source in check.parameters.items()})


def _default_kind(kind: Type, item_options: bool) -> Kind:
    if isinstance(kind, Primitive):
        return {"number": "number", "bool": "switch", "any": "json"}.get(kind.name, "text")  # type: ignore[return-value]
    if isinstance(kind, ObjectType):
        return "object"
    if isinstance(kind, TupleType):
        return "tuple"
    if isinstance(kind, Collection) and kind.kind == "map":
        return "key_value" if kind.element in (STRING, NUMBER) else "map"
    if isinstance(kind, Collection) and kind.element in (STRING, NUMBER):
        return "multiselect" if item_options else "tags"
    return "list"


def _fits_a_table(kind: Type) -> bool:
    """Whether elements are objects of few attributes, each of them a value or a list of values."""
    if not isinstance(kind, Collection) or not isinstance(kind.element, ObjectType):
        return False
    attributes = kind.element.attributes.values()
    return 0 < len(attributes) <= MOST_COLUMNS and all(map(_fits_a_cell, attributes))


def _fits_a_cell(kind: Type) -> bool:
    plain = kind.element if isinstance(kind, Collection) and kind.kind != "map" else kind
    return plain in (STRING, NUMBER, BOOL)


def build_form(module: Module, lists: Lists) -> FormModel:
    """The form of a module, complete without a manifest, too."""
    hints = module.manifest.variables if module.manifest else {}
    fields = [variable_field(module, name, lists) for name in module.variables]
    order = {name: index for index, name in enumerate(module.variables)}
    fields.sort(key=lambda model: (_order(hints.get(model.name, _NO_HINT)), not model.required, order[model.name]))
    return FormModel(sections=_sections(module, fields), presets=_presets(module))


def variable_field(module: Module, name: str, lists: Lists) -> FieldModel:
    """The field of one variable."""
    variable = module.variables[name]
    hints = module.manifest.variables if module.manifest else {}
    words, about = told(variable.description or "", variable.type)
    builder = _Builder(variable, hints, lists, limits_of(variable), about)
    made = builder.build(
        "", variable.type, name, required=variable.required, default=variable.default, has_default=variable.has_default
    )
    return made if made.help_html else made.model_copy(update={"help_html": _html(words)})


def _html(text: str | None) -> str | None:
    return to_html(text) or None if text else None


def _sections(module: Module, fields: Sequence[FieldModel]) -> list[SectionModel]:
    hints = module.manifest.variables if module.manifest else {}
    declared = module.manifest.sections if module.manifest else []
    first, last = _unsectioned(fields, {name for name, hint in hints.items() if hint.section})
    middle = []
    for section in declared:
        inside = [model for model in fields if hints.get(model.name, _NO_HINT).section == section.key]
        middle.append(SectionModel(
            key=section.key, title=section.title, help_html=to_html(section.help) if section.help else None,
            parent=section.parent, collapsed=section.collapsed, level=section.level, fields=inside,
        ))  # fmt: skip
    return [section for section in (first, *middle, last) if section is not None]


def _unsectioned(fields: Sequence[FieldModel], placed: set[str]) -> tuple[SectionModel | None, SectionModel | None]:
    """What has no section: required and basic fields first, the others at the end."""
    loose = [model for model in fields if model.name not in placed]
    basic = [model for model in loose if model.level == "basic"]
    other = [model for model in loose if model.level != "basic"]
    level: Level = "expert" if other and all(model.level == "expert" for model in other) else "advanced"
    first = SectionModel(key="main", title="Settings", fields=basic) if basic else None
    last = SectionModel(key=REST, title="More settings", collapsed=True, level=level, fields=other) if other else None
    return first, last


def _presets(module: Module) -> list[PresetModel]:
    if module.manifest is None:
        return []
    return [PresetModel(**preset.model_dump()) for preset in module.manifest.presets]
