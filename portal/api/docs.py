"""The reference at /api/docs: made from the OpenAPI document on the server, so it needs no script and no other site."""

from __future__ import annotations

import json
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from fastapi import APIRouter, Request
from starlette.responses import HTMLResponse

if TYPE_CHECKING:
    from jinja2 import Template
    from markdown_it import MarkdownIt

router = APIRouter(include_in_schema=False)
METHODS = ("get", "post", "put", "patch", "delete")

_PAGE = """<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>{{ title }} API</title>
<meta name="viewport" content="width=device-width, initial-scale=1">
<style>
:root { color-scheme: light dark; --line: #8884; --soft: #8881; }
body { font: 16px/1.5 system-ui, sans-serif; max-width: 60rem; margin: 2rem auto; padding: 0 1rem; }
code, pre { font-family: ui-monospace, monospace; font-size: .9em; }
pre { background: var(--soft); padding: .75rem; overflow-x: auto; border-radius: .4rem; }
details { border: 1px solid var(--line); border-radius: .4rem; margin: .5rem 0; padding: .5rem .75rem; }
summary { cursor: pointer; } summary code { font-weight: 600; }
.method { display: inline-block; min-width: 4.5rem; font-weight: 700; }
table { border-collapse: collapse; width: 100%; }
th, td { text-align: left; border-bottom: 1px solid var(--line); padding: .25rem .5rem; vertical-align: top; }
</style></head><body>
<h1>{{ title }} API</h1>
<p>{{ description }} The same as a document for programs: <a href="/api/openapi.json">openapi.json</a>.</p>
<p>Send an API token: <code>curl -H "Authorization: Bearer $TOKEN" {{ address }}/api/v1/me</code>.
Errors are problem details (RFC 9457). Lists take <code>limit</code> and <code>cursor</code>, and answer
<code>{items, next_cursor}</code>.</p>
<nav><ul>{% for tag in groups %}<li><a href="#{{ tag | replace(' ', '-') }}">{{ tag }}</a></li>{% endfor %}</ul></nav>
{% for tag, operations in groups.items() %}<h2 id="{{ tag | replace(' ', '-') }}">{{ tag }}</h2>
{% for op in operations %}<details id="{{ op.id }}"><summary><span class="method">{{ op.method }}</span>
<code>{{ op.path }}</code></summary>
<p>{{ op.text | safe }}</p>
{% if op.parameters %}<table><tr><th>Parameter</th><th>In</th><th>Type</th><th>Meaning</th></tr>
{% for item in op.parameters %}<tr><td><code>{{ item.name }}</code>{% if item.required %} (required){% endif %}</td>
<td>{{ item.where }}</td><td>{{ item.type }}</td><td>{{ item.text }}</td></tr>{% endfor %}</table>{% endif %}
{% if op.body %}<h3>Body</h3><pre>{{ op.body }}</pre>{% endif %}
{% for answer in op.answers %}<h3>Answer {{ answer.status }}</h3><pre>{{ answer.shape }}</pre>{% endfor %}
</details>{% endfor %}{% endfor %}
</body></html>
"""


@router.get("/api/docs")
def reference(request: Request) -> HTMLResponse:
    """Every operation, with its parameters and shapes."""
    text = json.dumps(request.app.openapi(), sort_keys=True)
    return HTMLResponse(_page(text, str(request.base_url).rstrip("/")))


# Made for the first reader: a portal's start does not wait for what it renders with.
@lru_cache(maxsize=1)
def _template() -> Template:
    from jinja2 import DictLoader, Environment

    return Environment(loader=DictLoader({"page": _PAGE}), autoescape=True).get_template("page")


@lru_cache(maxsize=1)
def _markdown() -> MarkdownIt:
    from markdown_it import MarkdownIt

    return MarkdownIt("zero").enable(["backticks", "emphasis", "link"])


@lru_cache(maxsize=4)
def _page(document: str, address: str) -> str:
    spec = json.loads(document)
    groups: dict[str, list[dict[str, Any]]] = {}
    for path, item in spec["paths"].items():
        for method in METHODS:
            if operation := item.get(method):
                groups.setdefault((operation.get("tags") or ["other"])[0], []).append(
                    _operation(spec, path, method, operation)
                )
    info = spec["info"]
    return _template().render(title=info["title"], description=info["description"], address=address, groups=groups)


def _operation(spec: dict[str, Any], path: str, method: str, operation: dict[str, Any]) -> dict[str, Any]:
    answers = [
        {"status": status, "shape": shape}
        for status, answer in operation.get("responses", {}).items()
        if status.startswith("2") and (shape := _content(spec, answer))
    ]
    return {
        "id": operation["operationId"],
        "method": method.upper(),
        "path": path,
        "text": _markdown().renderInline(operation.get("description") or operation.get("summary", "")),
        "parameters": [_parameter(item) for item in operation.get("parameters", []) if item["in"] in ("path", "query")],
        "body": _content(spec, operation.get("requestBody", {})),
        "answers": answers,
    }


def _parameter(item: dict[str, Any]) -> dict[str, Any]:
    kinds = [part.get("type") for part in item["schema"].get("anyOf", [item["schema"]]) if part.get("type") != "null"]
    return {
        "name": item["name"],
        "where": item["in"],
        "required": item.get("required", False),
        "type": " or ".join(str(kind) for kind in kinds if kind) or "text",
        "text": item.get("description", ""),
    }


def _content(spec: dict[str, Any], holder: dict[str, Any]) -> str:
    """The shape of a body as an example in JSON; empty when there is none."""
    for media, content in holder.get("content", {}).items():
        if "json" in media and content.get("schema"):
            return json.dumps(_shape(spec, content["schema"], 0), indent=2, ensure_ascii=False)
    return ""


def _shape(spec: dict[str, Any], schema: dict[str, Any], depth: int) -> Any:
    """An example that shows names and types; it stops where shapes repeat themselves."""
    if reference := schema.get("$ref"):
        schema = spec["components"]["schemas"][reference.rpartition("/")[2]]
    if depth > 5:
        return "…"
    if "const" in schema or "enum" in schema:
        return " | ".join(str(value) for value in schema.get("enum", [schema.get("const")]))
    if options := schema.get("anyOf") or schema.get("oneOf") or schema.get("allOf"):
        given = [option for option in options if option.get("type") != "null"] or options
        return _shape(spec, given[0], depth + 1)
    if schema.get("type") == "array":
        return [_shape(spec, schema.get("items", {}), depth + 1)]
    if properties := schema.get("properties"):
        return {name: _shape(spec, part, depth + 1) for name, part in properties.items()}
    return schema.get("format") or schema.get("type") or "any"
