"""Our own React components in `assets/ui`, as Reflex knows them."""

from __future__ import annotations

from typing import Any

import reflex as rx
from reflex.event import no_args_event_spec, passthrough_event_spec

PARTS = "$/public/ui/parts"


class Shell(rx.Component):
    """The frame around a page."""

    library = "$/public/ui/shell"
    tag = "Shell"
    user: rx.Var[Any]
    unread: rx.Var[int]
    waiting: rx.Var[int]
    section: rx.Var[str]
    crumbs: rx.Var[list[dict[str, str]]]
    wide: rx.Var[bool]
    offline: rx.Var[bool]


class Flash(rx.Component):
    """Toasts, and full page loads, from `Identity.note`; nothing is evaluated in the browser."""

    library = PARTS
    tag = "Flash"
    note: rx.Var[dict[str, Any]]


class Modal(rx.Component):
    """A native dialog."""

    library = PARTS
    tag = "Modal"
    open: rx.Var[bool]
    title: rx.Var[str]
    wide: rx.Var[bool]
    on_close: rx.EventHandler[no_args_event_spec]


class ConfirmDialog(rx.Component):
    """Asks before something final; with `typed`, that text must be typed first."""

    library = PARTS
    tag = "ConfirmDialog"
    open: rx.Var[bool]
    title: rx.Var[str]
    typed: rx.Var[str]
    action: rx.Var[str]
    busy: rx.Var[bool]
    danger: rx.Var[bool]
    on_confirm: rx.EventHandler[no_args_event_spec]
    on_close: rx.EventHandler[no_args_event_spec]


class CopyButton(rx.Component):
    """Copies `text`."""

    library = PARTS
    tag = "CopyButton"
    text: rx.Var[str]
    label: rx.Var[str]


class RelativeTime(rx.Component):
    """An ISO time as "3 min ago", the exact one on hover."""

    library = PARTS
    tag = "RelativeTime"
    at: rx.Var[str]


class Sentence(rx.Component):
    """A text in which `something` is code."""

    library = PARTS
    tag = "Sentence"
    text: rx.Var[str]


class SearchBox(rx.Component):
    """A search field whose text is the parameter `name` of the address."""

    library = PARTS
    tag = "SearchBox"
    name: rx.Var[str]
    label: rx.Var[str]
    placeholder: rx.Var[str]


class FilterSelect(rx.Component):
    """A select whose value is the parameter `name` of the address. Options: {value, title}."""

    library = PARTS
    tag = "FilterSelect"
    name: rx.Var[str]
    label: rx.Var[str]
    options: rx.Var[list[dict[str, str]]]


class FilterButtons(FilterSelect):
    """The same for two to four options."""

    tag = "FilterButtons"


class Tabs(rx.Component):
    """The row of tabs; the panels are `tab_panel`s."""

    library = PARTS
    tag = "Tabs"
    tabs: rx.Var[list[dict[str, Any]]]
    value: rx.Var[str]
    label: rx.Var[str]
    on_change: rx.EventHandler[passthrough_event_spec(str)]


class PageTurner(rx.Component):
    """To the next page of a list by its cursor, and back."""

    library = PARTS
    tag = "PageTurner"
    cursor: rx.Var[str]
    first: rx.Var[bool]


class Dialog(rx.Component):
    """What our own dialogs have in common: whether it is open, and what happens when it is closed or has done its work."""

    open: rx.Var[bool]
    on_close: rx.EventHandler[no_args_event_spec]
    on_done: rx.EventHandler[no_args_event_spec]


class NativeForm(rx.Component):
    """A form that the browser itself sends: Reflex's own always keeps it back."""

    tag = "form"
    _is_tag_in_global_scope = True
    action: rx.Var[str]
    method: rx.Var[str]


class Catalogue(rx.Component):
    """The cards of all templates, filtered while typing by the parameters of the address."""

    library = "$/public/ui/catalogue"
    tag = "Catalogue"
    templates: rx.Var[list[dict[str, Any]]]
    ready: rx.Var[bool]
    admin: rx.Var[bool]


class Addressed(rx.Component):
    """Its children, on the address `path` and below; elsewhere a page that is still loading."""

    library = "$/public/ui/addressed"
    tag = "Addressed"
    path: rx.Var[str]


class DeployLink(rx.Component):
    """The way to a template's form, for whoever may deploy in the project that they look at."""

    library = "$/public/ui/deploy-link"
    tag = "DeployLink"
    template: rx.Var[str]


class TemplatePreview(rx.Component):
    """What a template creates in a project with its defaults, or with one of its presets {name, title, description, values}."""

    library = "$/public/ui/preview"
    tag = "TemplatePreview"
    template: rx.Var[str]
    presets: rx.Var[list[dict[str, Any]]]
    project: rx.Var[str]


class DeployForm(rx.Component):
    """The form of a template. It talks to the REST API by itself, so no value passes through Reflex's state."""

    library = "$/public/ui/form/deploy-form"
    tag = "DeployForm"
    template: rx.Var[str]


