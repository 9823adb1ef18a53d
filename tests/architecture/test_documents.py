"""What the documents say is so: links, paths, variables, commands, defaults, requests. Without a server, in a few seconds."""

from __future__ import annotations

import inspect
import json
import re
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import typer.main

from portal.api.app import create_api
from portal.cli.app import app as terrace_app
from portal.deployment.schemas import DeploymentRequest
from portal.kit.config import PROJECT_DIR, from_environment
from portal.template import service as templates
from worker.sandbox.cli import app as sandbox_app

DOCS = PROJECT_DIR / "docs"
PAGES = sorted(
    [*PROJECT_DIR.glob("*.md"), *DOCS.rglob("*.md"), *(PROJECT_DIR / "templates").rglob("*.md")],
    key=lambda path: path.relative_to(PROJECT_DIR).as_posix(),
)
SOURCES = sorted(path for package in ("portal", "worker") for path in (PROJECT_DIR / package).rglob("*.py"))
AROUND = [PROJECT_DIR / name for name in ("Makefile", "Dockerfile", "docker-compose.yml", ".ci/run")]
SETTINGS = PROJECT_DIR / "portal" / "kit" / "config.py"

LINK = re.compile(r"!?\[[^\]]*\]\(([^)\s]+)\)")
VARIABLE = re.compile(r"TERRACE_[A-Z_]*[A-Z]")
CODE = re.compile(r"```[a-z]*\n(.*?)```|`([^`\n]+)`", re.DOTALL)
PATH = re.compile(
    r"(?<![\w./@-])((?:portal|worker|docs|templates|tests|assets|reflex\.lock|\.ci)/[\w./*-]*[\w*])(?![\w<{…])"
)
FILE_IN_COMMENT = re.compile(r"(?<![\w/.-])((?:portal|worker|docs|tests|assets)/[\w/.-]+\.(?:py|md|mjs|jsx|json|css))")
MODULE = re.compile(r"(?<![\w.-])((?:portal|worker)(?:\.[a-z_][\w]*)+)(?![\w/(-])")
# Where a path in a document may begin: here, and at what the page is about.
ROOTS = {
    "docs/security.md": PROJECT_DIR / "tests",
    "docs/runs.md": PROJECT_DIR / "tests",
    "docs/authoring.md": PROJECT_DIR / "portal" / "template" / "starters" / "gcp",
    "docs/templates.md": PROJECT_DIR / "templates" / "azure" / "storage-account",
    "templates/README.md": PROJECT_DIR / "templates" / "azure" / "storage-account",
}


def text_of(path: Path) -> str:
    return path.read_text(encoding="utf-8")


def named(path: Path) -> str:
    return path.relative_to(PROJECT_DIR).as_posix()


def code_in(page: Path) -> Iterator[str]:
    """Every piece of code, line by line."""
    for block, word in CODE.findall(text_of(page)):
        yield from (block or word).splitlines()


@pytest.mark.parametrize("page", PAGES, ids=named)
def test_every_link_to_a_file_leads_somewhere(page: Path) -> None:
    links = [link.partition("#")[0] for link in LINK.findall(text_of(page)) if "://" not in link]
    assert [link for link in links if link and not (page.parent / link).exists()] == []


def test_every_page_is_in_the_index() -> None:
    listed = {(DOCS / link).resolve() for link in LINK.findall(text_of(DOCS / "README.md"))}
    assert [named(page) for page in DOCS.rglob("*.md") if page.name != "README.md" and page not in listed] == []


def test_decisions_are_numbered_without_a_gap_and_short() -> None:
    decisions = sorted((DOCS / "decisions").glob("*.md"))
    assert [int(path.name[:4]) for path in decisions] == list(range(1, len(decisions) + 1))
    assert [named(path) for path in decisions if not text_of(path).startswith(f"# {path.name[:4]}: ")] == []
    assert [named(path) for path in decisions if len(text_of(path).splitlines()) > 60] == []


