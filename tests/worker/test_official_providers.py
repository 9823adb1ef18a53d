"""Where the official providers come from: allowed ones only, whole ones only, and a registry that is not there (attack 35)."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, nullcontext
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from portal.kit.config import PROJECT_DIR, Settings, settings
from portal.kit.errors import ConfigurationError
from portal.run.schemas import RunView
from portal.template import service as templates
from tests.service.run import world
from tests.support import mirror
from tests.worker.scene import Scene
from tests.worker.walls import AZURE, SANDBOX, job
from worker import executor
from worker.terraform import engine, mirrored, providers, registry, workdir
from worker.terraform.cli import Terraform
from worker.terraform.isolation.cage import Cage

NEEDS = b"""
terraform {
  required_providers {
    azurerm = {
      source = "hashicorp/azurerm"
    }
  }
}
"""


def live(people: world.World, files: dict[str, bytes], **changes: Any) -> RunView:
    """A plan on an account of a real cloud; `changes` are of the job."""
    scene = Scene(people, files, {})
    run_id = scene.run()
    claimed = world.claim(run_id, "plan", worker="worker@test")
    assert claimed is not None
    executor.carry_out(replace(claimed, account=AZURE, **changes))
    return scene.view(run_id)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A mirror with one provider in it."""
    mirror.package(tmp_path / "mirror")
    mirrored.seal(tmp_path / "mirror")
    return tmp_path / "mirror"


def initialised(
    config: Settings, files: dict[str, bytes], account: object, lock: bytes | None = None
) -> tuple[int, str, bytes]:
    """`init` with the real Terraform for this account: exit code, what it said, and the lock file."""
    source = providers.official(config.data_dir, config.providers)
    if account is SANDBOX:
        source = providers.sandbox(config.data_dir, config.sandbox_socket)
    found = engine.find(config.terraform_bin)
    with workdir.opened(workdir.root_for(config.data_dir), "run-1") as place:
        place.write_template(files)
        if lock is not None:
            place.lock_file.write_bytes(lock)
        claimed = job(account, "http://127.0.0.1:9/api/v1/state/dep-1")  # type: ignore[arg-type]
        cage = Cage.around(claimed, config, files=place, engine=found, source=source)
        terraform = Terraform(found, place, cage.environment(os.environ), config.limits, cage)
        with source.installing(), terraform.init(exactly_locked=lock is not None) as process:
            said = b"\n".join(line for _, line in process.lines()).decode()
            code = process.wait()
        installed = [path.read_text() for path in place.data.rglob("terraform-provider-*")]
        return code, said + "".join(installed), place.read(place.lock_file) or b""


def test_one_template_goes_through_init_in_both_modes_byte_for_byte(
    folder: Path, settings_env: Callable[..., None], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Live: from a mirror that speaks the network mirror protocol over TLS, with an authority of the site's own."""
    files = dict(templates.package("azure/storage-account").files)
    before = hashlib.sha256(json.dumps({name: data.hex() for name, data in files.items()}).encode()).hexdigest()
    with mirror.served(folder, tmp_path / "ca.pem") as address:
        monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "ca.pem"))
        settings_env(TERRACE_PROVIDER_MIRROR=address, TERRACE_EGRESS="direct")
        results = [initialised(settings(), files, account) for account in (SANDBOX, AZURE)]
    assert [code for code, _, _ in results] == [0, 0], results
    locks = [lock.decode() for _, _, lock in results]
    assert all('provider "registry.terraform.io/hashicorp/azurerm"' in lock for lock in locks)
    assert locks[0] != locks[1]
    assert before == hashlib.sha256(json.dumps({name: data.hex() for name, data in files.items()}).encode()).hexdigest()


def test_a_provider_that_the_site_does_not_allow_is_refused_with_a_sentence(
    people: world.World, folder: Path, settings_env: Callable[..., None]
) -> None:
    mirror.package(folder, "azuerrm")
    mirrored.seal(folder)
    settings_env(TERRACE_PROVIDER_MIRROR=str(folder))
    view = live(people, {"main.tf": NEEDS.replace(b"hashicorp/azurerm", b"hashicorp/azuerrm")})
    assert view.error is not None
    assert "that this site does not allow" in view.error.summary
    assert "hashicorp/azuerrm" in view.error.detail
    assert "hashicorp/azurerm, hashicorp/google" in (view.error.explanation or "")


def test_what_the_templates_own_lock_file_names_may_be_used(folder: Path) -> None:
    rules = settings().providers
    assert "acme/thing" in providers.official(folder / "data", rules, locked=["acme/thing"]).cli_config.read_text()


@pytest.mark.parametrize("harm", ["altered", "added", "missing", "unsealed"])
def test_a_mirror_that_is_not_what_it_was_is_not_used(
    harm: str, people: world.World, folder: Path, settings_env: Callable[..., None]
) -> None:
    package = next(folder.rglob("*.zip"))
    if harm == "altered":
        mirror.package(folder, content="echo evil")
    elif harm == "added":
        mirror.package(folder, "google")
    elif harm == "missing":
        package.unlink()
    else:
        (folder / mirrored.SUMS).unlink()
    settings_env(TERRACE_PROVIDER_MIRROR=str(folder))
    view = live(people, {"main.tf": NEEDS})
    assert view.error is not None
    assert f"The provider mirror {folder} is not used" in view.error.detail
    assert list(workdir.root_for(settings().data_dir).iterdir()) == []


