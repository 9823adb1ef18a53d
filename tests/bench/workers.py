"""(g), (j), (k) Real workers with the default settings: how soon a run starts, how soon a lost worker is noticed, how many
runs a minute some worker processes carry out.

`python -m tests.bench.workers` measures these alone, in a few minutes; it needs no browser and no built pages.
"""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import httpx
import psutil
from sqlmodel import col, select

from portal.auth import service as auth_service
from portal.embedded import programs
from portal.kit.db import unit_of_work
from portal.models import Run
from portal.project import service as project_service
from portal.run.lifecycle import TERMINAL
from tests.bench import backend, templates
from tests.bench.figures import Row, percentile, spread, table
from tests.chaos.stack import Stack, until
from tests.service.run import world
from tests.support.folders import passable_folder
from tests.support.instance import ADMIN_EMAIL, ADMIN_PASSWORD, ADMIN_TOKEN
from tests.worker.scene import Scene, rows
from worker.sandbox.store import Store

ACCOUNT, GROUP, IDENTITY = "sandbox-azure", "azurerm_resource_group", "azurerm_user_assigned_identity"
LONE, CROWD, SLOTS, KILLS = 20, 20, 2, 3
SOON, NOTICED = "p95 at most 200 ms", "at most 30 s"
SECONDS_A_RESOURCE = 2.0
PROCESSES = {1: 5, 2: 10, 4: 24, 8: 40}
"""How many runs are measured with so many worker processes: enough to keep all of them busy for half a minute."""
_THREE = {
    name: text.replace("count               = 7", "count               = 2").encode()
    for name, text in templates.files("bench-eight").items()
}


@dataclass
class Bench(Stack):
    """The portal's API, the sandbox cloud and the control worker; a pool of runners that may come and go."""

    people: world.World = field(init=False)
    cloud: Store = field(init=False)
    client: httpx.Client = field(init=False)

    def start_pool(self, name: str, processes: int) -> None:
        """One worker with so many processes, ready for work."""
        self._start(name, programs.worker_command("plan,apply", processes, f"{name}@test"))
        self.wait_for_workers(name)

    def ask_for(self, template: str, name: str) -> str:
        """As a program does, over HTTP: a new deployment; returns the run that plans and applies it by itself."""
        body = {
            "name": name, "template": f"azure/{template}", "cloud_account": ACCOUNT, "project": "default",
            "values": {"name": name}, "auto_apply": True,
        }  # fmt: skip
        answer = self.client.post("/api/v1/deployments", json=body)
        answer.raise_for_status()
        return answer.json()["run"]["id"]

    def deploy(self, files: dict[str, bytes], name: str) -> str:
        """A new deployment; returns the run that plans and applies it by itself."""
        return Scene(self.people, files, {"name": name}).run(auto_apply=True)


def measure() -> Iterator[Row]:
    """All of it, on one stack."""
    with _bench() as bench:
        bench.start_pool("starts", SLOTS)
        yield from _starts(bench)
        bench.kill_all_of("starts")
        yield _lost(bench)
        yield from _throughput(bench)


@contextmanager
def _bench() -> Iterator[Bench]:
    with passable_folder() as folder, backend.of_its_own(**_folders(folder)) as url:
        templates.write(folder / "templates")
        bench = Bench(folder, os.environ)
        os.environ |= {"TERRACE_STATE_URL": bench.url, "TERRACE_SANDBOX_SOCKET": str(bench.socket)}
        try:
            bench.start("control")
            bench.client = _client(bench.url)  # the first administrator comes before anybody else
            bench.people, bench.cloud = world.build(), Store(url, connections=1)
            yield bench
            bench.client.close()
            bench.cloud.close()
        except BaseException:
            print(bench.logs())
            raise
        finally:
            bench.stop()


def _folders(folder: Path) -> dict[str, str]:
    return {"TERRACE_DATA_DIR": str(folder / "data"), "TERRACE_TEMPLATES_DIR": str(folder / "templates")}


def _client(url: str) -> httpx.Client:
    """An administrator's."""
    with unit_of_work() as session:
        auth_service.ensure_first_admin(session, email=ADMIN_EMAIL, password=ADMIN_PASSWORD, token=ADMIN_TOKEN)
        project_service.ensure_default(session)
    headers = {"Authorization": f"Bearer {ADMIN_TOKEN}"}
    return httpx.Client(base_url=url, headers=headers, timeout=60, trust_env=False)