@pytest.mark.parametrize("page", PAGES, ids=named)
def test_every_path_that_is_named_exists(page: Path) -> None:
    paths = {found for line in code_in(page) for found in PATH.findall(line)}
    roots = (PROJECT_DIR, ROOTS.get(named(page), PROJECT_DIR))
    assert [path for path in sorted(paths) if not any(any(root.glob(path.rstrip("/"))) for root in roots)] == []


def test_every_module_that_is_named_exists() -> None:
    names = {name for page in PAGES for line in code_in(page) for name in MODULE.findall(line)}
    assert "portal.run.work" in {name.rpartition(".")[0] for name in names}
    assert [name for name in sorted(names) if not _exists(name)] == []


def _exists(name: str) -> bool:
    """A module, a package, or something that a module defines."""
    parts = name.split(".")
    for length in range(len(parts), 0, -1):
        place, rest = PROJECT_DIR.joinpath(*parts[:length]), parts[length:]
        module = place / "__init__.py" if place.is_dir() else place.with_suffix(".py")
        if module.exists():
            return not rest or re.search(rf"\b{rest[0]}\b", text_of(module)) is not None
    return False


def test_every_file_that_a_comment_names_exists() -> None:
    found = {(named(path), file) for path in [*SOURCES, *AROUND] for file in FILE_IN_COMMENT.findall(text_of(path))}
    assert [pair for pair in sorted(found) if not (PROJECT_DIR / pair[1]).exists()] == []


def test_every_variable_that_is_named_is_read_by_something() -> None:
    tests = sorted((PROJECT_DIR / "tests" / "support").glob("*.py"))
    known = {name for path in [*SOURCES, *AROUND, *tests] for name in VARIABLE.findall(text_of(path))}
    told = {(named(page), name) for page in PAGES for name in VARIABLE.findall(text_of(page))}
    assert [pair for pair in sorted(told) if pair[1] not in known] == []


def test_every_setting_is_documented_with_its_default() -> None:
    rows = re.findall(r"^\| `(TERRACE_[A-Z_]+)` \| .+ \| (.+?) \|$", text_of(DOCS / "operations.md"), re.MULTILINE)
    documented = dict(rows)
    assert len(documented) == len(rows)
    assert set(VARIABLE.findall(text_of(SETTINGS))) <= documented.keys()
    config = from_environment({})
    plain = {"HOST", "PORT", "SESSION_SECONDS", "LEASE_SECONDS", "BEAT_SECONDS", "SWEEP_SECONDS"}
    plain |= {"WORKER_CONCURRENCY", "LOG_LEVEL", "LOG_JSON"}
    defaults = {f"TERRACE_{name}": _plain(getattr(config, name.lower())) for name in plain}
    defaults["TERRACE_PUBLIC_URL"] = config.public_url.replace(str(config.port), "PORT")
    defaults["TERRACE_STATE_URL"] = config.state_url.replace(str(config.port), "PORT")
    assert {name: documented[name] for name in defaults} == defaults


def _plain(value: object) -> str:
    return str(value).lower() if isinstance(value, bool) else f"{value:g}" if isinstance(value, float) else str(value)


def test_every_make_target_that_is_named_exists() -> None:
    targets = set(re.findall(r"^([a-z]+):", text_of(PROJECT_DIR / "Makefile"), re.MULTILINE))
    told = {
        name
        for path in [*PAGES, *AROUND]
        for name in re.findall(r"(?:`|^|\) )make ([a-z]+)", text_of(path), re.MULTILINE)
    }
    assert {"up", "test"} <= told <= targets


@pytest.mark.parametrize(
    ("called", "application"),
    [("terrace", terrace_app), ("python -m worker.sandbox", sandbox_app)],
    ids=["terrace", "sandbox"],
)
def test_every_command_that_is_named_exists_with_its_options(called: str, application: typer.Typer) -> None:
    pattern = re.compile(rf"(?:^|[\s`]){re.escape(called)} ([a-z][^`\n#]*)")
    lines = {line for page in PAGES for code in code_in(page) for line in pattern.findall(f" {code}")}
    # What the code tells people to type, and what the comments of the compose file do.
    quoted = re.compile(rf"`{re.escape(called)} ([a-z][^`\n]*)`")
    lines |= {line for path in [*SOURCES, *AROUND] for line in quoted.findall(text_of(path))}
    assert len(lines) > 5
    assert [line for line in sorted(lines) if not _is_command(typer.main.get_command(application), line.split())] == []


