"""A reader and evaluator of HCL2, Terraform's language: as much of it as root modules and their conditions use.

`parse_body(text)` gives blocks and attributes, `parse_expression(text)` an expression, `evaluate(node, scope)` a value
with Terraform's semantics. What cannot be known here raises `Undecided`; the answer is never a guess.
"""

from portal.template.hcl.ast import Block, Body, Node
from portal.template.hcl.errors import EvalError, HclSyntaxError, Undecided
from portal.template.hcl.evaluator import evaluate
from portal.template.hcl.parser import parse_body, parse_expression
from portal.template.hcl.scope import Scope

__all__ = [
    "Block", "Body", "EvalError", "HclSyntaxError", "Node", "Scope", "Undecided", "evaluate", "parse_body",
    "parse_expression",
]  # fmt: skip
