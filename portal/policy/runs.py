"""Policies and runs: judging a plan, asking again before it is applied, overriding, and what came out."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any, Final, Protocol, cast

from sqlmodel import Session

from portal.audit import service as audit
from portal.auth.schemas import Actor
from portal.kit import clock
from portal.kit.db import unit_of_work
from portal.kit.errors import Conflict, NotFound
from portal.models import Policy, PolicyResult
from portal.policy import judging, repository, subject
from portal.policy.judging import MOST_PROBLEMS, Question
from portal.policy.repository import Around
from portal.policy.schemas import KINDS, ChecksView, Judgement, Level, Outcome, Override, PolicyProblem, ResultView
from portal.policy.subject import Facts
from portal.project import service as project_service

_NEXT: Final = (
    "Change the deployment so that its plan meets the policy, and plan again. "
    "When the policy is wrong for this case, ask an administrator to change it."
)


class Summary(Protocol):
    """portal.run.schemas.PlanSummary, which stands above this module."""

    def model_dump(self, *, mode: str) -> dict[str, Any]: ...


Ahead = Mapping[tuple[str, int], Judgement]
"""What versions of policies (id, version) say of one plan."""


def judge_ahead(run_id: str, summary: Summary) -> Ahead:
    """What the policies say of a plan that is about to be kept, asked while nothing is held: in no transaction."""
    with unit_of_work() as session:
        if not repository.all_policies(session):
            return {}
        around = repository.around(session, run_id)
        policies, known = applicable(session, around), facts(around)
    if not policies:
        return {}
    answers = judging.judge(subject.of(summary.model_dump(mode="json"), known), [question(item) for item in policies])
    return {(policy.id, policy.version): answer for policy, answer in zip(policies, answers, strict=True)}


def judge(session: Session, run_id: str, summary: Summary, ahead: Ahead) -> Outcome:
    """Judge the plan that was just kept, and keep what comes out. The deployment is locked.

    Asked here is only who was made or changed after `ahead`.
    """
    around = repository.around(session, run_id)
    policies = applicable(session, around)
    repository.drop_results(session, run_id, but=[policy.id for policy in policies])
    late = [policy for policy in policies if (policy.id, policy.version) not in ahead]
    if late:
        asked = subject.of(summary.model_dump(mode="json"), facts(around))
        answers = judging.judge(asked, [question(policy) for policy in late])
        ahead = {**ahead, **{(item.id, item.version): answer for item, answer in zip(late, answers, strict=True)}}
    digest = repository.digest_of(session, run_id)
    rows = [kept_row(policy, ahead[policy.id, policy.version], digest, None) for policy in policies]
    repository.put_results(session, run_id, rows)
    return outcome(rows, at_apply={policy.id for policy in policies if asks_at_apply(policy)})


def question(policy: Policy) -> Question:
    """What is asked."""
    return Question(policy.rule, policy.settings)


def facts(around: Around) -> Facts:
    """What a policy may know of what is around the plan."""
    run, project, template, deployment = around.run, around.project, around.template, around.deployment
    ends = deployment.expires_at
    return Facts(
        run={
            "id": run.id, "kind": run.kind, "requester": run.created_by_label, "message": run.message,
            "auto_apply": run.auto_apply,
        },
        project={"id": project.id, "slug": project.slug, "name": project.name, "production": project.production},
        template={"key": template.key, "version": template.version, "cloud": template.key.partition("/")[0]},
        deployment={
            "id": deployment.id, "name": deployment.name, "account": around.account,
            "expires_at": ends.isoformat() if ends else "",
        },
        now=clock.now(),
    )  # fmt: skip


def applicable(session: Session, around: Around) -> list[Policy]:
    """The policies that judge plans of this run, as they are now."""
    run = around.run
    if run.kind not in KINDS:
        return []
    return [
        policy
        for policy in repository.all_policies(session)
        if judging.applies(policy, project_id=run.project_id, template=around.template.key, kind=run.kind)
    ]


def kept_row(policy: Policy, answer: Judgement, digest: str, before: PolicyResult | None) -> dict[str, Any]:
    """What is kept of an answer; `before` is what was kept of the same policy."""
    # An override is of one version of the policy and of one plan.
    kept = before if before and (before.policy_version, before.digest) == (policy.version, digest) else None
    return {
        "policy_id": policy.id, "policy_name": policy.name, "policy_version": policy.version, "rule": policy.rule,
        "level": policy.level, "passed": answer.passed,
        "problems": [problem.model_dump() for problem in answer.problems[:MOST_PROBLEMS]],
        "problem_count": max(answer.count, len(answer.problems)), "error": answer.error, "digest": digest,
        "judged_at": clock.now(), "overridden_at": kept.overridden_at if kept else None,
        "overridden_by": kept.overridden_by if kept else None, "override_reason": kept.override_reason if kept else None,
    }  # fmt: skip


def outcome(rows: Sequence[dict[str, Any]], *, at_apply: Collection[str]) -> Outcome:
    """What these results mean for the run; `at_apply` are the policies that only hold a plan until they are asked again."""
    failed = [row for row in rows if not row["passed"]]
    names = tuple(row["policy_name"] for row in failed)
    passed = len(rows) - len(failed)
    refusing = [row for row in failed if row["level"] == "mandatory"]
    if now := [row for row in refusing if row["policy_id"] not in at_apply]:
        address = next((item["address"] for row in now for item in row["problems"] if item["address"]), None)
        return Outcome(
            denied=_sentence(now), detail=_detail(now), address=address, next_step=_NEXT, passed=passed, failed=names
        )
    return Outcome(held=_held(failed), passed=passed, failed=names)


def _held(failed: Sequence[dict[str, Any]]) -> str | None:
    """Why a plan that nothing denies may not be applied yet."""
    later = [row for row in failed if row["level"] == "mandatory"]
    if later:
        return f"{_sentence(later)} {_first(later[0])}".strip()
    soft = [row for row in failed if row["level"] == "override" and row["overridden_at"] is None]
    if not soft:
        return None
    return f"{_sentence(soft)} Somebody who may override policies in this project can let it pass, with a reason."


def _sentence(rows: Sequence[dict[str, Any]]) -> str:
    names = [f"“{row['policy_name']}”" for row in rows]
    if len(names) == 1:
        return f"The policy {names[0]} does not allow this plan."
    return f"{len(names)} policies do not allow this plan: {', '.join(names)}."


def _first(row: dict[str, Any]) -> str:
    problems = row["problems"]
    return row["error"] or (problems[0]["message"] if problems else "")


def _detail(rows: Sequence[dict[str, Any]], most: int = 20) -> str:
    """Every policy, with the resources that it is about."""
    lines: list[str] = []
    for row in rows:
        lines.append(f"{row['policy_name']} (version {row['policy_version']}):")
        lines += [f"  {row['error']}"] if row["error"] else []
        shown = row["problems"][:most]
        lines += [f"  {item['address'] or 'the plan'}: {item['message']}" for item in shown]
        more = row["problem_count"] - len(shown)
        lines += [f"  and {more} more"] if more > 0 else []
    return "\n".join(lines)


def is_of_before(policy: Policy, result: PolicyResult, digest: str) -> bool:
    """Whether it was said by another version of the policy, or about another plan."""
    return (result.policy_version, result.digest) != (policy.version, digest)


def asks_at_apply(policy: Policy) -> bool:
    """Whether what it says depends on the time."""
    return judging.asks_at_apply(question(policy))


def refusal(rows: Sequence[dict[str, Any]]) -> str | None:
    """Why a plan of which policies say this may not be applied now."""
    failed = [row for row in rows if not row["passed"]]
    refusing = [row for row in failed if row["level"] == "mandatory"]
    if refusing:
        return f"{_sentence(refusing)} {_first(refusing[0])}".strip()
    return _held(failed)


Failed = frozenset[tuple[str, int, str]]
"""Policies that a plan has failed: id, version, the plan's digest."""


