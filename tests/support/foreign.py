"""`python -m tests.support.foreign CHECKOUT …`: how much of other people's modules the form reads (docs/foreign-modules.md).

A checkout's own folder and each in `modules/` that declares variables is read without a manifest. Nothing of it is kept.
"""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Iterator, Mapping
from decimal import Decimal
from pathlib import Path
from typing import Any

from portal.template.errors import TemplateError
from portal.template.form import build_form
from portal.template.hcl import Undecided, parse_body
from portal.template.hcl.convert import convert
from portal.template.hcl.types import ANY, BOOL, NUMBER, STRING, Collection, ObjectType, TupleType, Type
from portal.template.hcl.values import MapV, ObjectV, TupleV
from portal.template.judge import Judge
from portal.template.module import Module, read_module
from portal.template.schemas import FieldModel

COLUMNS = ("folders", "alone", "variables", "without JSON", "described", "with default", "rules", "decided")
SAMPLES: tuple[Mapping[Type, Any], ...] = (
    {STRING: "x", ANY: "x", NUMBER: Decimal(1), BOOL: True},
    {STRING: "10.0.0.0/16", ANY: "x", NUMBER: Decimal(0), BOOL: False},
    {STRING: "", ANY: "x", NUMBER: Decimal(70_000), BOOL: True},
)
OUTSIDE = "outside of the template's folder"


def folders_of(checkout: Path) -> list[Path]:
    """The root module and those in `modules/` that declare variables."""
    inner = sorted(path for path in (checkout / "modules").rglob("*") if path.is_dir())
    kept = [
        path for path in (checkout, *inner) if not {"examples", "test", "tests"} & set(path.relative_to(checkout).parts)
    ]
    return [path for path in kept if any("variable" in file.read_text(errors="replace") for file in path.glob("*.tf"))]


def files_of(folder: Path) -> dict[str, bytes]:
    """The Terraform files below a folder."""
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*.tf*") if path.is_file()}


def read(folder: Path) -> tuple[Module, bool]:
    """The module, and whether it stands alone. One that needs its neighbours is read by its variables."""
    files = files_of(folder)
    try:
        return read_module(files), True
    except TemplateError as error:
        if OUTSIDE not in str(error):
            raise
    own = {name: data for name, data in files.items() if "/" not in name and not calls(data)}
    return read_module(own), False


def calls(data: bytes) -> bool:
    """Whether a file calls modules."""
    return bool(parse_body(data.decode()).blocks_of("module"))


def count(folder: Path) -> Counter[str]:
    """The figures of one folder, by column."""
    module, alone = read(folder)
    fields = {field.name: field for section in build_form(module, {}).sections for field in section.fields}
    found = Counter({"folders": 1, "alone": int(alone)})
    for name, variable in module.variables.items():
        found["variables"] += 1
        found["without JSON"] += not needs_json(fields[name])
        found["described"] += bool(variable.description)
        found["with default"] += variable.has_default
    return found + Counter(verdicts(module))


def needs_json(field: FieldModel) -> bool:
    """Whether somebody must write JSON to fill a field in, or a part of it."""
    inner = [*field.fields, *([field.item] if field.item else [])]
    return field.kind == "json" or any(map(needs_json, inner))


def verdicts(module: Module) -> dict[str, int]:
    """How many validations there are, and how many of them we decide whatever the sample."""
    undecided: set[tuple[str, int]] = set()
    for index, sample in enumerate(SAMPLES):
        values = {
            name: variable.default if variable.has_default and index else sampled(variable.type, sample)
            for name, variable in module.variables.items()
        }
        undecided |= set(open_rules(module, Judge(module, values)))
    rules = sum(len(variable.validations) for variable in module.variables.values())
    return {"rules": rules, "decided": rules - len(undecided)}


def open_rules(module: Module, judge: Judge) -> Iterator[tuple[str, int]]:
    """The validations that are left to Terraform."""
    for name, variable in module.variables.items():
        for number, validation in enumerate(variable.validations):
            try:
                judge.verdict(variable, validation)
            except Undecided:
                yield name, number


def sampled(kind: Type, sample: Mapping[Type, Any]) -> Any:
    """A value of a type."""
    if isinstance(kind, Collection):
        item = sampled(kind.element, sample)
        return convert(MapV({"k": item}, kind.element) if kind.kind == "map" else TupleV((item,)), kind)
    if isinstance(kind, TupleType):
        return TupleV(tuple(sampled(element, sample) for element in kind.elements))
    if isinstance(kind, ObjectType):
        return ObjectV({name: sampled(inner, sample) for name, inner in kind.attributes.items()})
    return sample[kind]


def main(checkouts: list[str]) -> None:
    """A row a checkout, and their sum."""
    total: Counter[str] = Counter()
    print(f"| module | {' | '.join(COLUMNS)} |")
    for path in map(Path, checkouts):
        figures = sum((count(folder) for folder in folders_of(path)), Counter())
        total += figures
        print(row(path.name, figures))
    print(row("together", total))


def row(name: str, figures: Mapping[str, int]) -> str:
    """A line of the table."""
    return f"| {name} | {' | '.join(str(figures.get(column, 0)) for column in COLUMNS)} |"


if __name__ == "__main__":
    main(sys.argv[1:])
