"""`terraform show -json PLAN` into what a person decides on: a PlanSummary without secrets. Pure.

Terraform marks what is sensitive in `before_sensitive` and `after_sensitive`. A provider's computed attribute may repeat a
secret without the mark, so every text that is marked anywhere in the plan is taken out everywhere.
Source: https://developer.hashicorp.com/terraform/internals/json-format, and the files under tests/unit/run/data.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final

from portal.cost.estimate import estimate
from portal.cost.schemas import CostEstimate
from portal.run import risk
from portal.run.redactor import MASK, Redactor, texts
from portal.run.schemas import AttributeChange, ChangeAction, Counts, OutputChange, PlanSummary, ResourceChange

_log = logging.getLogger(__name__)
MAX_ATTRIBUTES: Final = 500
"""Of one resource; a person reads no more, and a page holds no more."""
MAX_TEXT: Final = 4000

_ACTIONS: Final[dict[tuple[str, ...], ChangeAction]] = {
    ("no-op",): "no-op",
    ("create",): "create",
    ("read",): "read",
    ("update",): "update",
    ("delete",): "delete",
    ("delete", "create"): "replace",
    ("create", "delete"): "replace",
    ("create", "forget"): "replace",
    ("forget",): "forget",
}
_REASONS: Final = {
    "replace_because_tainted": "It was left half-made by an earlier run.",
    "replace_because_cannot_update": "A changed attribute cannot be changed in place.",
    "replace_by_request": "Its replacement was asked for.",
    "replace_by_triggers": "Something that it depends on changes.",
    "delete_because_no_resource_config": "The template does not have it any more.",
    "delete_because_wrong_repetition": "The template repeats it in another way now.",
    "delete_because_count_index": "Fewer of it are wanted.",
    "delete_because_each_key": "Its key is not in the values any more.",
    "delete_because_no_module": "The template's module is gone.",
    "delete_because_no_move_target": "It was moved to an address that the template does not have.",
    "read_because_config_unknown": "What it reads depends on values known after the apply.",
    "read_because_dependency_pending": "What it reads depends on a resource that changes.",
}
_PLAIN_KEY: Final = re.compile(r"[A-Za-z_][\w-]*")


def summarize(document: Mapping[str, Any], *, secrets: Iterable[str] = ()) -> PlanSummary:
    """The plan's summary. `secrets` are texts to take out beside those that Terraform marks."""
    redactor = Redactor({*secrets, *marked(document)})
    raw = [item for item in document.get("resource_changes") or [] if _is_shown(item)]
    changes = [_resource(item, redactor) for item in raw]
    counts = _counts(changes)
    outputs = [_output(name, item, redactor) for name, item in sorted((document.get("output_changes") or {}).items())]
    outputs = [item for item in outputs if item.action != "no-op"]
    return PlanSummary(
        counts=counts,
        has_changes=_has_changes(document, counts, outputs),
        changes=sorted(changes, key=lambda change: (change.action == "read", change.address)),
        outputs=outputs,
        drift=[_resource(item, redactor) for item in document.get("resource_drift") or []],
        warnings=[warning for item in raw for warning in risk.warnings(item, action(item["change"]))],
        cost=_cost(document, redactor),
    )


def _cost(document: Mapping[str, Any], redactor: Redactor) -> CostEstimate | None:
    """The estimate without secrets. That it cannot be made is no reason for a plan to fail."""
    try:
        found = estimate(document)
    except Exception as error:
        # Neither the message nor the traceback: both may quote a value of the plan.
        _log.error("no estimate of the plan's cost: %s", type(error).__name__)
        return None
    return CostEstimate.model_validate(_shown(found.model_dump(), None, redactor))


def action(change: Mapping[str, Any]) -> ChangeAction:
    """Terraform's list of actions as one word."""
    return _ACTIONS.get(tuple(change["actions"]), "update")


