"""What a quota allows, and how it is said. Pure."""

from __future__ import annotations

from typing import Final

from portal.quota.schemas import Level, Limits, Meter, Name, Used

WARN_AT: Final = 0.8
_TITLES: Final[dict[Name, str]] = {
    "deployments": "Deployments",
    "resources": "Resources",
    "runs": "Runs at once",
    "budget": "Monthly budget",
}
_WHO: Final = "An administrator of the portal can raise it."


def meters(used: Used, limits: Limits) -> list[Meter]:
    """Every quota with what is used of it."""
    return [
        _meter("deployments", used.deployments, limits.deployments),
        _meter("resources", used.resources, limits.resources),
        _meter("runs", used.runs, limits.runs),
        _meter("budget", round(used.monthly, 2), limits.monthly_budget, used.unknown),
    ]


def _meter(name: Name, used: float, limit: float | None, unknown: int = 0) -> Meter:
    share = None if limit is None else used / limit if limit else 1.0
    level: Level = "ok" if share is None or share < WARN_AT else "full" if share >= 1 else "warning"
    if name == "runs" and level == "full":
        level = "warning"  # further runs wait for their turn, and nobody is refused
    return Meter(
        name=name, title=_TITLES[name], used=used, limit=limit, share=share, level=level,
        text=_text(name, used, limit, unknown), unknown=unknown,
    )  # fmt: skip


def _text(name: Name, used: float, limit: float | None, unknown: int) -> str:
    amount = _money if name == "budget" else _count
    words = f"{amount(used)} of {amount(limit)}" if limit is not None else f"{amount(used)}, without a limit"
    return words + (f"; the price of {unknown} is not known" if unknown else "")


def _count(value: float) -> str:
    return f"{value:,.0f}"


def _money(value: float) -> str:
    return f"${value:,.2f}"


def warnings(found: list[Meter]) -> list[str]:
    """A sentence for each quota of which most is used."""
    return [f"{meter.title}: {meter.text}." for meter in found if meter.level != "ok" and meter.name != "runs"]


def no_room_for_another(project: str, used: Used, limits: Limits) -> str | None:
    """Why the project may not have another deployment; None when it may."""
    if limits.deployments is not None and used.deployments >= limits.deployments:
        return (
            f"The project {project} has {_count(used.deployments)} of {_count(limits.deployments)} deployments. "
            f"Destroy one of them first. {_WHO}"
        )
    return nothing_left(project, used, limits)


def nothing_left(project: str, used: Used, limits: Limits) -> str | None:
    """Why the project may not begin with anything new, whatever it is; None when it may."""
    if limits.resources is not None and used.resources >= limits.resources:
        return (
            f"The project {project} uses {_count(used.resources)} of {_count(limits.resources)} resources, so nothing can be "
            f"added. {_WHO}"
        )
    if limits.monthly_budget is not None and used.monthly >= limits.monthly_budget:
        return (
            f"The project {project} spends {_money(used.monthly)} of {_money(limits.monthly_budget)} a month, so nothing can "
            f"be added. {_WHO}"
        )
    return None


def too_much(project: str, others: Used, own: Used, wanted: Used, limits: Limits) -> str | None:
    """Why a plan may not be applied; None when it may. What does not grow is never refused, however much there is.

    Args:
        project: its slug.
        others: what all other deployments of the project use.
        own: what the plan's deployment uses now.
        wanted: what it would use afterwards.
        limits: what the project may use.
    """
    resources = others.resources + wanted.resources
    if limits.resources is not None and wanted.resources > own.resources and resources > limits.resources:
        return (
            f"This plan would bring the project {project} to {_count(resources)} resources; its quota is "
            f"{_count(limits.resources)}, and {_count(others.resources + own.resources)} are used. {_WHO}"
        )
    monthly = others.monthly + wanted.monthly
    if limits.monthly_budget is not None and wanted.monthly > own.monthly and monthly > limits.monthly_budget:
        return (
            f"This plan would bring the project {project} to {_money(monthly)} a month; its budget is "
            f"{_money(limits.monthly_budget)}, and {_money(others.monthly + own.monthly)} are spent. {_WHO}"
        )
    return None
