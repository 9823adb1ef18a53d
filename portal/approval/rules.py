"""Which approvals a plan or an action needs: rules and facts in, requirements out. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from fnmatch import fnmatchcase

from portal.approval.schemas import Approvers, Conditions, Facts, Requirement, Rule, Scope

_Key = tuple[str, tuple[str, ...]]


def required(rules: Iterable[Rule], facts: Facts) -> list[Requirement]:
    """What all the rules ask for together: of each group the greatest number that any rule asks of it.

    One person who belongs to several groups answers for all of them. A plan that changes nothing needs nobody.
    """
    found: dict[_Key, Requirement] = {}
    for rule in rules:
        said = reasons(rule, facts)
        if said:
            key = (rule.approvers.group, tuple(sorted(rule.approvers.people)))
            found[key] = _joined(found.get(key), rule, said)
    return sorted(found.values(), key=lambda item: (item.group, item.people))


def reasons(rule: Rule, facts: Facts) -> list[str]:
    """In words, what of the plan makes the rule ask; empty when it does not."""
    if not in_scope(rule.scope, facts):
        return []
    if facts.action is not None:
        asks = rule.when.any_action or any(fnmatchcase(facts.action, item) for item in rule.when.actions)
        return [f"it is the action “{facts.action_title}”"] if asks else []
    return list(_matches(rule.when, facts)) if facts.changes else []


def in_scope(scope: Scope, facts: Facts) -> bool:
    """Whether the rule counts in the plan's project."""
    if scope.kind == "projects":
        return facts.project_id in scope.projects
    return scope.kind == "all" or facts.production


def _matches(when: Conditions, facts: Facts) -> Iterator[str]:
    simple = (
        (when.destroy and facts.destroys, "it deletes something"),
        (when.data_loss and facts.loses_data, "it deletes something that holds data"),
        (when.public_exposure and facts.exposes, "it opens something to the whole internet"),
        (when.policy_failure and facts.policy_failure, "a policy says no"),
    )
    yield from (text for holds, text in simple if holds)
    yield from _costs(when, facts)
    touched = sorted(name for name in facts.types if any(fnmatchcase(name, item) for item in when.resource_types))
    if touched:
        yield f"it changes {', '.join(touched[:5])}"
    if when.any_change:
        yield "it changes something in production" if facts.production else "it changes something"


def _costs(when: Conditions, facts: Facts) -> Iterator[str]:
    """A cost that nobody knows asks nobody: a template without prices says so on its page."""
    if when.cost_above is not None and facts.cost_after is not None and facts.cost_after > when.cost_above:
        yield f"it costs about ${facts.cost_after:,.2f} a month"
    limit = when.cost_increase_above
    if limit is not None and facts.cost_delta is not None and facts.cost_delta > limit:
        yield f"it costs about ${facts.cost_delta:,.2f} a month more than before"


def _joined(known: Requirement | None, rule: Rule, said: list[str]) -> Requirement:
    before = known or Requirement(group=rule.approvers.group, number=0, people=sorted(rule.approvers.people))
    return Requirement(
        group=before.group,
        number=max(before.number, rule.approvers.number),
        people=before.people,
        rules=[*before.rules, rule.name],
        reasons=[*before.reasons, *(text for text in said if text not in before.reasons)],
    )


def sentence(scope: Scope, when: Conditions, approvers: Approvers, *, people: list[str], projects: list[str]) -> str:
    """A rule in one sentence, for lists. `people` and `projects` are names."""
    asked = " or ".join(_asks(when)) or "nothing is chosen, so never"
    where = {"all": "any project", "production": "a production project"}.get(scope.kind) or _listed(projects)
    return f"When {asked}, in {where}: {group_words(approvers.group, approvers.number, people)}."


def _asks(when: Conditions) -> Iterator[str]:
    if when.any_change:
        yield "anything changes"
    if when.destroy:
        yield "anything is deleted or replaced"
    if when.data_loss:
        yield "something that holds data is deleted or replaced"
    if when.public_exposure:
        yield "something is opened to the internet"
    if when.policy_failure:
        yield "a policy says no"
    if when.cost_above is not None:
        yield f"it costs more than ${when.cost_above:,.0f} a month"
    if when.cost_increase_above is not None:
        yield f"the cost rises by more than ${when.cost_increase_above:,.0f} a month"
    if when.resource_types:
        yield f"{', '.join(when.resource_types)} changes"
    yield from _asks_of_actions(when)


def _asks_of_actions(when: Conditions) -> Iterator[str]:
    if when.any_action:
        yield "an action is started"
    elif when.actions:
        yield f"the action {' or '.join(when.actions)} is started"


def group_words(group: str, number: int, people: list[str]) -> str:
    """So many of a group, in words."""
    one, many = {
        "approver": ("one approver of the project", "approvers of the project"),
        "owner": ("one owner of the project", "owners of the project"),
        "admin": ("one administrator of the portal", "administrators of the portal"),
        "people": (_listed(people) if len(people) == 1 else f"one of {_listed(people)}", f"of {_listed(people)}"),
    }[group]
    return one if number == 1 else f"{number} {many}"


def _listed(names: list[str]) -> str:
    shown = ", ".join(names[:5]) or "nobody"
    return shown + (f" and {len(names) - 5} more" if len(names) > 5 else "")
