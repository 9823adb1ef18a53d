"""How long policies take on a plan of 320 resources: `python -m tests.bench.policies`; takes some seconds."""

from __future__ import annotations

import gzip
import json
import os
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Final

from portal.kit import clock
from portal.policy import evaluator, subject
from portal.policy.judging import Question, judge
from portal.policy.subject import Facts, Subject
from tests.bench.figures import Row, spread, table

PLANS: Final = Path(__file__).parents[1] / "unit" / "policy" / "plans.json.gz"
RESOURCES: Final = 320
TIMES: Final = 100
TARGET: Final = "p95 below 100 ms"
RULES: Final = (
    Question("required_tags", {"tags": ["owner", "env=dev|prod"]}),
    Question("allowed_regions", {"regions": ["westeurope", "europe-*"]}),
    Question("resource_types", {"forbidden": ["*_vpn_gateway"]}),
    Question("machine_types", {"allowed": ["Standard_B*", "e2-*"]}),
    Question("naming", {"pattern": "[a-z][a-z0-9-]*"}),
    Question("public_exposure", {}),
    Question("encryption", {}),
    Question("data_loss", {}),
    Question("deletion_protection", {"only_production": False}),
    Question("no_public_address", {}),
    Question("change_limit", {"changed": 500}),
    Question("cost_limit", {"monthly": 1000}),
    Question("expiry", {"days": 30}),
    Question("change_window", {"timezone": "Europe/Berlin"}),
)
EXPRESSIONS: Final = tuple(
    Question("expression", settings)
    for settings in (
        {"expression": "!has(change.after.location) || change.after.location in ['westeurope', 'northeurope']"},
        {"where": "has(change.after.region)", "expression": "change.after.region.startsWith('europe-')"},
        {"where": "change.type == 'azurerm_storage_account'", "expression": "change.after.min_tls_version == 'TLS1_2'"},
        {"where": "change.action == 'delete'", "expression": "!change.type.contains('database')"},
        {"where": "has(change.after.tags)", "expression": "change.after.tags.all(tag, tag == tag.lowerAscii())"},
        {"where": "has(change.after.name)", "expression": "change.after.name.matches('^[A-Za-z0-9]')"},
        {"expression": "size(change.unknown) < 100 && !('password' in change.unknown)"},
        {"form": "plan", "expression": "plan.counts.destroy <= 5 && size(plan.changes) < 1000"},
        {"form": "plan", "expression": "plan.changes.filter(c, c.type.endsWith('_public_ip')).size() < 50"},
        {"form": "plan", "expression": "time.weekday < 8 && (cost == null || cost.delta_monthly < 500.0)"},
    )
)  # fmt: skip


def plan() -> Subject:
    """320 resources of what our templates plan."""
    made = json.loads(gzip.decompress(PLANS.read_bytes()))
    changes = [change for name in sorted(made) for change in made[name]["changes"]][:RESOURCES]
    named = [change | {"address": f"module.part[{index}].{change['address']}"} for index, change in enumerate(changes)]
    facts = Facts(run={}, project={}, template={}, deployment={}, now=clock.now())
    return subject.of({"changes": named, "counts": {"add": RESOURCES, "destroy": 0}}, facts)


def measure() -> list[Row]:
    """The figures."""
    asked = plan()
    summary_size = len(json.dumps(subject.document(asked)))
    assert len(asked.changes) == RESOURCES
    rows = [Row(f"plan of {RESOURCES} resources", f"{summary_size / 1024:.0f} kB as an expression sees it", "")]
    for name, questions in (
        (f"{len(RULES)} built-in rules", RULES),
        (f"{len(EXPRESSIONS)} expressions", EXPRESSIONS),
        ("all of them", RULES + EXPRESSIONS),
    ):
        _ask(asked, questions)
        rows.append(Row(name, _figure(lambda chosen=questions: _ask(asked, chosen)), TARGET))
    return rows


def _ask(asked: Subject, questions: Sequence[Question]) -> None:
    assert not [answer.error for answer in judge(asked, questions) if answer.error]


def _figure(work: Callable[[], None]) -> str:
    taken, computed = [], _processor_seconds()
    for _ in range(TIMES):
        began = time.perf_counter()
        work()
        taken.append((time.perf_counter() - began) * 1000)
    return f"{spread(taken)}; {(_processor_seconds() - computed) / TIMES * 1000:.0f} ms of a processor"


def _processor_seconds() -> float:
    """Of this process and of the one that evaluates expressions."""
    with evaluator.borrowed() as helper:
        fields = Path(f"/proc/{helper._process.pid}/stat").read_text().rpartition(")")[2].split()
    return time.process_time() + (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


if __name__ == "__main__":
    print(table(measure()))
