"""Whatever goes wrong in the middle of a phase, the run ends with the truth, the state is kept and nothing is left behind."""

from __future__ import annotations

import json
import os
import signal
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import psutil
import pytest

from portal.kit.config import settings
from portal.kit.db import unit_of_work
from portal.run import service, work
from tests.service.run import world
from tests.worker.scene import TWO, Scene, carry_out, rows
from tests.worker.state_server import StateServer
from worker import executor
from worker.terraform import engine, prepared, workdir

SECRET = "correct-horse/battery+staple"
# Creates one resource, then hangs in the other until it is told to stop.
HANGING = {
    "main.tf": b"""
resource "terraform_data" "first" {}

resource "terraform_data" "hanging" {
  depends_on = [terraform_data.first]

  provisioner "local-exec" {
    command = "sleep 600"
  }
}
"""
}


def until(condition: Callable[[], object], seconds: float = 120) -> None:
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "it did not happen"
        time.sleep(0.02)


@contextmanager
def applying(scene: Scene) -> Iterator[str]:
    """An apply that hangs in its second resource, in a thread; the block makes it end."""
    run_id = scene.planned()
    scene.confirm(run_id)
    thread = threading.Thread(target=carry_out, args=(run_id, "apply"))
    thread.start()
    until(lambda: ("terraform_data.hanging", "create", "running") in rows(run_id, "apply"))
    yield run_id
    thread.join(120)
    assert not thread.is_alive()


def no_work_left() -> bool:
    root = workdir.root_for(settings().data_dir)
    return not root.exists() or list(root.iterdir()) == []


def test_a_canceled_apply_stops_terraform_and_keeps_what_it_had_done(people: world.World) -> None:
    scene = Scene(people, HANGING, {})
    with applying(scene) as run_id, unit_of_work() as session:
        service.cancel(session, people.member, run_id=run_id)
    assert scene.view(run_id).status == "canceled", scene.story(run_id)
    assert "terraform_data.first" in scene.resources()
    assert not scene.locked()
    assert rows(run_id, "apply")[-1][2] in ("failed", "stopped")
    assert no_work_left()


def test_a_run_that_was_given_up_is_stopped_and_not_written_about_any_more(people: world.World) -> None:
    scene = Scene(people, HANGING, {})
    with applying(scene) as run_id:
        world.expire_lease(run_id)
        with unit_of_work() as session:
            ended = work.sweep(session).ended
        # A beat may have come between the two; then the run is still held and we try again.
        while run_id not in ended:
            world.expire_lease(run_id)
            with unit_of_work() as session:
                ended = work.sweep(session).ended
        told = len(world.events(run_id))
    assert scene.view(run_id).status == "errored"
    assert len(world.events(run_id)) == told
    assert not scene.locked()
    assert no_work_left()


def test_a_terraform_that_is_killed_is_reported_as_that(people: world.World) -> None:
    scene = Scene(people, HANGING, {})
    with applying(scene) as run_id:
        for child in psutil.Process().children():
            if "apply" in child.cmdline() and run_id in child.cwd():
                os.kill(child.pid, signal.SIGKILL)
    view = scene.view(run_id)
    assert view.error is not None
    assert view.error.summary == "Terraform was ended from outside (SIGKILL)."


def test_a_plan_that_is_canceled_meanwhile_ends_canceled(people: world.World, state: StateServer) -> None:
    scene = Scene(people, TWO, {"size": 1})
    run_id = scene.run()

    def cancel(method: str) -> None:
        if method == "GET":
            with unit_of_work() as session:
                service.cancel(session, people.member, run_id=run_id)

    state.on_call = cancel
    carry_out(run_id, "plan")
    assert scene.view(run_id).status == "canceled"


