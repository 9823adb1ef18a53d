"""Terraform's plugin protocol 6 without generated code: messages from a descriptor set, values as msgpack.

Run as a module (`python -m worker.sandbox.protocol`, needs grpcio-tools) to compile tfplugin6.proto anew.
"""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Any, Final, TypeAlias

import msgpack
from google.protobuf import descriptor_pb2, descriptor_pool, message_factory

HERE: Final = Path(__file__).parent
DESCRIPTORS: Final = HERE / "tfplugin6.desc"
SERVICE: Final = "tfplugin6.Provider"

Value: TypeAlias = Any
"""A Terraform value: None, bool, int, float, str (also numbers that a float cannot hold), list, dict or UNKNOWN."""

Step: TypeAlias = str | int
Path_: TypeAlias = tuple[Step, ...]
"""Where a value is: a str names an attribute or block, an int an element of a list."""


class Unknown:
    """The type of UNKNOWN, the value that is only decided during apply."""

    _instance: Unknown | None = None

    def __new__(cls) -> Unknown:
        if cls._instance is None:
            cls._instance = super().__new__(cls)
        return cls._instance

    def __repr__(self) -> str:
        return "UNKNOWN"

    def __deepcopy__(self, memo: dict[int, Any]) -> Unknown:
        return self


UNKNOWN: Final = Unknown()
_UNKNOWN_EXT: Final = msgpack.ExtType(0, b"\x00")


@cache
def _pool() -> descriptor_pool.DescriptorPool:
    files = descriptor_pb2.FileDescriptorSet.FromString(DESCRIPTORS.read_bytes())
    pool = descriptor_pool.DescriptorPool()
    for file in files.file:
        pool.AddSerializedFile(file.SerializeToString())
    return pool


@cache
def message(name: str) -> Any:
    """The message class called `name` in package tfplugin6, such as "ReadResource.Response"."""
    return message_factory.GetMessageClass(_pool().FindMessageTypeByName(f"tfplugin6.{name}"))


@cache
def methods() -> tuple[str, ...]:
    """The names of all remote procedures of the provider service."""
    return tuple(method.name for method in _pool().FindServiceByName(SERVICE).methods)


def _extension(code: int, data: bytes) -> Unknown:
    # Code 0 is unknown; code 12 is unknown with refinements, which say nothing that we use.
    return UNKNOWN


def decode(dynamic: Any) -> Value:
    """The value inside a DynamicValue message; None when it is empty."""
    if dynamic.msgpack:
        return msgpack.unpackb(dynamic.msgpack, ext_hook=_extension, strict_map_key=False, use_list=True)
    return loads(dynamic.json) if dynamic.json else None


def loads(text: bytes | str) -> Value:
    """JSON with every fraction kept as text: Terraform's numbers are decimal, a float would change them."""
    return json.loads(text, parse_float=str)


def _encodable(value: Any) -> Any:
    if value is UNKNOWN:
        return _UNKNOWN_EXT
    if isinstance(value, int):  # more than 64 bits: such numbers travel as text
        return str(value)
    raise TypeError(f"{type(value).__name__} is no Terraform value")


def pack(value: Value) -> bytes:
    """`value` as the msgpack that Terraform reads."""
    return bytes(msgpack.packb(value, default=_encodable) or b"")


def encode(value: Value) -> Any:
    """`value` as a DynamicValue message."""
    return message("DynamicValue")(msgpack=pack(value))


def attribute_path(path: Path_) -> Any:
    """`path` as an AttributePath message."""
    steps = [{"attribute_name": step} if isinstance(step, str) else {"element_key_int": step} for step in path]
    return message("AttributePath")(steps=steps)


def has_unknown(value: Value) -> bool:
    """Whether UNKNOWN is anywhere inside `value`."""
    if isinstance(value, dict):
        return any(has_unknown(inner) for inner in value.values())
    if isinstance(value, list):
        return any(has_unknown(inner) for inner in value)
    return value is UNKNOWN


def compile_descriptors() -> Path:
    """Writes tfplugin6.desc from tfplugin6.proto and returns its path."""
    from grpc_tools import protoc  # a development tool, not needed to run

    arguments = ["protoc", f"-I{HERE}", f"--descriptor_set_out={DESCRIPTORS}", str(HERE / "tfplugin6.proto")]
    if protoc.main(arguments) != 0:
        raise SystemExit("protoc could not compile tfplugin6.proto")
    return DESCRIPTORS


if __name__ == "__main__":
    print(compile_descriptors())
