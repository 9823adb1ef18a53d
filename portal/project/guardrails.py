"""Guardrails: rules of a project that narrow what the forms of its deployments offer. Pure.

A rule is about templates by pattern, and about one thing: places, what a list or a variable may be, a fixed value, tags, a bound,
a lifetime. Of several rules about one thing all hold, so what they leave is what is in each of them.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import timedelta
from fnmatch import fnmatchcase
from typing import Annotated, Any, Final, Literal, Self

from pydantic import BaseModel, Field, StringConstraints, model_validator

from portal.auth.schemas import Request

Kind = Literal["places", "options", "values", "fixed", "required", "range", "tags", "ttl"]
Pattern = Annotated[str, StringConstraints(pattern=r"^[a-z0-9*?/_.-]{1,120}$")]
Option = Annotated[str, StringConstraints(min_length=1, max_length=300)]
Tag = Annotated[str, StringConstraints(min_length=1, max_length=128)]
_VARIABLE: Final = re.compile(r"[A-Za-z_][\w-]{0,99}(\[\]|\.[\w-]{1,100}){0,10}")
_TTL: Final = re.compile(r"([1-9][0-9]{0,4})\s*([hdw])")
_UNITS: Final = {"h": timedelta(hours=1), "d": timedelta(days=1), "w": timedelta(weeks=1)}
_FIELDS: Final[Mapping[str, tuple[tuple[str, ...], tuple[str, ...]]]] = {
    # What each must have, and what it may have besides.
    "places": (("allowed",), ()),
    "options": (("options", "allowed"), ()),
    "values": (("variable", "allowed"), ()),
    "fixed": (("variable", "value"), ()),
    "required": (("variable",), ()),
    "range": (("variable",), ("min", "max")),
    "tags": (("tags",), ()),
    "ttl": ((), ("required", "longest")),
}
_OWN: Final = ("variable", "options", "allowed", "value", "min", "max", "tags", "required", "longest")
MAX_RULES: Final = 100


class Guardrail(Request):
    """One rule. `rule` says which other fields it has.

    `places`: `allowed` regions, locations and zones. `options`: of the list `options` (`azure-vm-sizes`), what is `allowed`.
    `values`: of `variable`, what is `allowed`. `fixed`: `variable` is `value`. `required`: `variable` must be set. `range`:
    `variable` is from `min` to `max`, in the unit that the form shows. `tags`: `tags` are always set, among tags and labels.
    `ttl`: a lifetime is `required`, and at most `longest` (`12h`, `30d`, `2w`).
    """

    rule: Kind
    templates: list[Pattern] = Field(default_factory=lambda: ["*"], min_length=1, max_length=50)
    """Patterns of keys: `azure/*`, `gcp/cloud-sql`."""
    variable: str | None = Field(default=None, max_length=300)
    """A path such as `size` or `pools[].size`."""
    options: str | None = Field(default=None, max_length=100)
    allowed: list[Option] | None = Field(default=None, max_length=200)
    value: Any = None
    min: float | None = Field(default=None, allow_inf_nan=False)
    max: float | None = Field(default=None, allow_inf_nan=False)
    tags: dict[Tag, Option] | None = Field(default=None, max_length=40)
    required: bool | None = None
    longest: str | None = Field(default=None, max_length=10)
    reason: str = Field(default="", max_length=300)
    """Why. Whoever fills in the form reads it."""

    @model_validator(mode="after")
    def _complete(self) -> Self:
        needs, also = _FIELDS[self.rule]
        missing = [name for name in needs if getattr(self, name) in (None, [], {})]
        foreign = [name for name in _OWN if name not in (*needs, *also) and getattr(self, name) is not None]
        if missing:
            raise ValueError(f"a rule about {self.rule} needs {' and '.join(missing)}")
        if foreign:
            raise ValueError(f"a rule about {self.rule} has no {foreign[0]}")
        if also and all(getattr(self, name) in (None, False) for name in also):
            raise ValueError(f"a rule about {self.rule} needs {' or '.join(also)}")
        if self.variable is not None and not _VARIABLE.fullmatch(self.variable):
            raise ValueError("write a variable like `size`, or one inside of it like `pools[].size`")
        if self.rule == "fixed" and self.variable is not None and not self.variable.replace("-", "_").isidentifier():
            raise ValueError("only a whole variable can be fixed")
        if self.longest is not None and lifetime(self.longest) is None:
            raise ValueError("write a lifetime like 12h, 30d or 2w")
        if self.min is not None and self.max is not None and self.min > self.max:
            raise ValueError("min is above max")
        return self


class TemplateRules(BaseModel):
    """Which templates a project may use: patterns of keys. `deny` counts more; without `allow` all others are allowed."""

    allow: list[Pattern] | None = Field(default=None, max_length=200)
    deny: list[Pattern] = Field(default_factory=list, max_length=200)

    def allows(self, key: str) -> bool:
        """Whether the template with this key may be used."""
        return not _any(self.deny, key) and (self.allow is None or _any(self.allow, key))


def _any(patterns: Iterable[str], key: str) -> bool:
    return any(fnmatchcase(key, pattern) for pattern in patterns)


def lifetime(text: str) -> timedelta | None:
    """`12h`, `30d`, `2w`; None when it is not written so."""
    match = _TTL.fullmatch(text.strip().lower())
    return int(match[1]) * _UNITS[match[2]] if match else None


def of_template(rules: Sequence[Guardrail], key: str) -> list[Guardrail]:
    """Those that are about this template."""
    return [rule for rule in rules if _any(rule.templates, key)]


def root_of(variable: str) -> str:
    """The whole variable that a path is in."""
    return re.split(r"[.\[]", variable)[0]


def fixed_tags(rules: Sequence[Guardrail]) -> dict[str, str]:
    """What is always set among tags; a later rule counts more."""
    return {name: text for rule in rules if rule.tags for name, text in rule.tags.items()}


def longest_life(rules: Sequence[Guardrail]) -> tuple[str, timedelta] | None:
    """The shortest of the longest lifetimes, as it was written and as a duration."""
    found = [(rule.longest, lifetime(rule.longest)) for rule in rules if rule.rule == "ttl" and rule.longest]
    return min(((text, span) for text, span in found if span), key=lambda pair: pair[1], default=None)


def needs_end(rules: Sequence[Guardrail]) -> bool:
    """Whether a deployment may not live forever."""
    return any(rule.rule == "ttl" for rule in rules)


def life_problem(rules: Sequence[Guardrail], life: timedelta | None) -> str | None:
    """What is wrong with a lifetime from now on, None being none at all; None when it is right."""
    longest = longest_life(rules)
    if life is None:
        if not needs_end(rules):
            return None
        most = f", of at most {longest[0]}" if longest else ""
        return f"In this project a deployment needs a lifetime{most}."
    # A minute of grace: a lifetime is counted from when it was read, which is not now any more.
    if longest and life > longest[1] + timedelta(minutes=1):
        return f"In this project a deployment lives for at most {longest[0]}; it can be extended later."
    return None
