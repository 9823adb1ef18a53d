"""`terrace template`: the catalogue, values tried against a template, and what its author needs."""

from __future__ import annotations

import sys
from typing import Annotated

import typer

from portal.cli import template_author
from portal.cli.output import AsJson, show
from portal.cli.values import Assigned, ValuesFile, read_values
from portal.template import service as templates

app = typer.Typer(help="The catalogue of templates.", no_args_is_help=True)
Key = Annotated[str, typer.Argument(help="The template, such as azure/virtual-machine.")]


@app.command("list")
def list_templates(
    cloud: Annotated[str | None, typer.Option(help="azure or gcp.")] = None,
    category: Annotated[str | None, typer.Option(help="A category of the catalogue.")] = None,
    search: Annotated[str | None, typer.Option("--search", "-s", help="Words that must occur.")] = None,
    as_json: AsJson = False,
) -> None:
    """Every template; a broken one with its reason."""
    found = templates.list_templates(cloud=cloud, category=category, q=search)
    show(found, as_json=as_json, columns=("key", "title", "category", "version", "broken"))


@app.command("show")
def show_template(key: Key, as_json: AsJson = False) -> None:
    """One template: what it makes, and its variables."""
    detail = templates.get_template(key)
    if as_json:
        show(detail, as_json=True, columns=())
        return
    show(detail, as_json=False, columns=("key", "title", "summary", "version", "broken"))
    print("\nVariables (* is required)")
    show_variables = [(f"{'*' if item.required else ' '} {item.name}", item.type) for item in detail.variables]
    width = max((len(name) for name, _ in show_variables), default=0)
    for name, type_text in show_variables:
        print(f"  {name.ljust(width)}  {type_text[:70]}")
    print("\nResources")
    for resource in detail.resources:
        print(f"  {resource.address}")


@app.command("validate")
def validate(key: Key, values: ValuesFile = None, assigned: Assigned = None, as_json: AsJson = False) -> None:
    """Judge values as the form does. Exit code 1 when something is wrong with them."""
    result = templates.validate_values(key, read_values(values, assigned or []))
    if as_json:
        show(result, as_json=True, columns=())
    else:
        for error in result.errors:
            print(f"{error.path or 'values'}: {error.message}")
        print("The values can be used." if result.ok else f"{len(result.errors)} to mend.")
    sys.exit(0 if result.ok else 1)


app.command("new")(template_author.new_template)
app.command("lint")(template_author.lint_templates)
app.command("test")(template_author.try_templates)
