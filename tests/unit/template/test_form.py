"""The form model: complete without a manifest, safe to show, JSON all the way."""

from __future__ import annotations

import json
from collections.abc import Iterator

import pytest

from portal.template.form import build_form, variable_field
from portal.template.json_schema import json_schema
from portal.template.lists import parse_list
from portal.template.markdown import to_html
from portal.template.module import Module, read_module
from portal.template.schemas import FieldModel, FormModel
from portal.template.words import humanise
from tests.unit.template.conftest import EVERY_TYPE, MakeModule, read_folder

LISTS = {
    "regions": parse_list(
        "regions",
        b'{"kind": "regions", "source": "s", "as_of": "2026-01-01", "options": [{"value": "eu", "label": "Europe"},'
        b' {"value": "us", "depends": {"tier": "premium"}}]}',
    )
}


def walk(form: FormModel) -> Iterator[FieldModel]:
    """Every field, nested ones too."""
    stack = [model for section in form.sections for model in section.fields]
    while stack:
        model = stack.pop()
        yield model
        stack += [*model.fields, *([model.item] if model.item else [])]


def test_without_a_manifest_every_variable_has_its_field() -> None:
    files = {name: data for name, data in read_folder(EVERY_TYPE).items() if name != "manifest.yaml"}
    module = read_module(files)
    form = build_form(module, {})
    kinds = {model.name: model.kind for section in form.sections for model in section.fields}
    assert kinds.keys() == module.variables.keys()
    assert kinds | {"name": "text", "replicas": "number", "mode": "select", "tier": "select", "disks": "list"} == kinds
    assert kinds | {"anything": "json", "api_token": "password", "enabled": "switch", "chosen": "multiselect"} == kinds
    assert (
        kinds | {"labels": "key_value", "flags": "map", "pair": "tuple", "network": "object", "words": "tags"} == kinds
    )
    assert kinds | {"greeting": "textarea", "pools": "table", "users": "table", "matrix": "list"} == kinds
    assert [model.name for model in form.sections[0].fields] == ["name", "owner", "replicas"]


def test_the_whole_form_is_json(every_type: Module) -> None:
    json.loads(build_form(every_type, {}).model_dump_json())


def test_hints_reach_their_fields_at_every_depth(every_type: Module) -> None:
    fields = {model.path: model for model in walk(build_form(every_type, {}))}
    assert (fields["disks[].size"].title, fields["disks[].size"].unit, fields["disks[].size"].default) == (
        "Size",
        "GiB",
        "32",
    )
    assert fields["disks[]"].item_title == "{name} ({size} GiB)"
    assert [model.name for model in fields["disks[]"].fields][:2] == ["name", "size"]
    assert fields["disks[].tags"].visible_when == {"op": "==", "args": [{"this": ["kind"]}, {"value": "fast"}]}
    assert [option.label for option in fields["mode"].options] == ["Simple", "Cluster"]
    assert fields["tier"].options[1].when is not None
    assert fields["name"].immutable
    assert fields["ratio"].monotonic
    assert fields["api_token"].generate is not None
    assert fields["name"].constraints.patterns == ["^[a-z][a-z0-9-]*$"]
    assert fields["chosen"].item is not None
    assert [option.value for option in fields["chosen"].item.options] == ["red", "green", "blue"]
    assert (fields["replicas"].constraints.min, fields["replicas"].constraints.integer) == ("1", True)


def test_unset_null_and_empty_are_told_apart(every_type: Module) -> None:
    fields = {model.path: model for model in walk(build_form(every_type, {}))}
    assert fields["maybe"].nullable
    assert fields["maybe"].default == "unset"
    assert not fields["name"].nullable
    assert not fields["tier"].nullable


def test_a_secret_default_is_never_in_the_form_or_the_schema(make_module: MakeModule) -> None:
    module = make_module(
        'variable "a" {\n default = "s3cret-1"\n sensitive = true\n}\nvariable "b" {\n default = "s3cret-2"\n}',
        "variables: {b: {sensitive: true}}",
    )
    assert "s3cret" not in build_form(module, {}).model_dump_json()
    assert "s3cret" not in json.dumps(json_schema(module, {}))
    assert build_form(module, {}).sections[0].fields[0].has_default


def test_options_come_from_a_named_list_and_stay_free_without_it(make_module: MakeModule) -> None:
    hcl = 'variable "region" {\n type = string\n}\nvariable "tier" {\n default = "basic"\n}'
    module = make_module(hcl, "variables: {region: {options_from: {kind: regions, parameters: {tier: var.tier}}}}")
    model = variable_field(module, "region", LISTS)
    assert (model.kind, model.allow_other, [option.label for option in model.options]) == (
        "combobox",
        True,
        ["Europe", "us"],
    )
    assert model.options_from is not None
    assert model.options_from.parameters == {"tier": {"var": ["tier"]}}
    assert variable_field(module, "region", {}).kind == "text"


@pytest.mark.parametrize(
    "text",
    [
        "<script>alert(1)</script>", "<img src=x onerror=alert(1)>", "[x](javascript:alert(1))", "[x](data:text/html,1)",
        "![x](https://evil.example/p.png)", "<https://ok.example/\"onclick=alert(1)>", "[x](JaVaScRiPt:alert(1))",
        "[x][1]\n\n[1]: vbscript:x",
        "`<b>`", "[x](//evil.example)", "<a href='x'>", "&lt;script&gt;",
    ],
)  # fmt: skip
def test_attack_10_descriptions_bring_no_markup_of_their_own(make_module: MakeModule, text: str) -> None:
    module = make_module(f'variable "x" {{\n description = {json.dumps(text)}\n}}')
    html = (build_form(module, {}).sections[0].fields[0].help_html or "").lower()
    for danger in (
        "<script",
        "<img",
        'href="javascript',
        'href="data',
        'href="vbscript',
        'href="//',
        ' onclick="',
        "<b>",
    ):
        assert danger not in html


def test_a_good_link_opens_beside_the_portal() -> None:
    assert to_html("[x](https://example.com)") == (
        '<p><a href="https://example.com" target="_blank" rel="noopener noreferrer">x</a></p>'
    )


def test_names_become_titles() -> None:
    assert [humanise(name) for name in ("allowed_ip_rules", "vm_size", "name", "os_disk_size_gb")] == [
        "Allowed IP rules", "VM size", "Name", "OS disk size GB",
    ]  # fmt: skip
    assert humanise("subnets", singular=True) == "Subnet"
