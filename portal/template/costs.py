"""What templates cost as they come, for the catalogue: portal/template/costs.json, which tests/bench/costs.py makes.

The figures are those of real plans; tests/templates makes them again. A template of other people is not in the file, and one
whose plan has something without a price gets no figure.
"""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Any, Final

from portal.template.schemas import UsualCost

FILE: Final = Path(__file__).parent / "costs.json"


def usual(key: str, content_hash: str) -> UsualCost | None:
    """What the template costs with its required values alone; None when nobody knows, or it is no longer that template."""
    found = _all().get(key)
    if found is None or found["content_hash"] != content_hash or found["minimal"]["unpriced"]:
        return None
    return UsualCost(monthly=found["minimal"]["monthly"], by_use=found["minimal"]["by_use"] > 0)


@cache
def _all() -> dict[str, Any]:
    return json.loads(FILE.read_text(encoding="utf-8"))
