"""Proves the sandbox on every type that it has: create, plan again (must be empty), destroy, with the real Terraform.

    python -m worker.sandbox.sweep --database-url postgresql://... [--provider azurerm] [--full] [--only PATTERN]

Configurations are made from the schemas: required arguments only, or with --full one of every optional block as well.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Annotated, Any, Final

import typer

from worker.sandbox import behaviour, schema, validate
from worker.sandbox.behaviour import Behaviours, ancestors, shape
from worker.sandbox.connection import open_store
from worker.sandbox.mirror import VERSIONS, environment, install
from worker.sandbox.plan import as_block, element_type
from worker.sandbox.protocol import Path_
from worker.sandbox.schema import Attribute, Block, Cty
from worker.terraform import engine

ACCOUNT: Final = "sweep"
_DEPTH: Final = 4
_REPAIRS: Final = 60
_KNOWN: Final = {
    "location": {"azurerm": "westeurope", "google": "us-central1"},
    "revision": {"azurerm": "1", "google": "1"},
}
_TEXTS: Final = (  # what patterns in the packs were seen to accept, most ordinary first
    "{name}",
    "a",
    "1",
    "10.1.0.0/24",
    "10.1.0.4",
    "2030-01-01T00:00:00Z",
    "PT1H",
    "3600s",
    "P1D",
    "user@example.com",
    "UTC",
    "1.0",
    "example.com",
    "example.com.",
    "https://example.com/",
    "80",
    "00:00",
    "03:00",
    "/",
    "*",
    "sweep-1",
    "a-a-a",
    "projects/p/topics/{name}",
    "projects/p/global/networks/{name}",
    "projects/p/serviceAccounts/sandbox@p.iam.gserviceaccount.com",
    "projects/p/locations/us-central1/keyRings/k/cryptoKeys/c",
    "serviceAccount:a@p.iam.gserviceaccount.com",
    "{name}aaaaaaaaaaaaaaaa",
    "00000000-0000-0000-0000-000000000000",
    "Aa1!{name}aaaa",
)


@dataclass(frozen=True)
class Maker:
    """Makes configurations of one provider's types that the sandbox accepts."""

    pack: schema.Pack
    behaviours: Behaviours
    full: bool

    def resource(self, type_name: str) -> dict[str, Any]:
        """Arguments for one resource."""
        block = self.pack.resource(type_name)
        made = self._repaired(block, self._block(block, type_name, self.full, 0), type_name)
        if made is None and self.full:
            made = self._repaired(block, self._block(block, type_name, full=False, depth=0), type_name)
        if made is None or any(one.required and name not in made for name, one in block.attributes.items()):
            raise RuntimeError(f"there is no configuration of {type_name} that its own rules accept")
        made |= dict.fromkeys(self.behaviours.of(type_name).protected[:1], False)
        parents = dict(self._parents(type_name))
        made |= {name: name_of(parent) for name, parent in parents.items() if name in block.attributes}
        needed = {f"{parent}.one" for parent in parents.values()} | self._group(type_name, block)
        return made | ({"depends_on": sorted(needed)} if needed else {})

    def closure(self, types: list[str]) -> list[str]:
        """`types` with those that must exist before them."""
        found = dict.fromkeys(types)
        for type_name in types:
            found |= dict.fromkeys(self.closure([parent for _, parent in self._parents(type_name)]))
            if self._group(type_name, self.pack.resource(type_name)):
                found["azurerm_resource_group"] = None
        return list(found)

    def _group(self, type_name: str, block: Block) -> set[str]:
        needs = "resource_group_name" in block.attributes and type_name != "azurerm_resource_group"
        return {"azurerm_resource_group.one"} if needs else set()

    def _parents(self, type_name: str) -> Iterator[tuple[str, str]]:
        """Arguments in the type's id that name another resource, with the type of that one."""
        template = self.behaviours.full_id(self.behaviours.of(type_name).id)
        for ancestor in ancestors(template.split("|")[0]):
            parent = self.behaviours.shapes.get(shape(ancestor))
            last = ancestor.rsplit("/", 1)[-1].strip("{}")
            if parent and parent in self.pack.raw["resources"] and parent != type_name and last.isidentifier():
                yield last, parent

    def _block(self, block: Block, type_name: str, full: bool, depth: int) -> dict[str, Any]:
        made: dict[str, Any] = {}
        for name, attribute in block.attributes.items():
            wanted = attribute.required or (
                full and attribute.optional and name not in ("id", "project", "deletion_policy")
            )
            if wanted and not attribute.facts.get("deprecated"):
                made[name] = self._value(attribute, attribute.type, type_name)
        for name, nested in block.blocks.items():
            if nested.least or (full and depth < _DEPTH and name != "timeouts" and not nested.facts.get("deprecated")):
                one = self._block(nested.block, type_name, full, depth + 1)
                made[name] = one if nested.mode == "single" else [one] * max(nested.least, 1)
        return made

    def _value(self, attribute: Attribute, cty: Cty, type_name: str) -> Any:
        if isinstance(cty, str):
            return self._simple(attribute, cty, type_name)
        if attribute.facts.get("nested") and isinstance(element_type(cty), list):
            fields = as_block(attribute)
            given = {name: self._value(field, field.type, type_name) for name, field in fields.attributes.items()}
            return [{name: None if name == "id" else value for name, value in given.items()}]
        if cty[0] == "object":
            return {
                name: self._value(Attribute(name, inner, False, True, False), inner, type_name)
                for name, inner in cty[1].items()
            }
        if cty[0] == "map":
            return {"key": self._value(Attribute(attribute.name, cty[1], False, True, False), cty[1], type_name)}
        least = max(attribute.facts.get("min_items", 1), 1)
        return [
            f"{one}-{number}" if number else one
            for number, one in enumerate([self._value(attribute, cty[1], type_name)] * least)
        ]

    def _simple(self, attribute: Attribute, cty: str, type_name: str) -> Any:
        facts = attribute.facts
        if facts.get("enum"):
            return facts["enum"][0]
        if cty == "bool":
            return "protect" not in attribute.name and "prevent" not in attribute.name
        if cty == "number":
            least = (facts.get("range") or [1])[0]
            return facts.get("multiple_of") or facts.get("default") or (1 if least is None else max(least, 0))
        return self._text(attribute, type_name)

    def _text(self, attribute: Attribute, type_name: str) -> str:
        facts, name = attribute.facts, attribute.name
        if name in _KNOWN:
            return _KNOWN[name][self.pack.provider]
        if name == "resource_group_name":
            return name_of("azurerm_resource_group")
        if facts.get("id_format") or facts.get("id_formats"):
            return facts.get("id_format") or facts["id_formats"][0]
        probe = Block({name: Attribute(name, "string", False, True, False, _own(facts))}, {})
        texts = (text.replace("{name}", name_of(type_name)) for text in _TEXTS)
        return next(
            (text for text in texts if not _errors(probe, {name: text})), facts.get("default") or name_of(type_name)
        )

    def _repaired(self, block: Block, made: dict[str, Any], type_name: str) -> dict[str, Any] | None:
        """`made` without what may not stand together and with what must be there; None when that leads nowhere."""
        tried: Counter[str] = Counter()
        for _ in range(_REPAIRS):
            found = _errors(block, made)
            if not found:
                return made
            path, detail = found[0].path, found[0].detail
            tried[detail] += 1
            if "must be specified" in detail:
                self._supply(block, made, detail, tried[detail] - 1, type_name)
            elif not _thin(made, path, detail):
                return None
        return None

    def _supply(self, block: Block, made: dict[str, Any], detail: str, attempt: int, type_name: str) -> None:
        """Adds a member of a group of which one must be there, another at each attempt; or all that must be."""
        group = detail.rsplit("`", 2)[1].split(",")
        wanted = group if "all of" in detail else [group[attempt % len(group)]]
        for name in wanted:
            self._add(block, made, name.split("."), type_name)

    def _add(self, block: Block, made: dict[str, Any], steps: list[str], type_name: str) -> None:
        name, rest = steps[0], steps[2:]
        if attribute := block.attributes.get(name):
            if made.get(name) is None:
                made[name] = self._value(attribute, attribute.type, type_name)
        elif nested := block.blocks.get(name):
            if not made.get(name):
                made[name] = [self._block(nested.block, type_name, full=False, depth=0)]
            if rest:
                self._add(nested.block, made[name][0], rest, type_name)


