"""The drill: a portal is lost after more was applied, and is restored. What the states lack is found, and made good."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from portal.backup import service as backups
from portal.cli.operator import operator
from portal.kit.config import settings
from portal.kit.db import engine, unit_of_work
from portal.run import hold
from tests.service.run import world
from tests.worker.scene import TWO, Scene, carry_out
from tests.worker.state_server import StateServer

SECRET = "correct-horse/battery+staple"


def test_a_restored_portal_plans_and_applies_with_the_states_and_secrets_of_the_backup(
    people: world.World, state: StateServer, settings_env: Callable[..., None], blank_postgres_url: str, tmp_path: Path
) -> None:
    scene = Scene(people, TWO, {"size": 3, "password": SECRET})
    scene.applied()
    was = scene.outputs()
    backups.backup(settings().require_database_url(), operator(), tmp_path / "backup")
    scene.change({"size": 4, "password": SECRET})
    scene.applied()
    assert scene.outputs()["size"] == 4

    engine().dispose()
    settings_env(TERRACE_DATABASE_URL=blank_postgres_url)
    report = backups.restore(blank_postgres_url, operator(), tmp_path / "backup", force=False, say=lambda _line: None)
    assert report.ended_runs == []
    assert scene.outputs() == was == {"size": 3, "password": SECRET}
    assert scene.view(scene.planned("drift")).status == "planned_and_finished"
    scene.change({"size": 4, "password": SECRET})
    again = scene.planned()
    assert scene.summary(again).counts.replace == 1
    scene.confirm(again)
    carry_out(again, "apply")
    assert scene.view(again).status == "applied", scene.story(again)
    assert scene.outputs()["size"] == 4
    with unit_of_work() as session:
        hold.release(session, operator())
    engine().dispose()
