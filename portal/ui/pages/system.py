"""System: whether the installation fares well, its versions, storage and keys, and the settings that it runs with."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import reflex as rx

from portal.keys import service as keys
from portal.run import installation
from portal.run.installation import InstallationView
from portal.ui import bridge, routes, template
from portal.ui.components import parts as ui
from portal.ui.identity import only_with
from portal.ui.rows import iso

el = rx.el
_VERDICTS = {"ok": ("Fine", "success"), "warning": ("Look at it", "warning"), "failing": ("Failing", "danger")}
_KEY_STATES = {
    "primary": ("Encrypts", "success"),
    "known": ("Only decrypts", ""),
    "missing": ("Missing here", "danger"),
    "signing": ("Signs", "success"),
    "coming": ("Coming", "info"),
    "leaving": ("Leaving", ""),
}


@dataclass(frozen=True)
class Health:
    """One thing that the portal needs."""

    name: str = ""
    verdict: str = ""
    text: str = ""


@dataclass(frozen=True)
class Pair:
    """A name and what it is."""

    name: str = ""
    value: str = ""


@dataclass(frozen=True)
class TableRow:
    """A table of the database."""

    name: str = ""
    size: str = ""
    rows: str = ""


@dataclass(frozen=True)
class KeyRow:
    """A key, by its name."""

    id: str = ""
    state: str = ""
    count: str = ""
    at: str = ""


class SystemState(bridge.PageState, rx.State):
    """What the installation says of itself."""

    health: list[Health] = []  # noqa: RUF012 - Reflex copies the default for each state
    versions: list[Pair] = []  # noqa: RUF012
    schema: list[Pair] = []  # noqa: RUF012
    tables: list[TableRow] = []  # noqa: RUF012
    database_size: str = ""
    disk: str = ""
    signing: list[KeyRow] = []  # noqa: RUF012
    keys: list[KeyRow] = []  # noqa: RUF012
    backed_up_at: str = ""

    @bridge.handler
    async def load(self) -> None:
        """Ask now."""
        self._show(await bridge.call(self, installation.view))

    @bridge.handler
    async def count_keys(self) -> None:
        """Count what is encrypted with which key."""
        found = await bridge.call(self, _counted)
        self.keys = [KeyRow(key.id, key.state, f"{key.count:,}") for key in found]

    def _show(self, view: InstallationView) -> None:
        self.health = [Health(item.name, item.verdict, item.text) for item in view.health]
        self.versions = [Pair(name, version) for name, version in view.versions.items()]
        self.schema = [
            Pair("Revision", view.database.revision),
            Pair("Oldest code that may run beside it", view.database.oldest_code),
            Pair("Migrated by version", view.database.migrated_by),
        ]
        self.tables = [TableRow(item.name, size(item.bytes), f"{item.rows:,}") for item in view.tables]
        self.database_size = size(view.database_bytes)
        self.disk = f"{size(view.disk.free)} of {size(view.disk.total)} free"
        self.signing = [KeyRow(key.id, key.use, "", iso(key.signs_from)) for key in view.signing_keys]
        self.backed_up_at = iso(view.backed_up_at)


def _counted(_session: Any, actor: Any) -> Any:
    return keys.status(actor)


def size(count: float) -> str:
    """Bytes as people say them."""
    for unit in ("bytes", "kB", "MB", "GB"):
        if count < 1000:
            return f"{count:.0f} {unit}" if unit == "bytes" else f"{count:.1f} {unit}"
        count /= 1000
    return f"{count:.1f} TB"


@template.page(routes.SYSTEM, "System", section="system", on_load=[SystemState.load])
def system_page() -> rx.Component:
    """Health first, then what it is made of."""
    state = SystemState
    return rx.fragment(
        ui.page_header(
            "System",
            ui.button(ui.icon("refresh"), "Refresh", on_click=state.load),
            sub="Whether this installation fares well, and what it is made of.",
        ),
        ui.when_ready(state, rx.cond(ui.has_items(state.health), _content(state), rx.fragment())),
    )


def _content(state: Any) -> rx.Component:
    return rx.fragment(
        ui.table(
            "What", "State", "In words",
            body=el.tbody(rx.foreach(state.health, _health)),
            label="Health",
        ),
        ui.stats(
            ui.stat("Database", state.database_size, text=True),
            ui.stat("Disk below the data folder", state.disk, text=True),
            ui.stat(
                "Last backup",
                rx.cond(state.backed_up_at != "", ui.relative_time(state.backed_up_at), "none yet"),
                text=True,
            ),
        ),
        ui.card(
            "Largest tables",
            ui.table(
                "Table", "Size with indexes", "Rows, about", body=el.tbody(rx.foreach(state.tables, _table)), label="Tables"
            ),
            flush=True,
        ),
        ui.card(
            "Keys of the secrets at rest",
            el.p("Every secret in the database is encrypted. ", el.code("terrace keys rotate"), " gives all of them a new key."),
            rx.cond(
                ui.has_items(state.keys),
                ui.table("Key", "State", "Secrets", body=el.tbody(rx.foreach(state.keys, _key)), label="Keys"),
                only_with("system.keys", ui.button("Count what each key encrypts", on_click=state.count_keys)),
            ),
        ),
        ui.card(
            "Keys that sign for clouds",
            ui.table("Key", "State", "Signs from", body=el.tbody(rx.foreach(state.signing, _signing)), label="Signing keys"),
            flush=True,
        ),
        ui.card("Versions", el.dl(rx.foreach(state.versions, _pair), rx.foreach(state.schema, _pair), class_name="pairs")),
    )  # fmt: skip


def _health(item: Any) -> rx.Component:
    return el.tr(
        el.td(item.name, class_name="main-cell"),
        el.td(ui.status_badge(item.verdict, _VERDICTS)),
        el.td(ui.sentence(item.text), class_name="full"),
    )


def _table(row: Any) -> rx.Component:
    return el.tr(
        el.td(el.code(row.name)),
        el.td(row.size, class_name="num nowrap"),
        el.td(row.rows, class_name="num nowrap", custom_attrs={"data-label": "Rows, about"}),
    )


def _key(row: Any) -> rx.Component:
    return el.tr(
        el.td(el.code(row.id)),
        el.td(ui.status_badge(row.state, _KEY_STATES)),
        el.td(row.count, class_name="num nowrap", custom_attrs={"data-label": "Secrets"}),
    )


def _signing(row: Any) -> rx.Component:
    return el.tr(
        el.td(el.code(row.id, class_name="anywhere")),
        el.td(ui.status_badge(row.state, _KEY_STATES)),
        el.td(ui.relative_time(row.at), class_name="muted", custom_attrs={"data-label": "Signs from"}),
    )


def _pair(pair: Any) -> rx.Component:
    return el.div(el.dt(pair.name), el.dd(pair.value, class_name="mono anywhere"))