def name_of(type_name: str) -> str:
    """A name for the one resource of a type: short, lower case, and no other type's."""
    return f"sw{hashlib.sha256(type_name.encode()).hexdigest()[:10]}"


def _own(facts: Mapping[str, Any]) -> dict[str, Any]:
    together = ("exactly_one_of", "at_least_one_of", "required_with", "conflicts_with")
    return {key: value for key, value in facts.items() if key not in together}


def _errors(block: Block, made: dict[str, Any]) -> list[validate.Finding]:
    return [finding for finding in validate.check(block, made) if finding.severity == validate.ERROR]


def _thin(made: dict[str, Any], path: Path_, detail: str) -> bool:
    """Removes what a finding is about: the named value, or all of a group but its first member."""
    if "were specified" in detail:
        given = detail.rsplit("`", 2)[1].split(",")
        return all(
            _remove(made, tuple(int(step) if step.isdigit() else step for step in name.split(".")))
            for name in given[1:]
        )
    return bool(path) and _remove(made, path)


def _remove(made: dict[str, Any], path: Path_) -> bool:
    """Removes what is at `path`; False when nothing is."""
    holder: Any = made
    for step in path[:-1]:
        if isinstance(holder, list) and isinstance(step, int) and step < len(holder):
            holder = holder[step]
        else:
            holder = holder.get(step) if isinstance(holder, dict) else None
    return isinstance(holder, dict) and holder.pop(path[-1], None) is not None


