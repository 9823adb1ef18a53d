"""Where a request stands: who of those who spoke may speak, whom it still waits for, and whether a reader may decide.

Asked anew each time it matters, from the roles as they are then: an approval counts only while its person could still give it.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from typing import cast

from sqlmodel import Session

from portal.approval import repository, rules
from portal.approval.schemas import (
    ApprovalView,
    DecisionView,
    FormerRequest,
    Requirement,
    RequirementView,
    State,
    Word,
)
from portal.auth import permissions, roles
from portal.auth.permissions import Standing as InProject
from portal.auth.schemas import Actor
from portal.kit import clock
from portal.models import ApprovalDecision, ApprovalRequest, User
from portal.project import service as projects

OWN = "This is your own request, so somebody else has to approve it."


@dataclass
class People:
    """The people of some requests and what they may do, each looked up once."""

    session: Session
    known: dict[str, User]
    _inside: dict[tuple[str, str], InProject | None] = field(default_factory=dict)

    def belongs(self, user_id: str, request: ApprovalRequest, wanted: Requirement) -> bool:
        """Whether this person may answer for the group now: has an account that works and the role, and did not ask."""
        user = self.known.get(user_id)
        if not is_person(user) or user_id in request.requesters:
            return False
        return belongs(self._actor(user_id), self._in_project(user_id, request.project_id), wanted)

    def _in_project(self, user_id: str, project_id: str) -> InProject | None:
        key = (user_id, project_id)
        if key not in self._inside:
            self._inside[key] = projects.role_in(self.session, self._actor(user_id), project_id)
        return self._inside[key]

    def _actor(self, user_id: str) -> Actor:
        user = self.known[user_id]
        return Actor("user", user.id, user.email, user.role, user.id, grant=roles.grant(self.session, user.role))


def is_person(user: User | None) -> bool:
    """Whether there is a human being with an account that works; a service account agrees to nothing."""
    return user is not None and user.kind == "person" and user.disabled_at is None


def belongs(actor: Actor, inside: InProject | None, wanted: Requirement) -> bool:
    """Whether somebody who is this in the project is one of the group.

    People who are named need no role but one that lets them see the project. Whoever only reads decides nothing.
    """
    if inside is None or not _may_write(actor):
        return False
    if wanted.group == "people":
        return actor.user_id in wanted.people
    if wanted.group == "admin":
        return permissions.allows(actor, "approval.manage")
    return permissions.allows(actor, "approval.decide" if wanted.group == "approver" else "project.manage", inside)


def _may_write(actor: Actor) -> bool:
    limited = actor.only is not None and "approval.decide" not in actor.only
    return actor.scope != "read" and actor.role not in permissions.ONLY_READ and not limited


@dataclass(frozen=True)
class Standing:
    """A request with what was said to it, counted."""

    request: ApprovalRequest
    decisions: list[ApprovalDecision]
    requirements: list[Requirement]
    given: list[set[str]]
    """Whose approval counts, by requirement."""
    known: Mapping[str, User]

    @property
    def missing(self) -> list[int]:
        return [max(0, item.number - len(given)) for item, given in zip(self.requirements, self.given, strict=True)]

    @property
    def complete(self) -> bool:
        """Everybody who has to agree has, and still may."""
        return not any(self.missing)

    @property
    def waits_for(self) -> str:
        """In words, who still has to agree."""
        parts = [
            rules.group_words(item.group, missing, self._people(item))
            for item, missing in zip(self.requirements, self.missing, strict=True)
            if missing
        ]
        return " and ".join(parts)

    def _people(self, item: Requirement) -> list[str]:
        return [self.known[user_id].email for user_id in item.people if user_id in self.known]

    def active(self, user_id: str | None) -> ApprovalDecision | None:
        """What this person says now."""
        return next((item for item in self.decisions if item.user_id == user_id and item.withdrawn_at is None), None)


def of(
    session: Session, requests: Collection[ApprovalRequest], *, live: Collection[str], reader: Actor | None = None
) -> dict[str, Standing]:
    """By run. `live` are the runs whose plan may still be applied: of the others, what was said then stays counted."""
    said = repository.decisions(session, [request.id for request in requests])
    parsed = {request.id: [Requirement.model_validate(item) for item in request.requirements] for request in requests}
    ids = {item.user_id for rows in said.values() for item in rows}
    ids |= {user_id for items in parsed.values() for item in items for user_id in item.people}
    ids |= {reader.user_id} if reader is not None and reader.user_id else set()
    people = People(session, repository.users(session, ids))
    return {
        request.run_id: Standing(
            request,
            said[request.id],
            parsed[request.id],
            _given(request, said[request.id], parsed[request.id], people if request.run_id in live else None),
            people.known,
        )
        for request in requests
    }


def _given(
    request: ApprovalRequest,
    said: Iterable[ApprovalDecision],
    wanted: Iterable[Requirement],
    people: People | None,
) -> list[set[str]]:
    agreed = [item.user_id for item in said if item.decision == "approve" and item.withdrawn_at is None]
    return [
        {user_id for user_id in agreed if people is None or people.belongs(user_id, request, item)} for item in wanted
    ]


def why_not(standing: Standing, actor: Actor, inside: InProject | None, *, live: bool) -> str:
    """Why this actor cannot decide; "" when they can."""
    request = standing.request
    if not live or request.state not in repository.CURRENT:
        return "There is nothing to decide any more."
    if request.expires_at < clock.now() and request.state == "waiting":
        return "This request has expired. Plan again to ask anew."
    if actor.user_id is None or not is_person(standing.known.get(actor.user_id)):
        return "Only people approve."
    if actor.user_id in request.requesters:
        return OWN
    if not any(belongs(actor, inside, item) for item in standing.requirements):
        return f"This takes {_who(standing)}."
    return ""


def _who(standing: Standing) -> str:
    return " and ".join(rules.group_words(item.group, 1, standing._people(item)) for item in standing.requirements)


def view(
    standing: Standing,
    actor: Actor,
    inside: InProject | None,
    *,
    status: str,
    former: Iterable[FormerRequest] = (),
) -> ApprovalView:
    """The request for this reader; `status` is the run's."""
    request, live = standing.request, status == "planned"
    refusal, mine = why_not(standing, actor, inside, live=live), standing.active(actor.user_id)
    if not refusal and mine is not None and mine.decision == "approve":
        refusal = "You have approved it."
    missing = standing.missing
    return ApprovalView(
        run_id=request.run_id,
        state=_state(standing, status),
        plan=request.plan_sha256,
        required=sum(item.number for item in standing.requirements),
        given=sum(min(item.number, len(given)) for item, given in _pairs(standing)),
        missing=sum(missing),
        waits_for=standing.waits_for,
        requirements=[_requirement(standing, index) for index in range(len(standing.requirements))],
        decisions=_decisions(standing),
        former=list(former),
        requested_by=request.requested_by_label,
        requested_at=request.requested_at,
        expires_at=request.expires_at,
        can_decide=not refusal,
        why_not=refusal,
        can_withdraw=mine is not None and actor.scope != "read" and status in ("planned", "apply_queued"),
    )


