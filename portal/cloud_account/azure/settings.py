"""What is not secret of an Azure account, and the questions of the form about it."""

from __future__ import annotations

from typing import Final, Literal
from uuid import UUID

from portal.auth.schemas import Request
from portal.cloud_account.azure.environments import ENVIRONMENTS, Environment, EnvironmentName
from portal.cloud_account.provider import Input

UUID_PATTERN: Final = "[0-9a-fA-F]{8}-([0-9a-fA-F]{4}-){3}[0-9a-fA-F]{12}"
UUID_PLACEHOLDER: Final = "00000000-0000-0000-0000-000000000000"


class Settings(Request):
    """Where the account deploys, and as whom."""

    subscription_id: UUID
    tenant_id: UUID
    client_id: UUID | None = None
    plan_client_id: UUID | None = None
    """Another application or identity, which may only read: plans and look-ups sign in as it."""
    environment: EnvironmentName = "public"
    subject_scope: Literal["account", "project", "deployment"] = "account"
    """How fine the subjects are that the portal states (`portal_identity`)."""

    @property
    def cloud(self) -> Environment:
        """The one of Microsoft's clouds."""
        return ENVIRONMENTS[self.environment]

    @property
    def reader_id(self) -> UUID | None:
        """Who plans and looks up."""
        return self.plan_client_id or self.client_id


INPUTS: Final = (
    Input(
        "subscription_id", "Subscription ID", "Shown by `az account list --output table`.",
        pattern=UUID_PATTERN, placeholder=UUID_PLACEHOLDER,
    ),
    Input(
        "tenant_id", "Tenant ID", "The directory of the subscription: `az account show --query tenantId`.",
        pattern=UUID_PATTERN, placeholder=UUID_PLACEHOLDER,
    ),
    Input(
        "client_id", "Client ID",
        "The application (client) ID of the service principal, or of a user-assigned identity. Leave out for a machine's own"
        " identity and for a login of the Azure CLI.",
        required=False, pattern=UUID_PATTERN, placeholder=UUID_PLACEHOLDER,
    ),
    Input(
        "plan_client_id", "Client ID for plans",
        "A second application or identity with the role Reader: plans and look-ups then sign in as it, and only what was"
        " approved is applied as the first.",
        required=False, pattern=UUID_PATTERN, placeholder=UUID_PLACEHOLDER,
    ),
    Input(
        "environment", "Cloud", kind="choice", required=False,
        options=tuple((name, cloud.title) for name, cloud in ENVIRONMENTS.items()),
    ),
    Input(
        "subject_scope", "What the portal states", "For the portal's own identity: how fine the trust in Entra ID is.",
        kind="choice", required=False,
        options=(
            ("account", "This account and the phase"),
            ("project", "Also the project"),
            ("deployment", "Also the deployment"),
        ),
    ),
)  # fmt: skip
