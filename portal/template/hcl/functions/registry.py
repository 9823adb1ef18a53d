"""How functions are declared: parameter types are converted and nulls refused before the body runs."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from portal.template.hcl.convert import convert
from portal.template.hcl.errors import EvalError
from portal.template.hcl.types import Type

FUNCTIONS: dict[str, Callable[[list[Any]], Any]] = {}

RAW = None
"""A parameter that takes a value of any type as it is."""


def function(
    name: str, *params: Type | None, rest: Type | bool | None = False, optional: int = 0, nullable: bool = False
) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Declare a Terraform function.

    Args:
        name: as in HCL.
        params: one type for each argument; RAW for any.
        rest: the type of further arguments; False when there are none.
        optional: how many of `params`, from the end, may be left out.
        nullable: whether arguments may be null.
    """

    def declare(body: Callable[..., Any]) -> Callable[..., Any]:
        def call(args: list[Any]) -> Any:
            if not len(params) - optional <= len(args) <= (len(params) if rest is False else len(args)):
                raise EvalError(f"{name} takes another number of arguments")
            if not nullable and any(arg is None for arg in args):
                raise EvalError(f"an argument of {name} must not be null")
            further = () if rest is False else (rest,) * (len(args) - len(params))
            types = (*params, *further)
            return body(*(arg if kind is RAW else convert(arg, kind) for arg, kind in zip(args, types, strict=False)))  # type: ignore[arg-type]

        FUNCTIONS[name] = call
        return body

    return declare
