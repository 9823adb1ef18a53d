"""The form's own logic, run in Node as the browser runs it: rules as the server judges them, values there and back."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sysconfig
from fractions import Fraction
from typing import Any

import pytest

from portal.kit.config import PROJECT_DIR
from portal.template import service as templates
from portal.template.rules import compile_rule, evaluate_rule

FORM = PROJECT_DIR / "assets" / "ui" / "form"
NODE = shutil.which("node", path=os.pathsep.join([sysconfig.get_path("scripts"), os.environ.get("PATH", "")]))
VARIABLES: dict[str, Any] = {
    "text": "abc", "none": None, "yes": True, "word": "true", "one": 1, "digits": "10", "half": 0.5, "empty": "",
    "list": ["a", "b", 3], "object": {"inner": {"deep": "x"}, "flag": False}, "smile": "a😀",
}  # fmt: skip
RULES = [
    'var.text == "abc"', "var.none == null", "var.none < 3", "var.missing == null", "var.object.inner.deep == \"x\"",
    "var.object.nothing.deep == null", "var.yes", "var.word", "!var.object.flag", 'var.yes == "true"', "var.one == 1",
    'var.one == "1"', "var.digits > 9", "var.digits >= 10 && var.half < 1", 'contains(var.list, "b")',
    'contains(["x", "abc"], var.text)', "contains(var.list, 3)", "contains(var.none, 3)", "length(var.list) == 3",
    "length(var.smile)", "length(var.none)", "length(var.object) > 1", 'startswith(var.text, "ab")',
    'endswith(var.none, "c")', 'var.yes ? "then" : "else"', "this.self == 2 || var.none", "var.empty == null",
    'var.empty == ""', "-1 < var.one", "var.text > 1",
]  # fmt: skip


def node(script: str, given: Any) -> Any:
    """What a module script prints as JSON, with `given` as its input."""
    assert NODE is not None
    files = {name: json.dumps((FORM / f"{name}.mjs").as_uri()) for name in ("rules", "model", "units", "slices")}
    imports = "".join(f"import * as {name} from {file};" for name, file in files.items())
    read = 'import { readFileSync } from "node:fs";\nconst given = JSON.parse(readFileSync(0, "utf8"));'
    code = f"{imports}\n{read}\nconsole.log(JSON.stringify({script}));"
    done = subprocess.run(
        [NODE, "--input-type=module", "--eval", code],
        input=json.dumps(given), capture_output=True, text=True, check=False, timeout=60,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def test_browser_and_server_judge_every_rule_alike() -> None:
    compiled = [compile_rule(source) for source in RULES]
    this = {"self": 2}
    script = "given.rules.map((rule) => rules.evaluate(rule, given.variables, given.self))"
    found = node(script, {"rules": compiled, "variables": VARIABLES, "self": this})
    assert dict(zip(RULES, found, strict=True)) == {
        source: evaluate_rule(rule, VARIABLES, this) for source, rule in zip(RULES, compiled, strict=True)
    }


@pytest.mark.parametrize(
    "key", ["azure/storage-account", "azure/virtual-machine", "gcp/compute-instance", "gcp/storage-bucket"]
)
def test_fixtures_go_into_the_form_and_come_out_unchanged(key: str) -> None:
    module = templates.load_module(key)
    assert module.manifest is not None
    assert module.manifest.fixtures is not None
    full = module.manifest.fixtures.full
    assert full is not None
    form = templates.form(key).model_dump(mode="json")
    script = "model.outgoing(given.form, model.incoming(given.form, given.values).values)"
    found = node(script, {"form": form, "values": full.values})
    judged = templates.validate_values(key, found["values"])
    assert judged.errors == []
    assert found["problems"] == {}
    assert judged.values == templates.validate_values(key, full.values).values


def field(**more: Any) -> dict[str, Any]:
    base = {
        "path": "x",
        "name": "x",
        "kind": "text",
        "type": "string",
        "title": "X",
        "options": [],
        "fields": [],
        "item": None,
    }
    return {
        **base,
        "default": None,
        "has_default": False,
        "nullable": True,
        "sensitive": False,
        "ephemeral": False,
        **more,
    }


def test_numbers_stay_exact_on_their_way() -> None:
    texts = ["1", "-7", "0.5", "9007199254740993", "0.10000000000000000000001", "1e3", "007", "", "abc", "-0"]
    found = node("given.texts.map((text) => model.toWire(given.field, text))", {
        "texts": texts, "field": field(kind="number", type="number"),
    })  # fmt: skip
    assert found == [1, -7, 0.5, "9007199254740993", "0.10000000000000000000001", "1e3", "007", "", "abc", "-0"]


def test_secrets_are_taken_out_at_every_depth() -> None:
    secret = field(path="o.password", name="password", sensitive=True)
    whole = field(
        path="o", name="o", kind="object", type="object({})", fields=[secret, field(path="o.user", name="user")]
    )
    listed = field(
        path="l", name="l", kind="list", type="list(string)", item=field(path="l[]", name="", sensitive=True)
    )
    form = {"sections": [{"key": "s", "fields": [whole, listed, field(sensitive=True)]}]}
    values = {"o": {"password": "hidden-1", "user": "ann"}, "l": ["hidden-2"], "x": "hidden-3"}
    found = node("model.publicValues(given.form, given.values)", {"form": form, "values": values})
    assert found == {"o": {"user": "ann"}}


def test_made_up_passwords_hold_every_kind_of_letter() -> None:
    spec = {"kind": "password", "length": 32, "symbols": True}
    found = node("Array.from({ length: 200 }, () => model.madeUp(given))", spec)
    assert len(set(found)) == 200
    for password in found:
        assert len(password) == 32
        assert any(letter.islower() for letter in password)
        assert any(letter.isupper() for letter in password)
        assert any(letter.isdigit() for letter in password)
        assert any(not letter.isalnum() for letter in password)


def test_unfinished_json_is_a_problem_at_its_field() -> None:
    form = {"sections": [{"key": "s", "fields": [field(kind="json", type="any")]}]}
    found = node("model.outgoing(given.form, given.values)", {"form": form, "values": {"x": "{"}})
    assert list(found["problems"]) == ["x"]


@pytest.mark.parametrize("scale", ["1024", "3600", "0.001", "1", "1.5"])
def test_scaled_numbers_are_shown_and_sent_without_losing_a_digit(scale: str) -> None:
    texts = [
        "0",
        "1",
        "-7",
        "100",
        "2048",
        "1234567",
        "9007199254740993",
        "0.1",
        "1e3",
        "123456789012345678901234567890",
    ]
    shown = node("given.texts.map((text) => units.toShown(text, given.scale))", {"texts": texts, "scale": scale})
    back = node("given.texts.map((text) => units.fromShown(text, given.scale))", {"texts": shown, "scale": scale})
    assert [Fraction(text) for text in back] == [Fraction(text) for text in texts]
    for text, original in zip(shown, texts, strict=True):
        if "/" not in text:
            assert Fraction(text) * Fraction(scale) == Fraction(original)


def test_a_number_in_gib_goes_out_in_mib_and_what_is_no_number_is_a_problem() -> None:
    form = {"sections": [{"key": "s", "fields": [field(kind="number", type="number", scale="1024", default="2048")]}]}
    found = node(
        "given.texts.map((text) => model.outgoing(given.form, { x: text }))",
        {"form": form, "texts": ["2", "0.5", "1.25e1", "many"]},
    )
    assert [item["values"]["x"] for item in found] == [2048, 512, 12800, "many"]
    assert [list(item["problems"]) for item in found] == [[], [], [], ["x"]]
    assert node("model.incoming(given, { x: 1536 }).values", form) == {"x": "1.5"}
    assert node("model.environment(given, {})", form) == {"x": 2048}


def test_a_field_is_told_of_what_its_rules_and_suggestions_look_at_and_of_nothing_else() -> None:
    size = field(
        path="o.size", name="size", visible_when=compile_rule('var.tier == "a" && this.kind == "b"'),
        options=[{"value": "s", "label": "S", "when": compile_rule('contains(var.zones, "1")')}],
    )  # fmt: skip
    name = field(path="o.name", name="name", default_from="{deployment.name}-{var.tier}")
    asked = {"parameters": {"region": compile_rule("var.region")}}
    whole = field(path="o", name="o", kind="object", fields=[size, name], options_from=asked)
    found = node("slices.references(given)", whole)
    assert {name: sorted(names) for name, names in found.items()} == {
        "variables": ["region", "tier", "zones"],
        "hints": ["deployment.name", "var.tier"],
    }


def test_what_is_said_about_one_variable_leaves_the_others_as_they_were() -> None:
    before = {"a": "wrong", "a.b": "too", "c[0].d": "wrong", "e": "gone"}
    after = {"a": "wrong", "a.b": "too", "c[0].d": "else"}
    script = """(() => {
        const one = slices.byRoot(given.before), two = slices.byRoot(given.after, one);
        return { parts: two, same: Object.keys(two).filter((root) => two[root] === one[root]) };
    })()"""
    found = node(script, {"before": before, "after": after})
    assert found == {"parts": {"a": {"a": "wrong", "a.b": "too"}, "c": {"c[0].d": "else"}}, "same": ["a"]}


def test_what_rules_see_of_a_variable_is_the_same_object_until_it_is_set_anew() -> None:
    listed = field(path="l", name="l", kind="list", type="list(string)", item=field(path="l[]", name=""))
    form = {"sections": [{"key": "s", "fields": [listed, field()]}]}
    script = """(() => {
        const kept = new Map(), first = model.environment(given.form, given.values, kept);
        const second = model.environment(given.form, { ...given.values, x: "new" }, kept);
        const third = model.environment(given.form, { ...given.values, l: ["b"] }, kept);
        return [second.l === first.l, second.x, third.l];
    })()"""
    assert node(script, {"form": form, "values": {"l": ["a"], "x": "old"}}) == [True, "new", ["b"]]


def test_a_choice_that_the_other_values_rule_out_is_told() -> None:
    rule = {"op": "==", "args": [{"var": ["tier"]}, {"value": "premium"}]}
    options = [{"value": "a", "label": "A"}, {"value": "b", "label": "B", "when": rule}]
    narrowed = "model.optionsFor(given.field, given.seen, {}).map((option) => option.value)"
    script = f"[{narrowed}, model.notOffered(given.field, 'b', given.seen, {{}})]"
    given = {"field": field(options=options), "seen": {"tier": "basic"}}
    assert node(script, given) == [
        ["a"], "B is not offered with the other values that you chose. Choose another one.",
    ]  # fmt: skip
    assert node(script, given | {"seen": {"tier": "premium"}}) == [["a", "b"], ""]
    listed = {"value": "c", "label": "C", "depends": {"zone": ["1", "2"]}}
    source = {"kind": "k", "parameters": {"zone": {"var": ["zones"]}}}
    given = {"field": field(options=[listed], options_from=source, allow_other=True)}
    offered = "model.optionsFor(given.field, { zones: given.zones }, {}).length"
    found = [node(offered, given | {"zones": zones}) for zones in ([], ["1"], ["1", "3"], "2", None)]
    assert found == [1, 1, 0, 1, 1]


def test_outputs_of_deployments_are_choices_of_their_own_kind_of_account() -> None:
    source = {"template": "azure/net", "output": "ids", "attribute": None}
    item = {"source": "azure/net:ids", "value": "s-1", "key": "web", "deployment": "hub"}
    offered = {"sandbox": True, "items": [item | {"sandbox": True}, item | {"sandbox": False, "value": "real"}]}
    found = node(
        "model.choicesFor(given.field, {}, {}, given.offered)",
        {"field": field(from_output=[source]), "offered": offered},
    )
    assert [(choice["value"], choice["label"]) for choice in found] == [("s-1", "hub / web")]


def test_a_field_kept_for_a_role_is_locked_for_others_and_not_sent() -> None:
    form = {"sections": [{"key": "s", "fields": [field(roles=["owner"]), field(name="y", path="y")]}]}
    script = "['deployer', 'owner'].map((role) => model.unlockedValues(given, { x: 1, y: 2 }, role))"
    assert node(script, form) == [{"y": 2}, {"x": 1, "y": 2}]
    said = node("model.lockOf(given, 'deployer')", field(roles=["owner"]))
    assert said == "In this project only its owners may set this."
