"""Hints that need the database: outputs of other deployments to choose from, values kept for a role, the pinned form."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from sqlmodel import col, select

from portal.auth.schemas import Actor
from portal.deployment import service
from portal.deployment.schemas import DeploymentRequest, OfferedOutput
from portal.kit.db import unit_of_work
from portal.kit.errors import Invalid, NotFound
from portal.models import Deployment, StateVersion
from tests.service.deployment.conftest import VARIABLES, write_template
from tests.service.deployment.test_deployments import change, make, problems, request, stored
from tests.service.run import world as w
from tests.service.run.world import World

HEAD = "title: A thing\nsummary: For tests.\ncategory: Tests\nicon: box\nversion: 1.0.0\n"
OUTPUTS = {
    "id": {"value": "net-1", "type": "string"},
    "subnet_ids": {"value": {"web": "s-web", "db": "s-db"}, "type": ["map", "string"]},
    "subnets": {"value": {"web": {"id": "s-1", "cidr": "10.0.0.0/24"}}, "type": "dynamic"},
    "zones": {"value": ["1", "2"], "type": ["list", "string"]},
    "key": {"value": "hidden-key", "type": "string", "sensitive": True},
    "empty": {"value": None, "type": "string"},
}


def with_outputs(world: World, name: str) -> str:
    """A deployment with a state that has outputs."""
    made = make(world, name=name).deployment.id
    w.put_state(made, 1)
    with unit_of_work() as session:
        version = session.exec(select(StateVersion).where(col(StateVersion.deployment_id) == made)).one()
        version.outputs = OUTPUTS
    return made


def offered(world: World, *sources: str, actor: Actor | None = None, project: str | None = None) -> list[OfferedOutput]:
    with unit_of_work() as session:
        return service.offered_outputs(session, actor or world.member, project or world.project_id, sources)


def test_outputs_of_a_projects_deployments_are_offered_value_by_value(world: World) -> None:
    made = with_outputs(world, "hub")
    thing = "azure/thing"
    found = offered(
        world, f"{thing}:id", f"{thing}:subnet_ids", f"{thing}:subnets.id", f"{thing}:zones", f"{thing}:key",
        f"{thing}:empty", f"{thing}:nothing", "gcp/thing:id",
    )  # fmt: skip
    assert [(item.source.partition(":")[2], item.key, item.value) for item in found] == [
        ("id", "", "net-1"), ("subnet_ids", "web", "s-web"), ("subnet_ids", "db", "s-db"), ("subnets.id", "web", "s-1"),
        ("zones", "1", "1"), ("zones", "2", "2"),
    ]  # fmt: skip
    assert {(item.deployment, item.deployment_id, item.sandbox) for item in found} == {("hub", made, True)}
    assert "hidden-key" not in str(found)


def test_nothing_is_offered_from_another_project_or_from_what_is_gone(world: World) -> None:
    with_outputs(world, "mine")
    gone = with_outputs(world, "gone")
    with unit_of_work() as session:
        session.get_one(Deployment, gone).destroyed_at = session.get_one(Deployment, gone).created_at
        stranger = w.user(session, None, "member")
    assert [item.deployment for item in offered(world, "azure/thing:id")] == ["mine"]
    with pytest.raises(NotFound):
        offered(world, "azure/thing:id", actor=stranger)
    other = w.build()
    assert offered(other, "azure/thing:id") == []


@pytest.mark.parametrize(
    "source", ["", "thing:id", "azure/thing", "azure/thing:id:x", "../thing:id", "azure/thing:a.b.c"]
)
def test_a_source_that_is_none_is_refused(world: World, source: str) -> None:
    with pytest.raises(Invalid) as error:
        offered(world, source)
    assert list(problems(error)) == ["source"]


def test_a_value_kept_for_administrators_is_refused_to_members_and_kept_from_their_changes(
    world: World, templates: Path
) -> None:
    (templates / "azure" / "thing" / "manifest.yaml").write_text(HEAD + "variables: {password: {roles: [admin]}}\n")
    with pytest.raises(Invalid) as error:
        make(world)
    assert "only its owners" in problems(error)["values.password"]
    made = make(world, values={"size": 3}).deployment.id
    with pytest.raises(Invalid):
        change(world, made, values={"size": 3, "password": "another password"})
    with unit_of_work() as session:
        admin = w.user(session, world.project_id, "admin")
    with unit_of_work() as session:
        given: dict[str, Any] = {"name": "by-admin", "values": {"size": 3, "password": "set by the admin"}}
        theirs = service.create(session, admin, DeploymentRequest(**request(world).model_dump() | given)).deployment.id
    change(world, theirs, values={"size": 4})
    assert stored(theirs)["password"] == "set by the admin"
    with pytest.raises(Invalid):
        change(world, theirs, values={"size": 4}, forget=["password"])


def test_the_form_of_a_deployment_is_that_of_its_pinned_version(world: World, templates: Path) -> None:
    made = make(world).deployment.id
    write_template(templates / "azure" / "thing", variables=VARIABLES.replace("How many.", "How many by now."))
    with unit_of_work() as session:
        form = service.form(session, world.member, made)
        stranger = w.user(session, None, "member")
    fields = {field.name: field for section in form.sections for field in section.fields}
    assert fields["size"].help_html == "<p>How many.</p>"
    with pytest.raises(NotFound), unit_of_work() as session:
        service.form(session, stranger, made)
