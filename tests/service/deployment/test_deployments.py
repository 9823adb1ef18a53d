"""Deployments: made only when everything is right, changed without losing secrets, ended by a run."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlmodel import col, select

from portal.deployment import service
from portal.deployment.schemas import Created, DeploymentChange, DeploymentRequest, Updated
from portal.kit import clock, ids
from portal.kit.db import unit_of_work
from portal.kit.errors import Conflict, Forbidden, Invalid, NotFound
from portal.models import AuditEvent, Deployment, Run, TemplateVersion
from portal.run import service as service_of_runs
from portal.run import work
from tests.service.deployment.conftest import VARIABLES, write_template
from tests.service.run import world as w
from tests.service.run.world import World

SECRET = "correct horse battery staple"


def request(world: World, **given: Any) -> DeploymentRequest:
    fields = {
        "name": ids.new_id("d").lower(),
        "template": "azure/thing",
        "cloud_account": "sandbox-azure",
        "project": world.project_id,
        "values": {"size": 3, "password": SECRET},
    }
    return DeploymentRequest(**(fields | given))


def make(world: World, **given: Any) -> Created:
    with unit_of_work() as session:
        return service.create(session, world.member, request(world, **given))


def change(world: World, deployment_id: str, **given: Any) -> Updated:
    with unit_of_work() as session:
        return service.update(session, world.member, deployment_id, DeploymentChange(**given))


def stored(deployment_id: str) -> dict[str, Any]:
    return w.row(Deployment, deployment_id).values


def problems(error: pytest.ExceptionInfo[Invalid]) -> dict[str, str]:
    return {item.path: item.message for item in error.value.errors}


def test_a_deployment_starts_with_a_plan_and_shows_no_secret(world: World) -> None:
    made = make(world, name="my-app", ttl="7d")
    assert (made.run.status, made.run.kind) == ("plan_queued", "plan_and_apply")
    assert (made.deployment.status, made.deployment.template.outdated) == ("new", False)
    assert SECRET not in made.model_dump_json()
    assert made.deployment.secrets_set == ["password"]
    assert made.deployment.expires_at is not None
    assert timedelta(days=6) < made.deployment.expires_at - clock.now() <= timedelta(days=7)
    job = w.claimed(made.run.id)
    assert job.values == {"size": 3, "password": SECRET, "terrace_deployment": "my-app"}
    assert set(job.files) == {"main.tf", "variables.tf", "outputs.tf"}


def test_two_deployments_of_the_same_template_share_one_kept_version(world: World) -> None:
    first, second = make(world), make(world)
    rows = [w.row(Deployment, item.deployment.id) for item in (first, second)]
    assert rows[0].template_version_id == rows[1].template_version_id
    with unit_of_work() as session:
        key = select(TemplateVersion).where(col(TemplateVersion.id) == rows[0].template_version_id)
        assert session.exec(key).one().content_hash == first.deployment.template.content_hash


@pytest.mark.parametrize(
    ("given", "path", "message"),
    [
        ({"values": {"size": 30}}, "values.size", "Choose fewer than ten."),
        ({"values": {}}, "values.size", "required"),
        ({"values": {"size": 3, "siez": 1}}, "values.siez", ""),
        ({"name": "My App"}, "name", "lower-case"),
        ({"name": "-x"}, "name", "hyphen"),
        ({"name": "a" * 64}, "name", "63"),
        ({"name": ""}, "name", "Give"),
        ({"template": "azure/nothing"}, "template", "no such template"),
        ({"template": "../secrets"}, "template", ""),
        ({"version": "99.0.0"}, "version", "no version"),
        ({"cloud_account": "nobody"}, "cloud_account", "no cloud account"),
        ({"cloud_account": "sandbox-gcp"}, "cloud_account", "needs an account of azure"),
        ({"project": "nowhere"}, "project", "no project"),
        ({"ttl": "soon"}, "ttl", "Write a lifetime"),
        ({"ttl": "2001-01-01T00:00:00Z"}, "ttl", "from now"),
    ],
)
def test_a_request_with_a_mistake_makes_nothing_and_says_which(
    world: World, given: dict[str, Any], path: str, message: str
) -> None:
    wanted = request(world, **given)
    with pytest.raises(Invalid) as error, unit_of_work() as session:
        service.create(session, world.member, wanted)
    assert message in problems(error)[path]
    with unit_of_work() as session:
        assert session.exec(select(Deployment).where(col(Deployment.project_id) == world.project_id)).all() == []


def test_a_name_is_taken_until_its_deployment_is_destroyed(world: World) -> None:
    first = make(world, name="shop")
    with pytest.raises(Invalid) as error:
        make(world, name="shop")
    assert "already" in problems(error)["name"]
    with unit_of_work() as session:
        session.get_one(Deployment, first.deployment.id).destroyed_at = clock.now()
    assert make(world, name="shop").deployment.id != first.deployment.id


def test_of_many_creations_with_one_name_exactly_one_succeeds(world: World) -> None:
    def attempt(_: int) -> bool:
        try:
            make(world, name="contested")
        except Invalid:
            return False
        return True

    with ThreadPoolExecutor(6) as pool:
        assert sum(pool.map(attempt, range(6))) == 1


def test_destroying_asks_even_where_changes_apply_by_themselves(world: World) -> None:
    made = make(world, name="by-itself", auto_apply=True)
    assert made.run.auto_apply
    with unit_of_work() as session:
        service_of_runs.cancel(session, world.member, run_id=made.run.id)
        assert not service.destroy(session, world.member, made.deployment.id).auto_apply
    other = make(world, name="by-itself-too", auto_apply=True)
    with unit_of_work() as session:
        service_of_runs.cancel(session, world.member, run_id=other.run.id)
        assert service.destroy(session, world.member, other.deployment.id, auto_apply=True).auto_apply


def test_destroying_by_a_reused_name_reaches_the_new_deployment_only(world: World) -> None:
    old = make(world, name="reused")
    with unit_of_work() as session:
        session.get_one(Deployment, old.deployment.id).destroyed_at = clock.now()
    new = make(world, name="reused")
    with unit_of_work() as session:
        run = service.destroy(session, world.member, new.deployment.id)
    assert run.deployment_id == new.deployment.id
    with pytest.raises(Conflict), unit_of_work() as session:
        service.destroy(session, world.member, old.deployment.id)


def test_a_secret_that_is_not_sent_again_is_kept(world: World) -> None:
    made = make(world).deployment
    for values in ({"size": 4}, {"size": 5, "password": None}, dict(made.values) | {"size": 6}):
        updated = change(world, made.id, values=values)
        assert updated.run is not None
        assert stored(made.id)["password"] == SECRET
    assert change(world, made.id, values={"size": 6, "password": "another secret"}).run is not None
    assert stored(made.id)["password"] == "another secret"
    change(world, made.id, forget=["password"])
    assert stored(made.id).get("password") is None


def test_values_are_replaced_as_a_whole_and_judged(world: World) -> None:
    made = make(world).deployment
    with pytest.raises(Invalid) as error:
        change(world, made.id, values={"size": 11})
    assert problems(error) == {"values.size": "Choose fewer than ten."}
    assert stored(made.id)["size"] == 3


def test_what_needs_no_plan_starts_none(world: World) -> None:
    made = make(world, name="before", ttl="2d").deployment
    updated = change(world, made.id, name="after", auto_apply=True, ttl="never")
    assert updated.run is None
    assert (updated.deployment.name, updated.deployment.auto_apply, updated.deployment.expires_at) == (
        "after",
        True,
        None,
    )
    assert stored(made.id)["terrace_deployment"] == "after"


def test_an_upgrade_moves_to_what_the_catalogue_has_now(world: World, templates: Path) -> None:
    made = make(world).deployment
    more = VARIABLES + 'variable "colour" {\n  type = string\n  description = "Which."\n  default = "red"\n}\n'
    write_template(templates / "azure" / "thing", variables=more)
    with unit_of_work() as session:
        assert service.get(session, world.member, made.id).template.outdated
    updated = change(world, made.id, version="latest", values={"size": 3, "colour": "blue"})
    assert not updated.deployment.template.outdated
    assert updated.run is not None
    with unit_of_work() as session:
        run = session.get_one(Run, updated.run.id)
        assert run.template_version_id == session.get_one(Deployment, made.id).template_version_id


def test_a_run_keeps_the_files_that_it_was_made_with(world: World, templates: Path) -> None:
    made = make(world)
    write_template(templates / "azure" / "thing", main="# another\n")
    assert w.claimed(made.run.id).files["main.tf"] != b"# another\n"


def test_outputs_are_masked_unless_revealed_which_is_audited(world: World) -> None:
    made = make(world)
    w.planned(made.run.id)
    w.confirm(world, made.run.id)
    job = w.claimed(made.run.id, "apply")
    w.write_state(job, w.state_body())
    with unit_of_work() as session:
        assert work.finish_apply(session, made.run.id, job.claim, applied=1)
    deployment_id = made.deployment.id
    with unit_of_work() as session:
        shown = {item.name: item for item in service.outputs(session, world.viewer, deployment_id)}
        assert (shown["size"].value, shown["size"].description) == (3, "How many.")
        assert (shown["key"].value, shown["key"].sensitive) == (None, True)
        with pytest.raises(Forbidden):
            service.outputs(session, world.viewer, deployment_id, reveal=True)
    with unit_of_work() as session:
        revealed = service.outputs(session, world.member, deployment_id, reveal=True)
        assert {item.name: item.value for item in revealed}["key"] == "s3cret-key"
    with unit_of_work() as session:
        query = select(AuditEvent).where(col(AuditEvent.object_id) == deployment_id).order_by(col(AuditEvent.n))
        actions = [event.action for event in session.exec(query)]
    assert actions == ["deployment.create", "output.reveal"]


def test_resources_and_state_versions_tell_no_attribute(world: World) -> None:
    made = make(world)
    w.planned(made.run.id)
    w.confirm(world, made.run.id)
    job = w.claimed(made.run.id, "apply")
    w.write_state(job, w.state_body(1), lock_id="a")
    w.write_state(job, w.state_body(2), lock_id="b")
    with unit_of_work() as session:
        found = service.resources(session, world.viewer, made.deployment.id)
        assert [(item.address, item.id) for item in found] == [("terraform_data.this", "abc")]
        page = service.state_versions(session, world.viewer, made.deployment.id, limit=1)
        assert [item.serial for item in page.items] == [2]
        rest = service.state_versions(session, world.viewer, made.deployment.id, limit=1, cursor=page.next_cursor)
        assert ([item.serial for item in rest.items], rest.next_cursor) == ([1], None)
        assert "hidden-attribute" not in page.model_dump_json() + found[0].model_dump_json()


def test_strangers_learn_nothing_and_viewers_change_nothing(world: World) -> None:
    made = make(world).deployment
    with unit_of_work() as session:
        for read in (service.get, service.outputs, service.resources, service.state_versions, service.runs):
            with pytest.raises(NotFound):
                read(session, world.stranger, made.id)
        assert service.list_deployments(session, world.stranger).items == []
        mine = service.list_deployments(session, world.viewer)
        assert [(item.id, item.actions) for item in mine.items] == [(made.id, [])]
        for act in (service.destroy, service.start_run):
            with pytest.raises(NotFound):
                act(session, world.stranger, made.id)
            with pytest.raises(Forbidden):
                act(session, world.viewer, made.id)
        with pytest.raises(Forbidden):
            service.update(session, world.viewer, made.id, DeploymentChange(name="x"))
        with pytest.raises(Forbidden):
            service.create(session, world.viewer, request(world))


def test_the_list_is_searched_filtered_and_paged(world: World) -> None:
    made = [make(world, name=f"{word}-{number}").deployment for number, word in enumerate(("red", "red", "blue"))]
    with unit_of_work() as session:
        found = service.list_deployments(session, world.viewer, q="RED thing")
        assert {item.id for item in found.items} == {made[0].id, made[1].id}
        assert service.list_deployments(session, world.viewer, q="100%").items == []
        assert len(service.list_deployments(session, world.viewer, status=["new"], cloud="azure").items) == 3
        first = service.list_deployments(session, world.viewer, limit=2)
        rest = service.list_deployments(session, world.viewer, limit=2, cursor=first.next_cursor)
    assert [item.id for item in first.items + rest.items] == [item.id for item in reversed(made)]