def _is_shown(item: Mapping[str, Any]) -> bool:
    moved = item.get("previous_address") or (item["change"].get("importing"))
    return action(item["change"]) != "no-op" or bool(moved)


def _counts(changes: Iterable[ResourceChange]) -> Counts:
    actions = [change.action for change in changes]
    replace = actions.count("replace")
    return Counts(
        add=actions.count("create") + replace,
        change=actions.count("update"),
        destroy=actions.count("delete") + replace,
        replace=replace,
    )


def _has_changes(document: Mapping[str, Any], counts: Counts, outputs: list[OutputChange]) -> bool:
    """`applyable` is Terraform's own answer (since 1.8)."""
    known = document.get("applyable")
    return known if isinstance(known, bool) else bool(outputs or counts != Counts())


def marked(document: Mapping[str, Any]) -> set[str]:
    """Every text that Terraform marks as sensitive somewhere in the plan, variables included."""
    found: set[str] = set()
    items = [*(document.get("resource_changes") or []), *(document.get("resource_drift") or [])]
    for change in [item["change"] for item in items] + list((document.get("output_changes") or {}).values()):
        found.update(_marked(change.get("before"), change.get("before_sensitive")))
        found.update(_marked(change.get("after"), change.get("after_sensitive")))
    declared = ((document.get("configuration") or {}).get("root_module") or {}).get("variables") or {}
    for name, given in (document.get("variables") or {}).items():
        if (declared.get(name) or {}).get("sensitive"):
            found.update(texts(given.get("value")))
    return found


def _marked(value: Any, mask: Any) -> Iterator[str]:
    if mask is True:
        yield from texts(value)
    elif isinstance(mask, dict) and isinstance(value, dict):
        for key in mask.keys() & value.keys():
            yield from _marked(value[key], mask[key])
    elif isinstance(mask, list) and isinstance(value, list):
        for item, item_mask in zip(value, mask, strict=False):
            yield from _marked(item, item_mask)


def _resource(item: Mapping[str, Any], redactor: Redactor) -> ResourceChange:
    change = item["change"]
    paths = [_path_text(path) for path in change.get("replace_paths") or []]
    attributes = list(_Diff(redactor, paths).walk("", *_sides(change)))
    reason = _REASONS.get(item.get("action_reason") or "")
    if item.get("previous_address"):
        reason = f"It was {item['previous_address']} before."
    return ResourceChange(
        address=redactor.text(item["address"]),
        type=item["type"],
        name=item["name"],
        module=item.get("module_address") or "",
        action=action(change),
        reason=reason,
        replace_paths=paths,
        attributes=attributes[:MAX_ATTRIBUTES],
        unchanged=dict(list(_unchanged(change, redactor))[:MAX_ATTRIBUTES]),
    )


def _unchanged(change: Mapping[str, Any], redactor: Redactor) -> Iterator[tuple[str, Any]]:
    """What stays as it is, of a resource that is changed or replaced: a policy judges the whole of it."""
    if change.get("before") is not None and change.get("after") is not None:
        yield from _same("", *_sides(change), redactor=redactor)


def _same(
    path: str, before: Any, after: Any, unknown: Any, mask: Any, after_mask: Any, *, redactor: Redactor
) -> Iterator[tuple[str, Any]]:
    masked = mask is True or after_mask is True
    if not masked and unknown is not True and _is_inner(before, after, unknown):
        for key in _keys(before, after, unknown):
            sides = (_at(side, key) for side in (before, after, unknown, mask, after_mask))
            yield from _same(_join(path, key), *sides, redactor=redactor)
    elif after is not None and unknown is not True and before == after:
        yield path, MASK if masked else _shown(after, after_mask, redactor)


def _output(name: str, change: Mapping[str, Any], redactor: Redactor) -> OutputChange:
    before, after, unknown, before_mask, after_mask = _sides(change)
    sensitive = before_mask is True or after_mask is True
    return OutputChange(
        name=name,
        action=action(change),
        before=_shown(before, before_mask, redactor),
        after=_shown(after, after_mask, redactor),
        unknown=unknown is True,
        sensitive=sensitive,
    )


