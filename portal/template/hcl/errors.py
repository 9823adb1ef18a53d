"""What can go wrong with HCL.

TemplateError
└─ HclSyntaxError   the text is not HCL; has a line
EvalError           Terraform, too, would refuse this expression with these values; `can` and `try` catch it
Undecided           not knowable here (a resource, an unsupported function, beyond a limit); nothing catches it
"""

from __future__ import annotations

from portal.template.errors import TemplateError


class HclSyntaxError(TemplateError):
    """The text is not HCL. `line` counts from 1."""

    def __init__(self, message: str, line: int) -> None:
        super().__init__(f"line {line}: {message}")
        self.line = line


class EvalError(Exception):
    """Terraform would refuse the expression with these values."""


class Undecided(Exception):
    """Only Terraform can answer; the message says why, without any value."""