def configuration(provider: str, types: list[str], *, full: bool) -> dict[str, Any]:
    """A Terraform configuration in JSON with one resource of each of `types` and of what they need."""
    maker = Maker(schema.load(provider), behaviour.load(provider), full)
    settings: dict[str, Any] = (
        {"features": [{}]} if provider == "azurerm" else {"region": "us-central1", "zone": "us-central1-a"}
    )
    return {
        "terraform": {
            "required_providers": {provider: {"source": f"hashicorp/{provider}", "version": VERSIONS[provider]}}
        },
        "provider": {provider: settings},
        "resource": {type_name: {"one": maker.resource(type_name)} for type_name in maker.closure(types)},
    }


@dataclass(frozen=True)
class Terraform:
    """Terraform in one work folder, with the sandbox as its cloud."""

    folder: Path
    environment: dict[str, str]
    command: tuple[str, ...]

    def run(self, *arguments: str, accept: tuple[int, ...] = (0,)) -> subprocess.CompletedProcess[str]:
        """Runs a command and returns what it said; RuntimeError with its errors when the exit code is another."""
        done = subprocess.run(
            [*self.command, *arguments],
            cwd=self.folder,
            env=self.environment,
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode not in accept:
            raise RuntimeError(
                f"terraform {arguments[0]} ended with {done.returncode}:\n{(done.stderr or done.stdout)[-6000:]}"
            )
        return done


def prove(terraform: Terraform, provider: str, types: list[str], *, full: bool) -> None:
    """Applies `types`, plans again, destroys; RuntimeError says what went wrong."""
    text = json.dumps(configuration(provider, types, full=full), indent=1)
    (terraform.folder / "main.tf.json").write_text(text)
    terraform.run("init", "-input=false", "-no-color")
    terraform.run("apply", "-auto-approve", "-input=false", "-no-color", "-parallelism=20")
    again = terraform.run("plan", "-input=false", "-no-color", "-detailed-exitcode", accept=(0, 2))
    if again.returncode == 2:
        raise RuntimeError(f"the second plan is not empty:\n{again.stdout[-6000:]}")
    terraform.run("destroy", "-auto-approve", "-input=false", "-no-color", "-parallelism=20")


def main(
    database_url: Annotated[
        str | None, typer.Option("--database-url", help="As for `python -m worker.sandbox`.")
    ] = None,
    provider: Annotated[
        list[str] | None, typer.Option("--provider", help="azurerm, google; both when left out.")
    ] = None,
    full: Annotated[bool, typer.Option("--full", help="With every optional block.")] = False,
    only: Annotated[str, typer.Option("--only", help="Types to try, with * for anything.")] = "*",
    size: Annotated[int, typer.Option("--size", help="How many types at once.")] = 60,
) -> None:
    """Try all types and say which fail."""
    folder = Path(tempfile.mkdtemp(prefix="sweep"))
    failed = 0
    try:
        with _daemon(folder, database_url) as variables:
            open_store(database_url).reset(ACCOUNT)
            for one in provider or sorted(schema.available()):
                types = [name for name in schema.load(one).resource_types if fnmatchcase(name, only)]
                for start in range(0, len(types), size):
                    failed += not _attempt(folder, variables, one, types[start : start + size], full=full)
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    raise typer.Exit(1 if failed else 0)


def _attempt(folder: Path, variables: dict[str, str], provider: str, types: list[str], *, full: bool) -> bool:
    work = Path(tempfile.mkdtemp(dir=folder))
    started = time.monotonic()
    try:
        prove(
            Terraform(work, variables, engine.find(os.environ.get("TERRACE_TERRAFORM_BIN")).command),
            provider,
            types,
            full=full,
        )
    except RuntimeError as error:
        print(f"FAILED {types[0]} … {types[-1]}\n{error}", flush=True)
        return False
    print(f"ok {len(types)} types {types[0]} … {types[-1]} in {time.monotonic() - started:.1f} s", flush=True)
    return True


class _daemon:  # noqa: N801 -- a context manager, used like a function
    """A daemon of our own for the time of the sweep."""

    def __init__(self, folder: Path, database_url: str | None) -> None:
        self._folder, self._url = folder, database_url
        self._stop = threading.Event()

    def __enter__(self) -> dict[str, str]:
        from worker.sandbox.daemon import serve

        store = open_store(self._url, connections=8)
        ready, socket = threading.Event(), self._folder / "control"
        options = {"stop": self._stop, "speed": 0.0, "ready": ready}
        self._thread = threading.Thread(target=serve, args=(socket, store), kwargs=options, daemon=True)
        self._thread.start()
        ready.wait(30)
        config = install(self._folder, control_socket=socket, python=Path(sys.executable))
        kept = {name: value for name, value in os.environ.items() if not name.startswith(("TF_", "ARM_", "GOOGLE_"))}
        return (
            kept
            | environment(account=ACCOUNT, run_id="sweep")
            | {"TF_CLI_CONFIG_FILE": str(config), "CHECKPOINT_DISABLE": "1"}
        )

    def __exit__(self, *_: object) -> None:
        self._stop.set()
        self._thread.join(10)


if __name__ == "__main__":
    typer.run(main)