def _pairs(standing: Standing) -> Iterable[tuple[Requirement, set[str]]]:
    return zip(standing.requirements, standing.given, strict=True)


def _state(standing: Standing, status: str) -> State:
    """A role that was lost meanwhile turns an approved plan back into one that waits."""
    state = cast(State, standing.request.state)
    if state not in repository.CURRENT:
        return state
    if status in ("planned", "apply_queued"):
        return "approved" if standing.complete else "waiting"
    return "approved" if state == "approved" else "closed"


def _requirement(standing: Standing, index: int) -> RequirementView:
    wanted, given = standing.requirements[index], standing.given[index]
    return RequirementView(
        group=wanted.group,
        label=rules.group_words(wanted.group, wanted.number, standing._people(wanted)),
        number=wanted.number,
        given=len(given),
        missing=standing.missing[index],
        rules=wanted.rules,
        reasons=wanted.reasons,
    )


def _decisions(standing: Standing) -> list[DecisionView]:
    counted = set().union(*standing.given)
    return [_decision(item, counts=item.user_id in counted or item.decision == "reject") for item in standing.decisions]


def _decision(row: ApprovalDecision, *, counts: bool) -> DecisionView:
    withdrawn = row.withdrawn_at is not None
    note = "Withdrawn." if withdrawn else "" if counts else "It does not count: this person may not approve this now."
    return DecisionView(
        id=row.id,
        user_id=row.user_id,
        who=row.label,
        decision=cast(Word, row.decision),
        reason=row.reason,
        decided_at=row.decided_at,
        withdrawn_at=row.withdrawn_at,
        counts=counts and not withdrawn,
        note=note,
    )


def former(session: Session, requests: Collection[ApprovalRequest]) -> list[FormerRequest]:
    """What was asked about earlier plans of a run, and said."""
    said = repository.decisions(session, [request.id for request in requests])
    return [
        FormerRequest(
            plan=request.plan_sha256,
            state=cast(State, request.state),
            requested_at=request.requested_at,
            decisions=[
                _decision(item, counts=False).model_copy(update={"note": "It was about another plan."})
                for item in said[request.id]
            ],
        )
        for request in requests
    ]
