"""Attack 27: whatever things are called, a subject speaks of one account, project, deployment and phase only."""

from __future__ import annotations

from urllib.parse import unquote

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from portal.issuer import subjects
from portal.issuer.subjects import SCOPES, Phase, Scope, subject
from portal.kit.ids import new_id

HOSTILE = st.sampled_from([
    "phase:apply", "a:phase:apply", ":", "%", "%3A", "a%3Aphase%3Aapply", "a/phase:apply", "*", "a:project:b", "PHASE:APPLY",
])  # fmt: skip
NAMES = st.one_of(HOSTILE, st.text(min_size=1, max_size=12), st.text(alphabet=":%3Aaphse", min_size=1, max_size=12))
PHASES: st.SearchStrategy[Phase] = st.sampled_from(["plan", "apply", "lookup"])
SCOPE: st.SearchStrategy[Scope] = st.sampled_from(SCOPES)
PARTS = st.tuples(SCOPE, PHASES, NAMES, NAMES, NAMES)


def spoken_of(scope: Scope, phase: Phase, account: str, project: str, deployment: str) -> tuple[str, ...]:
    """What a token with this subject may do: a look-up and an account's subject say nothing of a project."""
    depth = 0 if phase == "lookup" else SCOPES.index(scope)
    return (phase, account, *(project, deployment)[:depth])


def made(scope: Scope, phase: Phase, account: str, project: str, deployment: str) -> str:
    return subject(scope=scope, phase=phase, account=account, project=project, deployment=deployment)


@settings(max_examples=60, deadline=None, derandomize=True)
@given(PARTS, PARTS)
@example(("account", "plan", "a:project:b", "-", "-"), ("project", "plan", "a", "b", "-"))
@example(("project", "apply", "a", "b:deployment:c", "-"), ("deployment", "apply", "a", "b", "c"))
@example(("deployment", "plan", "a", "b", "c:phase:apply"), ("deployment", "apply", "a", "b", "c"))
@example(("account", "plan", "a%3Ab", "-", "-"), ("account", "plan", "a:b", "-", "-"))
def test_attack_27_two_subjects_are_equal_only_when_they_speak_of_the_same(one: tuple, other: tuple) -> None:
    assert (made(*one) == made(*other)) == (spoken_of(*one) == spoken_of(*other))


@settings(max_examples=60, deadline=None, derandomize=True)
@given(PARTS, PARTS)
@example(("account", "plan", "a:phase:apply", "-", "-"), ("account", "apply", "a", "-", "-"))
@example(("deployment", "plan", "a", "b", "c:phase:apply"), ("deployment", "apply", "a", "b", "c"))
def test_attack_27_none_is_the_beginning_of_another(one: tuple, other: tuple) -> None:
    if spoken_of(*one) != spoken_of(*other):
        assert not made(*one).startswith(made(*other))


@settings(max_examples=60, deadline=None, derandomize=True)
@given(PARTS)
def test_attack_27_no_name_changes_what_a_reader_sees(parts: tuple) -> None:
    words = made(*parts).split(":")
    read = dict(zip(words[::2], map(unquote, words[1::2]), strict=True))
    phase, account, *rest = spoken_of(*parts)
    wanted = {"account": account, **dict(zip(("project", "deployment"), rest, strict=False)), "phase": phase}
    assert list(read.items()) == list(wanted.items())
    assert made(*parts).isascii()


def test_a_subject_that_needs_more_than_is_given_is_none() -> None:
    with pytest.raises(ValueError, match="a project"):
        subject(scope="project", phase="plan", account="a")
    with pytest.raises(ValueError, match="a deployment"):
        subject(scope="deployment", phase="plan", account="a", project="p", deployment="")


def test_google_takes_the_longest_subject_of_an_account() -> None:
    """`google.subject` may have 127 bytes, Entra's subject 600 characters."""
    longest = {scope: subject(scope=scope, phase="lookup", account="a" * 63) for scope in SCOPES}
    assert max(map(len, longest.values())) <= 127
    names = {"account": "a" * 63, "project": "p" * 63, "deployment": new_id("deployment")}
    assert len(subject(scope="deployment", phase="apply", **names)) <= 600


@pytest.mark.parametrize("scope", ["", "everything", None, 3])
def test_an_unknown_scope_is_the_accounts(scope: object) -> None:
    assert subjects.scope_of({"subject_scope": scope}) == "account"


@pytest.mark.parametrize("begins", ["", "//iam.googleapis.com/", "https://iam.googleapis.com/", "/"])
def test_a_provider_of_google_is_an_audience_however_it_is_written(begins: str) -> None:
    name = "projects/1/locations/global/workloadIdentityPools/p/providers/q"
    assert subjects.google_audience(begins + name) == f"https://iam.googleapis.com/{name}"


def test_whose_audience_is_what() -> None:
    of = subjects.audience_of
    assert of("azure", {}, {}) == "api://AzureADTokenExchange"
    assert of("azure", {"environment": "usgovernment"}, {}) == "api://AzureADTokenExchangeUSGov"
    assert of("azure", {"audience": "api://own"}, {}) == of("gcp", {}, {"audience": "api://own"}) == "api://own"
    assert of("gcp", {}, {}) is None
