"""What the linter reads: a template's files, parsed, each part with the file and line where it stands. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Literal, NamedTuple

import yaml
from pydantic import BaseModel

from portal.template.errors import TemplateError
from portal.template.hcl import Block, Body, Node, parse_body, parse_json_body
from portal.template.hcl.ast import Attr, Name, children
from portal.template.lists import Lists
from portal.template.module import MANIFEST, Module

Level = Literal["error", "warning"]
TESTS = "tests/"
TEST_SUFFIX = ".tftest.hcl"
_IGNORED = re.compile(r"#\s*terrace:ignore ([a-z, -]+)")


class Finding(BaseModel):
    """One thing to mend: where it is, which rule says so, and what to do."""

    template: str
    file: str
    line: int
    level: Level
    rule: str
    message: str
    remedy: str


class Spot(NamedTuple):
    """A place in a template's folder. Line 1 stands for the whole file."""

    file: str
    line: int = 1


class Placed(NamedTuple):
    """A block with the file that holds it."""

    file: str
    block: Block

    @property
    def spot(self) -> Spot:
        """Where it begins."""
        return Spot(self.file, self.block.line)


@dataclass(frozen=True)
class Source:
    """A template's folder, as the rules see it.

    `names` are all paths in it, hidden ones too; `files` the contents of those that are text of ours; `module` is None
    when the portal cannot use the folder, and `broken` then says why.
    """

    key: str
    names: frozenset[str]
    files: Mapping[str, bytes]
    lists: Lists
    module: Module | None = None
    broken: str | None = None

    @property
    def cloud(self) -> str:
        """The first part of the key."""
        return self.key.partition("/")[0]

    @cached_property
    def bodies(self) -> dict[str, Body]:
        """The `.tf` files of the folder itself that can be read."""
        return {name: body for name in sorted(self.files) if _is_root_tf(name) and (body := self._body(name))}

    @cached_property
    def tests(self) -> dict[str, Body]:
        """The test files that can be read."""
        names = [name for name in sorted(self.files) if name.startswith(TESTS) and name.endswith(TEST_SUFFIX)]
        return {name: body for name in names if (body := self._body(name))}

    def _body(self, name: str) -> Body | None:
        try:
            return (parse_json_body if name.endswith(".json") else parse_body)(self.files[name].decode())
        except (TemplateError, UnicodeDecodeError, RecursionError):
            return None

    @cached_property
    def unreadable_tests(self) -> dict[str, str]:
        """Test files that are no HCL, and why."""
        found: dict[str, str] = {}
        for name in self.files:
            if name.endswith(TEST_SUFFIX):
                try:
                    parse_body(self.files[name].decode())
                except (TemplateError, UnicodeDecodeError, RecursionError) as error:
                    found[name] = str(error)
        return found

    def blocks(self, kind: str) -> list[Placed]:
        """The blocks of one type, in the order of the files."""
        return [Placed(name, block) for name, body in self.bodies.items() for block in body.blocks_of(kind)]

    def block(self, kind: str, name: str) -> Spot:
        """Where a block with that one label is."""
        found = (placed.spot for placed in self.blocks(kind) if placed.block.labels == (name,))
        return next(found, Spot(f"{kind}s.tf"))

    @cached_property
    def _manifest_lines(self) -> dict[tuple[str, ...], int]:
        try:
            root = yaml.compose(self.files.get(MANIFEST, b""), Loader=yaml.SafeLoader)
            return dict(_yaml_lines(root, ()))
        except (yaml.YAMLError, RecursionError):
            return {}

    def manifest(self, *path: str | int) -> Spot:
        """Where something stands in the manifest, or the nearest thing around it that is there."""
        steps = tuple(map(str, path))
        for length in range(len(steps), 0, -1):
            if line := self._manifest_lines.get(steps[:length]):
                return Spot(MANIFEST, line)
        return Spot(MANIFEST)

    @cached_property
    def uses(self) -> dict[tuple[str, str], Spot]:
        """What is read, as (`var`, name) and (`local`, name), and where first. A rule of a variable is no use of one."""
        found: dict[tuple[str, str], Spot] = {}
        for name, body in self.bodies.items():
            for block in body.blocks:
                for line, root, attribute in references(block.body):
                    if root == "local" or block.type != "variable":
                        found.setdefault((root, attribute), Spot(name, line))
        return found

    def excused(self, finding: Finding) -> bool:
        """Whether a comment `terrace:ignore RULE` stands on the finding's line or the one above it."""
        lines = self.files.get(finding.file, b"").decode(errors="replace").splitlines()
        near = (_IGNORED.search(line) for line in lines[max(0, finding.line - 2) : finding.line])
        return any(finding.rule in re.split(r"[, ]+", match[1].strip()) for match in near if match)


def _is_root_tf(name: str) -> bool:
    return "/" not in name and name.endswith((".tf", ".tf.json"))


def _yaml_lines(node: Any, path: tuple[str, ...]) -> Iterator[tuple[tuple[str, ...], int]]:
    if isinstance(node, yaml.MappingNode):
        for key, value in node.value:
            inner = (*path, str(key.value))
            yield inner, key.start_mark.line + 1
            yield from _yaml_lines(value, inner)
    elif isinstance(node, yaml.SequenceNode):
        for index, item in enumerate(node.value):
            inner = (*path, str(index))
            yield inner, item.start_mark.line + 1
            yield from _yaml_lines(item, inner)


def references(body: Body) -> Iterator[tuple[int, str, str]]:
    """(line, root, name) of everything like `var.size` and `local.tags` in a body."""
    for attribute in body.attributes.values():
        yield from ((attribute.line, root, name) for root, name in _names(attribute.expression))
    for block in body.blocks:
        yield from references(block.body)


def _names(node: Node) -> Iterator[tuple[str, str]]:
    if isinstance(node, Attr) and isinstance(node.source, Name):
        yield node.source.name, node.name
    for child in children(node):
        yield from _names(child)
