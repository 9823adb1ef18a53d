"""Terraform's environment is written from nothing (attacks 1 and 14)."""

from __future__ import annotations

from pathlib import Path

import pytest

from portal.kit.errors import Invalid
from worker.terraform import environment, workdir
from worker.terraform.environment import StateBackend

OUTER = {
    "PATH": "/evil/bin",
    "TERRACE_SECRET_KEYS": "canary-keys",
    "TERRACE_DATABASE_URL": "canary-database",
    "AWS_SECRET_ACCESS_KEY": "canary-aws",
    "TF_VAR_sku": "canary-variable",
    "TF_LOG": "TRACE",
    "LD_PRELOAD": "/evil.so",
    "HTTPS_PROXY": "http://proxy:3128",
    "NO_PROXY": "internal",
    "SSL_CERT_FILE": "/etc/ca.pem",
}


def built(tmp_path: Path, *, network: bool) -> dict[str, str]:
    return environment.build(
        workdir.Workdir(tmp_path, 0),
        cli_config="/c.tfrc",
        state=StateBackend("https://portal.test/api/v1/state/dep-1", "run", "s3cret"),
        provider={"ARM_CLIENT_ID": "me", "PATH": "/account/bin"},
        outer=OUTER,
        network=network,
    )


def test_nothing_of_the_workers_own_environment_is_in_it(tmp_path: Path) -> None:
    result = built(tmp_path, network=False)
    assert not set(result.values()) & set(OUTER.values())
    assert set(result) == {
        "ARM_CLIENT_ID",
        "CHECKPOINT_DISABLE",
        "HOME",
        "LANG",
        "PATH",
        "TF_CLI_CONFIG_FILE",
        "TF_DATA_DIR",
        "TF_HTTP_ADDRESS",
        "TF_HTTP_LOCK_ADDRESS",
        "TF_HTTP_PASSWORD",
        "TF_HTTP_RETRY_MAX",
        "TF_HTTP_RETRY_WAIT_MAX",
        "TF_HTTP_RETRY_WAIT_MIN",
        "TF_HTTP_UNLOCK_ADDRESS",
        "TF_HTTP_USERNAME",
        "TF_INPUT",
        "TF_IN_AUTOMATION",
        "TMPDIR",
    }


def test_an_account_cannot_replace_what_is_ours(tmp_path: Path) -> None:
    assert built(tmp_path, network=True)["PATH"] != "/account/bin"


def test_only_proxies_and_certificates_pass_to_the_real_cloud_and_the_portal_is_reached_directly(
    tmp_path: Path,
) -> None:
    result = built(tmp_path, network=True)
    extra = set(result) - set(built(tmp_path, network=False))
    assert extra == {"HTTPS_PROXY", "NO_PROXY", "no_proxy", "SSL_CERT_FILE"}
    assert result["NO_PROXY"] == "internal,portal.test"


@pytest.mark.parametrize("name", ["../x.tf", "a/../../x.tf", "/etc/x.tf", "a\\b.tf", "", "..", "x\0.tf"])
def test_a_template_file_cannot_leave_its_folder(tmp_path: Path, name: str) -> None:
    with workdir.opened(tmp_path / "work", "run-1") as opened, pytest.raises(Invalid):
        opened.write_template({name: b""})


@pytest.mark.parametrize(
    "name",
    [
        "terraform.tfvars",
        "zz.auto.tfvars",
        "zz.auto.tfvars.json",
        ".terraform.lock.hcl",
        "modules/x/.terraform.lock.hcl",
        ".terraform/providers/evil",
        "terraform.tfstate",
        "errored.tfstate",
        "terraform.tfstate.backup",
    ],
)
def test_values_states_and_locks_of_a_templates_author_stay_behind(tmp_path: Path, name: str) -> None:
    with workdir.opened(tmp_path / "work", "run-1") as opened:
        opened.write_template(
            {name: b"x", "main.tf": b"y", "modules/net/main.tf": b"z", "data/terraform.tfvars.md": b""}
        )
        written = {str(path.relative_to(opened.module)) for path in opened.module.rglob("*") if path.is_file()}
    assert written == {"main.tf", "modules/net/main.tf", "data/terraform.tfvars.md"}


def test_a_template_cannot_put_its_own_file_in_place_of_ours(tmp_path: Path) -> None:
    with workdir.opened(tmp_path / "work", "run-1") as opened:
        opened.write_template({workdir.OVERRIDE: b"theirs"})
        with pytest.raises(Invalid, match=workdir.OVERRIDE):
            opened.write_ours(override=b"ours", values=b"{}")


def test_the_work_directory_is_private_and_gone_afterwards(tmp_path: Path) -> None:
    root = tmp_path / "work"
    with workdir.opened(root, "run-1") as opened:
        opened.write_secret("GOOGLE_APPLICATION_CREDENTIALS", b"key")
        modes = {path.stat().st_mode & 0o777 for path in (root, opened.path)}
        assert modes == {0o700}
        assert (opened.secrets / "GOOGLE_APPLICATION_CREDENTIALS").stat().st_mode & 0o777 == 0o600
    assert list(root.iterdir()) == []


def test_a_credential_file_has_a_plain_name(tmp_path: Path) -> None:
    with workdir.opened(tmp_path / "work", "run-1") as opened, pytest.raises(Invalid):
        opened.write_secret("../key", b"")


def test_folders_of_killed_workers_are_removed_and_those_in_use_are_not(tmp_path: Path) -> None:
    root = tmp_path / "work"
    abandoned = root / "run-2-dead"
    with workdir.opened(root, "run-1") as opened:
        abandoned.mkdir()
        (abandoned / "lock").touch()
        assert workdir.remove_abandoned(root) == ["run-2-dead"]
        assert opened.path.is_dir()


def test_a_long_data_folder_does_not_make_socket_paths_too_long(tmp_path: Path) -> None:
    short, long = Path("/srv/terrace"), Path("/srv") / ("x" * 80)
    assert workdir.root_for(short) == short / "work"
    assert len(str(workdir.root_for(long))) <= 50
    assert workdir.root_for(long) == workdir.root_for(long) != workdir.root_for(long / "y")
