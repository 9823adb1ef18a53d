"""Every kind of credential goes through a plan and an apply of a template that says all it can find; then everything that was
written anywhere is searched for it (attacks 13, 14). And a worker is killed at every step with a credential in its hands.

The template prints what Terraform was given, so each run shows as well that there was something to be masked.
"""

from __future__ import annotations

import base64
import json
import os
import signal
import threading
import time
import urllib.parse
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import psycopg
import pytest
import redis
from psycopg import sql

from portal.cloud_account import service as cloud_accounts
from portal.cloud_account.schemas import Given
from portal.kit.config import settings
from portal.kit.db import dispose_engines, unit_of_work
from portal.models import CloudAccount
from portal.run.redactor import MASK
from tests.service.run import world
from tests.support import certificates
from tests.support.clouds import gcp_accounts
from tests.support.clouds.azure_account import SUBSCRIPTION, TENANT, given
from tests.support.clouds.azure_machine import login
from tests.worker.scene import Scene, carry_out
from tests.worker.state_server import StateServer
from worker import executor
from worker.terraform import workdir
from worker.terraform.cli import Terraform
from worker.terraform.workdir import Workdir

CANARY = "Canary-9Qx2+credential/of~an~account!"
TELLTALE = """
resource "terraform_data" "telltale" {
  input = 1

  provisioner "local-exec" {
    command = <<-EOT
      env | grep -E '^(ARM|GOOGLE|AZURE|GCE)_'
      for file in "$ARM_CLIENT_SECRET_FILE_PATH" "$ARM_OIDC_TOKEN_FILE_PATH" "$GOOGLE_CREDENTIALS" "$AZURE_CONFIG_DIR"/*; do
        if [ -f "$file" ]; then cat "$file"; echo; fi
      done
      if [ -f "$ARM_CLIENT_CERTIFICATE_PATH" ]; then base64 -w 0 "$ARM_CLIENT_CERTIFICATE_PATH"; echo; fi
      token="$(sed -n 's/.*"file": *"\\([^"]*\\)".*/\\1/p' "$GOOGLE_CREDENTIALS" 2>/dev/null)"
      if [ -f "$token" ]; then cat "$token"; echo; fi
      echo told
    EOT
  }
}
"""
STEPS = ("files", "init", "in init", "plan", "apply", "state")


@dataclass
class Case:
    """An account, and what must be found nowhere.

    `hands`: whether Terraform is handed a secret at all. The portal's own word it asks for through its walls, without any.
    """

    cloud: str
    given: Given
    needles: set[str] = field(default_factory=set)
    hands: bool = True


def lines(pem: str) -> set[str]:
    return {line for line in pem.splitlines() if len(line) > 40}


def azure_case(method: str, host: Path, monkeypatch: pytest.MonkeyPatch) -> Case:
    match method:
        case "client_secret":
            return Case("azure", given(client_secret=CANARY), {CANARY})
        case "client_certificate":
            bundle = certificates.pfx(CANARY)
            key = certificates.service_account_key()
            found = given(method, certificate=bundle, password=CANARY)
            return Case("azure", found, {CANARY, bundle, *lines(json.loads(key)["private_key"])})
        case "workload_identity":
            token = host / "token"
            token.write_text(CANARY)
            return Case("azure", given(method, token_file=str(token)), {CANARY})
        case "azure_cli":
            home = login(host / "azure", {"me@example.com": (SUBSCRIPTION, TENANT, CANARY)})
            monkeypatch.setenv("AZURE_CONFIG_DIR", str(home))
            return Case("azure", given(method, settings={"client_id": None}), {CANARY})
        case "managed_identity":
            return Case("azure", given(method), hands=False)
        case _:
            return Case("azure", given(method), hands=False)


