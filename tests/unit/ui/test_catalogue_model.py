"""What the catalogue shows and in which order, run in Node as the browser runs it."""

from __future__ import annotations

import json
import subprocess
from typing import Any

from portal.kit.config import PROJECT_DIR
from tests.unit.ui.test_form_model import NODE

MODEL = PROJECT_DIR / "assets" / "ui" / "catalogue-model.mjs"


def card(key: str, title: str, category: str = "Storage", **more: Any) -> dict[str, Any]:
    """A template's card."""
    cloud, name = key.split("/")
    return {"key": key, "cloud": cloud, "name": name, "title": title, "category": category, **more}


CARDS = [
    card("gcp/storage-bucket", "Storage bucket", tags=["objects"]),
    card("azure/storage-account", "Storage account", tags=["files"], resource_types=["azurerm_storage_account"]),
    card("azure/web-app", "Web app", "Web", summary="Keeps its files in a storage account.", tags=["files"]),
    card("azure/files", "Shares", tags=[]),
    card("gcp/broken", "Broken", broken="It cannot be read."),
]


def run(script: str, given: Any = None) -> Any:
    """What an expression over the prepared cards gives."""
    assert NODE is not None
    code = f"import * as m from {json.dumps(MODEL.as_uri())}; const cards = m.prepare({json.dumps(CARDS)});"
    code += f"const given = {json.dumps(given)}; console.log(JSON.stringify({script}));"
    done = subprocess.run([NODE, "--input-type=module", "-e", code], capture_output=True, text=True, check=True)
    return json.loads(done.stdout)


def keys_of(**filters: str) -> list[str]:
    return run("m.choose(cards, given).map((card) => card.key)", filters)


def test_what_cannot_be_used_is_not_offered_and_the_rest_stands_by_title() -> None:
    assert keys_of() == ["azure/files", "azure/storage-account", "gcp/storage-bucket", "azure/web-app"]


def test_every_word_must_occur_and_names_come_before_tags_before_the_rest() -> None:
    assert keys_of(q="storage") == ["azure/storage-account", "gcp/storage-bucket", "azure/files", "azure/web-app"]
    assert keys_of(q="FILES") == ["azure/files", "azure/storage-account", "azure/web-app"]
    assert keys_of(q="storage  keeps") == ["azure/web-app"]
    assert keys_of(q="azurerm_storage") == ["azure/storage-account"]
    assert keys_of(q="storage nothing") == []


def test_filters_combine() -> None:
    assert keys_of(cloud="azure", category="Storage") == ["azure/files", "azure/storage-account"]
    assert keys_of(tag="files", category="Web") == ["azure/web-app"]


def test_values_are_counted() -> None:
    assert run("m.counted(cards, (card) => card.tags || [])") == [
        {"value": "files", "count": 2},
        {"value": "objects", "count": 1},
    ]


def test_what_was_used_last_comes_first_and_each_template_stands_once() -> None:
    script = "m.arrange(cards, given).map((group) => [group.title, ...group.templates.map((card) => card.name)])"
    assert run(script, []) == [["Storage", "files", "storage-account", "storage-bucket"], ["Web", "web-app"]]
    assert run(script, ["azure/web-app", "gone/away", "gcp/storage-bucket"]) == [
        ["Used last", "web-app", "storage-bucket"],
        ["Storage", "files", "storage-account"],
    ]
