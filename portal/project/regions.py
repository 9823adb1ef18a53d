"""Places of the clouds in one spelling, and which lists of options are lists of places. Pure."""

from __future__ import annotations

import re
from typing import Final

REGION_KINDS: Final = frozenset({"locations", "regions", "zones", "bucket-locations", "bigquery-locations"})
"""The lists of templates/_data whose options are places, without the cloud's own name."""
_ZONE: Final = re.compile(r"(.+[0-9])-[a-z]")


def region_of(place: str) -> str:
    """The region of a place in one spelling: `West Europe` and `westeurope`, `europe-west1-b` and `europe-west1`."""
    name = place.strip().lower().replace(" ", "")
    zone = _ZONE.fullmatch(name)
    return zone.group(1) if zone else name


def is_place(kind: str, cloud: str) -> bool:
    """Whether a list's options are places."""
    return kind.removeprefix(f"{cloud}-") in REGION_KINDS
