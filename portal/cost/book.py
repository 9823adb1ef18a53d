"""The list prices that the project carries: portal/cost/prices, made by portal/cost/refresh.py."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any, Final, Literal

Cloud = Literal["azure", "gcp"]
HOURS: Final = Decimal(730)
"""Of a month, as both clouds count them in their own calculators."""
_FOLDER: Final = Path(__file__).parent / "prices"
_MONTHS: Final = {
    "hour": HOURS, "day": HOURS / 24, "month": Decimal(1), "second": HOURS * 3600,
}  # fmt: skip
_NAMES: Final = {
    "westeurope": "West Europe", "northeurope": "North Europe", "uksouth": "UK South", "eastus": "East US",
    "eastus2": "East US 2", "us-multi": "the US multi-region", "europe-multi": "the EU multi-region",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Price:
    """What one unit of a meter costs, and where that is the price."""

    amount: Decimal
    unit: str
    region: str
    as_of: str
    stand_in: bool
    """Whether it is another region's, because the wanted one has none here."""

    @property
    def per_month(self) -> Decimal | None:
        """How many units a month has of what runs all the time; None when the unit has no time in it."""
        return _MONTHS.get(self.unit.rpartition("-")[2])


def price(cloud: Cloud, meter: str, region: str | None) -> Price | None:
    """The price of a meter: the region's, the one of everywhere, or that of the region which stands in for it."""
    found = load(cloud)["meters"].get(meter)
    if found is None:
        return None
    prices: Mapping[str, Any] = found["prices"]
    wanted = (region or "").lower().replace(" ", "")
    for place in (wanted, "global", *stand_ins(cloud, wanted)):
        if place in prices:
            amount, origin = prices[place]
            as_of = load(cloud)["origins"][origin].partition(" ")[2]
            return Price(Decimal(amount), found["unit"], place, as_of, stand_in=place not in (wanted, "global"))
    return None


def stand_ins(cloud: Cloud, region: str) -> Iterable[str]:
    """The regions whose price is shown, with a mark, for a region without one. One of the same continent comes first."""
    if cloud == "azure":
        american = "us" in region or region.startswith(("canada", "brazil", "mexico"))
        british = ("uksouth",) if region.startswith("uk") else ()
        return (*british, *(("eastus2", "westeurope") if american else ("westeurope", "eastus2")))
    american = region.startswith(("us", "nam", "northamerica", "southamerica"))
    regions = ("us-central1", "europe-west1") if american else ("europe-west1", "us-central1")
    return (*regions, *(("us-multi", "nam4") if american else ("europe-multi", "eur4")))


def place_name(region: str) -> str:
    """A region as a person reads it."""
    return _NAMES.get(region, region)


@cache
def load(cloud: Cloud) -> Mapping[str, Any]:
    """The whole book of a cloud; its figures are exact decimals."""
    text = (_FOLDER / f"{cloud}.json").read_text(encoding="utf-8")
    return json.loads(text, parse_float=Decimal)
