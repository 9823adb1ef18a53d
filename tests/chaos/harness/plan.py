"""What a round does: which fault, when, on what, and what people do meanwhile. Pure: the same seed is the same plan.

How processes interleave is never repeatable; what is done to them, and when, is.
"""

from __future__ import annotations

import random
import shlex
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final, Literal

LEASE: Final = 4.0
"""Seconds; the processes are started with it. Pauses are planned shorter and longer than that."""
WORKERS: Final = ("one", "two")

Action = Literal[
    "create", "confirm", "discard", "change", "cancel", "force", "destroy", "plan_only", "drift", "again", "retry"
]


@dataclass(frozen=True, slots=True)
class Kind:
    """A way to break something. `targets`: what it may hit; `short` and `long`: for how many seconds."""

    name: str
    targets: tuple[str, ...]
    short: tuple[float, float] = (0.0, 0.0)
    long: tuple[float, float] | None = None
    weight: int = 2


_PAUSE: Final = (0.3, LEASE * 0.6)
_LONG_PAUSE: Final = (LEASE * 1.4, LEASE * 2.5)
_DOWN: Final = (0.1, 2.0)
_LONG_DOWN: Final = (3.0, 7.0)
_LINKS: Final = ("postgres", "redis", "portal")

KINDS: Final = (
    Kind("kill worker", WORKERS, _DOWN, _LONG_DOWN, weight=5),
    Kind("kill worker, its children and Terraform", WORKERS, _DOWN, _LONG_DOWN, weight=4),
    Kind("kill pool process", WORKERS, weight=5),
    Kind("kill Terraform", ("terraform",), weight=5),
    Kind("kill what is around Terraform", ("terraform",)),
    Kind("stop worker in good order", WORKERS, _DOWN, weight=2),
    Kind("kill control", ("control",), _DOWN, _LONG_DOWN, weight=3),
    Kind("kill sandbox", ("sandbox",), (0.1, 1.5), weight=3),
    Kind("pause worker, its children and Terraform", WORKERS, _PAUSE, _LONG_PAUSE, weight=4),
    Kind("pause worker's main process", WORKERS, _PAUSE, _LONG_PAUSE),
    Kind("pause pool process", WORKERS, _PAUSE, _LONG_PAUSE, weight=4),
    Kind("pause Terraform", ("terraform",), _PAUSE, _LONG_PAUSE),
    Kind("pause control", ("control",), _PAUSE, _LONG_PAUSE),
    Kind("pause API", ("api",), _PAUSE, _LONG_PAUSE),
    Kind("pause PostgreSQL session", ("postgres",), _PAUSE, _LONG_PAUSE, weight=3),
    Kind("pause PostgreSQL", ("postgres",), _PAUSE, _LONG_PAUSE),
    Kind("pause Redis", ("redis",), _PAUSE, _LONG_PAUSE),
    Kind("kill API", ("api",), _DOWN, _LONG_DOWN, weight=4),
    Kind("restart API in good order", ("api",), _DOWN),
    Kind("stop PostgreSQL at once", ("postgres",), _DOWN, _LONG_DOWN, weight=4),
    Kind("stop PostgreSQL fast", ("postgres",), _DOWN, _LONG_DOWN, weight=3),
    Kind("kill PostgreSQL session", ("postgres",)),
    Kind("end everybody's sessions", ("postgres",), weight=4),
    Kind("kill Redis, its data lost", ("redis",), _DOWN, _LONG_DOWN, weight=3),
    Kind("restart Redis, its data kept", ("redis",), _DOWN),
    Kind("empty Redis", ("redis",), weight=3),
    Kind("end Redis connections", ("redis",)),
    Kind("cut connections", _LINKS, weight=5),
    Kind("refuse connections", _LINKS, _DOWN, _LONG_DOWN, weight=4),
    Kind("hang connections", _LINKS, _PAUSE, _LONG_PAUSE, weight=4),
    Kind("lose answers, then cut", _LINKS, (0.2, 1.2), weight=5),
    Kind("send messages twice", ("queue",), weight=3),
    Kind("send messages of the past", ("queue",)),
    Kind("send messages that nobody understands", ("queue",)),
)


