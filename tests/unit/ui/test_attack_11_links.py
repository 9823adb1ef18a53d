"""Attack 11: a link that somebody else made fills in a form and does nothing more."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sysconfig
from typing import Any
from urllib.parse import urlencode

from portal.kit.config import PROJECT_DIR

UI = PROJECT_DIR / "assets" / "ui"
NODE = shutil.which("node", path=os.pathsep.join([sysconfig.get_path("scripts"), os.environ.get("PATH", "")]))


def node(module: str, script: str, given: Any) -> Any:
    """What `script` makes of `given` with the module's exports, as JSON."""
    assert NODE is not None
    imported = f"import * as module from {json.dumps((UI / module).as_uri())}; const given = {json.dumps(given)};"
    command = [NODE, "--input-type=module", "--eval", f"{imported} console.log(JSON.stringify({script}));"]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=60)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def from_query(query: dict[str, str]) -> dict[str, Any]:
    """What the form takes out of its address, and what a fresh object of the page then looks like."""
    script = "{ ...module.fromQuery(given), fresh: {}.polluted ?? null }"
    return node("form/store.mjs", script, "?" + urlencode(query))


def test_attack_11_a_link_never_decides_that_a_plan_is_applied_unseen() -> None:
    given = {"name": "shop", "auto_apply": "true", "ttl": "8h", "role": "admin", "var.location": "westeurope"}
    found = from_query(given)
    assert found["head"] == {"name": "shop", "ttl": "8h"}
    assert found["wire"] == {"location": "westeurope"}


def test_attack_11_odd_names_and_scripts_in_a_link_stay_texts() -> None:
    found = from_query({"var.__proto__": '{"polluted": 1}', "var.site": "javascript:alert(1)", "__proto__": "x"})
    assert found["fresh"] is None
    assert found["wire"] == {"site": "javascript:alert(1)"}
    assert found["head"] == {}


def test_attack_11_only_a_web_address_becomes_a_link() -> None:
    texts = [
        "https://example.com/a?b=c#d", "javascript:alert(1)", "JavaScript:alert(1)", " https://example.com",
        "https://example.com\njavascript:alert(1)", "http://example.com", "//example.com", "data:text/html,x",
        "https://exa mple.com", "https://example.com/\"onclick=", "https:\\\\example.com", "", None, 5,
    ]  # fmt: skip
    assert [text for text, is_link in zip(texts, node("links.mjs", "given.map(module.isWebAddress)", texts), strict=True)
            if is_link] == texts[:1]  # fmt: skip