def _is_command(command: Any, words: list[str]) -> bool:
    while words and hasattr(command, "get_command"):
        context = command.make_context("", [], resilient_parsing=True)
        command = command.get_command(context, words.pop(0))
    if command is None:
        return False
    options = {name for parameter in command.params for name in (*parameter.opts, *parameter.secondary_opts)}
    return all(word.partition("=")[0] in {*options, "--help"} for word in words if word.startswith("--"))


def test_every_direct_dependency_has_its_reason_and_no_other_has() -> None:
    direct = set()
    for name in ("requirements.txt", "requirements-dev.txt"):
        first, _, _ = text_of(PROJECT_DIR / name).partition("# What those need.")
        direct |= set(re.findall(r"^([a-z0-9][\w.-]*?)(?:\[.*\])?==", first, re.MULTILINE))
    table = text_of(DOCS / "dependencies.md").partition("## Programs in wheels")[0]
    rows = re.findall(r"^\| (?!job|---)[^|]+ \| ([^|]+) \| ([^|]+) \|$", table, re.MULTILINE)
    assert {package for packages, _ in rows for package in packages.split(", ")} == direct
    assert all(why.strip() for _, why in rows)


def requests() -> list[tuple[str, str]]:
    """The pages that show requests, and each address in them below /api/v1."""
    found = []
    for page in (PROJECT_DIR / "README.md", *DOCS.glob("*.md")):
        code = "\n".join(code_in(page))
        found += [(named(page), path) for path in re.findall(r"/api/v1(/[\w./{}$-]+)", code)]
        found += [(named(page), path) for path in re.findall(r"^api '?(/[\w./-]+)", code, re.MULTILINE)]
    return found


def test_every_address_of_the_api_that_is_named_is_served() -> None:
    served = [path.removeprefix("/api/v1").split("/") for path in create_api().openapi()["paths"]]
    served += [["", "state", "{deployment_id}"]]
    told = requests()
    assert len(told) > 10
    assert [pair for pair in told if not any(_is_same(pair[1].split("/"), path) for path in served)] == []


def _is_same(told: list[str], served: list[str]) -> bool:
    """A part in braces, a shell's variable or a word in capitals stands for any."""
    return len(told) == len(served) and all(
        one == other or other.startswith("{") or one.startswith(("{", "$")) or one.isupper()
        for one, other in zip(told, served, strict=True)
    )


@pytest.mark.parametrize("page", [PROJECT_DIR / "README.md", DOCS / "api.md"], ids=named)
def test_the_deployment_that_is_shown_would_be_taken(page: Path) -> None:
    bodies = [json.loads(body) for body in re.findall(r"/deployments -d '(\{.*?\})'", text_of(page), re.DOTALL)]
    assert len(bodies) == 1
    request = DeploymentRequest.model_validate(bodies[0])
    assert templates.validate_values(request.template, request.values).errors == []


def test_the_readmes_helper_calls_curl_with_the_address_and_whatever_follows() -> None:
    helper = re.search(r"^api\(\) \{.*\}$", text_of(PROJECT_DIR / "README.md"), re.MULTILINE)
    assert helper is not None
    script = inspect.cleandoc(r"""
        curl() { printf '%s\n' "$@"; }
        TOKEN=tt_example
    """)
    calls = f'{script}\n{helper.group()}\napi /deployments -d \'{{"name": "two words"}}\''
    said = subprocess.run(["sh", "-c", calls], capture_output=True, text=True, check=True).stdout.splitlines()
    assert said[-3:] == ["http://localhost:3000/api/v1/deployments", "-d", '{"name": "two words"}']
    assert "Authorization: Bearer tt_example" in said
