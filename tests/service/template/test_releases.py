"""A template's life: who sees which version, what may begin with it, and what still may when it is revoked."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from sqlmodel import col, select

from portal.auth.schemas import Actor
from portal.deployment import service as deployments
from portal.deployment.schemas import Created, DeploymentChange, DeploymentRequest
from portal.kit import ids
from portal.kit.db import unit_of_work
from portal.kit.errors import Conflict, Forbidden, Invalid, NotFound
from portal.models import AuditEvent
from portal.run import service as runs
from portal.run import work
from portal.run.schemas import RunError
from portal.template import release_admin, releases
from portal.template.release_schemas import AudienceChange, ReleaseChange, TemplateAdminDetail
from tests.service.deployment.conftest import VARIABLES, write_template
from tests.service.run import world as w
from tests.service.run.world import World

KEY = "azure/thing"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A catalogue of two templates."""
    for name in ("thing", "better"):
        write_template(tmp_path / "templates" / "azure" / name)
    return tmp_path / "templates"


@pytest.fixture
def world(settings_env: Callable[..., None], fresh_postgres_url: str, redis_url: str, folder: Path) -> World:
    settings_env(
        TERRACE_DATABASE_URL=fresh_postgres_url, TERRACE_REDIS_URL=redis_url, TERRACE_TEMPLATES_DIR=str(folder)
    )
    return w.build()


def make(world: World, actor: Actor | None = None, **given: Any) -> Created:
    fields = {
        "name": ids.new_id("d").lower(), "template": KEY, "cloud_account": "sandbox-azure", "project": world.project_id,
        "values": {"size": 3},
    }  # fmt: skip
    with unit_of_work() as session:
        return deployments.create(session, actor or world.member, DeploymentRequest(**(fields | given)))


def seen(world: World, key: str = KEY) -> TemplateAdminDetail:
    with unit_of_work() as session:
        return release_admin.get(session, world.admin, key)


def move(world: World, state: Any, *, version: int = 0, key: str = KEY, **given: Any) -> TemplateAdminDetail:
    content_hash = seen(world, key).versions[version].content_hash
    change = ReleaseChange(state=state, **({"message": "It leaks."} | given))
    with unit_of_work() as session:
        return release_admin.change_state(session, world.admin, key, content_hash, change)


def offered(actor: Actor) -> dict[str, str]:
    with unit_of_work() as session:
        return {summary.key: summary.state for summary in releases.catalogue(session, actor)}


def events(action: str) -> list[AuditEvent]:
    with unit_of_work() as session:
        return list(
            session.exec(select(AuditEvent).where(col(AuditEvent.action) == action).order_by(col(AuditEvent.n)))
        )


def test_what_is_in_the_folder_is_published_unless_somebody_has_to_do_it(
    world: World, settings_env: Callable[..., None]
) -> None:
    assert offered(world.member) == {"azure/better": "published", KEY: "published"}
    settings_env(TERRACE_TEMPLATES_PUBLISH="manual")
    assert offered(world.member) == {}
    assert offered(world.admin) == {"azure/better": "draft", KEY: "draft"}
    with pytest.raises(Invalid, match="not published yet"):
        make(world)
    with unit_of_work() as session, pytest.raises(NotFound):
        releases.get(session, world.member, KEY)
    make(world, world.admin)  # who publishes may try it first
    move(world, "published")
    assert offered(world.member) == {KEY: "published"}
    make(world)
    with unit_of_work() as session:
        assert release_admin.publish_all(session, world.admin) == ["azure/better"]
    assert {event.object_id for event in events("template.published")} == {KEY, "azure/better"}


def test_a_new_version_waits_while_the_old_one_goes_on_in_deployments(
    world: World, settings_env: Callable[..., None], folder: Path
) -> None:
    made = make(world)
    settings_env(TERRACE_TEMPLATES_PUBLISH="manual")
    write_template(folder / "azure" / "thing", variables=VARIABLES.replace("How many.", "How many of them."))
    with unit_of_work() as session:
        changed = deployments.update(session, world.member, made.deployment.id, DeploymentChange(values={"size": 4}))
    assert changed.deployment.template.state == "published"
    with unit_of_work() as session, pytest.raises(Invalid, match="not published yet"):
        deployments.update(session, world.member, made.deployment.id, DeploymentChange(version="latest"))
    new, old = seen(world).versions
    assert (new.current, new.state, new.deployments) == (True, "draft", 0)
    assert (old.current, old.state, old.deployments) == (False, "published", 1)


def test_a_deprecated_version_warns_and_still_works(world: World) -> None:
    made = make(world)
    move(world, "deprecated", message="Too dear.", replaced_by="azure/better")
    with unit_of_work() as session:
        summary = next(found for found in releases.catalogue(session, world.member) if found.key == KEY)
        pinned = deployments.get(session, world.member, made.deployment.id).template
    assert (summary.state, summary.message, summary.replaced_by) == ("deprecated", "Too dear.", "azure/better")
    assert (pinned.state, pinned.message, pinned.replaced_by) == ("deprecated", "Too dear.", "azure/better")
    make(world)
    assert events("template.deprecated")[0].detail["state"] == {"before": "published", "after": "deprecated"}


