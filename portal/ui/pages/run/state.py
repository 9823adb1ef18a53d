"""The run page's view model."""

from __future__ import annotations

import asyncio
import json
from dataclasses import asdict
from typing import Any

import reflex as rx

from portal.auth import pulse
from portal.deployment import service as deployments
from portal.kit import clock, live
from portal.kit.errors import Invalid, NotFound, TerraceError, Unauthenticated
from portal.policy.schemas import ChecksView, Override
from portal.run import service as runs
from portal.run.schemas import EventPage, RunView
from portal.template import service as templates
from portal.ui import bridge, routes

PAGE = 500
COALESCE_SECONDS = 0.04
POLL_SECONDS = 2.0
# Events after which the head of the page may read otherwise.
_HEAD = {"status", "plan", "policy", "approval", "outputs", "diagnostic"}
_NOT_SHOWN = {"changes": {"__all__": {"unchanged"}}, "drift": {"__all__": {"unchanged"}}}
_ACTIONS = {"confirm": runs.confirm, "discard": runs.discard, "cancel": runs.cancel}


class RunState(bridge.PageState, rx.State):
    """The head of one run, its plan, and the newest chunk of its events."""

    run: dict[str, Any] = {}  # noqa: RUF012 - Reflex copies the default for each state
    plan: dict[str, Any] = {}  # noqa: RUF012
    outputs: list[dict[str, Any]] = []  # noqa: RUF012
    next_steps: str = ""
    """Safe HTML of the template's author, shown when the run was applied."""
    chunk: dict[str, Any] = {}  # noqa: RUF012
    """{run, now, events}: only what is new. `run` tells the browser whose events these are."""

    @rx.event(background=True)
    async def follow(self) -> Any:
        """Show the run, then everything that happens to it until it ends. Reflex ends this when the page is left."""
        bridge.unattended()
        async with self:
            run_id = _run_id(self)
            self.run, self.plan, self.outputs, self.chunk, self.next_steps = {}, {}, [], {}, ""
            self.problem = bridge.NONE
        try:
            await _Follower(self, run_id).follow()
        except Unauthenticated:
            return rx.redirect(routes.sign_in(routes.run(run_id)))
        except TerraceError as error:
            await _fail(self, bridge.problem_of(error))
        except Exception:
            await _fail(self, bridge.unexpected("RunState.follow"))
        return None

    @bridge.handler
    async def act(self, name: str) -> Any:
        """Carry out one of the run's actions."""
        run_id = _run_id(self)
        if name == "retry":
            return await self._retry(run_id)
        if name not in _ACTIONS:
            raise NotFound("There is no such action.")
        await bridge.call(self, _ACTIONS[name], run_id=run_id)
        self.run = _head(await bridge.call(self, runs.get, run_id=run_id))
        return None

    @bridge.handler
    async def force(self, reason: str) -> None:
        """Have the run's Terraform killed."""
        run_id = _run_id(self)
        await bridge.call(self, runs.cancel, run_id=run_id, force=True, reason=reason)
        self.run = _head(await bridge.call(self, runs.get, run_id=run_id))

    @bridge.handler
    async def override(self, reason: str) -> None:
        """Let the plan pass the policies that may be overridden."""
        run_id, given = _run_id(self), reason.strip()
        if not 3 <= len(given) <= 500:
            raise Invalid("Say in 3 to 500 characters why the plan may be applied all the same.")
        request = Override(reason=given)
        view: RunView = await bridge.call(self, runs.override_policy, run_id=run_id, request=request)
        self.run = _head(view)

    @bridge.handler
    async def resync(self, after: int) -> Any:
        """Send what the browser has missed behind event `after`."""
        page: EventPage = await bridge.call(self, runs.events, run_id=_run_id(self), after=max(0, after), limit=PAGE)
        self.chunk = _chunk(_run_id(self), page)

    async def _retry(self, run_id: str) -> Any:
        former: RunView = await bridge.call(self, runs.get, run_id=run_id)
        if former.stale:
            renewed: RunView = await bridge.call(self, runs.retry, run_id=run_id)
            return rx.redirect(routes.run(renewed.id))
        again = await bridge.call(self, deployments.start_run, deployment_id=former.deployment_id, kind=former.kind)
        return rx.redirect(routes.run(again.id))


class _Follower:
    """Subscribes first and reads then: whatever is written in between wakes it."""

    def __init__(self, state: RunState, run_id: str) -> None:
        self._state = state
        self._run_id = run_id
        self._planned = False
        self._checks: ChecksView | None = None
        self._shown: dict[str, Any] = {}

    async def follow(self) -> None:
        cursor, head_is_old = 0, True
        async with live.hub().subscribe(f"run:{self._run_id}", pulse.CHANNEL) as changed:
            while True:
                page: EventPage = await self._call(runs.events, after=cursor, limit=PAGE)
                head_is_old = head_is_old or any(event.type in _HEAD for event in page.items)
                await self._show(page, await self._news() if head_is_old else {})
                cursor, head_is_old = page.last_n, False
                if len(page.items) == PAGE:
                    continue
                if page.ended:
                    return
                await asyncio.sleep(COALESCE_SECONDS)
                woken = changed.is_set()
                await live.wait(changed, poll=POLL_SECONDS)
                head_is_old = not woken and not page.items

    async def _show(self, page: EventPage, news: dict[str, Any]) -> None:
        if not page.items and not news:
            return
        async with self._state:
            for name, value in news.items():
                setattr(self._state, name, value)
            if page.items or "run" in news:
                self._state.chunk = _chunk(self._run_id, page)

    async def _news(self) -> dict[str, Any]:
        """What of the head has changed since it was last sent."""
        view: RunView = await self._call(runs.get)
        news: dict[str, Any] = {"run": _head(view)}
        if view.has_changes is not None and (not self._planned or view.checks != self._checks):
            # Again when policies say something else than before: they are asked again before an apply.
            news["plan"] = (await self._call(runs.plan)).model_dump(mode="json", exclude=_NOT_SHOWN)
            self._planned, self._checks = True, view.checks
        if view.status == "applied" and view.kind not in ("destroy", "action"):
            page = await bridge.call(self._state, deployments.outputs, deployment_id=view.deployment_id)
            news["outputs"] = [_output(item) for item in page]
            news["next_steps"] = await asyncio.to_thread(templates.next_steps_html, view.template_key)
        changed = {name: value for name, value in news.items() if self._shown.get(name) != value}
        self._shown |= changed
        return changed

    async def _call(self, service: Any, **arguments: Any) -> Any:
        return await bridge.call(self._state, service, run_id=self._run_id, **arguments)


async def _fail(state: RunState, problem: bridge.Problem) -> None:
    async with state:
        state.problem = problem


def _run_id(state: RunState) -> str:
    """The id in the page's address; Reflex makes it a var of every state."""
    return str(getattr(state, "run_id", ""))


def _head(view: RunView) -> dict[str, Any]:
    # The events have their own numbers: with this one in it, the head would be sent anew for every line.
    return view.model_dump(mode="json", exclude={"last_event_n"})


def _chunk(run_id: str, page: EventPage) -> dict[str, Any]:
    events = [event.model_dump(mode="json") for event in page.items]
    return {"run": run_id, "now": clock.now().isoformat(), "events": events}


def _output(item: Any) -> dict[str, Any]:
    row = item.model_dump(mode="json") if hasattr(item, "model_dump") else asdict(item)
    value = row.get("value")
    row["text"] = (
        "" if row.get("sensitive") else value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    )
    row["value"] = None
    return row