def overridable(session: Session, actor: Actor, run_id: str) -> Failed:
    """What the actor may let the plan pass now; Conflict when there is nothing."""
    return frozenset(map(_failure, _overridable(session, actor, run_id)[1]))


def override(
    session: Session, actor: Actor, run_id: str, request: Override, *, shown: Failed | None = None
) -> list[ResultView]:
    """Let the plan pass the policies of the level `override` that it has failed; with `shown`, of those only."""
    project_id, failed = _overridable(session, actor, run_id)
    rows = [row for row in failed if shown is None or _failure(row) in shown]
    if not rows:
        raise Conflict("The policies were changed meanwhile. Look at what they say now.")
    at = clock.now()
    for row in rows:
        row.overridden_at, row.overridden_by, row.override_reason = at, actor.label, request.reason.strip()
        session.add(row)
    audit.record(
        session, actor, "policy.override", object_kind="run", object_id=run_id, project_id=project_id,
        detail={
            "reason": request.reason, "plan": rows[0].digest,
            "policies": [{"id": row.policy_id, "name": row.policy_name, "version": row.policy_version} for row in rows],
        },
    )  # fmt: skip
    session.flush()
    return results(session, run_id)


def _overridable(session: Session, actor: Actor, run_id: str) -> tuple[str, list[PolicyResult]]:
    """The run's project, and what the plan may be let past."""
    found = repository.project_of(session, run_id)
    project_id = _authorised(session, actor, run_id, found[0] if found else None)
    if found is None or found[1] != "planned":
        raise Conflict("Only a plan that waits to be applied can be let past a policy.")
    rows = [row for row in repository.results(session, run_id) if _is_overridable(row)]
    if not rows:
        raise Conflict("No policy that may be overridden keeps this plan from being applied.")
    return project_id, rows