def test_with_a_revoked_version_nothing_is_made_or_changed_and_everything_can_be_destroyed(world: World) -> None:
    made = make(world)
    w.applied(world, made.run.id)
    waiting = make(world)
    w.planned(waiting.run.id)
    move(world, "revoked", replaced_by="azure/better")
    assert offered(world.member) == {"azure/better": "published"}
    with pytest.raises(Invalid, match=r"revoked\. It leaks\. Use azure/better instead"):
        make(world)
    with pytest.raises(Invalid, match="revoked"):
        make(world, world.admin)
    with unit_of_work() as session, pytest.raises(Conflict, match="Upgrade the deployment"):
        deployments.update(session, world.member, made.deployment.id, DeploymentChange(values={"size": 5}))
    with unit_of_work() as session, pytest.raises(Conflict, match="revoked"):
        deployments.start_run(session, world.member, made.deployment.id)
    with unit_of_work() as session, pytest.raises(Conflict, match="revoked"):
        runs.confirm(session, world.member, run_id=waiting.run.id)
    with unit_of_work() as session:
        gone = deployments.destroy(session, world.member, made.deployment.id)
    w.applied(world, gone.id)
    assert w.get(world, gone.id).status == "applied"


def test_a_plan_that_was_confirmed_before_its_version_was_revoked_is_not_applied(world: World) -> None:
    made = make(world)
    w.planned(made.run.id)
    w.confirm(world, made.run.id)
    move(world, "revoked")
    assert w.claim(made.run.id, "apply") is None
    view = w.get(world, made.run.id)
    assert view.status == "canceled"
    assert view.error is not None
    assert "was revoked. It leaks." in view.error.detail


def test_a_template_is_for_the_projects_that_are_named(world: World) -> None:
    other = w.build()
    with unit_of_work() as session:
        slug = release_admin.change_audience(
            session, world.admin, KEY, AudienceChange(projects=[other.project_id])
        ).projects
    assert slug is not None
    assert offered(world.member) == {"azure/better": "published"}
    assert KEY in offered(other.member)
    assert KEY in offered(world.admin)
    with pytest.raises(Invalid, match="not offered to this project"):
        make(world)
    make(other)
    with unit_of_work() as session:
        release_admin.change_audience(session, world.admin, KEY, AudienceChange(projects=None))
    assert KEY in offered(world.member)
    assert [event.detail["projects"]["after"] for event in events("template.audience")] == [[slug[0].slug], None]


def test_only_those_who_manage_templates_see_and_change_their_lives(world: World) -> None:
    with unit_of_work() as session, pytest.raises(Forbidden):
        release_admin.list_all(session, world.member)
    content_hash = seen(world).versions[0].content_hash
    with unit_of_work() as session, pytest.raises(Forbidden):
        release_admin.change_state(
            session, world.member, KEY, content_hash, ReleaseChange(state="revoked", message="x")
        )
    with unit_of_work() as session, pytest.raises(Forbidden):
        release_admin.publish_all(session, world.member)
    with unit_of_work() as session, pytest.raises(Forbidden):
        release_admin.change_audience(session, world.member, KEY, AudienceChange(projects=None))


def test_a_step_needs_to_be_one_and_a_reason(world: World) -> None:
    with pytest.raises(Invalid, match="Say why"):
        move(world, "revoked", message=" ")
    with pytest.raises(Invalid, match="another template"):
        move(world, "deprecated", replaced_by=KEY)
    with pytest.raises(Conflict, match="cannot become draft"):
        move(world, "draft")
    with unit_of_work() as session, pytest.raises(NotFound, match="no such version"):
        release_admin.change_state(session, world.admin, KEY, "nothing", ReleaseChange(state="published"))
    move(world, "revoked")
    assert move(world, "published").versions[0].message == ""


def test_its_use_and_its_checks_are_told(world: World, folder: Path) -> None:
    first, second = make(world), make(world)
    w.applied(world, first.run.id)
    job = w.claimed(second.run.id)
    with unit_of_work() as session:
        assert work.fail(session, second.run.id, job.claim, RunError(summary="No."))
    found = seen(world)
    assert (found.used.deployments, found.used.launches, found.used.runs, found.used.failed) == (2, 2, 2, 1)
    assert found.used.usual_seconds is not None
    assert "missing-file" in {check.rule for check in found.checks}
    for path in (folder / "azure" / "thing").iterdir():
        path.unlink()
    (folder / "azure" / "thing").rmdir()
    gone = seen(world)
    assert (gone.gone, gone.used.deployments, gone.checks, len(gone.versions)) == (True, 2, [], 1)