def test_a_state_that_the_portal_did_not_take_is_offered_again(people: world.World, state: StateServer) -> None:
    scene = Scene(people, TWO, {"size": 1})
    run_id = scene.planned()
    scene.confirm(run_id)
    refusals = [403]  # an answer that Terraform does not try again
    state.refuse = lambda method: refusals.pop() if method == "POST" and refusals else None
    carry_out(run_id, "apply")
    assert scene.view(run_id).status == "errored"
    assert scene.resources() == ["terraform_data.first", "terraform_data.second"], scene.story(run_id)
    assert not scene.locked()


def test_a_portal_that_is_away_for_a_moment_is_waited_for(people: world.World, state: StateServer) -> None:
    scene = Scene(people, TWO, {"size": 1})
    away = [503]
    state.refuse = lambda method: away.pop() if method == "GET" and away else None
    run_id = scene.planned()
    assert scene.view(run_id).status == "planned", scene.story(run_id)


def test_a_message_that_comes_twice_or_too_early_does_nothing(people: world.World, state: StateServer) -> None:
    """Attack 33: a broker that delivers again must not apply again."""
    scene = Scene(people, TWO, {"size": 1})
    run_id = scene.run()
    carry_out(run_id, "apply")
    assert scene.view(run_id).status == "plan_queued"
    carry_out(run_id, "plan")
    carry_out(run_id, "plan")
    scene.confirm(run_id)
    carry_out(run_id, "apply")
    calls, told = list(state.calls), len(world.events(run_id))
    carry_out(run_id, "apply")
    assert (state.calls, len(world.events(run_id))) == (calls, told)


def test_an_error_of_the_template_is_shown_with_its_place_and_without_the_secret(people: world.World) -> None:
    files = TWO | {"check.tf": b'resource "terraform_data" "checked" {\n  input = file("${var.password}.txt")\n}\n'}
    scene = Scene(people, files, {"size": 1, "password": SECRET})
    run_id = scene.planned()
    view = scene.view(run_id)
    assert view.status == "errored"
    assert view.error is not None
    assert "check.tf, line 2" in view.error.detail
    found = [event.data for event in world.events(run_id) if event.type == "diagnostic"]
    assert found[0]["range"]["filename"] == "check.tf"
    assert "file(" in found[0]["snippet"]["code"]
    assert SECRET not in scene.story(run_id)
    assert no_work_left()


def test_a_value_that_terraform_alone_can_judge_is_refused_with_the_authors_sentence(people: world.World) -> None:
    scene = Scene(people, TWO, {"size": 100})
    run_id = scene.planned()
    assert "Fewer than 100, please." in scene.story(run_id)
    assert scene.view(run_id).status == "errored"


def test_a_provider_that_the_sandbox_does_not_have_is_an_error_of_init(people: world.World) -> None:
    scene = Scene(people, {"main.tf": b'resource "random_id" "this" {\n  byte_length = 4\n}\n'}, {})
    run_id = scene.planned()
    view = scene.view(run_id)
    assert view.status == "errored"
    assert "hashicorp/random" in scene.story(run_id)
    assert view.error is not None
    assert view.error.summary


