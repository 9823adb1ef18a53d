"""What an account's cloud offers in a form, run in Node as the browser runs it."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sysconfig
from typing import Any

from portal.kit.config import PROJECT_DIR

FORM = PROJECT_DIR / "assets" / "ui" / "form"
NODE = shutil.which("node", path=os.pathsep.join([sysconfig.get_path("scripts"), os.environ.get("PATH", "")]))
ACCOUNT = {"slug": "team", "cloud": "azure", "kind": "live", "lookups": ["vm-sizes", "subnets"]}
SIZES = {
    "allow_other": True,
    "options": [
        {"value": "Standard_B1s", "label": "B1s", "price": "7.59 USD a month"},
        {"value": "Old", "label": "Old"},
    ],
    "options_from": {"kind": "azure-vm-sizes", "parameters": {"location": {"var": ["location"]}}},
}
LIVE = {
    "live": True,
    "age_seconds": 130,
    "options": [{"value": "Standard_B1s", "label": "Standard_B1s"}, {"value": "Standard_New", "label": "Standard_New"}],
}


def node(script: str, given: Any) -> Any:
    assert NODE is not None
    read = 'import { readFileSync } from "node:fs";\nconst given = JSON.parse(readFileSync(0, "utf8"));'
    first = f"import * as lookups from {json.dumps((FORM / 'lookups.mjs').as_uri())};"
    code = f"{first}\n{read}\nconsole.log(JSON.stringify({script}));"
    done = subprocess.run(
        [NODE, "--input-type=module", "--eval", code],
        input=json.dumps(given), capture_output=True, text=True, check=False, timeout=60,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def merged(field: dict[str, Any], answer: Any) -> list[dict[str, Any]]:
    return node("lookups.merged(given.field, given.field.options, given.answer)", {"field": field, "answer": answer})


def test_an_account_is_asked_for_what_its_cloud_tells_narrowed_by_other_values() -> None:
    script = "[given.field, given.other].map((field) => lookups.lookupOf(field, given.account, given.seen, {}))"
    other = {"options_from": {"kind": "azure-time-zones", "parameters": {}}}
    given = {"field": SIZES, "other": other, "account": ACCOUNT, "seen": {"location": "west europe"}}
    assert node(script, given) == ["/api/v1/cloud-accounts/team/lookups/vm-sizes?location=west+europe", None]


def test_what_the_cloud_offers_keeps_the_words_and_prices_of_the_list() -> None:
    found = merged(SIZES, LIVE)
    assert [option["value"] for option in found] == ["Standard_B1s", "Standard_New"]
    assert (found[0]["label"], found[0]["price"]) == ("B1s", "7.59 USD a month")


def test_a_list_that_binds_offers_nothing_that_the_server_would_refuse_and_never_nothing() -> None:
    bound = {**SIZES, "allow_other": False}
    assert [option["value"] for option in merged(bound, LIVE)] == ["Standard_B1s"]
    nothing = {**LIVE, "options": [{"value": "Elsewhere", "label": "Elsewhere"}]}
    assert len(merged(bound, nothing)) == 2


def test_without_an_answer_there_is_the_list_and_it_says_why() -> None:
    assert merged(SIZES, None) == SIZES["options"]
    fallback = {"live": False, "fallback": True, "reason": "Azure did not answer.", "options": SIZES["options"]}
    assert merged(SIZES, fallback) == SIZES["options"]
    script = "given.map((answer) => lookups.originOf(answer, {kind: 'live'}))"
    assert node(script, [None, LIVE, {**LIVE, "stale": True}, fallback]) == [
        "",
        "From your account, 2 min ago",
        "From your account, 2 min ago; it gave nothing newer",
        "From the built-in list: Azure did not answer.",
    ]
