"""`python -m tests.bench.costs FOLDER`: what each template costs as its fixtures say, for the catalogue and docs/cost.md.

FOLDER holds their plans, as `python -m tests.bench.checkov FOLDER` makes them. Writes portal/template/costs.json, which
tests/templates/test_terraform.py holds to what the real Terraform plans.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from portal.cost.estimate import estimate, sides
from portal.template import service
from portal.template.costs import FILE
from tests.bench.checkov import FIXTURES
from tests.templates import catalogue


def summary(document: Mapping[str, Any]) -> dict[str, Any]:
    """What is kept of an estimate: its sum, and what is in it and what is not."""
    found = estimate(document)
    types = {resource.address: resource.type for resource in sides(document)[1]}
    return {
        "monthly": found.after_monthly,
        "covered": found.covered,
        "by_use": len(found.usage_dependent),
        "free": len(found.free),
        "unpriced": sorted({types[address] for address in found.unpriced}),
    }


def collect(folder: Path) -> dict[str, Any]:
    """Of every template and fixture."""
    return {
        key: {
            "content_hash": service.package(key).content_hash,
            **{
                name: summary(json.loads((folder / f"{key.replace('/', '-')}.{name}.json").read_text()))
                for name in FIXTURES
            },
        }
        for key in catalogue.KEYS
    }


def kept(key: str, fixture: str) -> dict[str, Any]:
    """What the file says."""
    return json.loads(FILE.read_text(encoding="utf-8"))[key][fixture]


if __name__ == "__main__":
    FILE.write_text(json.dumps(collect(Path(sys.argv[1])), indent=1) + "\n", encoding="utf-8")
