"""Measures everything and prints one table. `python -m tests.bench` from the project's folder; takes some minutes."""

from __future__ import annotations

import os
import platform
import shutil
from collections.abc import Iterator
from datetime import UTC, datetime

from tests.bench import browser, keys, overhead, queue, templates, workers
from tests.bench.figures import Row, table
from tests.support import instance
from tests.support.folders import passable_folder
from tests.templates import catalogue

READY_TARGET = "at most 15 s"


def main() -> None:
    """One portal with the measured templates, all figures, the table."""
    with passable_folder() as folder:
        templates.write(folder / "templates")
        largest = keys.largest()
        shutil.copytree(catalogue.folder(largest), folder / "templates" / largest)
        with instance.running(folder, {"TERRACE_TEMPLATES_DIR": str(folder / "templates")}) as portal:
            rows: list[Row] = []
            for measured in (overhead.measure(portal), _in_the_browser(portal), _second_start(portal)):
                rows += _printed(measured)
    rows += _printed(queue.measure())
    rows += _printed(workers.measure())
    print(
        f"\n{datetime.now(UTC):%Y-%m-%d %H:%M} UTC, {os.cpu_count()} processors, load {os.getloadavg()[0]:.1f}, {_python()}\n"
    )
    print(table(rows))


def _printed(measured: Iterator[Row]) -> Iterator[Row]:
    for row in measured:
        print(row.name, row.figure, sep=": ", flush=True)
        yield row


def _in_the_browser(portal: instance.Instance) -> Iterator[Row]:
    browser.connect(portal)
    with browser.signed_in(portal) as context:
        yield from browser.clicks(context, portal)
        yield from browser.lines(context, portal)
        yield from browser.frames(context, portal)
        yield from browser.first_load(context)
        yield from keys.measure(context, keys.largest())


def _second_start(portal: instance.Instance) -> Iterator[Row]:
    portal.stop()
    portal.start()
    yield Row("(f) `make up`, second start", f"{portal.start_seconds:.1f} s", READY_TARGET)


def _python() -> str:
    return f"Python {platform.python_version()} on {platform.system()} {platform.machine()}"


if __name__ == "__main__":
    main()
