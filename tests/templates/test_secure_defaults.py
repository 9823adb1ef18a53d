"""What is planned from required values alone is closed, encrypted and without keys; `secure/` says what that means."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.templates import catalogue
from tests.templates.catalogue import KEYS
from tests.templates.workplace import Workplace

Places = Callable[[str], Workplace]
each_template = pytest.mark.parametrize("key", KEYS)

SECURE_FOLDER = Path(__file__).parent / "secure"
"""By template, a YAML file of resource type → path → what must be planned there. `a.b` goes into the first block `a`."""

ANYWHERE = {
    "minimum_tls_version": {"1.2", "1.3"}, "minimal_tls_version": {"Tls12", "1.2"},
    "min_tls_version": {"TLS1_2", "TLS_1_2", "TLS_1_3", "1.2"},
    "ssl_mode": {"ENCRYPTED_ONLY"}, "local_auth_enabled": {False}, "local_authentication_enabled": {False},
    "admin_enabled": {False}, "anonymous_pull_enabled": {False}, "https_only": {True}, "ftps_state": {"Disabled"},
}  # fmt: skip
"""By attribute name, wherever it stands: the values that are good enough."""

PUBLIC_TYPES = {"azurerm_public_ip", "google_compute_address", "google_compute_global_address"}
PUBLIC_ON_PURPOSE = {
    "azure/application-gateway", "azure/load-balancer", "azure/public-ip", "azure/vpn-gateway", "azure/vm-scale-set",
    "gcp/cloud-cdn", "gcp/load-balancer",
}  # fmt: skip
"""Templates whose purpose is to be reached from the internet."""

MANAGEMENT = (22, 3389, 5985, 5986, 1433, 3306, 5432)
EVERYBODY = re.compile(r"^(?:\*|Internet|Any|[0-9a-fA-F.:]+/[0-7])$")
PUBLIC_MEMBERS = {"allUsers", "allAuthenticatedUsers"}
TOO_MUCH = {"Owner", "Contributor", "User Access Administrator", "roles/owner", "roles/editor"}


@cache
def _secure() -> dict[str, dict[str, Any]]:
    """All tables as one; two that contradict each other are a mistake."""
    table: dict[str, dict[str, Any]] = {}
    for path in sorted(SECURE_FOLDER.glob("*.yaml")):
        for kind, paths in yaml.safe_load(path.read_text()).items():
            known = table.setdefault(kind, {})
            assert not [name for name in paths if known.get(name, paths[name]) != paths[name]], f"{path.name}: {kind}"
            known.update(paths)
    return table


def _planned(place: Workplace, name: str) -> list[tuple[str, str, dict[str, Any]]]:
    fixtures = catalogue.fixtures(place.key)
    fixture = fixtures.minimal if name == "minimal" else fixtures.full
    assert fixture is not None
    changes = place.planned(name, fixture.values)["resource_changes"]
    return [(c["address"], c["type"], c["change"]["after"]) for c in changes if c["mode"] == "managed"]


def _at(value: Any, path: str) -> Any:
    for step in path.split("."):
        value = value[0] if isinstance(value, list) and value else value
        value = value.get(step) if isinstance(value, dict) else None
    return value


def _named(value: Any, name: str) -> Iterator[Any]:
    if isinstance(value, dict):
        if value.get(name) is not None:
            yield value[name]
        for inner in value.values():
            yield from _named(inner, name)
    if isinstance(value, list):
        for inner in value:
            yield from _named(inner, name)


@each_template
def test_a_template_says_what_closed_means_for_it(key: str) -> None:
    table = yaml.safe_load((SECURE_FOLDER / f"{key.replace('/', '-')}.yaml").read_text())
    assert table.keys() <= {resource.type for resource in catalogue.module(key).resources}


@each_template
def test_required_values_alone_make_something_closed(key: str, workplace: Places) -> None:
    wrong = [
        f"{address}.{path} is {_at(after, path)!r}, not {expected!r}"
        for address, kind, after in _planned(workplace(key), "minimal")
        for path, expected in _secure().get(kind, {}).items()
        if _at(after, path) != expected
    ]
    assert not wrong


@each_template
def test_encryption_and_sign_in_are_good_enough_everywhere(key: str, workplace: Places) -> None:
    wrong = [
        f"{address}: {name} is {value!r}"
        for address, _, after in _planned(workplace(key), "minimal")
        for name, good in ANYWHERE.items()
        for value in _named(after, name)
        if value not in good
    ]
    assert not wrong


@each_template
def test_nothing_gets_a_public_address_unasked(key: str, workplace: Places) -> None:
    if key not in PUBLIC_ON_PURPOSE:
        planned = _planned(workplace(key), "minimal")
        assert not [address for address, kind, after in planned if kind in PUBLIC_TYPES and not _inside(after)]


def _inside(address: dict[str, Any]) -> bool:
    """Whether an address is reserved for a network instead of the internet."""
    return address.get("address_type") == "INTERNAL"


@each_template
def test_nobody_is_let_in_from_everywhere_unasked(key: str, workplace: Places) -> None:
    for address, kind, after in _planned(workplace(key), "minimal"):
        assert not [source for source, _ in _openings(kind, after) if EVERYBODY.match(source)], address


@pytest.mark.parametrize("name", ["minimal", "full"])
@each_template
def test_management_ports_are_never_open_to_everybody(key: str, name: str, workplace: Places) -> None:
    for address, kind, after in _planned(workplace(key), name):
        for source, ports in _openings(kind, after):
            assert not (EVERYBODY.match(source) and any(_covers(ports, port) for port in MANAGEMENT)), address


def _openings(kind: str, after: dict[str, Any]) -> Iterator[tuple[str, list[str]]]:
    """Sources that a firewall resource lets in, each with the ports."""
    if kind == "google_compute_firewall" and after.get("direction") != "EGRESS":
        ports = [port for allow in after.get("allow") or [] for port in allow.get("ports") or ["0-65535"]]
        yield from ((source, ports) for source in after.get("source_ranges") or [] if ports)
    rules = [after] if kind == "azurerm_network_security_rule" else after.get("security_rule") or []
    for rule in rules:
        if rule.get("access") == "Allow" and rule.get("direction") == "Inbound":
            ports = [*(rule.get("destination_port_ranges") or []), *filter(None, [rule.get("destination_port_range")])]
            sources = [*(rule.get("source_address_prefixes") or []), *filter(None, [rule.get("source_address_prefix")])]
            yield from ((source, ports) for source in sources)


def _covers(ports: list[str], port: int) -> bool:
    spans = [("0-65535" if span == "*" else span).split("-") for span in ports]
    return any(int(span[0]) <= port <= int(span[-1]) for span in spans)


@each_template
def test_rights_are_small_and_for_somebody(key: str, workplace: Places) -> None:
    for address, _, after in _planned(workplace(key), "minimal"):
        assert not PUBLIC_MEMBERS & {after.get("member"), *(after.get("members") or [])}, address
        assert not TOO_MUCH & {after.get("role"), after.get("role_definition_name")}, address


def test_a_port_range_and_a_wildcard_cover_a_management_port() -> None:
    assert _covers(["20-30"], 22)
    assert _covers(["*"], 3389)
    assert not _covers(["443", "8000-8080"], 22)
    assert EVERYBODY.match("0.0.0.0/0")
    assert EVERYBODY.match("::/0")
    assert not EVERYBODY.match("10.0.0.0/8")
