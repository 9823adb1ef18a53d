"""The behaviour files fit the schema packs: nothing in them is misspelt, and every type has a proper id."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest

from worker.sandbox import behaviour, schema, sweep
from worker.sandbox.behaviour import Behaviours, ancestors, shape
from worker.sandbox.cloud import Decider, ResourceScope, Surroundings
from worker.sandbox.identity import SUBSCRIPTION_PREFIX, identity_of
from worker.sandbox.mirror import VERSIONS
from worker.sandbox.plan import element_type
from worker.sandbox.schema import Block, Pack
from worker.sandbox.template import render

PROVIDERS = sorted(schema.available())
SURROUNDINGS = Surroundings(identity_of("someone"), {"region": "europe-west1", "zone": "europe-west1-b"})
DECIDED = {"project": "p", "region": "europe-west1", "zone": "europe-west1-b", "location": "europe-west1"}


@pytest.fixture(params=PROVIDERS)
def provider(request: pytest.FixtureRequest) -> tuple[Pack, Behaviours]:
    return schema.load(request.param), behaviour.load(request.param)


def test_the_mirror_offers_the_versions_of_the_packs() -> None:
    assert {name: schema.load(name).version for name in PROVIDERS} == VERSIONS


def test_there_is_no_pack_for_a_name_that_is_a_path() -> None:
    for name in ("../secrets", "azurerm/../google", "", "AZURERM", "azurerm.json"):
        with pytest.raises(KeyError):
            schema.load(name)


def test_every_type_has_an_id_of_its_clouds_own_form(provider: tuple[Pack, Behaviours]) -> None:
    pack, behaviours = provider
    maker = sweep.Maker(pack, behaviours, full=False)
    for type_name in pack.resource_types:
        attributes = DECIDED | maker.resource(type_name)
        template = behaviours.full_id(behaviours.of(type_name).id)
        made = render(template, ResourceScope(SURROUNDINGS, attributes, "00"))
        assert isinstance(made, str), f"{type_name}: {template} cannot be made from {sorted(attributes)}"
        assert "None" not in made
        assert "Sandbox" not in made


def test_ids_of_azure_types_have_the_form_that_other_arguments_ask_for() -> None:
    """What the provider accepts in an argument such as subnet_id is what the sandbox makes for a subnet."""
    pack, behaviours = schema.load("azurerm"), behaviour.load("azurerm")
    wanted = {shape(one, fold=False) for name in pack.resource_types for one in formats(pack.resource(name))}
    folded = {tuple(part.lower() for part in one): one for one in wanted}
    for name, template in behaviours.raw["ids"].items():
        if template.startswith("Microsoft."):
            made = shape(re.sub(r"\{[^{}]*\}", "x", behaviours.full_id(template)), fold=False)
            known = folded.get(tuple(part.lower() for part in made))
            assert known is None or known == made, name


def formats(block: Block) -> Iterator[str]:
    for attribute in block.attributes.values():
        given = [attribute.facts.get("id_format"), *attribute.facts.get("id_formats", [])]
        yield from (one for one in given if one and one.startswith("/subscriptions/"))
    for nested in block.blocks.values():
        yield from formats(nested.block)


def test_every_name_in_the_behaviour_file_is_in_the_pack(provider: tuple[Pack, Behaviours]) -> None:
    pack, behaviours = provider
    for section in ("ids", "unique", "types", "protected"):
        for name in behaviours.raw.get(section, {}):
            kind = "data_sources" if name.startswith("data.") else "resources"
            assert "*" in name or name.removeprefix("data.") in pack.raw[kind], f"{section}: {name}"


def test_every_path_in_the_behaviour_file_is_in_the_schema(provider: tuple[Pack, Behaviours]) -> None:
    pack, behaviours = provider
    for name, entry in behaviours.raw["types"].items():
        block = pack.data_source(name[5:]) if name.startswith("data.") else pack.resource(name)
        known = set(paths(block, ""))
        for section in ("computed", "planned", "addresses", "cloud_blocks"):
            assert set(entry.get(section, ())) <= known, f"{name}: {set(entry.get(section, ())) - known}"


def paths(block: Block, prefix: str) -> Iterator[str]:
    for name, attribute in block.attributes.items():
        yield prefix + name
        inner = element_type(attribute.type)
        if isinstance(inner, list) and inner[0] == "object":
            yield from (f"{prefix}{name}.{part}" for part in inner[1])
    for name, nested in block.blocks.items():
        yield prefix + name
        yield from paths(nested.block, f"{prefix}{name}.")


def test_every_latency_is_known_and_a_machine_takes_a_second_or_two(provider: tuple[Pack, Behaviours]) -> None:
    from worker.sandbox.daemon import DEFAULT_SPEED

    pack, behaviours = provider
    for name in pack.resource_types:
        for operation in ("create", "update", "delete"):
            assert behaviours.latency(behaviours.of(name).latency, operation) * DEFAULT_SPEED < 15
    machine = {"azurerm": "azurerm_linux_virtual_machine", "google": "google_compute_instance"}[pack.provider]
    assert 1 <= behaviours.latency(behaviours.of(machine).latency, "create") * DEFAULT_SPEED <= 2


@pytest.mark.parametrize(
    ("resource_id", "expected"),
    [
        ("/subscriptions/s/resourceGroups/g", ("subscriptions", "", "resourcegroups", "")),
        (
            "/subscriptions/s/resourceGroups/g/providers/Microsoft.Network/virtualNetworks/v/subnets/n",
            (
                "subscriptions",
                "",
                "resourcegroups",
                "",
                "providers",
                "microsoft.network",
                "virtualnetworks",
                "",
                "subnets",
                "",
            ),
        ),
        ("projects/p/zones/z/instances/i", ("projects", "", "zones", "", "instances", "")),
    ],
)
def test_the_shape_of_an_id_is_what_is_fixed_in_it(resource_id: str, expected: tuple[str, ...]) -> None:
    assert shape(resource_id) == expected


def test_the_ancestors_of_an_id_are_what_it_stands_in() -> None:
    group = "/subscriptions/s/resourceGroups/g"
    lock = f"{group}/providers/Microsoft.Network/virtualNetworks/v/providers/Microsoft.Authorization/locks/l"
    assert list(ancestors(lock)) == [
        f"{group}/providers/Microsoft.Network/virtualNetworks/v",
        group,
        "/subscriptions/s",
    ]
    assert next(ancestors(f"{group}|other")) == group


def test_values_are_the_same_each_time_and_differ_from_one_another() -> None:
    def made(name: str) -> dict[str, Any]:
        block = schema.load("azurerm").resource("azurerm_storage_account")
        decider = Decider(behaviour.load("azurerm"), "azurerm_storage_account", SURROUNDINGS)
        planned = sweep.Maker(schema.load("azurerm"), behaviour.load("azurerm"), full=False).resource(
            "azurerm_storage_account"
        )
        from worker.sandbox.plan import plan

        config = (
            {one: planned.get(one) for one in block.attributes} | {one: [] for one in block.blocks} | {"timeouts": None}
        )
        state = plan(block, decider.behaviour, config=config | {"name": name}, prior=None).state
        return decider.fill(block, state, decider.make_id(state))

    assert made("one") == made("one")
    assert made("one")["primary_access_key"] != made("two")["primary_access_key"]
    assert len({made("one")[key] for key in ("primary_access_key", "secondary_access_key")}) == 2


def test_an_accounts_identity_is_its_own_and_plainly_a_sandboxs() -> None:
    one, two = identity_of("sandbox-azure"), identity_of("Sandbox Azure/../x")
    assert one == identity_of("sandbox-azure")
    assert one.subscription_id != two.subscription_id
    assert one.subscription_id.startswith(SUBSCRIPTION_PREFIX)
    assert re.fullmatch(r"[a-z][a-z0-9-]{4,28}[a-z0-9]", one.project)
    assert re.fullmatch(r"[a-z][a-z0-9-]{4,28}[a-z0-9]", two.project)
