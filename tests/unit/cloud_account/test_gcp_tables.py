"""The tables of Google Cloud: what templates need, Cloud SQL's names, and sentences about refusals."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from portal.cloud_account.gcp import needs, sql
from portal.cloud_account.gcp.door import Refusal
from portal.cloud_account.gcp.refusals import About, sentence, without_proofs

TEMPLATES = Path(__file__).parents[3] / "templates" / "gcp"
TYPES = {
    name
    for path in TEMPLATES.glob("*/*.tf")
    for name in re.findall(r'^resource "(google_[a-z0-9_]+)"', path.read_text(), re.MULTILINE)
}


def test_the_needs_of_every_resource_of_the_templates_are_known() -> None:
    assert TYPES
    assert not TYPES - needs.known().keys()
    assert not needs.known().keys() - TYPES, "a need that no template has any more"


@pytest.mark.parametrize("name", sorted(needs.known()))
def test_a_need_is_well_formed(name: str) -> None:
    need = needs.known()[name]
    assert need.apis
    assert all(re.fullmatch(r"[a-z]+\.googleapis\.com", api) for api in need.apis)
    assert need.permissions
    assert all(re.fullmatch(r"[a-z]+\.[A-Za-z]+\.[A-Za-z]+", permission) for permission in need.permissions)
    assert all(re.fullmatch(r"roles/[a-z]+\.[A-Za-z0-9.]+", role) for role in need.roles)
    assert need.on in ("project", "resource", "organization")


def test_templates_ask_for_the_apis_that_their_resources_need() -> None:
    """Storage and BigQuery are on in every new project, so a template need not name them."""
    from portal.template.manifest import parse_manifest

    for folder in sorted(path.parent for path in TEMPLATES.glob("*/manifest.yaml")):
        source = "".join(path.read_text() for path in folder.glob("*.tf"))
        types = re.findall(r'^resource "(google_[a-z0-9_]+)"', source, re.MULTILINE)
        manifest = parse_manifest((folder / "manifest.yaml").read_bytes())
        always = {"storage.googleapis.com", "bigquery.googleapis.com"}
        assert {*needs.apis(needs.of(types).values())} - always <= {*manifest.required_apis}, folder.name


def test_versions_are_named_as_people_name_them() -> None:
    found = {
        option.value: option.label
        for option in sql.versions(["POSTGRES_18", "MYSQL_8_4", "SQLSERVER_2022_STANDARD", "MYSQL_5_6", "X"])
    }
    assert found == {
        "POSTGRES_18": "PostgreSQL 18",
        "MYSQL_8_4": "MySQL 8.4",
        "SQLSERVER_2022_STANDARD": "SQL Server 2022 Standard",
    }


def test_machines_belong_to_an_edition() -> None:
    offered = [
        {"tier": "db-perf-optimized-N-2", "RAM": "17179869184"},
        {"tier": "D8"},
        {"tier": "db-f1-micro", "RAM": "0"},
    ]
    plus = [option.value for option in sql.tiers(offered, "ENTERPRISE_PLUS")]
    assert plus == ["db-perf-optimized-N-2"]
    usual = [option.value for option in sql.tiers(offered, "ENTERPRISE")]
    assert usual[0] == "db-f1-micro"
    assert "db-custom-2-7680" in usual
    assert "D8" not in usual
    described = {option.value: option.description for option in sql.tiers(offered, None)}
    assert described["db-custom-2-7680"] == "2 vCPU, 7.5 GB"
    assert described["db-perf-optimized-N-2"] == "2 vCPU, 16 GB"


@pytest.mark.parametrize(
    "proof",
    [
        "eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiJ4In0.c2lnbmF0dXJl",
        "ya29.a0AfB_token-of-somebody",
        "1//0abcdefghij-refresh",
        "GOCSPX-secret_of_a_client",
        "x" * 64,
    ],
)
def test_what_proves_somebody_is_not_repeated(proof: str) -> None:
    for host in ("oauth2.googleapis.com", "sts.googleapis.com", "iamcredentials.googleapis.com"):
        for body in (
            {"error": "odd", "error_description": f"I was sent {proof}."},
            {"error": {"code": 400, "message": f"I was sent {proof}."}},
        ):
            assert proof not in sentence(Refusal(host, 400, body), About("acme"))
    assert without_proofs(f"a {proof} b") == "a ******** b"


def test_a_name_of_the_cloud_is_repeated_whole() -> None:
    path = "projects/123456789012/locations/global/workloadIdentityPools/terrace/providers/portal"
    assert path in without_proofs(f"There is no {path}.")


@pytest.mark.parametrize(
    "body", [None, [], 1, "x", {}, {"error": None}, {"error": {"message": None}}, {"error": ["x"]}]
)
def test_any_answer_makes_a_sentence(body: object) -> None:
    for host in ("oauth2.googleapis.com", "sts.googleapis.com", "iamcredentials.googleapis.com", "10.0.0.1"):
        for about in (About("acme"), About("acme", machine=True)):
            assert sentence(Refusal(host, 400, body), about)
