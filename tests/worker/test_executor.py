"""One phase after the other with the real Terraform, the real database and the real state backend."""

from __future__ import annotations

from tests.service.run import world
from tests.worker.scene import TWO, Scene, carry_out, rows
from tests.worker.state_server import StateServer

SECRET = "correct-horse/battery+staple"


def test_a_run_is_planned_confirmed_applied_and_later_destroyed(people: world.World) -> None:
    scene = Scene(people, TWO, {"size": 3, "password": SECRET})
    run_id = scene.planned()
    assert scene.view(run_id).status == "planned", scene.story(run_id)
    assert scene.summary(run_id).counts.add == 2
    scene.confirm(run_id)
    carry_out(run_id, "apply")

    view = scene.view(run_id)
    assert view.status == "applied", scene.story(run_id)
    assert (view.applied_count, view.total_operations) == (2, 2)
    assert scene.resources() == ["terraform_data.first", "terraform_data.second"]
    assert scene.outputs() == {"size": 3, "password": SECRET}
    assert not scene.locked()
    assert [event.data for event in world.events(run_id) if event.type == "outputs"] == [
        {"names": ["password", "size"]}
    ]
    assert sorted(rows(run_id, "apply")) == sorted(
        [
            (f"terraform_data.{name}", "create", status)
            for name in ("first", "second")
            for status in ("pending", "running", "done")
        ]
    )
    assert SECRET not in scene.story(run_id)

    destroyed = scene.applied("destroy")
    assert scene.view(destroyed).status == "applied", scene.story(destroyed)
    assert scene.resources() == []


def test_a_second_plan_has_nothing_to_do_and_a_changed_value_replaces_what_it_triggers(people: world.World) -> None:
    scene = Scene(people, TWO, {"size": 3})
    scene.applied()
    assert scene.view(scene.planned()).status == "planned_and_finished"

    scene.change({"size": 4})
    changed = scene.planned()
    counts = scene.summary(changed).counts
    assert (counts.change, counts.replace) == (1, 1)
    scene.confirm(changed)
    carry_out(changed, "apply")
    view = scene.view(changed)
    assert view.status == "applied", scene.story(changed)
    assert (view.applied_count, view.total_operations) == (3, 3)
    assert [row[1:] for row in rows(changed, "apply") if row[0].endswith("second")] == [
        ("replace", "pending"),
        ("delete", "running"),
        ("delete", "done"),
        ("create", "running"),
        ("create", "done"),
    ]


def test_the_plan_alone_and_the_look_for_drift_change_nothing(people: world.World, state: StateServer) -> None:
    scene = Scene(people, TWO, {"size": 3})
    assert scene.view(scene.planned("plan_only")).status == "planned_and_finished"
    scene.applied()
    assert scene.view(scene.planned("drift")).status == "planned_and_finished"
    assert state.calls.count("POST") == 1