class ValuesView(rx.Component):
    """The same form, read-only, with a deployment's values."""

    library = "$/public/ui/form/values-view"
    tag = "ValuesView"
    deployment_id: rx.Var[str]


class Projects(rx.Component):
    """The projects that one is in, with what they use. It talks to the REST API by itself."""

    library = "$/public/ui/projects/list"
    tag = "Projects"


class ProjectPage(rx.Component):
    """The project that the address names. It talks to the REST API by itself."""

    library = "$/public/ui/projects/page"
    tag = "ProjectPage"


class NewAccount(rx.Component):
    """The guided form of a new cloud account. It talks to the REST API by itself: no credential passes through a State."""

    library = "$/public/ui/accounts/new"
    tag = "NewAccount"


class Findings(rx.Component):
    """What a test of an account found: {findings: [{severity, title, detail, fix}]}."""

    library = "$/public/ui/accounts/findings"
    tag = "Findings"
    test: rx.Var[dict[str, Any]]


MANAGE = "$/public/ui/accounts/manage"


class TestAccount(rx.Component):
    """The button that tests an account, which takes some seconds."""

    library = MANAGE
    tag = "TestAccount"
    account: rx.Var[str]
    on_done: rx.EventHandler[no_args_event_spec]


class RotateDialog(Dialog):
    """New credentials for an account; they go to the REST API and nowhere else."""

    library = MANAGE
    tag = "RotateDialog"
    account: rx.Var[str]
    cloud: rx.Var[str]
    method: rx.Var[str]


class ScopeDialog(Dialog):
    """Which projects, templates and regions an account is open to, and how many runs go on at once."""

    library = MANAGE
    tag = "ScopeDialog"
    account: rx.Var[str]
    cloud: rx.Var[str]
    scope: rx.Var[dict[str, Any]]
    limit: rx.Var[str]


class IdentityProviders(rx.Component):
    """Identity providers and the switch for passwords. It talks to the REST API by itself: no secret passes through a State."""

    library = "$/public/ui/identity/providers"
    tag = "IdentityProviders"


class MyIdentities(rx.Component):
    """The providers by which one can sign in."""

    library = "$/public/ui/identity/sign-in"
    tag = "MyIdentities"


class NotificationsPage(rx.Component):
    """The own inbox and wishes. It talks to the REST API by itself; the inbox is read again when `changed` is another number."""

    library = "$/public/ui/notifications/inbox"
    tag = "NotificationsPage"
    changed: rx.Var[int]


class NotificationChannels(rx.Component):
    """Channels, texts and deliveries. It talks to the REST API by itself: no address or key passes through a State."""

    library = "$/public/ui/notifications/channels"
    tag = "NotificationChannels"


class Outputs(rx.Component):
    """Outputs {name, description, sensitive, text}. A sensitive one is asked for when somebody wants to see it."""

    library = "$/public/ui/outputs"
    tag = "Outputs"
    outputs: rx.Var[list[dict[str, Any]]]
    deployment_id: rx.Var[str]
    can_reveal: rx.Var[bool]


class DeploymentOwner(rx.Component):
    """Whose the deployment is, and giving it to somebody else by the REST API; `on_done` when it was given."""

    library = "$/public/ui/owner"
    tag = "DeploymentOwner"
    deployment_id: rx.Var[str]
    project: rx.Var[str]
    owner: rx.Var[str]
    here: rx.Var[bool]
    can_transfer: rx.Var[bool]
    on_done: rx.EventHandler[no_args_event_spec]


class DeploymentActions(rx.Component):
    """What can be done with the deployment's resources beside Terraform. Read again when `changed` is another text."""

    library = "$/public/ui/actions"
    tag = "DeploymentActions"
    deployment_id: rx.Var[str]
    can_act: rx.Var[bool]
    changed: rx.Var[str]


class Policies(rx.Component):
    """The list of policies and the editor of one. It talks to the REST API by itself."""

    library = "$/public/ui/policies/page"
    tag = "Policies"


APPROVALS = "$/public/ui/approvals/page"


class Approvals(rx.Component):
    """What waits to be approved: runs, each with its `approval`."""

    library = APPROVALS
    tag = "Approvals"
    items: rx.Var[list[dict[str, Any]]]
    ready: rx.Var[bool]
    mine: rx.Var[bool]
    more: rx.Var[bool]


class OpenLink(rx.Component):
    """Follows a link out of a message, which is the parameter `link` of the address."""

    library = APPROVALS
    tag = "OpenLink"


class ApprovalPage(rx.Component):
    """One request with values, plan, checks and cost. The decision goes to the REST API."""

    library = APPROVALS
    tag = "ApprovalPage"
    run: rx.Var[dict[str, Any]]
    plan: rx.Var[dict[str, Any]]
    problem: rx.Var[Any]


class ApprovalRules(rx.Component):
    """The rules of approval: a list, and the form of one. It talks to the REST API by itself."""

    library = "$/public/ui/approvals/rules"
    tag = "ApprovalRules"
