"""Small plans to judge."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from portal.policy import subject
from portal.policy.judging import Question, judge
from portal.policy.schemas import Judgement
from portal.policy.subject import Facts, Subject

MONDAY_NOON = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)


def change(kind: str, action: str = "create", name: str = "this", **attributes: Any) -> dict[str, Any]:
    """A resource as a summary has it: what is created, or stays when it is updated, is given by path."""
    item: dict[str, Any] = {"address": f"{kind}.{name}", "type": kind, "name": name, "action": action}
    paths = {path.replace("__", "."): value for path, value in attributes.items()}
    if action == "update":
        return item | {"unchanged": paths, "attributes": [{"path": "etag", "before": "1", "after": "2"}]}
    side = "before" if action == "delete" else "after"
    unknown = [{"path": path, "unknown": True} for path, value in paths.items() if value is ...]
    known = [{"path": path, side: value} for path, value in paths.items() if value is not ...]
    return item | {"attributes": known + unknown}


def plan(*changes: dict[str, Any], **given: Any) -> Subject:
    """A plan of these changes. `production`, `expires_at`, `now`, `warnings`, `cost`, `counts` say what is around it."""
    facts = Facts(
        run={
            "id": "run-1",
            "kind": "plan_and_apply",
            "requester": "ada@example.com",
            "message": "",
            "auto_apply": False,
        },
        project={"id": "project-1", "slug": "shop", "name": "Shop", "production": given.pop("production", False)},
        template={"key": "azure/storage-account", "version": "1.0.0", "cloud": "azure"},
        deployment={"id": "dep-1", "name": "data", "account": "main", "expires_at": given.pop("expires_at", "")},
        now=given.pop("now", MONDAY_NOON),
    )
    return subject.of({"changes": list(changes), **given}, facts)


def asked(rule: str, settings: dict[str, Any], *changes: dict[str, Any], **given: Any) -> Judgement:
    """What the rule says of the plan."""
    (answer,) = judge(plan(*changes, **given), [Question(rule, settings)])
    return answer


def messages(answer: Judgement) -> list[str]:
    """What is wrong, with the resource in front."""
    return [f"{item.address}: {item.message}" if item.address else item.message for item in answer.problems]
