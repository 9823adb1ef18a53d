"""(a) What the portal adds to Terraform: a whole run against the same commands without it, in turn."""

from __future__ import annotations

import json
import os
import subprocess
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from portal.kit.config import settings
from tests.bench import templates
from tests.bench.figures import Row, median
from tests.support.instance import Instance
from worker.sandbox import mirror
from worker.terraform import engine

ROUNDS = 7


def measure(portal: Instance) -> Iterator[Row]:
    """Two rows a template: the portal's median, bare Terraform's, ratio and difference."""
    for name in templates.SOURCES:
        yield from _compare(portal, name)


def _compare(portal: Instance, name: str) -> list[Row]:
    through_portal, with_init, without = [], [], []
    _portal_run(portal, name, "warm-up")
    for number in range(ROUNDS):
        through_portal.append(_portal_run(portal, name, f"r{number}"))
        init, rest = _bare_run(portal, name, number)
        with_init.append(init + rest)
        without.append(rest)
    run, bare, same = median(through_portal), median(with_init), median(without)
    size = templates.SIZES[name]
    return [
        Row(
            f"(a) portal run, {size} resource{'s' * (size > 1)}",
            f"{run:.0f} ms; bare init, plan, show, apply {bare:.0f} ms; ratio {run / bare:.2f}, {run - bare:+.0f} ms",
            f"at most {1.1 * bare + 300:.0f} ms (1.10 x + 300 ms)",
        ),
        Row(f"    the same without init, {size}", f"bare plan, show, apply {same:.0f} ms; {run - same:+.0f} ms"),
    ]


def _portal_run(portal: Instance, name: str, suffix: str) -> float:
    """Milliseconds from sending the request to the end of the event stream of a run that applies by itself."""
    body = {
        "name": f"{name}-{suffix}",
        "template": f"azure/{name}",
        "cloud_account": "sandbox-azure",
        "project": "default",
        "values": {"name": f"{name}-{suffix}"},
        "auto_apply": True,
    }
    began = time.perf_counter()
    run = portal.call("POST", "/deployments", body)["run"]["id"]
    last: dict[str, object] = {}
    headers = {"Accept": "text/event-stream"}
    with portal.client.stream("GET", f"/api/v1/runs/{run}/events?after=0", headers=headers, timeout=120) as stream:
        for line in stream.iter_lines():
            if line.startswith("data: {"):
                last = json.loads(line[5:])
    took = (time.perf_counter() - began) * 1000
    if last.get("status") != "applied":
        raise RuntimeError(f"the measured run did not end well: {last}")
    return took


def _bare_run(portal: Instance, name: str, number: int) -> tuple[float, float]:
    """Milliseconds of init, and of plan, show and apply, with the portal's engine, mirror and sandbox."""
    found = engine.find(settings().terraform_bin)
    with tempfile.TemporaryDirectory() as folder:
        for file, text in templates.files(name).items():
            (Path(folder) / file).write_text(text)
        values = {"name": f"bare-{name}-{number}-{os.getpid()}"}
        (Path(folder) / "terraform.tfvars.json").write_text(json.dumps(values))
        environment = _environment(
            portal, Path(folder), mirror.named_types(text.encode() for text in templates.files(name).values())
        )

        def timed(*arguments: str) -> float:
            began = time.perf_counter()
            done = subprocess.run(
                [*found.command, *arguments], cwd=folder, env=environment, capture_output=True, check=False
            )
            if done.returncode != 0:
                raise RuntimeError(f"terraform {arguments[0]} failed: {done.stdout.decode()}{done.stderr.decode()}")
            return (time.perf_counter() - began) * 1000

        init = timed("init", "-input=false", "-no-color", "-json")
        rest = timed("plan", "-input=false", "-json", "-out=plan.bin") + timed("show", "-json", "plan.bin")
        return init, rest + timed("apply", "-input=false", "-json", "plan.bin")


def _environment(portal: Instance, folder: Path, types: frozenset[str]) -> dict[str, str]:
    config = next((portal.folder / "data").rglob(mirror.CLI_CONFIG))
    return {
        "PATH": os.environ["PATH"],
        "HOME": str(folder),
        "TF_CLI_CONFIG_FILE": str(config),
        "TF_IN_AUTOMATION": "1",
        "TF_INPUT": "0",
        "CHECKPOINT_DISABLE": "1",
        **mirror.environment(account="sandbox-azure", run_id="bare", types=types),
    }
