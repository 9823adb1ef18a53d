"""The templates that the tests find, and what they ask of each: a new folder is tested by being there."""

from __future__ import annotations

import re
from contextlib import suppress
from pathlib import Path

from portal.kit.config import PROJECT_DIR
from portal.template import service
from portal.template.errors import TemplateError
from portal.template.manifest import Fixtures, InvalidFixture, Manifest, parse_manifest
from portal.template.module import Module

ROOT = PROJECT_DIR / "templates"
KEYS = sorted(
    f"{folder.parent.name}/{folder.name}" for folder in ROOT.glob("[!_]*/*/") if (folder / "main.tf").is_file()
)
LISTS = sorted((ROOT / "_data").glob("*.json"))
PROVIDERS = {"azure": "azurerm", "gcp": "google"}


def folder(key: str) -> Path:
    """Where a template is."""
    return ROOT / key


def module(key: str) -> Module:
    """A template as the portal reads it."""
    return service.load_module(key)


def manifest(key: str) -> Manifest:
    """A template's manifest; ours all have one."""
    found = module(key).manifest
    assert found is not None, f"{key} has no manifest.yaml"
    return found


def fixtures(key: str) -> Fixtures:
    """A template's sample values; ours all have them."""
    found = manifest(key).fixtures
    assert found is not None, f"{key} has no fixtures"
    return found


def invalid_fixtures() -> list[tuple[str, int]]:
    """Every invalid fixture of every template, as key and place in the list. Their modules are not read for it.

    A manifest that cannot be read has none here: other tests say so, and its neighbours are still tested.
    """
    counts = {}
    for key in KEYS:
        with suppress(TemplateError, OSError):
            given = parse_manifest((folder(key) / "manifest.yaml").read_bytes()).fixtures
            counts[key] = len(given.invalid) if given else 0
    return [(key, index) for key, count in counts.items() for index in range(count)]


def invalid(key: str, index: int) -> InvalidFixture:
    """One invalid fixture."""
    return fixtures(key).invalid[index]


def source(key: str, pattern: str = "*.tf") -> str:
    """The text of a template's files, without comments."""
    texts = (path.read_text() for path in sorted(folder(key).glob(pattern)))
    return re.sub(r"(?m)^\s*#.*$|\s#\s.*$", "", "\n".join(texts))


def variable_blocks(key: str) -> dict[str, str]:
    """The text of each `variable` block, in the order of the file."""
    parts = re.split(r"(?m)^variable \"(\w+)\" \{", source(key, "variables.tf"))
    return dict(zip(parts[1::2], parts[2::2], strict=True))
