"""A plan file is for the version of Terraform that made it: another worker has it made again, and applies no part of it."""

from __future__ import annotations

import hashlib
import io
import re
import zipfile

from portal.kit.config import settings
from portal.kit.db import unit_of_work
from portal.models import RunPlan
from tests.service.run import world
from tests.worker.scene import TWO, Scene, carry_out
from worker.terraform import engine


def change_plan(run_id: str, *, made_by: str | None, plan_file: bytes | None = None) -> None:
    with unit_of_work() as session:
        row = session.get_one(RunPlan, run_id)
        row.engine = made_by
        row.plan_file = plan_file or row.plan_file
        row.plan_sha256 = hashlib.sha256(row.plan_file or b"").hexdigest()
        session.add(row)


def of_another_version(plan_file: bytes) -> bytes:
    """The same plan, as if the version before or after ours had made it."""
    ours = engine.find(settings().terraform_bin).version.encode()
    other = ours[:-1] + (b"8" if ours.endswith(b"9") else b"9")
    made = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(plan_file)) as source, zipfile.ZipFile(made, "w") as target:
        for name in source.namelist():
            content = source.read(name)
            target.writestr(name, re.sub(re.escape(ours), other, content) if name == "tfplan" else content)
    return made.getvalue()


def test_a_plan_of_another_terraform_is_made_again_whether_or_not_it_was_kept_who_made_it(people: world.World) -> None:
    scene = Scene(people, TWO, {"size": 1})
    run_id = scene.planned()
    ours = engine.find(settings().terraform_bin).plans
    assert world.row(RunPlan, run_id).engine == ours
    saved = world.row(RunPlan, run_id).plan_file
    for made_by, plan_file in (("terraform 1.9.0", None), (None, of_another_version(saved))):
        change_plan(run_id, made_by=made_by, plan_file=plan_file)
        scene.confirm(run_id)
        carry_out(run_id, "apply")
        assert scene.view(run_id).status == "plan_queued", scene.story(run_id)
        assert scene.resources() == []
        assert not scene.locked()
        carry_out(run_id, "plan")
        assert world.row(RunPlan, run_id).engine == ours
    assert "made by terraform 1.9.0" in scene.story(run_id)
    scene.confirm(run_id)
    carry_out(run_id, "apply")
    assert scene.view(run_id).status == "applied", scene.story(run_id)
