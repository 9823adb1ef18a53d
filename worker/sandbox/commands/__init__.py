"""Stand-ins for the clouds' own tools: a command acts on what the sandbox cloud has. What they understand is data beside this."""

from __future__ import annotations

import json
import secrets
import string
import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any, Final, Literal

import yaml

from worker.sandbox.store import Resource, Store

Tool = Literal["az", "gcloud"]
TOOLS: Final[tuple[Tool, ...]] = ("az", "gcloud")
_FOLDER: Final = Path(__file__).parent
_ALPHABET: Final = string.ascii_letters + string.digits
_NAMES: Final[dict[str, str]] = {"az": "The sandbox's Azure CLI", "gcloud": "The sandbox's gcloud"}


@dataclass(frozen=True, slots=True)
class Said:
    """What a command wrote, and how it ended."""

    code: int = 0
    out: str = ""
    err: str = ""


@dataclass(frozen=True)
class Known:
    """One command that a stand-in understands."""

    words: tuple[str, ...]
    types: frozenset[str]
    find: Mapping[str, str | int]
    seconds: float = 0.0
    renew: Mapping[str, str] = field(default_factory=dict)
    print: str | None = None
    kubeconfig: bool = False


@dataclass(frozen=True)
class Call:
    """A command line, taken apart: options with their values, and the rest in order."""

    options: Mapping[str, str]
    rest: tuple[str, ...]

    def given(self, place: str | int) -> str | None:
        if isinstance(place, int):
            return self.rest[place] if place < len(self.rest) else None
        return self.options.get(place)


def perform(
    store: Store, account: str, tool: Tool, arguments: Sequence[str], *, speed: float, gone: threading.Event
) -> Said:
    """Do what a command line says to the account's resources. `gone` is set when nobody waits for it any more."""
    known = _known(tool, arguments)
    if known is None:
        return Said(2, err=f"{_NAMES[tool]} does not know the command: {' '.join(arguments[:4])}\n")
    call = _taken_apart(arguments[len(known.words) :])
    resource = _resource(store, account, known, call)
    if resource is None:
        return Said(3, err=f"ERROR: (ResourceNotFound) {_described(known, call)} was not found.\n")
    if (refusal := _fault(store, account, resource.key.type)) is not None:
        return Said(1, err=f"ERROR: {refusal}\n")
    if gone.wait(known.seconds * speed):
        return Said(130, err="Interrupted\n")
    return _done(store, known, call, resource)


@cache
def commands(tool: Tool) -> tuple[Known, ...]:
    """Everything that a stand-in understands."""
    entries = yaml.safe_load((_FOLDER / f"{tool}.yaml").read_text())
    return tuple(
        Known(**{**entry, "words": tuple(entry["words"].split()), "types": frozenset(entry["types"])})
        for entry in entries
    )


def _known(tool: Tool, arguments: Sequence[str]) -> Known | None:
    return next((each for each in commands(tool) if tuple(arguments[: len(each.words)]) == each.words), None)


def _taken_apart(arguments: Sequence[str]) -> Call:
    options: dict[str, str] = {}
    rest: list[str] = []
    waiting = iter(arguments)
    for argument in waiting:
        if not argument.startswith("-"):
            rest.append(argument)
            continue
        name, equals, value = argument.partition("=")
        options[name] = value if equals else next(waiting, "")
    return Call(options, tuple(rest))


def _resource(store: Store, account: str, known: Known, call: Call) -> Resource | None:
    wanted = {name: value for name, place in known.find.items() if (value := call.given(place)) is not None}
    identifying = {name: value for name, value in wanted.items() if name in ("id", "name")}
    if not identifying:
        return None
    for type_name in sorted(known.types):
        for row in store.search(account=account, type_name=type_name):
            if all(_same(row.attributes.get(name), value) for name, value in wanted.items()):
                return row
    return None


def _same(stored: Any, given: str) -> bool:
    """Clouds do not mind the case of names; a place may be stored as an address that ends in it."""
    text = str(stored or "").lower()
    return text == given.lower() or text.endswith(f"/{given.lower()}")


def _described(known: Known, call: Call) -> str:
    given = [f"{name} {call.given(place)!r}" for name, place in known.find.items() if call.given(place)]
    return f"A resource with {', '.join(given)}" if given else "The resource"


def _fault(store: Store, account: str, type_name: str) -> str | None:
    """What somebody arranged to go wrong (operation `action`)."""
    for rule in store.rules(account=account):
        meant = rule.kind == "fault" and rule.type in ("*", type_name) and rule.operation in ("*", "action")
        if meant and (not rule.once or store.delete_rule(rule.number)):
            return rule.message or "(InternalError) The sandbox cloud was told to fail."
    return None


def _done(store: Store, known: Known, call: Call, resource: Resource) -> Said:
    if known.renew:
        return _renewed(store, known, call, resource)
    if known.print is not None:
        return Said(out=str(resource.attributes.get(known.print) or ""))
    if known.kubeconfig:
        return Said(out=_kubeconfig(resource))
    return Said(err=f"{' '.join(known.words)}: done.\n")


def _renewed(store: Store, known: Known, call: Call, resource: Resource) -> Said:
    which = call.given(known.renew["option"]) or ""
    attribute = known.renew.get(which)
    old = resource.attributes.get(attribute) if attribute and which != "option" else None
    if not isinstance(old, str) or not old:
        return Said(2, err=f"ERROR: {known.renew['option']} {which!r} is not one of its keys.\n")
    new = "".join(secrets.choice(_ALPHABET) for _ in range(len(old.rstrip("=")))) + "=" * old.count("=")
    store.update(resource.key, _replaced(resource.attributes, old, new))
    return Said(out=json.dumps({"keyName": which, "renewed": True}) + "\n")


def _replaced(value: Any, old: str, new: str) -> Any:
    """The value with one text in place of another, wherever it stands: a key is in its connection strings, too."""
    if isinstance(value, str):
        return value.replace(old, new)
    if isinstance(value, list):
        return [_replaced(item, old, new) for item in value]
    if isinstance(value, dict):
        return {name: _replaced(item, old, new) for name, item in value.items()}
    return value


def _kubeconfig(resource: Resource) -> str:
    attributes = resource.attributes
    auth = (attributes.get("master_auth") or [{}])[0] or {}
    name = f"gke_{attributes.get('project')}_{attributes.get('location')}_{attributes.get('name')}"
    document = {
        "apiVersion": "v1",
        "kind": "Config",
        "current-context": name,
        "clusters": [
            {
                "name": name,
                "cluster": {
                    "server": f"https://{attributes.get('endpoint')}",
                    "certificate-authority-data": auth.get("cluster_ca_certificate") or "",
                },
            }
        ],
        "contexts": [{"name": name, "context": {"cluster": name, "user": name}}],
        "users": [
            {
                "name": name,
                "user": {
                    "exec": {
                        "apiVersion": "client.authentication.k8s.io/v1beta1",
                        "command": "gke-gcloud-auth-plugin",
                        "provideClusterInfo": True,
                    }
                },
            }
        ],
    }
    return yaml.safe_dump(document, sort_keys=False)