def test_a_cache_that_somebody_altered_is_noticed(folder: Path, settings_env: Callable[..., None]) -> None:
    settings_env(TERRACE_PROVIDER_MIRROR=str(folder))
    config = settings()
    code, said, lock = initialised(config, {"main.tf": NEEDS}, AZURE)
    assert code == 0, said
    cached = next((config.data_dir / "terraform" / "plugins").rglob("terraform-provider-*"))
    cached.chmod(0o755)
    cached.write_text("#!/bin/sh\necho evil\n")
    code, said, again = initialised(config, {"main.tf": NEEDS}, AZURE, lock)
    assert "echo evil" not in said
    assert (code, again) == (0, lock), said


def test_many_inits_at_once_share_one_cache(folder: Path, settings_env: Callable[..., None]) -> None:
    settings_env(TERRACE_PROVIDER_MIRROR=str(folder))
    config, results = settings(), []
    threads = [
        threading.Thread(target=lambda: results.append(initialised(config, {"main.tf": NEEDS}, AZURE)))
        for _ in range(3)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(120)
    assert [code for code, _, _ in results] == [0, 0, 0], results
    assert len({lock for _, _, lock in results}) == 1


@contextmanager
def answering(answer: bytes | None) -> Iterator[str]:
    """A server that says this to whoever connects, or nothing at all and for ever."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        held: list[socket.socket] = []

        def serve() -> None:
            while True:
                try:
                    connection, _ = server.accept()
                except OSError:
                    return
                held.append(connection)
                if answer is not None:
                    connection.recv(4096)
                    connection.sendall(answer)
                    connection.close()

        thread = threading.Thread(target=serve, daemon=True)
        thread.start()
        yield f"http://127.0.0.1:{server.getsockname()[1]}"
        for connection in held:
            connection.close()


AWAY = {
    "closed": lambda: nullcontext("http://127.0.0.1:9"),
    "silent": lambda: answering(None),
    "busy": lambda: answering(b"HTTP/1.1 503 Service Unavailable\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"),
    "garbage": lambda: answering(b"\x00\xff not http at all\r\n\r\n"),
    "another site": lambda: answering(b"HTTP/1.1 200 OK\r\nContent-Length: 4\r\nConnection: close\r\n\r\nhey!"),
    "no name": lambda: nullcontext("https://registry.invalid"),
}


@pytest.mark.parametrize("fault", AWAY)
def test_a_registry_that_is_not_there_is_one_sentence_and_leaves_nothing_behind(
    fault: str, people: world.World, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[float] = []
    unreachable = registry.unreachable

    def timed(where: str | None, providers: Sequence[str] = ()) -> object:
        began = time.monotonic()
        found = unreachable(where, providers)
        asked.append(time.monotonic() - began)
        return found

    monkeypatch.setattr(registry, "unreachable", timed)
    with AWAY[fault]() as address:
        monkeypatch.setattr(registry, "ADDRESS", address)
        view = live(people, {"main.tf": NEEDS})
    assert view.status == "errored"
    assert view.error is not None
    assert view.error.summary.startswith("The providers of this template cannot be fetched: ")
    assert len(asked) == 1
    data = settings().data_dir
    assert list(workdir.root_for(data).iterdir()) == []
    assert list((data / "terraform" / "plugins").iterdir()) == []
    assert not (data / "prepared").exists()


FETCHER = f"""#!{sys.executable}
import os, sys
if sys.argv[1] == "version":
    print('{{"terraform_version": "1.15.0"}}')
    sys.exit(0)
folder = sys.argv[-1]
open(folder + "/asked", "a").write(open("versions.tf.json").read() + " ".join(sys.argv[1:-1]) + "\\n")
os.makedirs(folder + "/x", exist_ok=True)
open(folder + "/x/one.zip", "w").write("package")
"""


def test_a_mirror_is_filled_with_what_the_catalogue_asks_for_and_sealed(tmp_path: Path) -> None:
    terraform, folder = tmp_path / "terraform", tmp_path / "mirror"
    terraform.write_text(FETCHER)
    terraform.chmod(0o755)
    done = subprocess.run(
        [
            sys.executable, "-m", "portal.cli", "providers", "mirror", str(folder),
            "--platform", "linux_amd64", "--platform", "linux_arm64",
        ],
        cwd=PROJECT_DIR, env={"PATH": "/usr/bin:/bin", "TERRACE_TERRAFORM_BIN": str(terraform)}, capture_output=True, text=True,
        check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert "1 package" in done.stdout
    asked = (folder / "asked").read_text()
    assert '"hashicorp/azurerm"' in asked
    assert "-platform=linux_amd64 -platform=linux_arm64" in asked
    mirrored.require_whole(folder)
    shutil.rmtree(folder / "x")
    with pytest.raises(ConfigurationError, match="missing"):
        mirrored.require_whole(folder)