def google_case(method: str, host: Path, monkeypatch: pytest.MonkeyPatch) -> Case:
    monkeypatch.setenv("CLOUDSDK_CONFIG", str(host))
    match method:
        case "service_account_key":
            key = certificates.service_account_key()
            return Case("gcp", gcp_accounts.with_key(key), lines(json.loads(key)["private_key"]))
        case "impersonation":
            key = certificates.service_account_key()
            found = gcp_accounts.with_key(key, impersonate_service_account=gcp_accounts.TARGET)
            return Case("gcp", found, lines(json.loads(key)["private_key"]))
        case "workload_identity":
            return Case("gcp", gcp_accounts.with_file(host, CANARY), {CANARY})
        case "application_default":
            login_of = json.loads(gcp_accounts.persons_login()) | {"refresh_token": CANARY}
            (host / "application_default_credentials.json").write_text(json.dumps(login_of))
            return Case("gcp", gcp_accounts.with_machine(), {CANARY})
        case _:
            return Case("gcp", gcp_accounts.with_portal(), hands=False)


AZURE = ("client_secret", "client_certificate", "workload_identity", "portal_identity", "managed_identity", "azure_cli")
GOOGLE = ("service_account_key", "workload_identity", "portal_identity", "impersonation", "application_default")


def live(people: world.World, case: Case) -> None:
    """The account is this one from now on, as far as anybody can tell without asking its cloud."""
    with unit_of_work() as session:
        account = session.get_one(CloudAccount, people.account_id)
        account.kind, account.cloud = "live", case.cloud
        account.settings, account.credentials = case.given.settings, case.given.credentials


def scene_of(people: world.World) -> Scene:
    return Scene(people, {"main.tf": TELLTALE.encode()}, {})


def forms(secret: str) -> set[str]:
    """The secret, and how it looks on its way through other formats."""
    raw = secret.encode()
    encoded = base64.b64encode(raw).decode().rstrip("=")
    return {secret, secret[::-1], encoded, urllib.parse.quote(secret, safe=""), json.dumps(secret)[1:-1], raw.hex()}


def assert_clean(text: str, needles: set[str], where: str) -> None:
    found = [needle[:12] for needle in needles for form in forms(needle) if form in text]
    assert found == [], f"in {where}"


def in_the_database(url: str) -> str:
    """Every row of every table, bytes as hexadecimal digits."""
    tables = "SELECT schemaname, tablename FROM pg_tables WHERE schemaname NOT IN ('pg_catalog', 'information_schema')"
    rows: list[str] = []
    with psycopg.connect(url.replace("postgresql+psycopg://", "postgresql://")) as connection:
        for schema, table in connection.execute(tables).fetchall():
            query = sql.SQL("SELECT t::text FROM {} t").format(sql.Identifier(schema, table))
            rows += [row for (row,) in connection.execute(query)]
    assert len(rows) > 10
    return "\n".join(rows)


def in_redis(url: str) -> str:
    found: list[bytes] = []
    base, _, first = url.rpartition("/")
    for number in range(3):
        with redis.Redis.from_url(f"{base}/{int(first or 0) + number}") as client:
            found += [key + b" " + (client.dump(key) or b"") for key in client.scan_iter()]
    return b"\n".join(found).decode("latin-1")


def in_files(*roots: Path) -> str:
    found = [
        path.read_bytes() for root in roots for path in root.rglob("*") if path.is_file() and not path.is_symlink()
    ]
    return b"\n".join(found).decode("latin-1")


@contextmanager
def command_lines() -> Iterator[list[str]]:
    """What every process on the machine shows to others, looked at again and again meanwhile."""
    seen: set[bytes] = set()
    over = threading.Event()

    def look() -> None:
        while not over.wait(0.02):
            for folder in Path("/proc").glob("[0-9]*"):
                try:
                    seen.add((folder / "cmdline").read_bytes())
                except OSError:
                    continue

    thread = threading.Thread(target=look, daemon=True)
    thread.start()
    shown: list[str] = []
    try:
        yield shown
    finally:
        over.set()
        thread.join(30)
        shown += [line.decode("latin-1") for line in seen]


def search_everywhere(case: Case, people: world.World, url: str, logs: str) -> None:
    assert_clean(in_the_database(url), case.needles, "the database")
    assert_clean(in_redis(settings().redis_database(0)), case.needles, "Redis")
    assert_clean(in_files(settings().data_dir, workdir.root_for(settings().data_dir)), case.needles, "files")
    assert_clean(logs, case.needles, "a log")
    with unit_of_work() as session:
        view = cloud_accounts.get(session, people.admin, people.account_id)
    assert_clean(view.model_dump_json(), case.needles, "the account's view")


