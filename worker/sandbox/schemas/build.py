"""Builds the schema packs from the providers' schemas and facts.

    python -m worker.sandbox.schemas.build --schema schema-azurerm.json --facts facts-azurerm.json
    python -m worker.sandbox.schemas.build --schema schema-google.json --facts facts-google.json facts-google-extra.json

A schema file comes from the type definitions inside the PyPI wheels cdktn-provider-azurerm 18.9.0 (azurerm 5.10.0)
and cdktn-provider-google 21.1.0 (google 8.7.0), both MPL-2.0. A facts file holds what the protocol schema does not
carry (ForceNew, defaults, enumerations, ...), evaluated from the providers' own schema functions, also MPL-2.0.
Their shapes are described in docs/sandbox.md. The types to pack are the glob patterns in types.json.
"""

from __future__ import annotations

import argparse
import gzip
import json
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any, Final

HERE: Final = Path(__file__).parent
CARRIED: Final = frozenset(
    [
        "force_new",
        "default",
        "enum",
        "enum_ci",
        "enum_open",
        "range",
        "length",
        "regex",
        "multiple_of",
        "id_format",
        "id_formats",
        "sensitive",
        "deprecated",
        "write_only",
        "min_items",
        "max_items",
        "conflicts_with",
        "exactly_one_of",
        "at_least_one_of",
        "required_with",
        "each",
        "diff_suppress",
    ]
)
Facts = dict[str, dict[str, Any]]
Block = dict[str, Any]


def pack(schema: dict[str, Any], facts: list[dict[str, Any]], patterns: dict[str, list[str]]) -> dict[str, Any]:
    """One pack: {"source", "version", "provider": block, "resources": {type: block}, "data_sources": {type: block}}.

    A block is {"a": {name: [cty type, "r|o|c|oc", facts]}, "b": {name: [mode, min, max, block, facts]}}; a resource's
    top block also has "version" (of its state) and "no_update" (every change replaces it).
    """
    provider = schema["source"].rsplit("/", 1)[1]
    packed: dict[str, Any] = {"source": schema["source"], "version": schema["version"]}
    provider_facts = next((given["provider"]["facts"] for given in facts if "provider" in given), {})
    packed["provider"] = _counted(_block(schema["provider"], provider_facts, ""), provider_facts)
    for kind in ("resources", "data_sources"):
        names = selected(provider, schema[kind], patterns[kind])
        packed[kind] = {name: _type(schema[kind][name], name, kind, facts) for name in names}
    return packed


def selected(provider: str, names: dict[str, Any], patterns: list[str]) -> list[str]:
    """The type names that one of the glob `patterns` (without the provider's prefix) fits; each must fit something."""
    chosen: set[str] = set()
    for pattern in patterns:
        matches = {name for name in names if fnmatchcase(name, f"{provider}_{pattern}")}
        if not matches:
            raise SystemExit(f"types.json: no {provider} type fits {pattern!r}")
        chosen |= matches
    return sorted(chosen)


def _type(block: Block, name: str, kind: str, facts: list[dict[str, Any]]) -> Block:
    merged: Facts = {}
    packed_extra: dict[str, Any] = {}
    for given in facts:
        entry = given.get(kind, {}).get(name, {}) if "resources" in given else _bare(given, kind, name)
        for path, about in entry.get("facts", {}).items():
            merged[path] = merged.get(path, {}) | about
        packed_extra |= {key: entry[key] for key in ("no_update",) if entry.get(key)}
        if entry.get("schema_version"):
            packed_extra["version"] = entry["schema_version"]
    return _block(block, merged, "") | packed_extra


def _bare(given: dict[str, Any], kind: str, name: str) -> dict[str, Any]:
    """An extra facts file is just {resource type: {path: facts}}."""
    return {"facts": given.get(name, {})} if kind == "resources" else {}


def _block(block: Block, facts: Facts, prefix: str) -> Block:
    attributes = {name: _attribute(name, spec[0], spec[1], facts, prefix) for name, spec in block["a"].items()}
    blocks: dict[str, Any] = {}
    for name, (mode, least, most, inner) in block["b"].items():
        path = prefix + name
        about = {key: value for key, value in _about(facts, path).items() if key not in ("min_items", "max_items")}
        spec = [mode, least, most, _block(inner, facts, f"{path}.")]
        blocks[name] = [*spec, about] if about else spec
    return {"a": attributes} | ({"b": blocks} if blocks else {})


def _counted(block: Block, facts: Facts) -> Block:
    """The provider's own block with its item counts, which a schema file gives for resources only."""
    for name, spec in block.get("b", {}).items():
        spec[1:3] = facts.get(name, {}).get("min_items", spec[1]), facts.get(name, {}).get("max_items", spec[2])
    return block


def _attribute(name: str, cty: Any, flags: str, facts: Facts, prefix: str) -> list[Any]:
    path = prefix + name
    about = _about(facts, path)
    if name.endswith("_wo"):
        about["write_only"] = True
    nested = {key[len(path) + 1 :]: _about(facts, key) for key in facts if key.startswith(f"{path}.")}
    nested = {key: value for key, value in nested.items() if value}
    if nested:
        about["nested"] = nested
    return [cty, flags, about] if about else [cty, flags]


def _about(facts: Facts, path: str) -> dict[str, Any]:
    return {key: value for key, value in sorted(facts.get(path, {}).items()) if key in CARRIED}


def write(packed: dict[str, Any], folder: Path) -> Path:
    """Writes `packed` as compact JSON, gzip without a time stamp so that equal input gives equal bytes."""
    path = folder / f"{packed['source'].rsplit('/', 1)[1]}.json.gz"
    text = json.dumps(packed, separators=(",", ":"), sort_keys=True).encode()
    path.write_bytes(gzip.compress(text, compresslevel=9, mtime=0))
    return path


def main() -> None:
    """Reads the files named on the command line and writes the pack beside this script."""
    parser = argparse.ArgumentParser(description="Build a schema pack of the sandbox cloud.")
    parser.add_argument("--schema", type=Path, required=True, help="schema-<provider>.json")
    parser.add_argument("--facts", type=Path, nargs="*", default=[], help="facts-<provider>.json, later ones win")
    parser.add_argument("--out", type=Path, default=HERE, help="folder to write to")
    given = parser.parse_args()
    schema = json.loads(given.schema.read_text())
    provider = schema["source"].rsplit("/", 1)[1]
    patterns = json.loads((HERE / "types.json").read_text())[provider]
    packed = pack(schema, [json.loads(path.read_text()) for path in given.facts], patterns)
    path = write(packed, given.out)
    counts = f"{len(packed['resources'])} resources, {len(packed['data_sources'])} data sources"
    print(f"{path}: {provider} {packed['version']}, {counts}, {path.stat().st_size} bytes")


if __name__ == "__main__":
    main()
