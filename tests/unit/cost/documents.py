"""Plan documents to estimate: as Terraform writes them, with what matters."""

from __future__ import annotations

from typing import Any

Values = dict[str, Any]


def change(address: str, before: Values | None = None, after: Values | None = None) -> dict[str, Any]:
    """One entry of `resource_changes`; the type is the address's."""
    actions = ["create"] if before is None else ["delete"] if after is None else ["update"]
    type_ = address.split("[")[0].split(".")[-2]
    module = address.rpartition(f".{type_}.")[0] or None
    return {
        "address": address, "type": type_, "name": "x", "mode": "managed", "module_address": module,
        "change": {"actions": actions, "before": before, "after": after},
    }  # fmt: skip


def plan(*changes: dict[str, Any]) -> dict[str, Any]:
    """A plan of these changes."""
    return {"resource_changes": list(changes)}


def machine(size: str = "Standard_B2s_v2", location: str = "westeurope", **values: Any) -> Values:
    """An azurerm_linux_virtual_machine with a system disk of 64 GiB."""
    disk = {"storage_account_type": "Premium_LRS", "disk_size_gb": 64, "diff_disk_settings": []}
    return {"size": size, "location": location, "priority": "Regular", "os_disk": [disk], **values}
