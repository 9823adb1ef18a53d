"""Planning as the real providers plan: defaults, unknowns, replacement, sets; and the sweep over many types."""

from __future__ import annotations

import os
from typing import Any

import pytest

from tests.sandbox.conftest import KEYS, Workspace
from worker.sandbox import schema, sweep
from worker.sandbox.behaviour import Behaviour
from worker.sandbox.plan import Planned, plan
from worker.sandbox.protocol import UNKNOWN, has_unknown, loads, message, pack
from worker.sandbox.provider import Launch, Provider
from worker.sandbox.schema import Attribute, Block, Cty, NestedBlock
from worker.sandbox.schemas import build
from worker.sandbox.server import handler
from worker.sandbox.store import Store
from worker.terraform import engine


def attribute(name: str, flags: str, cty: Cty = "string", **facts: Any) -> Attribute:
    return Attribute(name, cty, "r" in flags, "o" in flags, "c" in flags, facts)


def block(*parts: Attribute | NestedBlock, no_update: bool = False) -> Block:
    attributes = {part.name: part for part in parts if isinstance(part, Attribute)}
    blocks = {part.name: part for part in parts if isinstance(part, NestedBlock)}
    return Block(attributes, blocks, no_update=no_update)


def planned(one: Block, config: dict[str, Any], prior: dict[str, Any] | None = None, **behaviour: Any) -> Planned:
    whole = dict.fromkeys(one.attributes) | {name: [] for name in one.blocks} | config
    return plan(one, Behaviour(**behaviour), config=whole, prior=prior)


def test_a_creation_shows_defaults_and_leaves_to_the_cloud_what_is_its() -> None:
    one = block(
        attribute("name", "r"), attribute("id", "c"), attribute("tier", "o", default="A"), attribute("note", "o")
    )
    assert planned(one, {"name": "n"}).state == {"name": "n", "id": UNKNOWN, "tier": "A", "note": None}


def test_a_default_fraction_is_text_so_that_it_stays_what_it_is() -> None:
    one = block(attribute("share", "o", "number", default=0.1), attribute("whole", "o", "number", default=2.0))
    assert planned(one, {}).state == {"share": "0.1", "whole": 2}


def test_nothing_changed_is_exactly_the_state_before() -> None:
    one = block(attribute("name", "r", force_new=True), attribute("id", "c"), attribute("tags", "o", ["set", "string"]))
    prior = {"name": "n", "id": "x", "tags": ["b", "a"]}
    result = planned(one, {"name": "n", "tags": ["a", "b"]}, prior)
    assert (result.state is prior, result.replace) == (True, [])


def test_an_update_keeps_what_the_cloud_decided() -> None:
    one = block(attribute("note", "o"), attribute("id", "c"), attribute("size", "oc"))
    result = planned(one, {"note": "new"}, {"note": "old", "id": "x", "size": "s"})
    assert result == Planned({"note": "new", "id": "x", "size": "s"}, [])


def test_a_change_that_no_cloud_can_make_replaces_nested_ones_too() -> None:
    disk = NestedBlock("disk", "list", 0, 0, block(attribute("kind", "o", force_new=True), attribute("size", "o")))
    one = block(attribute("name", "r", force_new=True), disk)
    prior = {"name": "n", "disk": [{"kind": "ssd", "size": "1"}, {"kind": "hdd", "size": "1"}]}
    changed = [{"kind": "ssd", "size": "2"}, {"kind": "ssd", "size": "1"}]
    assert planned(one, {"name": "n", "disk": changed}, prior).replace == [("disk", 1, "kind")]
    assert planned(one, {"name": "m", "disk": prior["disk"]}, prior).replace == [("name",)]


def test_a_block_that_comes_or_goes_replaces_when_it_must() -> None:
    fixed = NestedBlock("key", "list", 0, 1, block(attribute("x", "o")), {"force_new": True})
    one = block(attribute("name", "r"), fixed)
    assert planned(one, {"name": "n", "key": [{"x": "1"}]}, {"name": "n", "key": []}).replace == [("key",)]


def test_a_type_without_update_is_replaced_by_any_change() -> None:
    one = block(attribute("note", "o"), no_update=True)
    assert planned(one, {"note": "b"}, {"note": "a"}).replace == [("note",)]


def test_members_of_a_set_keep_what_the_cloud_decided_for_them() -> None:
    rule = NestedBlock("rule", "set", 0, 0, block(attribute("name", "r"), attribute("id", "c")))
    prior = {"rule": [{"name": "a", "id": "1"}, {"name": "b", "id": "2"}]}
    result = planned(block(rule), {"rule": [{"name": "b", "id": None}, {"name": "c", "id": None}]}, prior)
    assert result.state == {"rule": [{"name": "b", "id": "2"}, {"name": "c", "id": UNKNOWN}]}


def test_an_attribute_written_like_blocks_is_planned_like_blocks() -> None:
    subnets = attribute("subnet", "oc", ["set", ["object", {"name": "string", "id": "string"}]], nested={"name": {}})
    prior = {"subnet": [{"name": "a", "id": "1"}]}
    assert planned(block(subnets), {}, prior).state is prior
    added = planned(block(subnets), {"subnet": [{"name": "a", "id": None}, {"name": "b", "id": None}]}, prior)
    assert added.state == {"subnet": [{"name": "a", "id": "1"}, {"name": "b", "id": UNKNOWN}]}


def test_a_write_only_value_is_never_planned() -> None:
    one = block(attribute("secret_wo", "o", write_only=True), attribute("version", "o"))
    assert planned(one, {"secret_wo": "s", "version": "1"}).state == {"secret_wo": None, "version": "1"}


