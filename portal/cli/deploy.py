"""`terrace deploy`: make deployments, look at them, destroy them."""

from __future__ import annotations

import json
import sys
from typing import Annotated, NoReturn

import typer
from sqlmodel import Session

from portal.auth.schemas import Actor
from portal.cli.connection import connected, require_workers
from portal.cli.operator import operating, operator
from portal.cli.output import AsJson, every, show
from portal.cli.runs import GOOD, follow_run, print_plan
from portal.cli.values import Assigned, ValuesFile, read_values
from portal.deployment import service as deployments
from portal.deployment.schemas import ActionRequest, DeploymentRequest
from portal.kit.db import unit_of_work
from portal.kit.errors import NotFound
from portal.run import service as runs
from portal.run.lifecycle import Kind
from portal.run.schemas import RunView

app = typer.Typer(help="Deployments.", no_args_is_help=True)
COLUMNS = ("name", "status", "created_at", "applied_at", "id")
SHOWN = ("id", "name", "status", "created_at", "applied_at", "expires_at", "resource_count")
RUN = ("id", "kind", "status")
Deployment = Annotated[str, typer.Argument(help="The deployment's name or id.")]
Project = Annotated[str, typer.Option(help="The project's slug or id.")]
Wait = Annotated[
    bool, typer.Option("--wait", "-w", help="Show the log until the run ends or waits for a confirmation.")
]
Yes = Annotated[bool, typer.Option("--yes", "-y", help="Apply what is planned without asking again.")]


@app.command("create")
def create(
    template: Annotated[str, typer.Argument(help="The template, such as azure/virtual-machine.")],
    name: Annotated[str, typer.Option(help="A name for the deployment, new in its project.")],
    cloud_account: Annotated[str, typer.Option(help="Where to: the account's slug or id, such as sandbox-azure.")],
    project: Project = "default",
    values: ValuesFile = None,
    assigned: Assigned = None,
    ttl: Annotated[str | None, typer.Option(help="How long it lives, such as 8h or 7d; then it is destroyed.")] = None,
    yes: Yes = False,
    wait: Wait = False,
    as_json: AsJson = False,
) -> None:
    """Make a deployment. Its plan starts at once; confirm it with `terrace runs confirm`, or say --yes."""
    request = DeploymentRequest(
        name=name,
        template=template,
        cloud_account=cloud_account,
        project=project,
        values=read_values(values, assigned or []),
        auto_apply=yes,
        ttl=ttl,
    )
    with operating() as (session, actor):
        require_workers()
        made = deployments.create(session, actor, request)
    if wait:
        _wait(made.run, as_json=as_json)
    show(made if as_json else made.run, as_json=as_json, columns=RUN)


@app.command("list")
def list_deployments(
    project: Annotated[str | None, typer.Option(help="Only of this project.")] = None,
    search: Annotated[
        str | None, typer.Option("--search", "-s", help="In names, templates, accounts, projects.")
    ] = None,
    destroyed: Annotated[bool, typer.Option("--destroyed", help="Destroyed ones too.")] = False,
    as_json: AsJson = False,
) -> None:
    """Deployments, the newest first."""
    with operating() as (session, actor):
        found = every(
            lambda cursor, limit: deployments.list_deployments(
                session, actor, project=project, q=search, with_destroyed=destroyed, cursor=cursor, limit=limit
            )
        )
    show(found, as_json=as_json, columns=COLUMNS)


@app.command("show")
def show_deployment(deployment: Deployment, project: Project = "default", as_json: AsJson = False) -> None:
    """One deployment; its secret values are not shown."""
    with operating() as (session, actor):
        detail = deployments.get(session, actor, _id_of(session, actor, deployment, project))
    show(detail, as_json=as_json, columns=SHOWN)


@app.command("outputs")
def outputs(
    deployment: Deployment,
    project: Project = "default",
    reveal: Annotated[bool, typer.Option("--reveal", help="Show secret outputs too. The audit trail says so.")] = False,
    as_json: AsJson = False,
) -> None:
    """What the deployment tells about itself."""
    with operating() as (session, actor):
        deployment_id = _id_of(session, actor, deployment, project)
        found = deployments.outputs(session, actor, deployment_id, reveal=reveal)
    if as_json:
        show(found, as_json=True, columns=())
        return
    for output in found:
        hidden = output.sensitive and not reveal
        print(f"{output.name} = {'(secret)' if hidden else json.dumps(output.value, ensure_ascii=False)}")