def _starts(bench: Bench) -> Iterator[Row]:
    """By the times that the runs themselves have."""
    alone = []
    for number in range(LONE):
        run = _applied([bench.ask_for("bench-one", f"alone-{number}")])[0]
        alone.append(_milliseconds(run, "plan_queued_at", "planning_at"))
    yield Row("(g) a run is made until an idle worker starts it", spread(alone), SOON)
    done = _applied([bench.ask_for("bench-one", f"crowd-{number}") for number in range(CROWD)])
    begun = sorted(_at(run, name) for run in done for name in ("planning_at", "applying_at"))
    free = sorted(_at(run, name) for run in done for name in ("planned_at", "ended_at"))
    # While more wait than there are slots, the n-th start but `slots` is of the slot that the n-th end made free.
    waited = [(start - end) * 1000 for end, start in zip(free, begun[SLOTS:-SLOTS], strict=False)]
    yield Row("    a phase ends until the next starts in its slot", spread(waited), SOON)


def _lost(bench: Bench) -> Row:
    """From `kill -9` of a worker in the middle of an apply until the run says that it has ended."""
    rule = bench.cloud.add_rule("latency", account=ACCOUNT, type_name=IDENTITY, operation="create", amount=600)
    took = [_kill(bench, f"lost-{number}") for number in range(KILLS)]
    bench.cloud.delete_rule(rule)
    figure = f"{', '.join(f'{seconds:.1f}' for seconds in took)} s"
    return Row("(j) a worker is killed until its run has ended", figure, NOTICED)


def _kill(bench: Bench, name: str) -> float:
    bench.start_pool(name, 1)
    run_id = bench.deploy(_THREE, name)
    until(lambda: (f"{GROUP}.this", "create", "done") in rows(run_id, "apply"), "the apply is in its middle")
    bench.kill_all_of(name)
    killed = time.time()
    until(lambda: world.status(run_id) == "errored", "the run says so")
    return _at(world.row(Run, run_id), "ended_at") - killed


def _throughput(bench: Bench) -> Iterator[Row]:
    """Deployments of three resources in two layers, so that each waits for the cloud for four seconds."""
    bench.cloud.add_rule("latency", account=ACCOUNT, operation="create", amount=SECONDS_A_RESOURCE)
    first = "(k) runs a minute, 2 s a resource, 1 process"
    for processes, count in PROCESSES.items():
        name = f"pool-{processes}"
        bench.start_pool(name, processes)
        _applied([bench.deploy(_THREE, f"{name}-warm-up")])
        psutil.cpu_percent()
        done = _applied([bench.deploy(_THREE, f"{name}-{number}") for number in range(count)])
        busy = psutil.cpu_percent()
        seconds = max(_at(run, "ended_at") for run in done) - min(_at(run, "planning_at") for run in done)
        took = [_at(run, "ended_at") - _at(run, "planning_at") for run in done]
        bench.kill_all_of(name)
        figure = f"{60 * count / seconds:.0f} (a run takes {percentile(took, 0.5):.1f} s; processors {busy:.0f} % busy)"
        yield Row(first if processes == 1 else f"    {processes} processes", figure)


def _applied(run_ids: list[str]) -> list[Run]:
    """The runs, once all of them are applied."""
    until(lambda: _ended(run_ids), "all runs have ended", 300)
    runs = [world.row(Run, run_id) for run_id in run_ids]
    for run in runs:
        if run.status != "applied":
            raise RuntimeError(f"{run.id} is {run.status}: {run.error}")
    return runs


def _ended(run_ids: list[str]) -> bool:
    """Looks five times a second, so that looking costs next to nothing."""
    time.sleep(0.15)
    with unit_of_work() as session:
        going = select(col(Run.id)).where(col(Run.id).in_(run_ids), col(Run.status).not_in(TERMINAL)).limit(1)
        return session.exec(going).one_or_none() is None


def _milliseconds(run: Run, first: str, second: str) -> float:
    return (_at(run, second) - _at(run, first)) * 1000


def _at(run: Run, name: str) -> float:
    return getattr(run, name).timestamp()


def main() -> None:
    """These figures alone."""
    found = []
    for row in measure():
        print(row.name, row.figure, sep=": ", flush=True)
        found.append(row)
    print(f"\n{os.cpu_count()} processors, load {os.getloadavg()[0]:.1f}\n\n{table(found)}")


if __name__ == "__main__":
    main()
