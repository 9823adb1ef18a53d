"""Modules by what their files say: read once in a process, whichever folder, run or release the same files come from."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import Generic, TypeVar

from portal.template.module import Module, read_module

T = TypeVar("T")
KEPT_MODULES = 128


class Beside(Generic[T]):
    """An argument that a cache does not compare: what is beside it says which one it is."""

    def __init__(self, value: T) -> None:
        self.value = value

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Beside)

    def __hash__(self) -> int:
        return 0


def module_of(content_hash: str, files: Mapping[str, bytes]) -> Module:
    """The module whose files have this hash.

    Raises:
        TemplateError: with a sentence that names the file and line.
    """
    return _read(content_hash, Beside(files))


@lru_cache(maxsize=KEPT_MODULES)
def _read(_hash: str, files: Beside[Mapping[str, bytes]]) -> Module:
    return read_module(files.value)