@app.command("run")
def start_run(
    deployment: Deployment,
    kind: Annotated[Kind, typer.Option(help="What to do.")] = "plan_and_apply",
    project: Project = "default",
    yes: Yes = False,
    wait: Wait = False,
    as_json: AsJson = False,
) -> None:
    """Start a run of the deployment as it is configured now."""
    with operating() as (session, actor):
        require_workers()
        deployment_id = _id_of(session, actor, deployment, project)
        run = deployments.start_run(session, actor, deployment_id, kind, auto_apply=yes or None)
    if wait:
        _wait(run, as_json=as_json)
    show(run, as_json=as_json, columns=RUN)


@app.command("destroy")
def destroy(
    deployment: Deployment,
    project: Project = "default",
    yes: Yes = False,
    wait: Wait = False,
    as_json: AsJson = False,
) -> None:
    """Plan the deletion of everything that the deployment made; confirm it, or say --yes."""
    start_run(deployment, kind="destroy", project=project, yes=yes, wait=wait, as_json=as_json)


@app.command("actions")
def list_actions(deployment: Deployment, project: Project = "default", as_json: AsJson = False) -> None:
    """What can be done with what the deployment has: restart a machine, renew a key."""
    with operating() as (session, actor):
        found = deployments.actions(session, actor, _id_of(session, actor, deployment, project))
    show(found, as_json=as_json, columns=("name", "title", "resource", "confirm"))


@app.command("act")
def start_action(
    deployment: Deployment,
    action: Annotated[str, typer.Argument(help="The action's name, as `actions` shows it.")],
    resource: Annotated[str | None, typer.Option(help="The address of the resource, when there are several.")] = None,
    project: Project = "default",
    wait: Wait = False,
    as_json: AsJson = False,
) -> None:
    """Carry out an action. It asks no further question: look at `actions` for what happens."""
    with operating() as (session, actor):
        require_workers()
        deployment_id = _id_of(session, actor, deployment, project)
        request = ActionRequest(action=action, resource=resource)
        run = deployments.start_action(session, actor, deployment_id, request)
    if wait:
        _wait(run, as_json=as_json)
    show(run, as_json=as_json, columns=RUN)


@app.command("unlock")
def unlock(
    deployment: Deployment,
    reason: Annotated[str, typer.Option(help="Why; the audit trail keeps it.")],
    force: Annotated[
        bool, typer.Option("--force", help="Also while a run holds the state, or a worker keeps a newer one.")
    ] = False,
    project: Project = "default",
    as_json: AsJson = False,
) -> None:
    """Free the deployment's state, and stop waiting for one that has yet to arrive from a worker."""
    with operating() as (session, actor):
        deployment_id = _id_of(session, actor, deployment, project)
        detail = deployments.unlock(session, actor, deployment_id, reason=reason, force=force)
    show(detail, as_json=as_json, columns=SHOWN)


def _id_of(session: Session, actor: Actor, name_or_id: str, project: str) -> str:
    if name_or_id.startswith("dep-"):
        return name_or_id
    page = deployments.list_deployments(session, actor, project=project, q=name_or_id, limit=200)
    for found in page.items:
        if found.name == name_or_id:
            return found.id
    raise NotFound(f"There is no deployment called {name_or_id!r} in the project {project!r}.")


def _wait(run: RunView, *, as_json: bool) -> NoReturn:
    """Follow the run to where it ends or waits for a person. The exit code says whether it went well."""
    with connected():
        ended = follow_run(run.id, quiet=as_json)
        if as_json:
            show(ended, as_json=True, columns=())
        elif ended.status == "planned":
            with unit_of_work() as session:
                print_plan(runs.plan(session, operator(), run.id))
            print(f"Apply it with: terrace runs confirm {run.id}")
    sys.exit(0 if ended.status in GOOD else 1)
