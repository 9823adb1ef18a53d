"""Fills in a form as a person does, through its widgets, from a set of values."""

from __future__ import annotations

import json
import re
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from playwright.sync_api import Locator, Page, expect

from portal.template import service
from portal.template.schemas import FieldModel, FormModel
from tests.support.pages import PATIENCE

Fill = Callable[[FieldModel, str, Any], None]
TEXTS = {"text", "cidr", "duration", "number", "slider", "password"}
LONG_TEXTS = {"textarea", "code", "json"}


@dataclass
class Filler:
    """One form on a page. Everything it does, a keyboard and a pointer can do."""

    page: Page
    form: FormModel
    widgets: dict[str, Fill] = field(init=False)

    def __post_init__(self) -> None:
        self.widgets = {
            **dict.fromkeys(TEXTS | LONG_TEXTS, self._text),
            "switch": self._switch, "select": self._select, "radio": self._radio, "combobox": self._combobox,
            "tags": self._tags, "multiselect": self._multiselect, "key_value": self._pairs, "list": self._list,
            "table": self._table, "map": self._map, "object": self._object, "tuple": self._tuple,
        }  # fmt: skip

    def show_everything(self) -> None:
        """Every level, every section open."""
        self.page.get_by_role("button", name=re.compile("^Everything")).click()
        self._open_sections()

    def _open_sections(self) -> None:
        closed = self.page.locator(".section-head[aria-expanded='false']")
        while closed.count():
            closed.first.click()

    def fill(self, values: Mapping[str, Any]) -> None:
        """Every value, in the form's order; one that is asked for only after another answer waits for that."""
        waiting = {one.name: one for one in _fields(self.form) if one.name in values}
        assert waiting.keys() == values.keys(), f"the form does not ask for {values.keys() - waiting.keys()}"
        while waiting:
            self._open_sections()  # one may have appeared with an answer
            usual = all(values[name] == one.default for name, one in waiting.items())
            ready = self._ready({one.path: one for one in waiting.values()}, wait=not usual)
            if not ready and usual:
                return  # what is not asked for now has its default
            assert ready, f"the form does not show {sorted(waiting)}"
            for one in ready:
                if not one.visible_when or self._place(one.path).count():  # an answer may have hidden it
                    self.value(one, one.path, values[one.name])
                    del waiting[one.name]

    def value(self, asked: FieldModel, path: str, value: Any) -> None:
        """One value at one path."""
        if value is None:
            self._null(asked, path)
        elif asked.sensitive and asked.kind in {"text", "textarea", "code"}:
            self._secret(path, value)
        else:
            self.widgets[asked.kind](asked, path, value)

    def _ready(self, asked: Mapping[str, FieldModel], *, wait: bool) -> list[FieldModel]:
        """Those of these fields, by path, that are on the page; with `wait` at least one, unless none comes."""
        until = time.monotonic() + PATIENCE / 1000
        while not (ready := asked.keys() & self._shown()) and wait and time.monotonic() < until:
            self.page.wait_for_timeout(50)
        return [one for path, one in asked.items() if path in ready]

    def _shown(self) -> set[str]:
        """The paths of all fields on the page."""
        return set(self.page.evaluate("[...document.querySelectorAll('[data-path]')].map(one => one.dataset.path)"))

    def _place(self, path: str) -> Locator:
        quoted = path.replace("\\", "\\\\").replace("'", "\\'")
        return self.page.locator(f"[data-path='{quoted}']")

    def _input(self, path: str) -> Locator:
        """By the id that a label points to: `f-` and the path."""
        return self.page.locator(f"[id='f-{re.sub(r'[^A-Za-z0-9_.-]', '-', path)}']")

    def _null(self, asked: FieldModel, path: str) -> None:
        if asked.default is None and not asked.required:
            return
        place = self._place(path)
        if place.locator("summary").count():
            place.locator("summary").first.click()
        place.get_by_role("button", name="Set to null").first.click()

    def _text(self, asked: FieldModel, path: str, value: Any) -> None:
        text = json.dumps(value) if asked.kind == "json" else str(value)
        if asked.scale:
            text = f"{Decimal(text) / Decimal(asked.scale):f}"
        self._input(path).fill(text)

    def _secret(self, path: str, value: str) -> None:
        if "\n" in value:  # a single line at first; several when they are shown
            self._place(path).get_by_role("button", name="Show", exact=True).click()
        self._input(path).fill(value)

    def _switch(self, asked: FieldModel, path: str, value: bool) -> None:
        three = not asked.required and asked.default is None and not asked.sensitive and asked.path == path
        box = self._input(path)
        if three or box.evaluate("element => element.tagName") == "SELECT":
            box.select_option("true" if value else "false")
        else:
            box.set_checked(value)

    def _select(self, asked: FieldModel, path: str, value: Any) -> None:
        self._input(path).select_option(_text(value))

    def _radio(self, asked: FieldModel, path: str, value: Any) -> None:
        choices = self._place(path).get_by_role("radio")
        wanted = next(one.label for one in asked.options if _text(one.value) == _text(value))
        labels = self._place(path).locator(".choice-title").all_inner_texts()
        choices.nth([label.split("\n")[0].strip() for label in labels].index(wanted)).check()

    def _combobox(self, asked: FieldModel, path: str, value: Any) -> None:
        box = self._input(path)
        box.fill(_text(value))
        box.press("Tab")

    def _tags(self, asked: FieldModel, path: str, value: list[Any]) -> None:
        if asked.default:
            self._remove_all(path)
        box = self._input(path)
        for one in value:
            box.fill(_text(one))
            box.press("Enter")

    def _remove_all(self, path: str) -> None:
        remove = self._place(path).get_by_role("button", name=re.compile("^Remove "))
        for _ in range(remove.count()):
            remove.last.click()

    def _multiselect(self, asked: FieldModel, path: str, value: list[Any]) -> None:
        offered = (asked.item.options if asked.item and asked.item.options else None) or asked.options
        for option in offered:
            box = self._place(path).locator("label.check").filter(has_text=re.compile(f"^{re.escape(option.label)}"))
            if box.count():
                box.first.get_by_role("checkbox").set_checked(_text(option.value) in map(_text, value))

    def _pairs(self, asked: FieldModel, path: str, value: Mapping[str, Any]) -> None:
        if asked.default:
            self._remove_all(path)
        place = self._place(path)
        for number, (key, text) in enumerate(value.items(), start=1):
            place.get_by_role("button", name="Add pair").click()
            place.get_by_label(f"Key {number}", exact=True).fill(key)
            place.get_by_label(f"Value {number}", exact=True).fill(_text(text))

    def _list(self, asked: FieldModel, path: str, value: list[Any]) -> None:
        assert asked.item is not None
        if asked.default:
            self._remove_all(path)
        add = self._place(path).get_by_role(
            "button", name=re.compile(f"^Add {re.escape(asked.item.title)}$", re.IGNORECASE)
        )
        for index, one in enumerate(value):
            add.last.click()
            self._item(asked.item, f"{path}[{index}]", one)

    def _table(self, asked: FieldModel, path: str, value: Any) -> None:
        """Rows of a list, or of a map with its keys as the first column."""
        if isinstance(value, Mapping):
            self._map(asked, path, value)
        else:
            self._list(asked, path, value)

    def _map(self, asked: FieldModel, path: str, value: Mapping[str, Any]) -> None:
        assert asked.item is not None
        if asked.default:
            self._remove_all(path)
        place = self._place(path)
        for key, one in value.items():
            place.get_by_label(re.compile("^Name of a new")).last.fill(key)
            place.get_by_role("button", name="Add", exact=True).last.click()
            escaped = key.replace("\\", "\\\\").replace('"', '\\"')
            self._item(asked.item, f'{path}["{escaped}"]', one)

    def _item(self, item: FieldModel, path: str, value: Any) -> None:
        if item.kind == "object":
            self._attributes(item, path, value)
        else:
            self.value(item, path, value)

    def _object(self, asked: FieldModel, path: str, value: Mapping[str, Any]) -> None:
        if not asked.required and asked.default is None and not asked.sensitive:
            self._input(path).set_checked(True)
        self._attributes(asked, path, value)

    def _attributes(self, asked: FieldModel, path: str, value: Mapping[str, Any]) -> None:
        waiting = {one.name: one for one in asked.fields if one.name in value}
        assert waiting.keys() == value.keys(), f"{path} does not ask for {value.keys() - waiting.keys()}"
        while waiting:
            # An attribute that is not there appears with another's answer, or, null by default, is left alone.
            absent = all(value[name] is None for name in waiting)
            ready = self._ready({f"{path}.{one.name}": one for one in waiting.values()}, wait=not absent)
            if not ready and absent:
                return
            assert ready, f"{path} does not show {sorted(waiting)}"
            for one in ready:
                self.value(one, f"{path}.{one.name}", value[one.name])
                del waiting[one.name]

    def _tuple(self, asked: FieldModel, path: str, value: list[Any]) -> None:
        for index, (one, part) in enumerate(zip(asked.fields, value, strict=True)):
            self.value(one, f"{path}[{index}]", part)


def _fields(form: FormModel) -> Iterator[FieldModel]:
    return (one for section in form.sections for one in section.fields)


def _text(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def open_form(page: Page, key: str) -> None:
    """The deploy form of a template, ready to be typed into."""
    page.goto(f"/templates/{key}/deploy")
    title = re.escape(service.get_template(key).title).replace("/", r"\/")  # it becomes a JavaScript regex
    expect(page.get_by_role("heading", name=re.compile(f"^Deploy {title}", re.IGNORECASE), level=1)).to_be_visible()


def plan(page: Page, name: str) -> str:
    """Name the deployment, go through the review, plan; returns the run's id."""
    page.locator("#head-name").fill(name)
    page.get_by_role("button", name=re.compile("^Review")).click()
    page.get_by_role("button", name="Create and plan").click()
    page.wait_for_url("**/runs/run-*")
    return page.url.rsplit("/", 1)[-1].split("?")[0]
