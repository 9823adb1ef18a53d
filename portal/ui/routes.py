"""Every address of the UI, in one place."""

from __future__ import annotations

from urllib.parse import quote, urlencode

CATALOGUE = "/"
TEMPLATE = "/templates/[cloud]/[name]"
DEPLOY = "/templates/[cloud]/[name]/deploy"
DEPLOYMENTS = "/deployments"
DEPLOYMENT = "/deployments/[deployment_id]"
RUNS = "/runs"
PROJECTS = "/projects"
PROJECT = "/projects/[project]"
RUN = "/runs/[run_id]"
APPROVALS = "/approvals"
APPROVAL = "/approvals/[run_id]"
APPROVAL_RULES = "/admin/approval-rules"
USERS = "/admin/users"
ROLES = "/admin/roles"
ACCESS = "/admin/access"
SERVICE_ACCOUNTS = "/admin/service-accounts"
WORKERS = "/admin/workers"
ADMIN_TEMPLATES = "/admin/templates"
ADMIN_TEMPLATE = "/admin/templates/[cloud]/[name]"
POLICIES = "/admin/policies"
AUDIT = "/admin/audit"
SYSTEM = "/admin/system"
SETTINGS = "/admin/settings"
IDENTITY_PROVIDERS = "/admin/settings/identity"
CLOUD_ACCOUNTS = "/admin/cloud-accounts"
NEW_CLOUD_ACCOUNT = "/admin/cloud-accounts/new"
CLOUD_ACCOUNT = "/admin/cloud-accounts/[account_id]"
NOTIFICATION_CHANNELS = "/admin/settings/notifications"
NOTIFICATIONS = "/notifications"
ACCOUNT = "/account"
SIGN_IN = "/sign-in"
CHANGE_PASSWORD = "/change-password"  # noqa: S105 - an address
SIGN_IN_CODE = "/sign-in/code"
SET_UP_SECOND_STEP = "/second-step"
INVITATION = "/invite"
RESET = "/reset"
FORGOTTEN = "/forgotten"
USER = "/admin/users/[user_id]"
NOT_FOUND = "404"
"""Shown at every address that no page has."""

WITHOUT_SESSION = (SIGN_IN, SIGN_IN_CODE, INVITATION, RESET, FORGOTTEN)
"""Pages that anybody may open."""
FIXED = (
    DEPLOYMENTS,
    PROJECTS,
    RUNS,
    APPROVALS,
    APPROVAL_RULES,
    USERS,
    ROLES,
    ACCESS,
    SERVICE_ACCOUNTS,
    CLOUD_ACCOUNTS,
    NEW_CLOUD_ACCOUNT,
    WORKERS,
    ADMIN_TEMPLATES,
    POLICIES,
    AUDIT,
    SYSTEM,
    SETTINGS,
    IDENTITY_PROVIDERS,
    NOTIFICATION_CHANNELS,
    NOTIFICATIONS,
    ACCOUNT,
    SIGN_IN,
    CHANGE_PASSWORD,
    SIGN_IN_CODE,
    SET_UP_SECOND_STEP,
    INVITATION,
    RESET,
    FORGOTTEN,
)
"""Addresses without a variable part, each of which the build has a folder for."""


def deployment(deployment_id: str) -> str:
    """The page of one deployment."""
    return f"{DEPLOYMENTS}/{quote(deployment_id, safe='')}"


def run(run_id: str) -> str:
    """The page of one run."""
    return f"{RUNS}/{quote(run_id, safe='')}"


def cloud_account(slug: str) -> str:
    """The page of one cloud account."""
    return f"{CLOUD_ACCOUNTS}/{quote(slug, safe='')}"


def template(key: str) -> str:
    """The page of one template, by its key `cloud/name`."""
    return f"/templates/{quote(key)}"


def user(user_id: str) -> str:
    """The page of one user."""
    return f"{USERS}/{quote(user_id, safe='')}"


def sign_in(next_path: str = "", *, over: bool = False) -> str:
    """The sign-in page, coming back to `next_path` afterwards; `over`: it says that the session has ended."""
    wanted = next_path if is_local(next_path) and next_path != "/" else ""
    query = {**({"error": "ended"} if over else {}), **({"next": wanted} if wanted else {})}
    return f"{SIGN_IN}?{urlencode(query, quote_via=quote, safe='')}" if query else SIGN_IN


def is_local(path: str) -> bool:
    """Whether a browser that follows `path` stays with us."""
    return path.startswith("/") and not path.startswith(("//", "/\\")) and not any(ord(char) < 33 for char in path)
