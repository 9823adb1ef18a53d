"""Where pages are looked at, and what opens over them. A page or a dialog that is not named here fails."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

from playwright.sync_api import Page, expect

from portal.ui import routes

Step = Callable[[Page], None]
DIALOG = "dialog[open]"


@dataclass(frozen=True)
class Opens:
    """Something that opens over a page: `source` is its file, kind and title as they are written there."""

    source: str
    press: str
    """The name of the button."""
    shows: str = ""
    """The name of what opens, where the source does not say it."""
    inside: tuple[Step, ...] = ()
    """What is done in it, each time before it is looked at again."""
    before: Step | None = None
    """What is done in the question that comes first."""

    @property
    def name(self) -> str:
        """The name of what opens."""
        words = self.source.partition(": ")[2]
        return self.shows or words.strip('"') if words.startswith('"') else self.shows or words.partition(" ")[2]


@dataclass(frozen=True)
class Place:
    """An address, who looks, and the tabs or buttons to press on the page, which is looked at after each."""

    path: str
    who: str | None = "admin"
    steps: tuple[Step, ...] = ()
    opens: tuple[Opens, ...] = ()


def press(name: str | re.Pattern[str], role: str = "button", nth: int = 0) -> Step:
    def step(page: Page) -> None:
        page.get_by_role(role, name=name, exact=isinstance(name, str)).nth(nth).click()  # type: ignore[arg-type]

    return step


def tab(name: str | re.Pattern[str]) -> Step:
    return press(name if isinstance(name, re.Pattern) else re.compile(f"^{name}"), "tab")


def press_in(dialog: str, name: str) -> Step:
    return lambda page: page.get_by_role("dialog", name=dialog).get_by_role("button", name=name, exact=True).click()


def fill(label: str, text: str) -> Step:
    return lambda page: page.get_by_label(label, exact=True).first.fill(text)


def choose(label: str, value: str) -> Step:
    def step(page: Page) -> None:
        page.get_by_label(label, exact=True).first.select_option(value)

    return step


def see(selector: str) -> Step:
    return lambda page: page.locator(selector).first.wait_for()


def then(*steps: Step) -> Step:
    def step(page: Page) -> None:
        for one in steps:
            one(page)

    return step


def missing(page: Page) -> None:
    """Nothing is filled in, so the form says what is missing."""
    page.get_by_role("button", name=re.compile("^Everything")).click()
    page.get_by_role("button", name=re.compile("^Review")).click()
    page.locator(".field.bad").first.wait_for()


def proposals(page: Page) -> None:
    """The list below a field."""
    page.locator("main .combobox input:enabled").first.press("ArrowDown")
    page.get_by_role("listbox").wait_for()


def more_for_a_field(page: Page) -> None:
    """The menu of a field, by its keys."""
    menu = page.locator(".field-menu").first
    menu.evaluate("(details) => { details.open = false; }")
    menu.locator("summary").press("Enter")
    expect(menu.locator(".popover button").first).to_be_focused()


STAGES = ("waiting", "refused", "held", "denied", "failed", "canceled", "going", "applied")
PLACES: dict[str, tuple[Place, ...]] = {
    routes.CATALOGUE: (Place("/"),),
    routes.TEMPLATE: (
        Place("/templates/azure/virtual-machine", steps=(tab("Inputs"), tab("Outputs"))),
        Place("/templates/gcp/cloud-dns"),
        Place("/templates/gcp/none"),
    ),
    routes.DEPLOY: (
        Place(
            "/templates/azure/every-type/deploy?project=seen",
            steps=(missing, more_for_a_field),
            opens=(
                Opens("form/share.jsx: Modal Use these values elsewhere", "Copy as"),
                Opens("form/share.jsx: Modal Paste terraform.tfvars.json", "Paste tfvars"),
            ),
        ),
        Place("/templates/azure/storage-account/deploy", steps=(proposals,)),
    ),
    routes.DEPLOYMENTS: (Place("/deployments"), Place("/deployments?q=no-such-thing")),
    routes.DEPLOYMENT: (
        Place(
            "/deployments/{deployment}",
            steps=(tab("Configuration"), tab("Resources"), tab("Runs"), tab("Overview")),
            opens=(
                Opens("owner.jsx: ConfirmDialog Give it to somebody else", "Give it to somebody else"),
                Opens('deployment.py: rx.Var.create("Destroy ") + row.name + "?"', "Destroy", "Destroy alive?"),
                Opens("actions.jsx: ConfirmDialog `${asked?.title}?`", "Get a kubeconfig: shop", "Get a kubeconfig?"),
            ),
        ),
        Place(
            "/deployments/{broken}",
            opens=(Opens('deployment_state.py: "Unlock the state?"', "Unlock the state"),),
        ),
        Place("/deployments/dep-nothing"),
    ),
    routes.RUNS: (Place("/runs"),),
    routes.RUN: (
        *(Place(f"/runs/{{{stage}}}") for stage in STAGES),
        Place(
            "/runs/{agreed}",
            opens=(
                Opens("run/run-page.jsx: ConfirmDialog ask?.title", "Confirm and apply", "Apply a plan that destroys?"),
            ),
        ),
    ),
    routes.APPROVALS: (Place("/approvals"), Place("/approvals?who=all", "viewer")),
    routes.APPROVAL: (Place("/approvals/{waiting}", steps=(press("Reject"),)), Place("/approvals/run-nothing")),
    routes.APPROVAL_RULES: (
        Place("/admin/approval-rules"),
        Place(
            "/admin/approval-rules?edit={rule}",
            opens=(Opens("approvals/rules.jsx: ConfirmDialog Remove this rule?", "Remove"),),
        ),
    ),
    routes.PROJECTS: (Place("/projects", opens=(Opens("projects/list.jsx: Modal New project", "New project"),)),),
    routes.PROJECT: (
        Place(
            "/projects/seen",
            steps=tuple(tab(name) for name in ("Members", "Cloud accounts", "Templates", "Guardrails", "Activity")),
            opens=(Opens("projects/page.jsx: ConfirmDialog Archive this project?", "Archive"),),
        ),
        Place("/projects/seen?tab=guardrails", "member"),
        Place("/projects/none"),
    ),
    routes.USERS: (
        Place(
            "/admin/users",
            opens=(
                Opens("access.jsx: CreateDialog New user", "New user"),
                Opens("people/invite.jsx: SendDialog Invite somebody", "Invite"),
                Opens("people/invite.jsx: ShownDialog A new link", "New link for new@example.com"),
                Opens(
                    "people/invite.jsx: ConfirmDialog Revoke this invitation?",
                    "Revoke the invitation of new@example.com",
                ),
                Opens('users.py: "Shut this user out?"', "Shut out"),
            ),
        ),
        Place("/admin/users", "member"),
    ),
    routes.USER: (
        Place(
            "/admin/users/{user}",
            opens=(
                Opens(
                    "owner.jsx: ConfirmDialog `Give ${amount} to somebody else`",
                    "Give them to somebody else",
                    "Give 9 deployments to somebody else",
                ),
                Opens("people/user.jsx: ConfirmDialog Shut this user out?", "Shut out"),
                Opens("people/user.jsx: ShownDialog Reset link", "Reset link"),
            ),
        ),
        Place("/admin/users/none"),
    ),
    routes.ROLES: (
        Place("/admin/roles"),
        Place(
            "/admin/roles?edit=project%2Freleaser",
            opens=(Opens("roles/editor.jsx: ConfirmDialog Delete this role?", "Delete"),),
        ),
    ),
    routes.ACCESS: (
        Place("/admin/access?user=max@example.com&action=run.cancel&project=seen", steps=(see("#access-answer"),)),
    ),
    routes.SERVICE_ACCOUNTS: (
        Place(
            "/admin/service-accounts",
            opens=(Opens("roles/accounts.jsx: Modal New service account", "New service account"),),
        ),
        Place(
            "/admin/service-accounts?open={robot}",
            opens=(
                Opens(
                    "roles/token.jsx: SendDialog `New token of ${account.name}`",
                    "New token",
                    "New token of Nightly build",
                ),
                Opens("roles/account.jsx: ConfirmDialog Shut this account out?", "Shut out"),
            ),
        ),
    ),
    routes.WORKERS: (
        Place(
            "/admin/workers",
            opens=(
                Opens('workers.py: "Drain this worker?"', "Drain"),
                Opens('workers.py: "Release the hold?"', "Release the hold"),
            ),
        ),
    ),
    routes.ADMIN_TEMPLATES: (Place("/admin/templates"),),
    routes.ADMIN_TEMPLATE: (
        Place(
            "/admin/templates/gcp/cloud-dns",
            opens=(
                Opens(
                    'admin_template_parts.py: asked.verb + " version " + asked.version + "?"',
                    "Revoke {version}",
                    "Revoke version {version}?",
                ),
            ),
        ),
        Place("/admin/templates/gcp/none"),
    ),
    routes.POLICIES: (
        Place("/admin/policies"),
        Place("/admin/policies?new=1"),
        Place(
            "/admin/policies?edit={policy}",
            opens=(Opens("policies/editor.jsx: ConfirmDialog Delete this policy?", "Delete"),),
        ),
    ),
    routes.AUDIT: (Place("/admin/audit"),),
    routes.SYSTEM: (Place("/admin/system"),),
    routes.SETTINGS: (Place("/admin/settings"),),
    routes.IDENTITY_PROVIDERS: (
        Place(
            "/admin/settings/identity",
            opens=(
                Opens(
                    'identity/providers.jsx: Modal isNew ? "New identity provider" : `Change ${row?.title || ""}`',
                    "New provider",
                    "New identity provider",
                    inside=(choose("Which provider", "oidc"),),
                ),
                Opens("identity/providers.jsx: ConfirmDialog Remove this provider?", "Remove"),
            ),
        ),
    ),
    routes.CLOUD_ACCOUNTS: (Place("/admin/cloud-accounts"),),
    routes.NEW_CLOUD_ACCOUNT: (Place("/admin/cloud-accounts/new"),),
    routes.CLOUD_ACCOUNT: (
        Place(
            "/admin/cloud-accounts/{account}",
            opens=(
                Opens("accounts/manage.jsx: Modal New credentials", "Rotate"),
                Opens('accounts_detail.py: "Remove this account?"', "Remove the account"),
                Opens("accounts/manage.jsx: Modal Who and what may use it", "Edit"),
                Opens('accounts_detail.py: "Disable this account?"', "Disable"),
            ),
        ),
    ),
    routes.NOTIFICATION_CHANNELS: (
        Place(
            "/admin/settings/notifications",
            steps=(tab("Deliveries"), tab("Texts"), tab("Channels")),
            opens=(
                Opens(
                    'notifications/channel-form.jsx: Modal isNew ? "New channel" : `Change ${channel.name}`',
                    "New channel",
                    "New channel",
                ),
                Opens("notifications/channels.jsx: Modal Test of the channel", "Test"),
                Opens("notifications/channels.jsx: ConfirmDialog Make a new key?", "New key"),
                Opens(
                    "notifications/channels.jsx: Modal The key of this webhook",
                    "New key",
                    "The key of this webhook",
                    before=press_in("Make a new key?", "New key"),
                ),
                Opens("notifications/channels.jsx: ConfirmDialog Remove this channel?", "Remove Operations"),
            ),
        ),
    ),
    routes.NOTIFICATIONS: (Place("/notifications", steps=(tab("What I am told"),)),),
    routes.ACCOUNT: (
        Place(
            "/account",
            steps=tuple(
                tab(name) for name in ("Password", "Second step", "Identity providers", "Sessions", "API tokens")
            ),
            opens=(
                Opens("access.jsx: CreateDialog New API token", "New token"),
                Opens('account.py: "Revoke this token?"', "Revoke"),
            ),
        ),
        Place(
            "/account?tab=sign-in",
            opens=(Opens("identity/sign-in.jsx: ConfirmDialog Remove this identity?", "Remove Partners"),),
        ),
    ),
    routes.SIGN_IN: (Place("/sign-in?error=ended", None),),
    routes.CHANGE_PASSWORD: (Place("/change-password"),),
    routes.SIGN_IN_CODE: (Place("/sign-in/code?error=code", None),),
    routes.SET_UP_SECOND_STEP: (Place("/second-step"),),
    routes.INVITATION: (Place("/invite", None), Place("/invite#{invite}", None)),
    routes.RESET: (Place("/reset", None), Place("/reset#{reset}", None)),
    routes.FORGOTTEN: (Place("/forgotten", None),),
}
NOWHERE = (Place("/nowhere/at/all"), Place("/runs/run-nothing"))
"""Addresses of nothing."""
ELSEWHERE = (
    # What the others are made of.
    "parts.jsx: dialog",
    "parts.jsx: Modal title",
    "access.jsx: Modal title",
    "access.jsx: SendDialog",
    # In the test of the frame.
    "shell.jsx: dialog Navigation",
    "shell.jsx: Modal Keys",
    'shell.jsx: className="popover"',
    "palette.jsx: dialog Find anything",
    'palette.jsx: role="listbox" Found',
    # In the steps of the page with a form.
    'form/combobox.jsx: role="listbox" label',
    'form/field.jsx: className="popover"',
)
"""What opens and has tests of its own."""
