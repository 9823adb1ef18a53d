"""What a Google Cloud account says about where it works and as whom. Nothing here is secret."""

from __future__ import annotations

import re
from typing import Annotated, Final, Literal

from pydantic import Field

from portal.auth.schemas import Request
from portal.cloud_account.provider import Input

PROJECT: Final = r"^[a-z][a-z0-9-]{4,28}[a-z0-9]$"
REGION: Final = r"^[a-z]+(-[a-z]+)+[0-9]+$"
ZONE: Final = r"^[a-z]+(-[a-z]+)+[0-9]+-[a-z]$"
EMAIL: Final = r"^[a-z0-9][a-z0-9.-]{1,99}@[a-z0-9.-]{1,99}\.gserviceaccount\.com$"
NUMBER: Final = re.compile(r"projects/([^/]+)/")

Email = Annotated[str, Field(pattern=EMAIL)]


class Settings(Request):
    project: str = Field(pattern=PROJECT)
    region: str | None = Field(default=None, pattern=REGION)
    zone: str | None = Field(default=None, pattern=ZONE)
    impersonate_service_account: Email | None = None
    """Whoever signs in acts as this service account."""
    plan_service_account: Email | None = None
    """Plans and look-ups act as this one instead: it needs to read, and nothing more."""
    billing_project: str | None = Field(default=None, pattern=PROJECT)
    """Whose quota the calls use; without it, the project of whoever signs in."""
    subject_scope: Literal["account", "project", "deployment"] | None = None
    """How fine the subjects of the portal's own tokens are."""


def acting_as(settings: Settings, phase: str) -> str | None:
    """The service account that the settings name for a phase; look-ups read as plans do."""
    if phase == "apply":
        return settings.impersonate_service_account
    return settings.plan_service_account or settings.impersonate_service_account


INPUTS: Final = (
    Input("project", "Project", "The id, not the name or the number.", placeholder="acme-production", pattern=PROJECT),
    Input("region", "Region", "Where what names no region goes.", required=False, placeholder="europe-west1", pattern=REGION),
    Input("zone", "Zone", "Where what names no zone goes.", required=False, placeholder="europe-west1-b", pattern=ZONE),
    Input(
        "impersonate_service_account",
        "Act as service account",
        "Whoever signs in takes this service account's rights for an hour at a time. It needs the role "
        "roles/iam.serviceAccountTokenCreator on it.",
        required=False,
        placeholder="terrace@acme-production.iam.gserviceaccount.com",
        pattern=EMAIL,
    ),
    Input(
        "plan_service_account",
        "Plan as service account",
        "Plans and look-ups act as this one, which only needs to read. Applies do not.",
        required=False,
        placeholder="terrace-plan@acme-production.iam.gserviceaccount.com",
        pattern=EMAIL,
    ),
    Input(
        "billing_project",
        "Quota project",
        "Whose API quota is used. Needed when people's own logins are used; usually the project above.",
        required=False,
        pattern=PROJECT,
    ),
)  # fmt: skip
