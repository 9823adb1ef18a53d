"""Creating, changing and deleting simulated resources, with the waiting, the refusals and the errors of a cloud."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from fnmatch import fnmatchcase
from typing import Any, Final

from worker.sandbox.addresses import Addresses
from worker.sandbox.behaviour import Behaviours, Unique, ancestors, shape
from worker.sandbox.cloud import Decider, ResourceScope
from worker.sandbox.errors import CloudError
from worker.sandbox.identity import Identity
from worker.sandbox.plan import canonical
from worker.sandbox.protocol import Value, has_unknown
from worker.sandbox.schema import Block
from worker.sandbox.store import AlreadyExists, Claim, Key, NameTaken, Rule, Store
from worker.sandbox.template import render

_ADDRESS_ATTEMPTS: Final = 20
_ID_ATTEMPTS: Final = 1000
_ALREADY_EXISTS: Final = (
    'a resource with the ID "{id}" already exists - to be managed via Terraform this resource needs to be imported '
    'into the State. Please see the resource documentation for "{type}" for more information'
)


@dataclass(frozen=True)
class Lifecycle:
    """What one account may do with resources of one provider. `speed` scales the cloud's own durations; 0 is at once."""

    store: Store
    behaviours: Behaviours
    account: str
    speed: float
    stopping: threading.Event

    def create(self, type_name: str, block: Block, planned: Mapping[str, Value], decider: Decider) -> dict[str, Value]:
        """Creates a resource and returns its state."""
        rules = self.store.rules(account=self.account)
        self._obstacles(rules, type_name, "create")
        self._quota(rules, type_name)
        self._parent(decider.make_id(planned), decider.surroundings.identity)
        self._wait(rules, type_name, "create")
        key = Key(self.account, self.behaviours.provider, type_name, "")
        for resource_id in self._ids(planned, decider):
            try:
                return self._store_new(replace(key, id=resource_id), block, planned, decider)
            except AlreadyExists:
                key = replace(key, id=resource_id)
        raise CloudError(self._already_exists(key))

    def update(self, key: Key, block: Block, planned: Mapping[str, Value], decider: Decider) -> dict[str, Value]:
        """Changes a resource and returns its state."""
        rules = self.store.rules(account=self.account)
        self._obstacles(rules, key.type, "update")
        self._wait(rules, key.type, "update")

        def write(state: dict[str, Value], claims: list[Claim]) -> None:
            if not self.store.update(key, _storable(state), claims):
                raise CloudError(f"updating {key.type} ({key.id}): the resource was not found (404 Not Found)")

        return self._written(key, block, planned, decider, write)

    def delete(self, key: Key, prior: Mapping[str, Value]) -> None:
        """Deletes a resource; one that is gone already is as good."""
        rules = self.store.rules(account=self.account)
        self._obstacles(rules, key.type, "delete")
        self._protection(key, prior)
        if key.type == "azurerm_resource_group":
            self._empty_group(key)
        self._wait(rules, key.type, "delete")
        self.store.delete(key)

    def importable(self, type_name: str, given: str) -> dict[str, Value] | None:
        """The attributes of the resource that an import means: its id, or what its id ends with."""
        rows = self.store.search(account=self.account, type_name=type_name)
        exact = [row for row in rows if row.key.id == given]
        close = exact or [row for row in rows if row.key.id.endswith(f"/{given.strip('/')}")]
        return close[0].attributes if len(close) == 1 else None

    # Steps

    def _store_new(self, key: Key, block: Block, planned: Mapping[str, Value], decider: Decider) -> dict[str, Value]:
        def write(state: dict[str, Value], claims: list[Claim]) -> None:
            self.store.create(key, _storable(state), claims)

        return self._written(key, block, planned, decider, write)

    def _written(
        self,
        key: Key,
        block: Block,
        planned: Mapping[str, Value],
        decider: Decider,
        write: Callable[[dict[str, Value], list[Claim]], None],
    ) -> dict[str, Value]:
        """The state that `write` stored, with every unknown decided and with names and addresses that nobody has."""
        unique = decider.behaviour.unique
        addresses = Addresses(self.account, key.id, decider, self.store.claimed)
        for _ in range(_ADDRESS_ATTEMPTS):  # somebody else may take the address that was free a moment ago
            state = decider.fill(block, addresses.assign(planned), key.id)
            self._required(block, state, decider)
            scope = ResourceScope(decider.surroundings, state, key.id)
            name = self._claim(unique, scope) if unique else None
            try:
                write(state, [*([name] if name else []), *addresses.held(state)])
                return state
            except NameTaken as error:
                if unique and error.args[0] == name:
                    raise CloudError(str(render(unique.message, scope))) from None
        raise CloudError(f"{key.type} ({key.id}): an address that it asks for is in use")

    def _already_exists(self, key: Key) -> str:
        text = self.behaviours.raw.get("already_exists", _ALREADY_EXISTS)
        return text.replace("{id}", key.id).replace("{type}", key.type)

    def _required(self, block: Block, state: Mapping[str, Value], decider: Decider) -> None:
        for name, message in decider.behaviour.required.items():
            attribute = block.attributes.get(name)
            if attribute and attribute.computed and name not in decider.behaviour.computed and not state.get(name):
                raise CloudError(message)

    def _ids(self, planned: Mapping[str, Value], decider: Decider) -> Iterator[str]:
        """The id from the resource's names; where an id has none, a series that depends on its arguments."""
        first = decider.make_id(planned, "0")
        if first == decider.make_id(planned, "1"):
            yield first
            return
        said = canonical({name: value for name, value in planned.items() if not has_unknown(value)})
        for number in range(_ID_ATTEMPTS):
            yield decider.make_id(planned, f"{self.account}{said}{number}")

    def _claim(self, unique: Unique, scope: ResourceScope) -> Claim:
        return Claim(str(render(unique.scope, scope)), str(render(unique.name, scope) or "").lower())

    def _parent(self, resource_id: str, identity: Identity) -> None:
        """Refuses a resource inside something that does not exist; nobody knows what is in others' subscriptions."""
        endings = ["", *self.behaviours.raw.get("id_endings", ())]
        for ancestor in ancestors(resource_id):
            if self.behaviours.implicit.search(ancestor):
                return
            if (type_name := self.behaviours.shapes.get(shape(ancestor))) is None:
                continue
            own = identity.subscription_id in ancestor or f"projects/{identity.project}/" in ancestor
            if not own or any(self.store.find_by_id(self.account, ancestor + ending) for ending in endings):
                return
            raise CloudError(_not_found(type_name, ancestor))

    def _protection(self, key: Key, prior: Mapping[str, Value]) -> None:
        protected = self.behaviours.of(key.type).protected
        if protected and prior.get(protected[0]):
            named = {part: prior.get(part) for part in ("name", "table_id", "secret_id")}
            raise CloudError(protected[1].format_map(named))

    def _empty_group(self, key: Key) -> None:
        inside = self.store.inside(self.account, key.id)
        if inside:
            listed = "\n".join(f"* `{row.key.id}`" for row in inside[:20])
            raise CloudError(
                f"deleting Resource Group {key.id.rsplit('/', 1)[-1]!r}: the Resource Group still contains Resources.",
                "Terraform is configured to check for Resources within the Resource Group when deleting the Resource "
                "Group, and raise an error if nested Resources still exist to avoid unintentionally deleting these "
                f"Resources.\n\nTerraform has detected that the following Resources still exist:\n\n{listed}",
            )

    def _obstacles(self, rules: list[Rule], type_name: str, operation: str) -> None:
        if self.stopping.is_set():
            raise CloudError("context canceled", "The run was interrupted before this operation began.")
        fault = _applying(rules, "fault", type_name, operation)
        if fault and (not fault.once or self.store.delete_rule(fault.number)):
            raise CloudError(fault.message)

    def _quota(self, rules: list[Rule], type_name: str) -> None:
        quota = _applying(rules, "quota", type_name, "create")
        if quota and self.store.count(self.account, type_name) >= quota.amount:
            summary = f"QuotaExceeded: the operation would exceed the approved quota for {type_name}."
            raise CloudError(quota.message or summary, f"Current limit: {quota.amount:g}.")

    def _wait(self, rules: list[Rule], type_name: str, operation: str) -> None:
        """Takes the time that the cloud takes; an interrupted run stops waiting and leaves things as they were."""
        override = _applying(rules, "latency", type_name, operation)
        usual = self.behaviours.latency(self.behaviours.of(type_name).latency, operation) * self.speed
        if self.stopping.wait(override.amount if override else usual):
            raise CloudError(
                "context canceled", f"The run was interrupted while the sandbox cloud was busy ({operation})."
            )


def _applying(rules: list[Rule], kind: str, type_name: str, operation: str) -> Rule | None:
    """The rule for an operation; they come with the most particular first."""
    for rule in rules:
        if rule.kind == kind and fnmatchcase(type_name, rule.type) and rule.operation in ("*", operation):
            return rule
    return None


def _not_found(type_name: str, resource_id: str) -> str:
    name = resource_id.rsplit("/", 1)[-1]
    what = f"ParentResourceNotFound: the {type_name} {resource_id!r} was not found."
    if type_name == "azurerm_resource_group":
        what = f"ResourceGroupNotFound: Resource group '{name}' could not be found."
    return f"unexpected status 404 (404 Not Found) with error: {what}"


def _storable(state: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in state.items() if name != "timeouts"}
