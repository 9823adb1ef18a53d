"""How the table of roles is read for things of each kind: a status, 200 standing for every success, 404 for what is not theirs.

Both matrices of authorisation hold services and routes against it. Every function here is told who asks, the place of the
thing (tests/support/things.py), its project, and the actions that the line of tests/support/matrix.py names.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Final

from portal.auth.permissions import Action
from tests.support.asked import VANISHES
from tests.support.company import Person
from tests.support.things import Place

PROJECTS: Final[Mapping[Place, str]] = {"own": "shop", "same": "shop", "gone": "shop", "other": "other"}
"""In which project things of each place are."""


def in_project(person: Person, _place: Place, project: str, actions: Sequence[Action]) -> int:
    if person.inside(project) is None:
        return 404
    return 200 if all(person.holds(action, project) for action in actions) else 403


def decided(person: Person, place: Place, project: str, actions: Sequence[Action]) -> int:
    """Who may decide an approval, the rule says: here it takes an approver, and never whoever asked."""
    seen = in_project(person, place, project, actions)
    if seen != 200 or place == "gone":
        return 403 if seen == 200 and person.kind == "service" else seen
    return 200 if person.holds("approval.decide", project) and place != "own" else 403


def given(person: Person, place: Place, project: str, _actions: Sequence[Action]) -> int:
    """A deployment is its owner's to give away too, who may deploy."""
    seen = in_project(person, place, project, ["deployment.read"])
    theirs = place == "own" and person.holds("deployment.update", project)
    return seen if seen != 200 or theirs or person.holds("deployment.transfer", project) else 403


def channels(person: Person, _place: Place, _project: str, _actions: Sequence[Action]) -> int:
    """Whoever may manage some sees them; nobody else has a list to see."""
    return 200 if person.holds("notification.review") or person.holds("project.manage", "shop") else 403


def channel(person: Person, place: Place, project: str, actions: Sequence[Action]) -> int:
    """A project's channels are its owners' too. What was sent names no action of its own: it is read as its channel is."""
    if all(person.holds(action) for action in actions or ("notification.review",)):
        return 200
    if place == "gone" or person.inside(project) is None:
        return 404
    return 200 if person.holds("project.manage", project) else 403


def channel_made(person: Person, _place: Place, project: str, _actions: Sequence[Action]) -> int:
    """In a project that one sees, whether or not it is archived."""
    if person.inside(project) is None:
        return 404
    return 200 if person.holds("notification.manage") or person.holds("project.manage", project) else 403


def account(person: Person, place: Place, project: str, actions: Sequence[Action]) -> int:
    """An account that is open to no project of one's own is not there; managing one takes none."""
    if not all(person.holds(action) for action in actions):
        return 403
    return 200 if "cloud_account.manage" in actions or person.inside(project) is not None else 404


def tried(person: Person, place: Place, project: str, actions: Sequence[Action]) -> int:
    """To try an account out one has to see it first."""
    if place == "gone" or (person.inside(project) is None and not person.holds("cloud_account.manage")):
        return 404
    return account(person, place, project, actions)


def offered(person: Person, place: Place, project: str, actions: Sequence[Action]) -> int:
    """The catalogue, as a project has it."""
    return in_project(person, place, project, actions) if person.holds("template.read") else 403


def token(person: Person, place: Place, _project: str, actions: Sequence[Action]) -> int:
    if not all(person.holds(action) for action in actions):
        return 403
    managing: Mapping[Place, Action] = {"same": "token.manage", "other": "service_account.manage"}
    return 200 if place not in managing or person.holds(managing[place]) else 404


def personal(person: Person, place: Place, _project: str, actions: Sequence[Action]) -> int:
    if not all(person.holds(action) for action in actions):
        return 403
    return 200 if place == "own" else 404


def portal(person: Person, place: Place, project: str, actions: Sequence[Action]) -> int:
    if not all(person.holds(action, project) for action in actions):
        return 403
    return 404 if place == "other" else 200


Judge = Callable[[Person, Place, str, Sequence[Action]], int]
OF_KINDS: Final[Mapping[str, Judge]] = {
    **dict.fromkeys(("project", "member", "deployment", "run", "queued", "ended", "asked", "held", "result"), in_project),
    **dict.fromkeys(("session", "notification", "identity", "link"), personal),
    "channel": channel, "delivery": channel, "account": account, "token": token, "offered": offered,
}  # fmt: skip
"""How the table is read for things of a kind; without a line here by the role in the portal."""


def says(judge: Judge | None, person: Person, kind: str | None, place: Place, actions: Sequence[Action]) -> int:
    """What the table answers, by this judge or by that of the kind."""
    project = "old" if (kind, place) == ("project", "gone") else PROJECTS[place]
    found = (judge or OF_KINDS.get(kind or "", portal))(person, place, project, actions)
    return 404 if found == 200 and place == "gone" and kind in VANISHES else found
