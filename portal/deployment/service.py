"""Use cases of deployments."""

from __future__ import annotations

from collections.abc import Collection

from sqlmodel import Session

from portal.audit import service as audit
from portal.auth.schemas import Actor
from portal.cloud_account import service as cloud_accounts
from portal.deployment import access, repository, versions, views
from portal.deployment import owner as ownership
from portal.deployment.actions import actions, start_action
from portal.deployment.change import update
from portal.deployment.create import create
from portal.deployment.offered import offered_outputs
from portal.deployment.owner import hand_over, transfer
from portal.deployment.schemas import DeploymentDetail, DeploymentView, OutputView
from portal.deployment.unlock import unlock
from portal.kit.errors import FieldProblem, Invalid, TerraceError
from portal.kit.pagination import Page, clamp, decode_moment_cursor, encode_cursor
from portal.project import service as projects
from portal.quota import guardrails
from portal.run import service as run_service
from portal.run.lifecycle import Kind
from portal.run.schemas import RunView
from portal.state import service as state_service
from portal.state.schemas import OutputValue, ResourceView, StateVersionView
from portal.template import releases
from portal.template.schemas import FormModel

__all__ = [
    "actions",
    "create",
    "destroy",
    "form",
    "get",
    "hand_over",
    "list_deployments",
    "offered_outputs",
    "outputs",
    "resources",
    "runs",
    "start_action",
    "start_run",
    "state_versions",
    "transfer",
    "unlock",
    "update",
]
STATUSES = ("new", "active", "failed", "destroyed")


def get(session: Session, actor: Actor, deployment_id: str) -> DeploymentDetail:
    """The deployment with its values, the secret ones masked."""
    access.authorise(session, actor, deployment_id, "deployment.read")
    return access.detail(session, actor, deployment_id)


def form(session: Session, actor: Actor, deployment_id: str) -> FormModel:
    """The form of the template version that the deployment is pinned to, for its values as they are."""
    access.authorise(session, actor, deployment_id, "deployment.read")
    row = repository.find(session, deployment_id)
    if row is None:
        raise access.not_found(deployment_id)
    module = versions.kept(session, row.deployment.template_version_id).module
    return guardrails.form_for(session, row.deployment.project_id, row.deployment.template_key, module)


def list_deployments(
    session: Session,
    actor: Actor,
    *,
    project: str | None = None,
    cloud_account: str | None = None,
    template: str | None = None,
    cloud: str | None = None,
    status: Collection[str] = (),
    owner: str | None = None,
    q: str | None = None,
    with_destroyed: bool = False,
    cursor: str | None = None,
    limit: int = 50,
) -> Page[DeploymentView]:
    """The deployments that the actor may see, newest first; `q` is searched in names, template, account, project and owner.

    `owner` is an id or an address, `me`, or `none`: what nobody owns, or somebody who is not there any more.
    """
    _require_known(status)
    wanted = repository.DeploymentFilter(
        project_ids=_projects(session, actor, project),
        cloud_account_id=cloud_accounts.resolve(session, actor, cloud_account).id if cloud_account else None,
        template_key=template,
        cloud=cloud,
        statuses=status,
        owner_id=ownership.wanted(session, actor, owner),
        without_owner=owner == "none",
        q=q[:200] if q else None,
        with_destroyed=with_destroyed,
        before=decode_moment_cursor(cursor),
    )
    size = clamp(limit)
    rows = repository.page(session, wanted, limit=size + 1)
    last = rows[size - 1].deployment if len(rows) > size else None
    items = views.of_rows(session, actor, rows[:size])
    return Page(items=items, next_cursor=encode_cursor(last.created_at, last.id) if last else None)


