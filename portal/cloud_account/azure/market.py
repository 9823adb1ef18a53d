"""Images of the Marketplace: those that the templates offer, as far as a region has them. All of it would be too wide."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from portal.cloud_account import lookups as static
from portal.cloud_account.azure import manager
from portal.cloud_account.azure.manager import Manager
from portal.cloud_account.azure.sizes import location_of
from portal.cloud_account.outgoing import Answered
from portal.cloud_account.schemas import Option

IMAGES: Final = {
    "ubuntu-24.04": ("Canonical", "ubuntu-24_04-lts", "server"),
    "ubuntu-22.04": ("Canonical", "0001-com-ubuntu-server-jammy", "22_04-lts-gen2"),
    "debian-12": ("Debian", "debian-12", "12-gen2"),
    "rhel-9": ("RedHat", "RHEL", "9-lvm-gen2"),
    "windows-server-2025": ("MicrosoftWindowsServer", "WindowsServer", "2025-datacenter-azure-edition"),
    "windows-server-2022": ("MicrosoftWindowsServer", "WindowsServer", "2022-datacenter-azure-edition"),
}
"""The templates' own names → publisher, offer and SKU, as the templates have them."""


def linux(asked: Manager, parameters: Mapping[str, str]) -> list[Option]:
    """Distributions that a region has."""
    return _offered(asked, "linux-images", parameters)


def windows(asked: Manager, parameters: Mapping[str, str]) -> list[Option]:
    """Versions of Windows Server that a region has."""
    return _offered(asked, "windows-images", parameters)


def _offered(asked: Manager, kind: str, parameters: Mapping[str, str]) -> list[Option]:
    """The list of the templates without what Azure does not know there. A name that only the list knows stays."""
    location = location_of(parameters)
    found = [_looked_at(asked, location, option) for option in static.find("azure", kind, {}).options]
    return [option for option in found if option is not None]


def _looked_at(asked: Manager, location: str, option: Option) -> Option | None:
    if option.value not in IMAGES:
        return option
    publisher, offer, sku = IMAGES[option.value]
    path = f"/publishers/{publisher}/artifacttypes/vmimage/offers/{offer}/skus/{sku}/versions"
    address = f"{asked.root}/providers/Microsoft.Compute/locations/{location}{path}"
    query = {"api-version": manager.COMPUTE, "$top": "1", "$orderby": "name desc"}
    try:
        versions = asked.outgoing.get_list(address, query)
    except Answered as error:
        if error.answer == 404:
            return None
        raise
    if not versions:
        return None
    text = f"{option.description or ''} Newest: {versions[0].get('name')}.".strip()
    return option.model_copy(update={"description": text})