@dataclass(frozen=True, slots=True)
class Fault:
    """One fault: `at` seconds into the round, for `seconds`; `pick` (0 to 1) chooses among what is there at that moment."""

    number: int
    at: float
    kind: str
    target: str
    seconds: float
    pick: float

    def __str__(self) -> str:
        lasting = f" for {self.seconds:.1f} s" if self.seconds else ""
        return f"{self.kind} ({self.target}){lasting}"


@dataclass(frozen=True, slots=True)
class Step:
    """What a person does at a moment. `items` and `label` are values; `auto` is auto apply."""

    at: float
    action: Action
    items: int = 1
    label: str = ""
    auto: bool = False


@dataclass(frozen=True, slots=True)
class Script:
    """What happens to one deployment."""

    name: str
    steps: tuple[Step, ...]


@dataclass(frozen=True, slots=True)
class Plan:
    """A whole round. `latencies`: how long the cloud takes, by type and operation."""

    seed: int
    seconds: float
    scripts: tuple[Script, ...]
    faults: tuple[Fault, ...]
    latencies: tuple[tuple[str, str, float], ...]
    only: str = ""

    @property
    def command(self) -> str:
        """What carries out this plan again."""
        size = f"--deployments {len(self.scripts)} --faults {len(self.faults)} --seconds {self.seconds:g}"
        only = f" --only {shlex.quote(self.only)}" if self.only else ""
        return f"python -m tests.chaos.harness --seed {self.seed} --rounds 1 {size}{only}"


def make(seed: int, *, deployments: int = 12, faults: int = 64, seconds: float = 60.0, only: str = "") -> Plan:
    """The plan of the round with this seed; `only` faults whose kind has this word in its name."""
    chance = random.Random(seed)
    return Plan(
        seed,
        seconds,
        tuple(_script(chance, f"c{seed}-{number}", seconds) for number in range(deployments)),
        tuple(_faults(chance, faults, seconds, [kind for kind in KINDS if only in kind.name])),
        tuple(_latencies(chance)),
        only,
    )


def _latencies(chance: random.Random) -> Iterator[tuple[str, str, float]]:
    for type_name in ("azurerm_resource_group", "azurerm_user_assigned_identity", "azurerm_role_assignment"):
        for operation in ("create", "update", "delete"):
            yield type_name, operation, round(chance.choice((0.0, 0.2, 0.5, 1.0, 1.8)), 1)


def _faults(chance: random.Random, count: int, seconds: float, kinds: Sequence[Kind]) -> Iterator[Fault]:
    """The first when something is going on, the last when something still is; in order of time."""
    moments = sorted(round(chance.uniform(2.0, seconds - 1.0), 2) for _ in range(count))
    for number, at in enumerate(moments, 1):
        kind = chance.choices(kinds, [kind.weight for kind in kinds])[0]
        lasting = kind.long if kind.long and chance.random() < 0.35 else kind.short
        yield Fault(
            number, at, kind.name, chance.choice(kind.targets), round(chance.uniform(*lasting), 2), chance.random()
        )


def _script(chance: random.Random, name: str, seconds: float) -> Script:
    """A first run early on, then more or less sensible acts until the end."""
    at = chance.uniform(0.0, seconds * 0.3)
    steps = [_step(chance, at, "create")]
    if not steps[0].auto:
        steps.append(_step(chance, at + chance.uniform(0.5, 3.0), "confirm"))
    while (at := at + chance.uniform(2.0, 12.0)) < seconds:
        action: Action = chance.choices(*_NEXT)[0]
        steps.append(_step(chance, at, action))
        if action == "cancel" and chance.random() < 0.4:
            steps.append(_step(chance, at + chance.uniform(0.2, 1.5), "force"))
    return Script(name, tuple(steps))


_NEXT: Final[tuple[tuple[Action, ...], tuple[int, ...]]] = (
    ("change", "confirm", "cancel", "destroy", "again", "plan_only", "drift", "discard", "retry"),
    (8, 4, 4, 2, 2, 1, 1, 1, 2),
)


def _step(chance: random.Random, at: float, action: Action) -> Step:
    return Step(round(at, 2), action, chance.randint(1, 4), f"l{chance.randint(1, 9)}", chance.random() < 0.65)
