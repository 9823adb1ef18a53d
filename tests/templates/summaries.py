"""Writes the summaries of what our templates plan, for tests that judge plans without a Terraform.

python -m tests.templates.summaries tests/unit/policy/plans.json.gz
"""

from __future__ import annotations

import gzip
import json
import sys
import tempfile
from pathlib import Path
from typing import Any

from portal.run.plan import summarize
from tests.support import cloud, servers
from tests.templates import catalogue
from tests.templates.workplace import Workplace

_LEFT_OUT = ("reason", "replace_paths", "unchanged")


def main(target: Path) -> None:
    """Plan every template with its fixtures, in the sandbox cloud; takes some minutes."""
    with (
        tempfile.TemporaryDirectory() as folder,
        tempfile.TemporaryDirectory() as sandbox,
        servers.join() as found,
        servers.fresh_database(found, servers.migrated_template(found)) as url,
        cloud.running(Path(sandbox), url) as cli_config,
    ):
        made = {name: plan for key in catalogue.KEYS for name, plan in _plans(key, Path(folder), cli_config)}
    text = json.dumps(made, separators=(",", ":"), sort_keys=True)
    target.write_bytes(gzip.compress(text.encode(), 9, mtime=0))


def _plans(key: str, folder: Path, cli_config: Path) -> list[tuple[str, dict[str, Any]]]:
    path = folder / key.replace("/", "-")
    path.mkdir()
    place = Workplace.prepare(key, path, cli_config)
    fixtures = catalogue.fixtures(key)
    given = [("minimal", fixtures.minimal), ("full", fixtures.full)]
    return [(f"{key}-{name}", _small(place.plan(name, fixture.values))) for name, fixture in given if fixture]


def _small(document: dict[str, Any]) -> dict[str, Any]:
    """The summary without what is empty."""
    summary = summarize(document).model_dump(mode="json")
    for change in summary["changes"]:
        change["attributes"] = [
            {name: value for name, value in item.items() if value not in (None, False) or name == "after"}
            for item in change["attributes"]
        ]
        for name in _LEFT_OUT:
            change.pop(name)
    return {name: summary[name] for name in ("changes", "warnings", "counts")}


if __name__ == "__main__":
    main(Path(sys.argv[1]))
