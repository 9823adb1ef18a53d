"""`python -m tests.chaos.harness --rounds 200 [--seed 7]`: breaks a Terrace of its own and says whether anything was lost."""

from __future__ import annotations

import argparse
import signal
import sys
import tempfile
import time
from pathlib import Path

from tests.chaos.harness import cluster, load, plan, report
from tests.chaos.harness.rounds import Round
from tests.support.folders import passable_folder
from worker.terraform.process import die_with_parent


def main() -> int:
    """0 when every promise was kept."""
    given = _arguments()
    die_with_parent(signal.SIGTERM)
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    total = report.Total()
    logs = Path(given.logs or tempfile.mkdtemp(prefix="terrace-chaos-logs-"))
    logs.mkdir(parents=True, exist_ok=True)
    with passable_folder() as folder:
        load.write_template(folder)
        with cluster.running(folder, keep=logs) as running:
            for seed in range(given.seed, given.seed + given.rounds):
                wanted = plan.make(
                    seed,
                    deployments=given.deployments,
                    faults=given.faults,
                    seconds=given.seconds,
                    only=given.only,
                )
                result = Round(running, wanted).run()
                total.add(result)
                print(report.line(result), flush=True)
                (logs / f"round-{seed}.txt").write_text("\n".join(result.log))
                if result.violations:
                    print(report.failure(result), flush=True)
                    if given.stop:
                        break
    print(f"\n{total.table()}")
    if total.violations:
        print(f"\nThe logs of the processes: {logs}")
    return 1 if total.violations else 0


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="make chaos", description=__doc__)
    parser.add_argument("--rounds", type=int, default=1)
    parser.add_argument("--seed", type=int, default=int(time.time()) % 1_000_000, help="of the first round")
    parser.add_argument("--deployments", type=int, default=12)
    parser.add_argument("--faults", type=int, default=64, help="a round")
    parser.add_argument("--seconds", type=float, default=60.0, help="a round, until no more faults come")
    parser.add_argument("--only", default="", help="faults whose kind has this in its name")
    parser.add_argument("--logs", help="a folder for the processes' logs")
    parser.add_argument("--stop", action="store_true", help="after the first round with a violation")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
