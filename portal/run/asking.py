"""What a plan or an action is to those who may have to agree to it: facts for the rules, what exactly it is, whose request."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from typing import Any, cast

from sqlmodel import Session, col, select

from portal.approval import service as approvals
from portal.approval.schemas import Facts
from portal.approval.service import Asked
from portal.models import CloudAccount, Deployment, Project, Run, RunPlan
from portal.run import stale
from portal.run.lifecycle import Kind, stops_after_plan
from portal.run.schemas import PlanSummary

_QUIET = ("no-op", "read")
_ENDED_WELL = ("applied", "planned_and_finished")
_ASKING_KINDS = ("plan_and_apply", "destroy")


def digest(plan_file: bytes) -> str:
    """What identifies a plan file."""
    return hashlib.sha256(plan_file).hexdigest()


def facts(summary: PlanSummary, *, kind: str, project_id: str, production: bool, policy_failure: bool = False) -> Facts:
    """What rules may look at. A plan that is not applied changes nothing."""
    kinds = {warning.kind for warning in summary.warnings}
    cost = summary.cost
    return Facts(
        project_id=project_id,
        production=production,
        changes=not stops_after_plan(cast(Kind, kind), has_changes=summary.has_changes),
        destroys=kind == "destroy" or summary.counts.destroy > 0,
        loses_data="data_loss" in kinds,
        exposes="public_exposure" in kinds,
        policy_failure=policy_failure,
        cost_after=cost.after_monthly if cost else None,
        cost_delta=cost.delta_monthly if cost else None,
        types=frozenset(change.type for change in summary.changes if change.action not in _QUIET),
    )


def asked(session: Session, run_id: str, summary: PlanSummary, *, policy_failure: bool) -> Asked:
    """The plan that was just kept, as approvals see it."""
    run, plan, project, deployment = _rows(session, run_id)
    return Asked(
        run_id=run_id,
        bound=_bound(run, plan),
        plan_sha256=plan.plan_sha256 or "",
        facts=facts(
            summary,
            kind=run.kind,
            project_id=run.project_id,
            production=project.production,
            policy_failure=policy_failure,
        ),
        requesters=_requesters(session, run),
        requested_by=run.created_by_label,
        deployment=deployment,
        project=project.name,
    )


def asked_action(session: Session, run_id: str) -> Asked:
    """An action whose turn it is, as approvals see it."""
    run, project, deployment, account = _action_rows(session, run_id)
    bound = _bound_action(run, account)
    return Asked(
        run_id=run_id,
        bound=bound,
        plan_sha256=bound["command"],
        facts=action_facts(run, project),
        requesters=_people(session, [(run.created_by_kind, run.created_by_id)]),
        requested_by=run.created_by_label,
        deployment=deployment,
        project=project.name,
    )


def action_facts(run: Run, project: Project) -> Facts:
    """What rules may look at of an action."""
    command = run.action or {}
    return Facts(
        project_id=project.id,
        production=project.production,
        changes=False,
        action=command.get("name", ""),
        action_title=command.get("title", ""),
    )


def bound(session: Session, run_id: str) -> dict[str, Any]:
    """Exactly what would be applied now: computed from the file itself, and not from what is said about it."""
    kind = session.exec(select(col(Run.kind)).where(col(Run.id) == run_id)).one()
    if kind == "action":
        run, _, _, account = _action_rows(session, run_id)
        return _bound_action(run, account)
    run, plan, *_ = _rows(session, run_id)
    return _bound(run, plan)


def has_plan(session: Session, run_id: str) -> bool:
    """Whether the run has made one."""
    return session.exec(select(col(RunPlan.run_id)).where(col(RunPlan.run_id) == run_id)).one_or_none() is not None


def _rows(session: Session, run_id: str) -> tuple[Run, RunPlan, Project, str]:
    query = (
        select(Run, RunPlan, Project, Deployment.name)
        .join(RunPlan, col(RunPlan.run_id) == col(Run.id))
        .join(Project, col(Project.id) == col(Run.project_id))
        .join(Deployment, col(Deployment.id) == col(Run.deployment_id))
        .where(col(Run.id) == run_id)
    )
    return session.exec(query.execution_options(populate_existing=True)).one()


def _action_rows(session: Session, run_id: str) -> tuple[Run, Project, str, CloudAccount]:
    query = (
        select(Run, Project, Deployment.name, CloudAccount)
        .join(Project, col(Project.id) == col(Run.project_id))
        .join(Deployment, col(Deployment.id) == col(Run.deployment_id))
        .join(CloudAccount, col(CloudAccount.id) == col(Run.cloud_account_id))
        .where(col(Run.id) == run_id)
    )
    return session.exec(query.execution_options(populate_existing=True)).one()


def _bound_action(run: Run, account: CloudAccount) -> dict[str, Any]:
    """The command with every argument, the template version that offers it, and where the account leads."""
    command = json.dumps(run.action, sort_keys=True, ensure_ascii=False)
    return {
        "run": run.id,
        "kind": run.kind,
        "deployment": run.deployment_id,
        "command": hashlib.sha256(command.encode()).hexdigest(),
        "template_version": run.template_version_id,
        "cloud_account": run.cloud_account_id,
        "account_mark": stale.mark_of(account),
    }


def _bound(run: Run, plan: RunPlan) -> dict[str, Any]:
    """The run's own id is in it, so that nobody can carry an approval from one run to another."""
    values = json.dumps(run.values, sort_keys=True, ensure_ascii=False)
    return {
        "run": run.id,
        "kind": run.kind,
        "plan": digest(plan.plan_file or b""),
        "lock": digest(plan.lock_file or b""),
        "serial": plan.state_serial,
        "lineage": plan.state_lineage,
        "template_version": run.template_version_id,
        "cloud_account": run.cloud_account_id,
        "account_mark": run.account_mark,
        "values": hashlib.sha256(values.encode()).hexdigest(),
    }


def _requesters(session: Session, run: Run) -> frozenset[str]:
    """Whoever had a part in what this plan would do: it started from what was applied last, and each change since is in it.

    A token acts for the person whose it is, and for whoever made it.
    """
    query = select(Run.created_by_kind, Run.created_by_id).where(col(Run.deployment_id) == run.deployment_id)
    query = query.where(col(Run.kind).in_(_ASKING_KINDS), col(Run.created_at) <= run.created_at)
    last = select(col(Run.created_at)).where(
        col(Run.deployment_id) == run.deployment_id,
        col(Run.kind).in_(_ASKING_KINDS),
        col(Run.status).in_(_ENDED_WELL),
        col(Run.id) != run.id,
    )
    since = session.exec(last.order_by(col(Run.created_at).desc()).limit(1)).one_or_none()
    if since is not None:
        query = query.where(col(Run.created_at) > since)
    return _people(session, session.exec(query.distinct()).all())


def _people(session: Session, rows: Iterable[tuple[str, str]]) -> frozenset[str]:
    found = list(rows)
    people = {given for kind, given in found if kind == "user"}
    tokens = {given for kind, given in found if kind == "token"}
    return frozenset(people | approvals.people_behind(session, tokens))