def test_an_error_of_our_own_is_told_by_a_reference_and_logged_without_secrets(
    people: world.World, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def broken(*_: object) -> None:
        raise RuntimeError(f"cannot start with {SECRET}")

    monkeypatch.setattr(engine, "find", broken)
    scene = Scene(people, TWO, {"size": 1, "password": SECRET})
    run_id = scene.planned()
    error = scene.view(run_id).error
    assert error is not None
    assert "err-" in error.detail
    logged = capsys.readouterr()
    assert error.detail.rpartition("under ")[2].rstrip(".") in logged.out + logged.err
    assert SECRET not in logged.out + logged.err + scene.story(run_id)
    assert no_work_left()


def test_the_end_is_told_again_when_the_database_did_not_hear_it(
    people: world.World, monkeypatch: pytest.MonkeyPatch
) -> None:
    scene = Scene(people, TWO, {"size": 1})
    finish, failures = work.finish_plan, [OSError("gone"), OSError("gone")]

    def flaky(*args: object, **kwargs: object) -> bool:
        if failures:
            raise failures.pop()
        return finish(*args, **kwargs)  # type: ignore[arg-type]

    monkeypatch.setattr(executor.work, "finish_plan", flaky)
    assert scene.view(scene.planned()).status == "planned"


TYPED = (
    '${file("/etc/passwd")}%{ if true }x%{ endif }',
    '"}\nresource "terraform_data" "evil" {}\n',
    "-var-file=/etc/passwd",
    "<<EOT\nx\nEOT",
    "$(touch evil) `touch evil` ; touch evil",
    "../../etc/passwd\u2028\u202e\U0001f600",
    "x" * 1_000_000,
)


def test_what_a_user_types_is_data_and_nothing_else(people: world.World) -> None:
    """Attack 6: neither HCL, nor an argument, nor a path, nor a shell sees it as more than a text."""
    typed = {f"text_{number}": value for number, value in enumerate(TYPED)}
    declared = "".join(f'variable "{name}" {{\n  type = string\n}}\n' for name in typed)
    shown = "".join(f'output "{name}" {{\n  value = var.{name}\n}}\n' for name in typed)
    files = TWO | {"variables.tf": TWO["variables.tf"] + declared.encode(), "outputs.tf": shown.encode()}
    scene = Scene(people, files, {"size": 1, **typed})
    run_id = scene.applied()
    assert scene.view(run_id).status == "applied", scene.story(run_id)[:5000]
    assert scene.outputs() == typed
    assert scene.resources() == ["terraform_data.first", "terraform_data.second"]


def test_init_runs_once_for_a_template_and_again_when_the_plan_was_made_with_another_lock(
    people: world.World, monkeypatch: pytest.MonkeyPatch
) -> None:
    def inits(run_id: str) -> int:
        return scene.story(run_id).count("Initializing the backend")

    scene = Scene(people, TWO, {"size": 1})
    assert inits(scene.planned("plan_only")) == 1
    run_id = scene.applied()
    assert inits(run_id) == 0
    take = prepared.Prepared.take
    monkeypatch.setattr(
        prepared.Prepared, "take", lambda self, name, files, lock_file: take(self, name, files, lock_file=b"another")
    )
    assert inits(scene.planned("destroy")) == 1


SPY = """#!{python}
import json, os, sys
if sys.argv[1] == "version":
    print(json.dumps({{"terraform_version": "1.11.4"}}))
    sys.exit(0)
seen = {{"argv": sys.argv, "environ": dict(os.environ), "fds": sorted(os.listdir("/proc/self/fd"))}}
with open({report!r}, "a") as file:
    file.write(json.dumps(seen) + "\\n")
print("{{}}")
sys.exit(1)
"""


def test_the_engine_sees_nothing_of_the_workers_secrets(
    people: world.World, settings_env: Callable[..., None], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Attacks 1 and 14: its arguments, its environment and its open files are all that a provider could read."""
    report, spy = tmp_path / "report", tmp_path / "spy"
    spy.write_text(SPY.format(python=sys.executable, report=str(report)))
    spy.chmod(0o755)
    settings_env(TERRACE_TERRAFORM_BIN=str(spy), TERRACE_ISOLATION="off")  # with walls it could not even report
    monkeypatch.setenv("CANARY", "canary-canary")
    scene = Scene(people, TWO, {"size": 1, "password": SECRET})
    scene.planned()
    seen = json.loads(report.read_text().splitlines()[0])
    text = json.dumps(seen)
    for secret in (os.environ["TERRACE_SECRET_KEYS"], os.environ["TERRACE_DATABASE_URL"], "canary-canary", SECRET):
        assert secret not in text
    assert not [name for name in seen["environ"] if name.startswith("TERRACE_") and "SANDBOX" not in name]
    # The standard streams, the reading ends of two of them, the work directory's lock, and the listing itself.
    assert len(seen["fds"]) <= 7
    assert not [word for word in seen["argv"] if SECRET in word or seen["environ"]["TF_HTTP_PASSWORD"] in word]