def _sides(change: Mapping[str, Any]) -> tuple[Any, Any, Any, Any, Any]:
    return (
        change.get("before"),
        change.get("after"),
        change.get("after_unknown"),
        change.get("before_sensitive"),
        change.get("after_sensitive"),
    )


class _Diff:
    """Walks both sides of a change at once and yields one AttributeChange a leaf that differs."""

    def __init__(self, redactor: Redactor, replace_paths: list[str]) -> None:
        self._redactor = redactor
        self._replace_paths = replace_paths

    def walk(
        self, path: str, before: Any, after: Any, unknown: Any, mask: Any, after_mask: Any
    ) -> Iterator[AttributeChange]:
        if mask is not True and after_mask is not True and unknown is not True and _is_inner(before, after, unknown):
            for key in _keys(before, after, unknown):
                sides = (_at(side, key) for side in (before, after, unknown, mask, after_mask))
                yield from self.walk(_join(path, key), *sides)
        elif unknown is True or before != after:
            yield self._leaf(path, before, after, unknown, mask, after_mask)

    def _leaf(self, path: str, before: Any, after: Any, unknown: Any, mask: Any, after_mask: Any) -> AttributeChange:
        shown = _shown(before, mask, self._redactor), _shown(after, after_mask, self._redactor)
        return AttributeChange(
            path=path,
            before=shown[0],
            after=None if unknown is True else shown[1],
            unknown=unknown is True,
            sensitive=mask is True or after_mask is True or MASK in shown,
            forces_replacement=any(_is_under(path, item) for item in self._replace_paths),
        )


def _is_inner(before: Any, after: Any, unknown: Any) -> bool:
    """Whether to look inside: into objects, and into lists of objects; a list of plain values is read as one."""
    sides = [side for side in (before, after) if side is not None]
    if any(isinstance(side, dict) for side in sides):
        return all(isinstance(side, dict) for side in sides)
    if not sides:
        return isinstance(unknown, dict | list)
    items = [item for side in sides if isinstance(side, list) for item in side]
    nested = any(isinstance(item, dict | list) for item in items) or (isinstance(unknown, list) and any(unknown))
    return nested and all(isinstance(side, list) for side in sides)


def _keys(*sides: Any) -> list[Any]:
    if any(isinstance(side, dict) for side in sides):
        return sorted({key for side in sides if isinstance(side, dict) for key in side})
    return list(range(max((len(side) for side in sides if isinstance(side, list)), default=0)))


def _at(side: Any, key: Any) -> Any:
    if isinstance(side, dict):
        return side.get(key)
    if isinstance(side, list) and isinstance(key, int):
        return side[key] if key < len(side) else None
    return side if side is True else None


def _join(path: str, key: Any) -> str:
    if isinstance(key, int):
        return f"{path}[{key}]"
    if not _PLAIN_KEY.fullmatch(key):
        return f'{path}["{key}"]'
    return f"{path}.{key}" if path else key


def _path_text(path: Iterable[Any]) -> str:
    text = ""
    for key in path:
        text = _join(text, key)
    return text


def _is_under(path: str, parent: str) -> bool:
    return path == parent or path.startswith((f"{parent}.", f"{parent}["))


def _shown(value: Any, mask: Any, redactor: Redactor) -> Any:
    """The value with what is secret masked and long texts cut."""
    if value is None:
        return None
    if mask is True:
        return MASK
    if isinstance(value, dict):
        return {key: _shown(item, _at(mask, key), redactor) for key, item in value.items()}
    if isinstance(value, list):
        return [_shown(item, _at(mask, index), redactor) for index, item in enumerate(value)]
    return _cut(redactor.text(value)) if isinstance(value, str) else value


def _cut(text: str) -> str:
    more = len(text) - MAX_TEXT
    return text if more <= 0 else f"{text[:MAX_TEXT]} … ({more:,} more characters)"
