"""One Terraform provider process's life: the remote procedures of protocol 6 over the store and the pure modules."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Final

from worker.sandbox import behaviour, schema, validate
from worker.sandbox.cloud import Decider, ResourceScope, Surroundings
from worker.sandbox.data_source import read as read_data_source
from worker.sandbox.errors import CloudError
from worker.sandbox.identity import Identity, identity_of
from worker.sandbox.lifecycle import Lifecycle
from worker.sandbox.plan import changed, plan, same_block
from worker.sandbox.protocol import (
    UNKNOWN,
    Path_,
    Value,
    attribute_path,
    decode,
    encode,
    loads,
    message,
    pack,
)
from worker.sandbox.schema import Block, Cty
from worker.sandbox.store import Key, Store
from worker.sandbox.template import mentioned, render

_LINK: Final = "https://www.googleapis.com/compute/v1/"  # what Google puts before an id to make a self_link of it
log: Final = logging.getLogger("terrace.sandbox")


@dataclass(frozen=True, slots=True)
class Launch:
    """What the launcher says about who starts a provider. `environment` holds the forwarded variables.

    `types` are those that the configuration names; None when nobody has looked, then all are served.
    """

    provider: str
    account: str = "default"
    run_id: str = ""
    types: frozenset[str] | None = None
    environment: Mapping[str, str] = field(default_factory=dict)


class Provider:
    """Serves one launch. ConfigureProvider and StopProvider name no run, so runs must never share one of these."""

    def __init__(self, launch: Launch, store: Store, *, speed: float) -> None:
        self.launch = launch
        self.pack = schema.load(launch.provider)
        self.behaviours = behaviour.load(launch.provider)
        self.store = store
        self.stopping = threading.Event()
        self.settings: dict[str, Value] = _settings(launch.environment)
        self.identity = _identity(launch)
        self.lifecycle = Lifecycle(store, self.behaviours, launch.account, speed=speed, stopping=self.stopping)

    # Schemas and configuration

    def GetProviderSchema(self, request: Any) -> bytes:  # noqa: N802 -- the protocol's names, here and below
        return self.pack.response(self._served())

    def ValidateProviderConfig(self, request: Any) -> Any:  # noqa: N802
        response = message("ValidateProviderConfig.Response")()
        return self._checked(response, self.pack.provider_block, request.config)

    def ValidateResourceConfig(self, request: Any) -> Any:  # noqa: N802
        response = message("ValidateResourceConfig.Response")()
        return self._checked(response, self.pack.resource(request.type_name), request.config)

    def ValidateDataResourceConfig(self, request: Any) -> Any:  # noqa: N802
        response = message("ValidateDataResourceConfig.Response")()
        return self._checked(response, self.pack.data_source(request.type_name), request.config)

    def ConfigureProvider(self, request: Any) -> Any:  # noqa: N802
        config = decode(request.config) or {}
        given = {name: value for name, value in config.items() if value not in (None, UNKNOWN)}
        self.settings |= given
        known = {
            name: given[name] for name in ("subscription_id", "tenant_id", "client_id", "project") if given.get(name)
        }
        self.identity = replace(self.identity, **known)
        return message("ConfigureProvider.Response")()

    def StopProvider(self, request: Any) -> Any:  # noqa: N802
        self.stopping.set()
        return message("StopProvider.Response")()

    # Resources

    def UpgradeResourceState(self, request: Any) -> Any:  # noqa: N802
        response = message("UpgradeResourceState.Response")()
        state = loads(request.raw_state.json)
        pruned = _prune_block(self.pack.resource(request.type_name), state)
        response.upgraded_state.msgpack = pack(pruned)
        return response

    def ReadResource(self, request: Any) -> Any:  # noqa: N802
        response = message("ReadResource.Response")(private=request.private)
        state = decode(request.current_state)
        stored = self.store.find(self._key(request.type_name, state)) if state else None
        current = self._as_read(request.type_name, stored.attributes, state) if stored else None
        response.new_state.CopyFrom(encode(current))
        return response

    def PlanResourceChange(self, request: Any) -> Any:  # noqa: N802
        response = message("PlanResourceChange.Response")(
            planned_private=request.prior_private, legacy_type_system=True
        )
        config, prior = decode(request.config), decode(request.prior_state)
        if decode(request.proposed_new_state) is None:
            response.planned_state.CopyFrom(encode(None))
            return response
        state, paths = self._plan(request.type_name, config, prior)
        response.planned_state.CopyFrom(encode(state))
        response.requires_replace.extend(attribute_path(path) for path in paths)
        return response

    def ApplyResourceChange(self, request: Any) -> Any:  # noqa: N802
        response = message("ApplyResourceChange.Response")(private=request.planned_private, legacy_type_system=True)
        prior, planned = decode(request.prior_state), decode(request.planned_state)
        try:
            state = self._apply(request.type_name, prior, planned)
        except CloudError as error:
            state = prior
            response.diagnostics.add(severity=validate.ERROR, summary=error.summary, detail=error.detail)
        response.new_state.CopyFrom(encode(state))
        return response

    def ImportResourceState(self, request: Any) -> Any:  # noqa: N802
        response = message("ImportResourceState.Response")()
        found = self.lifecycle.importable(request.type_name, request.id)
        if found is None:
            summary = "Cannot import non-existent remote object"
            detail = f'There is no {request.type_name} with the id "{request.id}" in this account of the sandbox cloud.'
            response.diagnostics.add(severity=validate.ERROR, summary=summary, detail=detail)
            return response
        state = self._as_read(request.type_name, found, {})
        response.imported_resources.add(type_name=request.type_name, state=encode(state))
        return response

    def ReadDataSource(self, request: Any) -> Any:  # noqa: N802
        response = message("ReadDataSource.Response")()
        block = self.pack.data_source(request.type_name)
        try:
            state = read_data_source(
                request.type_name,
                block,
                decode(request.config),
                decider=Decider(self.behaviours, f"data.{request.type_name}", self._surroundings()),
                stored=self._stored(request.type_name),
            )
        except CloudError as error:
            response.diagnostics.add(severity=validate.ERROR, summary=error.summary, detail=error.detail)
            return response
        response.state.CopyFrom(encode(state))
        return response

    # Parts of the above

    def _served(self) -> Collection[str] | None:
        """The types whose schemas are served whole; None for all of them.

        A state may hold what the configuration names no longer: whatever the account has ever had is served as well. The
        set only grows, so that the several providers of one Terraform agree about a type in its state.
        """
        if self.launch.types is None:
            return None
        return self.launch.types | self.store.types(self.launch.account, self.launch.provider)

    def _checked(self, response: Any, block: Block, config: Any) -> Any:
        for finding in validate.check(block, decode(config)):
            response.diagnostics.add(
                severity=finding.severity,
                summary=finding.summary,
                detail=finding.detail,
                attribute=attribute_path(finding.path),
            )
        return response

    def _plan(self, type_name: str, config: Value, prior: Value) -> tuple[Value, list[Path_]]:
        block, about = self.pack.resource(type_name), self.behaviours.of(type_name)
        planned = plan(block, about, config=config, prior=prior)
        state = planned.state
        state = self._derived(type_name, block, config, prior, state)
        if prior is not None and same_block(block, state, prior):
            return prior, []
        return state, planned.replace

    def _derived(
        self, type_name: str, block: Block, config: Value, prior: Value, state: dict[str, Value]
    ) -> dict[str, Value]:
        """`state` with what can be known before apply, and unknown where a changed argument decides anew."""
        about, result = self.behaviours.of(type_name), dict(state)
        free = {name for name, one in block.attributes.items() if one.computed and config.get(name) is None}
        scope = ResourceScope(self._surroundings(), result)
        for name, rule in about.planned.items():
            if name in free and (prior is None or block.attributes[name].optional is False):
                value = render(rule, scope)
                result[name] = value if value is not None or prior is not None else result[name]
        if prior is not None:
            moved = set(changed(block, state, prior))
            for name in about.computed.keys() & free:
                if moved & set(mentioned(about.computed[name])):
                    result[name] = UNKNOWN
        return result

    def _apply(self, type_name: str, prior: Value, planned: Value) -> Value:
        block = self.pack.resource(type_name)
        if planned is None:
            self.lifecycle.delete(self._key(type_name, prior), prior)
            return None
        decider = Decider(self.behaviours, type_name, self._surroundings())
        if prior is None:
            return self.lifecycle.create(type_name, block, planned, decider)
        return self.lifecycle.update(self._key(type_name, prior), block, planned, decider)

    def _as_read(self, type_name: str, stored: Mapping[str, Value], state: Mapping[str, Value]) -> Value:
        """A stored resource as the state of it; timeouts are not the cloud's business."""
        block = self.pack.resource(type_name)
        read = {name: stored.get(name) for name in block.attributes}
        read |= {
            name: stored.get(name, [] if nested.mode != "single" else None) for name, nested in block.blocks.items()
        }
        if "timeouts" in block.blocks:
            read["timeouts"] = state.get("timeouts")
        return read

    def _stored(self, type_name: str) -> Callable[[Mapping[str, Value]], list[dict[str, Value]]]:
        def search(matching: Mapping[str, Value]) -> list[dict[str, Value]]:
            rows = self.store.search(account=self.launch.account, type_name=type_name, matching=dict(matching))
            return [row.attributes for row in rows]

        return search

    def _surroundings(self) -> Surroundings:
        def find(resource_id: str) -> Mapping[str, Value] | None:
            found = self.store.find_by_id(self.launch.account, resource_id.removeprefix(_LINK))
            return found.attributes if found else None

        return Surroundings(self.identity, self.settings, find)

    def _key(self, type_name: str, state: Mapping[str, Value]) -> Key:
        return Key(self.launch.account, self.launch.provider, type_name, str(state.get("id")))


