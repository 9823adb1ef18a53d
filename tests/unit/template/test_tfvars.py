"""`terraform.tfvars.json`: what was typed arrives as it was typed, digit by digit and sign by sign."""

from __future__ import annotations

import json
from decimal import Decimal
from pathlib import Path

import pytest

from portal.kit.errors import Invalid
from portal.template.module import Module
from portal.template.tfvars import tfvars_json
from tests.unit.template.conftest import MakeModule
from tests.unit.template.terraform import console_json

HOSTILE = [
    "${file(\"/etc/passwd\")}", "$${x}", "%{ for a in [1] }b%{ endfor }", '"', "\\", "\n\r\t", "'; rm -rf / #", "-var=x=y",
    "<<EOT\nx\nEOT", "é\u0301", "日本", "😀", "\u2028</script>", "null", "true", "1.0", "#", "//", "/*", " ", "",
]  # fmt: skip


def test_numbers_keep_every_digit(make_module: MakeModule) -> None:
    module = make_module('variable "a" {\n type = list(number)\n}')
    digits = ["0.1", "12345678901234567890.12345678901234567890", "1e30", "-0.000001", "9007199254740993"]
    written = json.loads(tfvars_json(module, {"a": digits}), parse_float=Decimal, parse_int=Decimal)
    assert written == {"a": [Decimal(text) for text in digits]}
    assert b"1e30" not in tfvars_json(module, {"a": digits})


def test_only_declared_variables_are_written_and_unset_ones_left_out(every_type: Module) -> None:
    text = tfvars_json(every_type, {"name": "x", "owner": None, "enabled": None, "other": "y"})
    assert json.loads(text) == {"name": "x", "owner": None}
    assert tfvars_json(every_type, {}) == b"{}\n"


def test_a_value_of_the_wrong_type_is_refused_with_its_place(every_type: Module) -> None:
    with pytest.raises(Invalid) as caught:
        tfvars_json(every_type, {"disks": [{"name": "a", "size": "big"}]})
    assert caught.value.errors[0].path == "disks[0].size"


def test_attack_6_terraform_reads_exactly_what_was_typed(make_module: MakeModule, tmp_path: Path) -> None:
    types = {"texts": "list(string)", "keys": "map(string)", "free": "any"}
    hcl = "".join(f'variable "{name}" {{\n  type = {kind}\n}}\n' for name, kind in types.items())
    values = {"texts": HOSTILE, "keys": {text: text for text in HOSTILE}, "free": {"deep": [HOSTILE, 1, None]}}
    (tmp_path / "main.tf").write_text(hcl)
    (tmp_path / "terraform.tfvars.json").write_bytes(tfvars_json(make_module(hcl), values))
    texts, keys, free = json.loads(console_json(tmp_path, "[var.texts, var.keys, var.free]"))
    assert texts == HOSTILE
    assert keys == {text: text for text in HOSTILE}
    assert free == {"deep": [HOSTILE, 1, None]}