@pytest.mark.parametrize(
    ("cloud", "method"), [*(("azure", name) for name in AZURE), *(("gcp", name) for name in GOOGLE)]
)
def test_attack_14_no_credential_of_any_kind_is_left_or_told_by_a_run(
    cloud: str,
    method: str,
    people: world.World,
    backend: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capfd: pytest.CaptureFixture[str],
) -> None:
    host = tmp_path / "host"
    host.mkdir()
    case = (azure_case if cloud == "azure" else google_case)(method, host, monkeypatch)
    live(people, case)
    scene = scene_of(people)
    with command_lines() as shown:
        run_id = scene.run()
        for phase in ("plan", "apply"):
            job = world.claim(run_id, phase, worker="worker@test")
            assert job is not None
            case.needles |= {job.state_token.reveal(), *job.account.secrets} - {""}
            executor.carry_out(job)
            if phase == "plan":
                scene.confirm(run_id)
    story = scene.story(run_id)
    assert scene.view(run_id).status == "applied", story
    assert "told" in story
    assert (MASK in story) == case.hands, "what Terraform was given was there to be masked"
    needles = {needle for needle in case.needles if "\n" not in needle and len(needle) > 6}
    case.needles = needles
    assert_clean(story, needles, "the events")
    assert_clean("\n".join(shown), needles, "a command line")
    said = capfd.readouterr()
    search_everywhere(case, people, backend, said.out + said.err)


@contextmanager
def dying_at(step: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """In this process, that step is the last."""

    def die(*_: Any, **__: Any) -> Any:
        os.kill(os.getpid(), signal.SIGKILL)

    stream = executor._Run.stream

    def until(run: Any, process: Any, *, operations: bool) -> Any:
        if process.verb != {"in init": "init"}.get(step, step):
            return stream(run, process, operations=operations)
        with process:
            next(iter(process.lines()))
            return die()

    if step == "files":
        monkeypatch.setattr(Workdir, "write_template", die)
    elif step == "init":
        monkeypatch.setattr(Terraform, "init", die)
    elif step != "state":
        monkeypatch.setattr(executor._Run, "stream", until)
    yield


def worker_that_dies(run_id: str, step: str, monkeypatch: pytest.MonkeyPatch) -> int:
    """A process of its own carries the phase out, up to there; its id."""
    child = os.fork()
    if child == 0:
        try:
            dispose_engines()
            with dying_at(step, monkeypatch):
                carry_out(run_id, "apply" if step in ("apply", "state") else "plan")
        finally:
            os._exit(3)
    return child


@pytest.mark.parametrize("step", STEPS)
def test_attack_14_a_worker_that_is_killed_at_any_step_leaves_no_credential_behind(
    step: str,
    people: world.World,
    state: StateServer,
    backend: str,
    monkeypatch: pytest.MonkeyPatch,
    capfd: pytest.CaptureFixture[str],
) -> None:
    case = Case("azure", given(client_secret=CANARY), {CANARY})
    live(people, case)
    scene = scene_of(people)
    run_id = scene.run()
    if step in ("apply", "state"):
        carry_out(run_id, "plan")
        scene.confirm(run_id)
    child = worker_that_dies(run_id, step, monkeypatch)
    if step == "state":
        state.on_call = lambda method: os.kill(child, signal.SIGKILL) if method == "POST" else None
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == -signal.SIGKILL
    root = workdir.root_for(settings().data_dir)
    wait_until(lambda: not (workdir.remove_abandoned(root) or list(root.iterdir())))
    said = capfd.readouterr()
    assert_clean(scene.story(run_id), case.needles, "the events")
    search_everywhere(case, people, backend, said.out + said.err)


def wait_until(true: Callable[[], bool]) -> None:
    """What a killed worker leaves goes once its Terraform has ended, too."""
    deadline = time.monotonic() + 60
    while not true():
        assert time.monotonic() < deadline, "it stays"
        time.sleep(0.1)