def _failure(row: PolicyResult) -> tuple[str, int, str]:
    return row.policy_id, row.policy_version, row.digest


def _is_overridable(row: PolicyResult) -> bool:
    return not row.passed and row.level == "override" and row.overridden_at is None


def _authorised(session: Session, actor: Actor, run_id: str, project_id: str | None) -> str:
    missing = NotFound(f"There is no run {run_id[:80]!r}.")
    if project_id is None:
        raise missing
    try:
        project_service.require(session, actor, project_id, "policy.override")
    except NotFound:
        raise missing from None
    return project_id


def results(session: Session, run_id: str) -> list[ResultView]:
    """What the policies said of the run's plan, failures first. The caller has authorised."""
    return [view_of(row) for row in repository.results(session, run_id)]


def view_of(row: PolicyResult) -> ResultView:
    """A row as people see it."""
    fields = {name: getattr(row, name) for name in ResultView.model_fields if name not in ("problems", "level")}
    problems = [PolicyProblem.model_validate(item) for item in row.problems]
    return ResultView(**fields, level=cast(Level, row.level), problems=problems)


def soft_failures(session: Session, run_id: str) -> list[str]:
    """The names of the policies of the level `override` that the run's plan has failed and nobody has overridden."""
    return [row.policy_name for row in repository.results(session, run_id) if _is_overridable(row)]


def checks(session: Session, run_ids: Collection[str]) -> dict[str, ChecksView]:
    """The results of these runs in numbers, in two queries; a run that nothing judged has none.

    What depends on the time keeps nobody from trying: it is asked again then.
    """
    counted = repository.checks(session, run_ids)
    if not counted:
        return {}
    standing: dict[str, list[tuple[str, str]]] = {}
    for run_id, policy, level in repository.blocking(session, list(counted)):
        if level == "override" or not asks_at_apply(policy):
            standing.setdefault(run_id, []).append((policy.name, level))
    return {
        run_id: ChecksView(
            passed=passed,
            failed=failed,
            overridden=overridden,
            blocking=[name for name, _ in standing.get(run_id, [])],
            overridable=any(level == "override" for _, level in standing.get(run_id, [])),
        )
        for run_id, (passed, failed, overridden) in counted.items()
    }
