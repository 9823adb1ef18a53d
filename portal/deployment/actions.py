"""Actions: what a template lets people do with what exists, each as a run of its own kind, with the cloud's own tool."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from sqlmodel import Session

from portal.audit import service as audit
from portal.auth.schemas import Actor
from portal.deployment import access, repository, versions
from portal.deployment.schemas import ActionRequest, ActionView
from portal.kit.errors import Conflict, FieldProblem, Invalid, TerraceError
from portal.run import service as runs
from portal.run.schemas import Command, RunView
from portal.state import service as state_service
from portal.state.schemas import Instance
from portal.template import actions as template_actions
from portal.template.errors import TemplateError
from portal.template.manifest import Action
from portal.template.markdown import to_html

MAX_OFFERED: Final = 200
"""Of a deployment with very many resources, so many actions are offered."""


def actions(session: Session, actor: Actor, deployment_id: str) -> list[ActionView]:
    """What can be done with the resources that the deployment has now, by the template version that it is pinned to."""
    access.authorise(session, actor, deployment_id, "deployment.read")
    found = (_view(action, instance) for action, instance in _offered(session, deployment_id))
    return [view for view, _ in zip(found, range(MAX_OFFERED), strict=False)]


def start_action(session: Session, actor: Actor, deployment_id: str, request: ActionRequest) -> RunView:
    """A run that does it. Who starts it has confirmed it: there is no plan to look at first."""
    access.authorise(session, actor, deployment_id, "deployment.act")
    action, instance = _wanted(session, deployment_id, request)
    try:
        arguments = template_actions.command(action, instance.attributes)
    except TemplateError as error:
        raise Conflict(f"{action.title} cannot be done to {instance.address}: {error}.") from None
    command = Command(
        name=action.name, title=action.title, address=instance.address, tool=action.tool, arguments=list(arguments),
        result=action.result, result_file=action.result_file,
    )  # fmt: skip
    run = runs.create(
        session, actor, deployment_id=deployment_id, kind="action", message=request.message, command=command
    )
    audit.record(
        session,
        actor,
        "deployment.act",
        object_kind="deployment",
        object_id=deployment_id,
        project_id=run.project.id,
        detail={"name": run.deployment_name, "run_id": run.id, "action": action.name, "resource": instance.address},
    )
    return run


def _wanted(session: Session, deployment_id: str, request: ActionRequest) -> tuple[Action, Instance]:
    offered = [pair for pair in _offered(session, deployment_id) if pair[0].name == request.action]
    if not offered:
        text = f"This deployment has no action {request.action!r} now."
        raise Invalid(text, [FieldProblem("action", text)])
    if request.resource is None and len(offered) == 1:
        return offered[0]
    found = next((pair for pair in offered if pair[1].address == request.resource), None)
    if found is None:
        text = f"Say to which resource: {', '.join(instance.address for _, instance in offered[:10])}."
        raise Invalid(text, [FieldProblem("resource", text)])
    return found


def _offered(session: Session, deployment_id: str) -> Iterator[tuple[Action, Instance]]:
    row = repository.find(session, deployment_id)
    if row is None or row.deployment.destroyed_at is not None:
        return
    try:
        manifest = versions.kept(session, row.deployment.template_version_id).module.manifest
    except TerraceError:
        return
    declared = manifest.actions if manifest else []
    types = {name for action in declared for name in action.types}
    instances = state_service.instances(session, deployment_id, types)
    for action in declared:
        yield from ((action, instance) for instance in instances if instance.type in action.types)


def _view(action: Action, instance: Instance) -> ActionView:
    return ActionView(
        name=action.name, title=action.title, resource=instance.address,
        resource_name=instance.attributes.get("name", ""), help_html=to_html(action.help) if action.help else None,
        confirm=action.confirm, result=action.result, tool=action.tool,
    )  # fmt: skip
