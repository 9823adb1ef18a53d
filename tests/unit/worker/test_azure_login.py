"""A run of an account that uses the login of `az`: it has a copy, and what it does to it ends with the run."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path
from typing import Any, cast

import pytest

from portal.cloud_account import azure
from portal.kit.errors import Invalid
from tests.support.clouds.azure_account import CANARY, SUBSCRIPTION, TENANT, given, run
from tests.support.clouds.azure_machine import install_az, login
from worker.terraform import credentials, workdir


class OnlyAnAccount:
    """As much of a job as the credentials look at."""

    def __init__(self, account: Any) -> None:
        self.account = account
        self.files: dict[str, bytes] = {}


def test_a_run_signs_in_by_a_copy_of_the_login_that_is_gone_with_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    home = login(tmp_path / "azure", {"me@example.com": (SUBSCRIPTION, TENANT, CANARY)})
    (home / "cliextensions").mkdir()
    before = {path.name: path.read_bytes() for path in home.iterdir() if path.is_file()}
    program = install_az(tmp_path / "bin", {CANARY: "a token"}) / "az"
    monkeypatch.setenv("AZURE_CONFIG_DIR", str(home))
    job = OnlyAnAccount(azure.environment("production", given("azure_cli", settings={"client_id": None}), run()))
    with workdir.opened(tmp_path / "work", "run-1") as files:
        env = credentials.environment(cast(Any, job), files)
        copy = Path(env["AZURE_CONFIG_DIR"])
        assert copy.is_relative_to(files.secrets)
        assert {path.stat().st_mode & 0o777 for path in copy.iterdir()} == {0o600}
        assert not (copy / "cliextensions").exists()
        arguments = [program, "account", "get-access-token", "--subscription", SUBSCRIPTION]
        said = subprocess.run(arguments, env={**env, "PATH": ""}, capture_output=True, check=True, timeout=60)
        assert json.loads(said.stdout)["accessToken"] == "a token"
        assert (copy / "versionCheck.json").exists()
    assert not copy.exists()
    assert {path.name: path.read_bytes() for path in home.iterdir() if path.is_file()} == before


@pytest.mark.parametrize("name", ["../x", "a/b", ".hidden", ""])
def test_a_folder_of_credentials_and_its_files_have_plain_names(tmp_path: Path, name: str) -> None:
    files = workdir.Workdir(tmp_path, 0)
    for folder, contents in ((name, {"a": b""}), ("AZURE_CONFIG_DIR", {name: b""})):
        with pytest.raises(Invalid):
            files.write_secrets(folder, contents)
    assert list(tmp_path.iterdir()) == []
