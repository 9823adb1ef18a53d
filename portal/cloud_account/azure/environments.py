"""The Azure clouds: where each signs in, where it is managed, and what a statement of another issuer must be addressed to."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal

EnvironmentName = Literal["public", "usgovernment", "china"]


@dataclass(frozen=True, slots=True)
class Environment:
    """One of Microsoft's clouds. Nothing of it is ever a setting: a credential goes to these hosts only."""

    title: str
    authority: str
    """Host of the sign-in (Entra ID)."""
    manager: str
    """Host of Azure Resource Manager."""
    audience: str
    """What Entra ID expects as `aud` of a federated statement."""
    command: str
    """Its name for `az cloud set`."""
    alias: str = ""
    """Another name of the same sign-in, by which it may name itself."""

    @property
    def authorities(self) -> frozenset[str]:
        """The hosts that credentials may go to."""
        return frozenset(filter(None, [self.authority, self.alias]))

    @property
    def scope(self) -> str:
        """What a token for Resource Manager is asked for."""
        return f"https://{self.manager}/.default"


ENVIRONMENTS: Final[dict[EnvironmentName, Environment]] = {
    "public": Environment(
        "Azure", "login.microsoftonline.com", "management.azure.com", "api://AzureADTokenExchange", "AzureCloud"
    ),
    "usgovernment": Environment(
        "Azure for US Government",
        "login.microsoftonline.us",
        "management.usgovcloudapi.net",
        "api://AzureADTokenExchangeUSGov",
        "AzureUSGovernment",
    ),
    "china": Environment(
        "Azure in China (21Vianet)",
        "login.chinacloudapi.cn",
        "management.chinacloudapi.cn",
        "api://AzureADTokenExchangeChina",
        "AzureChinaCloud",
        alias="login.partner.microsoftonline.cn",
    ),
}
"""azurerm's own names (ARM_ENVIRONMENT) → the cloud."""
