"""Where providers come from, and what an account gives them."""

from __future__ import annotations

import fcntl
import os
from pathlib import Path

import pytest

from portal.cloud_account.schemas import AccountEnvironment
from portal.kit.config import ProviderRules
from portal.kit.secrets import Masked
from portal.run.schemas import Job
from worker.terraform import credentials, prepared, providers, registry, workdir
from worker.terraform.plan_file import PriorState, prior_state


def job(account: AccountEnvironment) -> Job:
    return Job(
        run_id="run-1",
        deployment_id="dep-1",
        deployment_name="one",
        kind="plan_and_apply",
        phase="plan",
        worker="w1",
        claim="c",
        template_key="azure/x",
        state_url="http://127.0.0.1/state",
        state_token=Masked("t"),
        auto_apply=False,
        files={},
        values={},
        account=account,
        plan_file=None,
        lock_file=None,
    )


def test_a_real_accounts_credential_file_is_private_and_its_variable_says_where(tmp_path: Path) -> None:
    account = AccountEnvironment(
        "live", "gcp", "prod", {"GOOGLE_PROJECT": "p"}, {"GOOGLE_APPLICATION_CREDENTIALS": b"{}"}
    )
    with workdir.opened(tmp_path / "work", "run-1") as opened:
        found = credentials.environment(job(account), opened)
        path = Path(found.pop("GOOGLE_APPLICATION_CREDENTIALS"))
        assert path.read_bytes() == b"{}"
        assert path.stat().st_mode & 0o777 == 0o600
        assert path.is_relative_to(opened.path)
    assert found == {"GOOGLE_PROJECT": "p"}
    assert not path.exists()


def test_a_sandbox_account_acts_as_itself_in_its_run(tmp_path: Path) -> None:
    with workdir.opened(tmp_path / "work", "run-1") as opened:
        found = credentials.environment(job(AccountEnvironment("sandbox", "azure", "sandbox-azure")), opened)
    assert (found["TERRACE_SANDBOX_ACCOUNT"], found["TERRACE_SANDBOX_RUN"]) == ("sandbox-azure", "run-1")


def test_the_sandbox_has_no_way_to_a_registry_and_the_official_source_has_a_cache_for_one_init_at_a_time(
    tmp_path: Path,
) -> None:
    sandbox, official = (
        providers.sandbox(tmp_path, tmp_path / "s"),
        providers.official(tmp_path, ProviderRules(("hashicorp/azurerm",), None)),
    )
    assert "direct" not in sandbox.cli_config.read_text()
    assert sandbox.environment == {}
    assert 'direct {\n    include = ["registry.terraform.io/hashicorp/azurerm"]' in official.cli_config.read_text()
    cache = Path(official.environment["TF_PLUGIN_CACHE_DIR"])
    assert sandbox.fingerprint != official.fingerprint
    with official.installing():
        other = os.open(cache / ".lock", os.O_RDWR)
        with pytest.raises(BlockingIOError):
            fcntl.flock(other, fcntl.LOCK_EX | fcntl.LOCK_NB)
        os.close(other)


@pytest.mark.parametrize(
    ("files", "facts"),
    [
        ({"main.tf": b"other"}, ("mode",)),
        ({"main.tf": b"x", "modules/a/main.tf": b"y"}, ("mode",)),
        ({"main.tf": b"x"}, ("other mode",)),
    ],
)
def test_what_init_made_is_used_for_the_same_template_and_mode_only(
    files: dict[str, bytes], facts: tuple[str, ...]
) -> None:
    name = prepared.key({"main.tf": b"x", "README.md": b"a"}, "mode")
    assert prepared.key({"README.md": b"b", "main.tf": b"x"}, "mode") == name
    assert prepared.key(files, *facts) != name


def test_an_entry_whose_provider_is_gone_is_not_used(tmp_path: Path) -> None:
    provider, store = tmp_path / "provider", prepared.Prepared(tmp_path / "prepared")
    provider.mkdir()
    with workdir.opened(tmp_path / "work", "run-1") as made:
        (made.data / "providers").mkdir(parents=True)
        (made.data / "providers" / "link").symlink_to(provider)
        made.lock_file.write_bytes(b"lock")
        store.keep("entry", made)
    with workdir.opened(tmp_path / "work", "run-2") as used:
        assert store.take("entry", used, lock_file=None)
        assert (used.data / "providers" / "link").readlink() == provider
        assert used.lock_file.read_bytes() == b"lock"
    with workdir.opened(tmp_path / "work", "run-3") as other_lock:
        assert not store.take("entry", other_lock, lock_file=b"another lock")
    provider.rmdir()
    with workdir.opened(tmp_path / "work", "run-4") as gone:
        assert not store.take("entry", gone, lock_file=None)
        assert not gone.data.exists()
        assert not gone.lock_file.exists()


def test_only_the_newest_entries_are_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(prepared, "MOST", 2)
    store = prepared.Prepared(tmp_path / "prepared")
    for number in range(4):
        with workdir.opened(tmp_path / "work", "run-1") as made:
            made.data.mkdir()
            store.keep(f"entry-{number}", made)
        os.utime(tmp_path / "prepared" / f"entry-{number}", (number, number))
    assert sorted(path.name for path in (tmp_path / "prepared").iterdir()) == ["entry-2", "entry-3"]


def test_a_lock_file_names_its_providers_and_their_versions() -> None:
    lock_file = b"""# This file is maintained automatically by "terraform init".

provider "registry.terraform.io/hashicorp/azurerm" {
  version     = "5.10.0"
  constraints = "~> 5.0"
  hashes = [
    "h1:YOIaD57DUFNQAvdBU96M9lmRR4mLL5jIo8qiVvNCIIg=",
  ]
}

provider "registry.terraform.io/hashicorp/google" {
  version = "8.7.0"
}

provider "example.com/acme/private" {
  version = "1.0.0"
}
"""
    assert prepared.locked_providers(lock_file) == [
        "hashicorp/azurerm 5.10.0",
        "hashicorp/google 8.7.0",
        "example.com/acme/private 1.0.0",
    ]
    assert prepared.locked_providers(b"") == []


@pytest.mark.parametrize("data", [b"", b"not a zip"])
def test_a_plan_file_that_says_nothing_about_a_state_is_no_error(data: bytes) -> None:
    assert prior_state(data) == PriorState()


@pytest.mark.parametrize(
    ("text", "asked"),
    [
        (b'resource "terraform_data" "x" {}', False),
        (b'output "x" { value = 1 }', False),
        (b'# a resource "azurerm_x"', False),
        (b'resource "azurerm_storage_account" "x" {}', True),
        (b'  data "google_project" "x" {}', True),
        (b"terraform {\n  required_providers {\n  }\n}", True),
    ],
)
def test_a_registry_is_asked_for_templates_that_need_one(text: bytes, asked: bool) -> None:
    assert registry.is_asked({"main.tf": b"", "modules/x/main.tf": text}) is asked
    assert registry.is_asked({"main.tf.json": b'{"resource": {}}'})