def test_two_spellings_of_one_thing_are_no_change() -> None:
    one = block(attribute("network", "r", diff_suppress=True, force_new=True))
    for spelling in ("projects/p/global/networks/n", "n", "PROJECTS/p/global/networks/n"):
        assert planned(one, {"network": spelling}, {"network": "projects/p/global/networks/n"}).replace == []
    assert planned(one, {"network": "m"}, {"network": "projects/p/global/networks/n"}).replace == [("network",)]


def test_a_location_is_written_as_azure_writes_it() -> None:
    one = block(attribute("location", "r", force_new=True, diff_suppress=True))
    assert planned(one, {"location": "West Europe"}, normalised={"location": "location"}).state == {
        "location": "westeurope"
    }


def test_an_unknown_list_of_blocks_stays_unknown() -> None:
    rule = NestedBlock("rule", "list", 0, 0, block(attribute("name", "r")))
    assert has_unknown(planned(block(rule), {"rule": UNKNOWN}).state)


def test_numbers_past_64_bits_and_fractions_keep_their_digits() -> None:
    state = loads('{"big": 123456789012345678901234567890, "fraction": 0.1, "whole": 7}')
    assert state["fraction"] == "0.1"
    assert b"123456789012345678901234567890" in pack(state)


@pytest.mark.parametrize("state", [b"[" * 200_000, b"{not json", b'{"tags": 1' + b"0" * 100_000 + b"}", b'"text"'])
def test_a_broken_state_is_an_error_for_its_reader_and_no_end_of_the_daemon(state: bytes) -> None:
    provider = Provider(Launch("azurerm"), Store("postgresql://nowhere/none", keys=KEYS), speed=0)
    request = message("UpgradeResourceState.Request")(type_name="azurerm_resource_group", raw_state={"json": state})
    answer = message("UpgradeResourceState.Response").FromString(
        handler(provider, "UpgradeResourceState")(request.SerializeToString(), None)
    )
    assert answer.diagnostics or answer.upgraded_state.msgpack


def test_a_type_that_no_pack_has_is_an_error_for_its_asker() -> None:
    provider = Provider(Launch("azurerm"), Store("postgresql://nowhere/none", keys=KEYS), speed=0)
    request = message("ReadResource.Request")(type_name="../../azurerm_resource_group")
    answer = message("ReadResource.Response").FromString(
        handler(provider, "ReadResource")(request.SerializeToString(), None)
    )
    assert answer.new_state.msgpack == pack(None)
    validated = message("ValidateResourceConfig.Request")(type_name="../../azurerm_resource_group")
    reply = handler(provider, "ValidateResourceConfig")(validated.SerializeToString(), None)
    assert "made a mistake" in message("ValidateResourceConfig.Response").FromString(reply).diagnostics[0].summary


def test_the_descriptors_are_those_of_the_proto_file(tmp_path: Any) -> None:
    from grpc_tools import protoc

    from worker.sandbox import protocol

    target = tmp_path / "d.desc"
    source = protocol.HERE / "tfplugin6.proto"
    assert protoc.main(["protoc", f"-I{protocol.HERE}", f"--descriptor_set_out={target}", str(source)]) == 0
    assert target.read_bytes() == protocol.DESCRIPTORS.read_bytes()
    assert message("ReadResource.Response")().SerializeToString() == b""


def test_a_pack_is_built_from_a_schema_its_facts_and_a_list_of_types() -> None:
    resource = {
        "a": {"name": ["string", "r"], "x_wo": ["string", "o"]},
        "b": {"disk": ["list", 0, 1, {"a": {"size": ["number", "o"]}, "b": {}}]},
    }
    provider = {"a": {}, "b": {"features": ["list", 0, 0, {"a": {}, "b": {}}]}}
    given = {
        "source": "r/h/azurerm",
        "version": "5.1.0",
        "resources": {"azurerm_a": resource, "azurerm_b": resource},
        "data_sources": {},
        "provider": provider,
    }
    facts = {
        "resources": {
            "azurerm_a": {
                "schema_version": 2,
                "no_update": True,
                "facts": {"name": {"force_new": True}, "disk.size": {"range": [1, 5]}},
            }
        },
        "provider": {"facts": {"features": {"min_items": 1, "max_items": 1}}},
    }
    extra = {"azurerm_a": {"name": {"enum": ["n"]}}}
    made = build.pack(given, [facts, extra], {"resources": ["a"], "data_sources": []})
    parsed = schema.parse(made["resources"]["azurerm_a"])
    assert list(made["resources"]) == ["azurerm_a"]
    assert (parsed.version, parsed.no_update) == (2, True)
    assert parsed.attributes["name"].facts == {"force_new": True, "enum": ["n"]}
    assert parsed.attributes["x_wo"].write_only
    assert parsed.blocks["disk"].block.attributes["size"].facts == {"range": [1, 5]}
    assert made["provider"]["b"]["features"][1:3] == [1, 1]
    with pytest.raises(SystemExit, match="no azurerm type fits 'c'"):
        build.pack(given, [facts], {"resources": ["c"], "data_sources": []})


@pytest.mark.parametrize("provider", ["azurerm", "google"])
@pytest.mark.parametrize("full", [False, True], ids=["required", "everything"])
def test_types_of_every_kind_are_created_planned_again_and_destroyed(
    workspace: Workspace, provider: str, full: bool
) -> None:
    """A part of the types at each kind; `python -m worker.sandbox.sweep` tries them all."""
    names = schema.load(provider).resource_types
    some = names[3::20] if full else names[::20]
    command = engine.find(os.environ.get("TERRACE_TERRAFORM_BIN")).command
    sweep.prove(sweep.Terraform(workspace.folder, workspace.environment(), command), provider, some, full=full)
