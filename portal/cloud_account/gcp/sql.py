"""Versions and machines of Cloud SQL, out of what its API says. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Any, Final

from portal.cloud_account.schemas import Option

ENGINES: Final = {"POSTGRES": "PostgreSQL", "MYSQL": "MySQL", "SQLSERVER": "SQL Server"}
# The API still has flags for them, but makes no new instance of them.
ENDED: Final = frozenset({"MYSQL_5_5", "MYSQL_5_6", "POSTGRES_9_6", "SQLSERVER_2014_STANDARD"})
CUSTOM_CPUS: Final = (1, 2, 4, 6, 8, 16, 32, 64, 96)
CUSTOM_MEMORY: Final = 3840
"""MB for each vCPU: the API lists no custom machines, but takes any whose memory is 0.9 to 6.5 GB a vCPU."""
LEGACY: Final = re.compile(r"D\d+|db-n1-.*")
PLUS: Final = re.compile(r"db-(?:perf-optimized|memory-optimized|c\d).*")


def versions(names: Iterable[str]) -> Iterator[Option]:
    """Database versions, named as people do."""
    offered = {*names} - ENDED
    for engine, title in ENGINES.items():
        for name in sorted(name for name in offered if name.startswith(f"{engine}_")):
            version = _readable(engine, name.removeprefix(f"{engine}_"))
            yield Option(value=name, label=f"{title} {version}", group=title)


def tiers(offered: Iterable[dict[str, Any]], edition: str | None) -> Iterator[Option]:
    """Machines by edition: what the API lists but its old names, and the usual custom sizes."""
    for item in offered:
        name = str(item.get("tier"))
        if not LEGACY.fullmatch(name):
            yield from _if_wanted(_tier(name, int(item.get("RAM") or 0) >> 20), edition)
    for cpus in CUSTOM_CPUS:
        yield from _if_wanted(_tier(f"db-custom-{cpus}-{cpus * CUSTOM_MEMORY}", cpus * CUSTOM_MEMORY), edition)


def _tier(name: str, megabytes: int) -> Option:
    of = "ENTERPRISE_PLUS" if PLUS.fullmatch(name) else "ENTERPRISE"
    cpus = re.fullmatch(r"db-custom-(\d+)-\d+|db-.*-(\d+)", name)
    count = next(filter(None, cpus.groups()), None) if cpus else None
    size = f"{count or 'shared'} vCPU, {megabytes / 1024:.3g} GB"
    group = "Enterprise Plus" if of == "ENTERPRISE_PLUS" else "Enterprise"
    return Option(value=name, label=name, description=size, group=group, depends={"edition": [of]})


def _if_wanted(option: Option, edition: str | None) -> Iterator[Option]:
    if not edition or edition in option.depends["edition"]:
        yield option


def _readable(engine: str, version: str) -> str:
    words = version.split("_")
    return " ".join(word.capitalize() for word in words) if engine == "SQLSERVER" else ".".join(words)
