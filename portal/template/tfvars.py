"""Values to `terraform.tfvars.json`: the only way by which anything that a user typed reaches Terraform. Pure."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from portal.kit.errors import FieldProblem, Invalid
from portal.template.hcl.convert import path_text
from portal.template.module import Module
from portal.template.values import convert_json, json_text


def tfvars_json(module: Module, values: Mapping[str, Any]) -> bytes:
    """The text of `terraform.tfvars.json`: declared variables only, numbers digit by digit, what is unset left out.

    Terraform takes texts of this file literally: `${…}` in them is text.

    Raises:
        Invalid: a value does not have its variable's type; validate first.
    """
    lines = []
    for name, variable in module.variables.items():
        if name not in values or (values[name] is None and not variable.nullable):
            continue
        value, problems = convert_json(values[name], variable.type, fill=False, strict=False)
        if problems:
            errors = [FieldProblem(path_text((name, *path)), message) for path, message in problems]
            raise Invalid("The values do not fit the template's variables.", errors)
        lines.append(f"  {json.dumps(name)}: {json_text(value)}")
    return ("{\n" + ",\n".join(lines) + "\n}\n").encode() if lines else b"{}\n"