def start_run(
    session: Session,
    actor: Actor,
    deployment_id: str,
    kind: Kind = "plan_and_apply",
    *,
    auto_apply: bool | None = None,
    message: str = "",
) -> RunView:
    """A run of the deployment as it is configured now."""
    if kind == "destroy":
        return destroy(session, actor, deployment_id, auto_apply=auto_apply, message=message)
    access.authorise(session, actor, deployment_id, "run.create")
    if kind == "plan_and_apply":
        releases.require_changeable(session, repository.pinned_version(session, deployment_id))
    return run_service.create(
        session, actor, deployment_id=deployment_id, kind=kind, auto_apply=auto_apply, message=message
    )


def destroy(
    session: Session, actor: Actor, deployment_id: str, *, auto_apply: bool | None = None, message: str = ""
) -> RunView:
    """A run that deletes everything the deployment made; once it is applied, the deployment is a record only."""
    run = run_service.create(
        session, actor, deployment_id=deployment_id, kind="destroy", auto_apply=auto_apply, message=message,
        takes="deployment.destroy",
    )  # fmt: skip
    audit.record(
        session,
        actor,
        "deployment.destroy",
        object_kind="deployment",
        object_id=deployment_id,
        project_id=run.project.id,
        detail={"name": run.deployment_name, "run_id": run.id},
    )
    return run


def outputs(session: Session, actor: Actor, deployment_id: str, *, reveal: bool = False) -> list[OutputView]:
    """The outputs of the newest state by name. `reveal` shows the sensitive ones too, to members, and is audited."""
    project_id = access.authorise(session, actor, deployment_id, "output.reveal" if reveal else "output.read")
    found = state_service.latest_outputs(session, deployment_id)
    if reveal:
        names = sorted(name for name, output in found.items() if output.sensitive)
        audit.record(
            session,
            actor,
            "output.reveal",
            object_kind="deployment",
            object_id=deployment_id,
            project_id=project_id,
            detail={"outputs": names},
        )
    described = _descriptions(session, deployment_id)
    return [_output(name, output, described.get(name, ""), reveal=reveal) for name, output in sorted(found.items())]


def resources(session: Session, actor: Actor, deployment_id: str) -> list[ResourceView]:
    """What the newest state holds: addresses, types and ids, no attributes."""
    access.authorise(session, actor, deployment_id, "state.read")
    return state_service.latest_resources(session, deployment_id)


def state_versions(
    session: Session, actor: Actor, deployment_id: str, *, cursor: str | None = None, limit: int = 50
) -> Page[StateVersionView]:
    """The versions of the state, newest first, without their contents."""
    access.authorise(session, actor, deployment_id, "state.read")
    return state_service.list_versions(session, deployment_id, cursor=cursor, limit=limit)


def runs(
    session: Session, actor: Actor, deployment_id: str, *, cursor: str | None = None, limit: int = 50
) -> Page[RunView]:
    """The deployment's runs, newest first."""
    access.authorise(session, actor, deployment_id, "run.read")
    return run_service.list_runs(session, actor, deployment_id=deployment_id, cursor=cursor, limit=limit)


def _output(name: str, output: OutputValue, description: str, *, reveal: bool) -> OutputView:
    shown = output.value if reveal or not output.sensitive else None
    return OutputView(name=name, value=shown, sensitive=output.sensitive, type=output.type, description=description)


def _descriptions(session: Session, deployment_id: str) -> dict[str, str]:
    row = repository.find(session, deployment_id)
    if row is None:
        return {}
    try:
        module = versions.kept(session, row.deployment.template_version_id).module
    except TerraceError:
        # The values are worth more than the words beside them.
        return {}
    return {output.name: output.description for output in module.outputs}


def _projects(session: Session, actor: Actor, project: str | None) -> set[str] | None:
    if project is not None:
        found = projects.resolve(session, actor, project).id
        projects.require(session, actor, found, "deployment.read")
        return {found}
    return projects.readable_ids(session, actor, "deployment.read")


def _require_known(statuses: Collection[str]) -> None:
    unknown = sorted(set(statuses) - set(STATUSES))
    if unknown:
        text = f"There is no status {unknown[0][:40]!r}; there are {', '.join(STATUSES)}."
        raise Invalid(text, [FieldProblem("status", text)])
