"""Options for fields of a form, out of the account's own subscription. Asked by GET, as the identity that may read."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

from portal.cloud_account.azure import lists, manager, sizes, versions
from portal.cloud_account.azure.manager import Manager
from portal.cloud_account.provider import Assertion, Found
from portal.cloud_account.schemas import Given, Option
from portal.kit.errors import NotFound

Look = Callable[[Manager, Mapping[str, str]], list[Option]]
OWN: Final[dict[str, Look]] = {
    "locations": sizes.locations,
    "zones": sizes.zones,
    "vm-sizes": sizes.vm_sizes,
    "vm-disk-types": sizes.disk_types,
    "resource-groups": lists.groups,
    "images": lists.images,
    "aks-kubernetes-versions": versions.kubernetes,
    "sql-skus": versions.sql_skus,
    "sql-versions": versions.sql_versions,
    "postgresql-versions": versions.postgresql,
    "mysql-versions": versions.mysql,
}
KINDS: Final = frozenset(OWN) | frozenset(lists.LISTS) | frozenset(lists.NAMES)


def lookup(
    given: Given, assertion: Assertion, kind: str, parameters: Mapping[str, str], seconds: float | None = None
) -> Found:
    """What there is of a kind. Unavailable when Azure does not say in time, or a field that it depends on is empty."""
    name = lists.NAMES.get(kind, kind)
    if name not in KINDS:
        raise NotFound(f"Azure has no look-up {kind!r}.")
    with manager.open_for(manager.who(given, assertion, reads=True), seconds) as asked:
        own = OWN.get(name)
        found = own(asked, parameters) if own else lists.options(asked, name, parameters)
        return Found(found, asked.root)
