"""`python -m tests.bench.checkov FOLDER`: every template planned as its fixtures say, for checkov (docs/checkov.md).

Writes `<cloud>-<name>.<fixture>.json` into the folder, as `terraform show -json` prints a plan, for each template or for
those named after it. `--report FOLDER RESULTS` reads what checkov said about them (its JSON), prints it plan by plan, and at the
end what fails without a reason in the document.
"""

from __future__ import annotations

import json
import re
import sys
import tempfile
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from portal.kit.config import PROJECT_DIR
from tests.support import cloud, servers
from tests.templates import catalogue
from tests.templates.workplace import Workplace

FIXTURES = ("minimal", "full")
DOCUMENT = PROJECT_DIR / "docs" / "checkov.md"


def plan(folder: Path, keys: Iterable[str]) -> None:
    """Plan the templates in a sandbox cloud of their own."""
    folder.mkdir(parents=True, exist_ok=True)
    with (
        servers.join() as found,
        servers.fresh_database(found, servers.migrated_template(found)) as url,
        tempfile.TemporaryDirectory() as root,
        cloud.running(Path(root), url) as cli_config,
    ):
        for key in keys:
            _plan(folder, Workplace.prepare(key, Path(root) / key, cli_config))


def _plan(folder: Path, place: Workplace) -> None:
    fixtures = catalogue.fixtures(place.key)
    for name in FIXTURES:
        planned = place.plan(name, getattr(fixtures, name).values)
        (folder / f"{place.key.replace('/', '-')}.{name}.json").write_text(json.dumps(planned))
        print(place.key, name, flush=True)


def report(folder: Path, results: Path) -> str:
    """A line for each plan with what passed and failed, and below it each check that failed, and where."""
    found = json.loads(results.read_text())["results"]
    passed, failed = (_by_plan(found[kind]) for kind in ("passed_checks", "failed_checks"))
    unexplained = {key: set(_identities(checks)) for key, checks in failed.items()}
    lines: list[str] = []
    for name in sorted(path.stem for path in folder.glob("*.json")):
        bad = failed.get(name, [])
        lines.append(f"{name}: {len(passed.get(name, []))} passed, {len(bad)} failed")
        lines.extend(f"    {line}" for line in _failures(bad))
        unexplained[name] = unexplained.get(name, set()) - _explained(name.partition(".")[0])
    lines.extend(f"no reason: {name} {' '.join(sorted(checks))}" for name, checks in unexplained.items() if checks)
    return "\n".join(lines)


def _by_plan(checks: Iterable[Mapping[str, Any]]) -> dict[str, list[Mapping[str, Any]]]:
    found: dict[str, list[Mapping[str, Any]]] = {}
    for check in checks:
        found.setdefault(Path(check["file_path"]).stem, []).append(check)
    return found


def _identities(checks: Iterable[Mapping[str, Any]]) -> Iterator[str]:
    yield from (str(check["check_id"]) for check in checks)


def _failures(checks: Iterable[Mapping[str, Any]]) -> list[str]:
    return sorted(f"{check['check_id']} {check['resource']}: {check['check_name']}" for check in checks)


def _explained(template: str) -> set[str]:
    """The checks that the document gives a reason for, by the row of the template and the check."""
    rows = re.findall(r"(?m)^\| ([a-z]+/[-a-z]+) \| (CKV2?_\w+) \|", DOCUMENT.read_text())
    return {identity for key, identity in rows if key.replace("/", "-") == template}


def main(arguments: list[str]) -> None:
    """Plan, or report."""
    if arguments[:1] == ["--report"] and len(arguments) == 3:
        print(report(Path(arguments[1]), Path(arguments[2])))
    elif arguments and not arguments[0].startswith("-"):
        plan(Path(arguments[0]), arguments[1:] or catalogue.KEYS)
    else:
        sys.exit(__doc__)


if __name__ == "__main__":
    main(sys.argv[1:])
