"""A cloud that says what a test tells it: what the portal does with answers. Settings and credentials are the real cloud's."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from portal.cloud_account.provider import Availability, Cloud, Examination, Finding, Found, Needs
from portal.cloud_account.schemas import Option

WELL = Examination(
    [Finding(check="sign-in", severity="ok", title="Signed in.")], identity="app terrace", target="Production"
)


@dataclass
class ScriptedCloud:
    """Stands before a cloud's own module. A script may raise; `asked` are the calls that it took."""

    behind: Cloud
    examination: Callable[[], Examination] = lambda: WELL
    options: Callable[[str, Mapping[str, str]], list[str]] = lambda _kind, _parameters: ["one", "two"]
    availability: Callable[[str], Availability] = lambda name: Availability(True, message=f"{name} is free.")
    LOOKUPS: frozenset[str] = frozenset({"locations", "networks", "regions"})
    asked: list[tuple[Any, ...]] = field(default_factory=list)

    def __getattr__(self, name: str) -> Any:
        return getattr(self.behind, name)

    def examine(self, given: Any, assertion: Any, needs: Needs) -> Examination:
        self.asked.append(("examine", needs))
        return self.examination()

    def lookup(self, given: Any, assertion: Any, kind: str, parameters: Mapping[str, str]) -> Found:
        self.asked.append(("lookup", kind, dict(parameters)))
        found = [Option(value=value, label=value.title()) for value in self.options(kind, parameters)]
        return Found(found, "https://management.azure.com/locations")

    def name_available(self, given: Any, assertion: Any, resource_type: str, name: str) -> Availability:
        self.asked.append(("name", resource_type, name))
        return self.availability(name)

    def quota_left(self, given: Any, assertion: Any, resource_type: str, parameters: Mapping[str, str]) -> Availability:
        self.asked.append(("quota", resource_type, dict(parameters)))
        return self.availability(resource_type)
