"""A whole portal whose worker's Terraform is watched: what it is given to plan is kept."""

from __future__ import annotations

import json
import os
import shlex
import stat
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page

from tests.acceptance.browser import signed_in
from tests.support import instance
from tests.support.folders import passable_folder
from worker.terraform import engine

SCRIPT = """#!/bin/sh
if [ "$1" = plan ]; then
    run=${{PWD%/module}}
    cp terraform.tfvars.json {folder}/"${{run##*/}}.json"
fi
exec {command} "$@"
"""


@dataclass(frozen=True)
class Watched:
    """The portal, and the folder of what arrived."""

    portal: instance.Instance
    folder: Path

    def arrived(self, run_id: str) -> dict[str, Any]:
        """The values that Terraform planned a run with."""
        (found,) = self.folder.glob(f"{run_id}-*.json")
        return json.loads(found.read_text())


@pytest.fixture(scope="session")
def watched() -> Iterator[Watched]:
    with passable_folder() as folder:
        arrived, script = folder / "arrived", folder / "terraform"
        arrived.mkdir()
        command = shlex.join(engine.find(os.environ.get("TERRACE_TERRAFORM_BIN")).command)
        script.write_text(SCRIPT.format(folder=shlex.quote(str(arrived)), command=command))
        script.chmod(script.stat().st_mode | stat.S_IXUSR)
        # Behind walls our script could neither be read nor leave anything here: who types has nothing to do with them.
        settings = {"TERRACE_TERRAFORM_BIN": str(script), "TERRACE_ISOLATION": "off"}
        with instance.running(folder, settings) as portal:
            yield Watched(portal, arrived)


@pytest.fixture(scope="session")
def person(watched: Watched, chromium_browser: Browser) -> Iterator[Page]:
    """The administrator's browser; one for all forms, as a person has who wants no motion: fewer frames are drawn."""
    with signed_in(chromium_browser, watched.portal, still=True) as page:
        yield page
