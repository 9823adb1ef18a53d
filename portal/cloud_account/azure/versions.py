"""Versions and sizes of managed services that a region offers to a subscription."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from portal.cloud_account.azure import manager
from portal.cloud_account.azure.manager import Manager
from portal.cloud_account.azure.sizes import location_of
from portal.cloud_account.schemas import Option


def kubernetes(asked: Manager, parameters: Mapping[str, str]) -> list[Option]:
    """Minor versions of Kubernetes that AKS makes clusters of, the newest first."""
    path = f"/providers/Microsoft.ContainerService/locations/{location_of(parameters)}/kubernetesVersions"
    found = asked.get(path, manager.KUBERNETES).get("values") or ()
    kept = sorted((item for item in found if not item.get("isPreview")), key=lambda item: _number(item["version"]))
    return [_kubernetes(item) for item in reversed(kept)]


def sql_skus(asked: Manager, parameters: Mapping[str, str]) -> list[Option]:
    """Service objectives of single databases in Azure SQL."""
    path = f"/providers/Microsoft.Sql/locations/{location_of(parameters)}/capabilities"
    found = asked.get(path, manager.SQL, include="supportedEditions").get("supportedServerVersions") or ()
    return list({option.value: option for version in found for option in _objectives(version)}.values())


def sql_versions(asked: Manager, parameters: Mapping[str, str]) -> list[Option]:
    """Versions of logical servers in Azure SQL."""
    path = f"/providers/Microsoft.Sql/locations/{location_of(parameters)}/capabilities"
    found = asked.get(path, manager.SQL, include="supportedEditions").get("supportedServerVersions") or ()
    return [Option(value=item["name"], label=item["name"]) for item in found if _is_open(item)]


def postgresql(asked: Manager, parameters: Mapping[str, str]) -> list[Option]:
    """Major versions of flexible PostgreSQL servers, the newest first."""
    return _flexible(asked, "Microsoft.DBforPostgreSQL", "2024-08-01", parameters)


def mysql(asked: Manager, parameters: Mapping[str, str]) -> list[Option]:
    """Versions of flexible MySQL servers, the newest first."""
    return _flexible(asked, "Microsoft.DBforMySQL", "2023-12-30", parameters)


def _flexible(asked: Manager, namespace: str, version: str, parameters: Mapping[str, str]) -> list[Option]:
    """The two services list versions at different depths of otherwise like answers."""
    items = list(asked.items(f"/providers/{namespace}/locations/{location_of(parameters)}/capabilities", version))
    found = {str(entry["name"]) for item in items for entry in _server_versions(item) if _is_open(entry)}
    return [Option(value=name, label=name) for name in sorted(found, key=_number, reverse=True)]


def _server_versions(item: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    yield from item.get("supportedServerVersions") or ()
    for edition in item.get("supportedFlexibleServerEditions") or ():
        yield from edition.get("supportedServerVersions") or ()


def _objectives(version: Mapping[str, Any]) -> Iterator[Option]:
    for edition in version.get("supportedEditions") or ():
        for item in edition.get("supportedServiceLevelObjectives") or ():
            if _is_open(item):
                unit = item.get("performanceLevel") or {}
                text = f"{unit.get('value', '')} {unit.get('unit', '')}".strip()
                yield Option(
                    value=item["name"], label=item["name"], description=text or None, group=edition.get("name")
                )


def _is_open(item: Mapping[str, Any]) -> bool:
    return str(item.get("status") or "Available") in ("Available", "Default")


def _kubernetes(item: Mapping[str, Any]) -> Option:
    patches = sorted(item.get("patchVersions") or {}, key=_number)
    plans = (item.get("capabilities") or {}).get("supportPlan") or []
    words = [
        "the default" if item.get("isDefault") else "",
        "long-term support only" if plans == ["AKSLongTermSupport"] else "",
        f"newest {patches[-1]}" if patches else "",
    ]
    version = str(item["version"])
    return Option(value=version, label=version, description=", ".join(filter(None, words)).capitalize() or None)


def _number(text: str) -> tuple[int, ...]:
    return tuple(int(part) for part in str(text).split(".") if part.isdecimal())