def _settings(environment: Mapping[str, str]) -> dict[str, Value]:
    names = {
        "GOOGLE_REGION": "region",
        "GOOGLE_ZONE": "zone",
        "GOOGLE_CLOUD_PROJECT": "project",
        "GOOGLE_PROJECT": "project",
    }
    return {setting: environment[name] for name, setting in names.items() if environment.get(name)}


def _identity(launch: Launch) -> Identity:
    names = {
        "ARM_SUBSCRIPTION_ID": "subscription_id",
        "ARM_TENANT_ID": "tenant_id",
        "ARM_CLIENT_ID": "client_id",
        "GOOGLE_CLOUD_PROJECT": "project",
        "GOOGLE_PROJECT": "project",
    }
    given = {field_: launch.environment[name] for name, field_ in names.items() if launch.environment.get(name)}
    return replace(identity_of(launch.account), **given)


def _prune_block(block: Block, state: Value) -> Value:
    """`state` without what the schema does not have: it was written with another version of the schema."""
    if not isinstance(state, dict):
        return state
    kept: dict[str, Value] = {}
    for name, attribute in block.attributes.items():
        kept[name] = _prune(attribute.type, state.get(name))
    for name, nested in block.blocks.items():
        value = state.get(name)
        if isinstance(value, list):
            kept[name] = [_prune_block(nested.block, element) for element in value]
        else:
            kept[name] = [] if value is None and nested.mode in ("list", "set") else _prune_block(nested.block, value)
    return kept


def _prune(cty: Cty, value: Value) -> Value:
    if not isinstance(cty, list) or value is None:
        return value
    if cty[0] == "object":
        return {name: _prune(inner, value.get(name)) for name, inner in cty[1].items()}
    if isinstance(value, list):
        return [_prune(cty[1], element) for element in value]
    return {key: _prune(cty[1], element) for key, element in value.items()} if isinstance(value, dict) else value
