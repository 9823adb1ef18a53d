"""Trying a rule against past plans, before it is switched on. It keeps nothing."""

from __future__ import annotations

import time
from fnmatch import fnmatchcase
from typing import Final

from sqlmodel import Session

from portal.auth import permissions
from portal.auth.schemas import Actor
from portal.policy import judging, repository, runs, subject
from portal.policy.judging import Question
from portal.policy.schemas import ProjectName, TrialRequest, TrialView, TriedRun
from portal.project import service as project_service

SECONDS: Final = 8.0
"""For a whole test; what was not looked at by then is said."""
_LOOK_AT: Final = 1000
_MOST_PROBLEMS: Final = 20


def test(session: Session, actor: Actor, request: TrialRequest) -> TrialView:
    """What the draft says of the newest kept plans in projects that the actor may see."""
    permissions.require(actor, "policy.manage")
    judging.settings_of(request.rule, request.settings)
    ids = project_service.readable_ids(session, actor, "run.read")
    if request.project is not None:
        ids = {project_service.resolve(session, actor, request.project).id}
    found = repository.planned_runs(session, kinds=request.kinds, project_ids=ids, limit=_LOOK_AT)
    wanted = [run_id for run_id, key in found if _fits(key, request.templates)][: request.limit]
    began, tested = time.monotonic(), list[TriedRun]()
    question = Question(request.rule, request.settings)
    for run_id in wanted:
        if time.monotonic() - began > SECONDS:
            break
        tested.append(_tested(session, run_id, question))
    passed = sum(run.passed for run in tested)
    return TrialView(
        runs=tested, passed=passed, failed=len(tested) - passed, seconds=round(time.monotonic() - began, 3),
        complete=len(tested) == len(wanted),
    )  # fmt: skip


def _fits(key: str, patterns: list[str]) -> bool:
    return not patterns or any(fnmatchcase(key, pattern) for pattern in patterns)


def _tested(session: Session, run_id: str, question: Question) -> TriedRun:
    around = repository.around(session, run_id)
    summary = repository.summary_of(session, run_id) or {}
    (answer,) = judging.judge(subject.of(summary, runs.facts(around)), [question])
    project = around.project
    return TriedRun(
        run_id=run_id, deployment_name=around.deployment.name, template_key=around.template.key,
        project=ProjectName(id=project.id, slug=project.slug), kind=around.run.kind, created_at=around.run.created_at,
        passed=answer.passed, problems=answer.problems[:_MOST_PROBLEMS],
        problem_count=max(answer.count, len(answer.problems)), error=answer.error,
    )  # fmt: skip
