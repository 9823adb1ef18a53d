"""The shapes that leave the cost feature. Money is in US dollars a month, in whole cents."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict, Field


class Shape(BaseModel):
    """Base of the shapes: immutable."""

    model_config = ConfigDict(frozen=True)


class CostItem(Shape):
    """One thing that is charged, as it will be. `monthly` None: it depends on use, or (`priced` false) has no price here."""

    what: str
    quantity: float | None = None
    """A month, in `unit`."""
    unit: str = ""
    price: float | None = None
    """Of one unit."""
    monthly: float | None = None
    assumption: str = ""
    """What was assumed, and whose price it is when the region has none."""
    priced: bool = True


class ResourceCost(Shape):
    """What one resource costs before and after; without items it is gone afterwards."""

    address: str
    type: str
    before: float = 0.0
    after: float = 0.0
    items: list[CostItem] = Field(default_factory=list)


class CostEstimate(Shape):
    """What a deployment costs before and after a plan: its standing charges at list prices."""

    currency: str = "USD"
    before_monthly: float = 0.0
    after_monthly: float = 0.0
    delta_monthly: float = 0.0
    """`after_monthly` less `before_monthly`, to the cent."""
    resources: list[ResourceCost] = Field(default_factory=list)
    """Those that are charged or may be, the dearest first."""
    covered: int = 0
    """How many resources have no standing charge but what is in the sums: priced, free, or charged by use alone."""
    unpriced: list[str] = Field(default_factory=list)
    """Addresses of the resources that have a standing charge, or part of one, without a price here."""
    usage_dependent: list[str] = Field(default_factory=list)
    """Addresses of those that are charged by use, too, or only; that part is in no sum."""
    free: list[str] = Field(default_factory=list)
    """Addresses of those that cost nothing by design."""
    as_of: str = ""
    """The date of the oldest price that is in a sum."""
