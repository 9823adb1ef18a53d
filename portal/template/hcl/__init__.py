"""A reader and evaluator of HCL2, Terraform's language: as much of it as root modules and their conditions use.

`parse_body(text)` and `parse_json_body(text)` give blocks and attributes, `merged` joins the files of a folder,
`parse_expression(text)` gives an expression, `evaluate(node, scope)` a value with Terraform's semantics. What cannot be
known here raises `Undecided`; the answer is never a guess.
"""

from portal.template.hcl.ast import Block, Body, Node
from portal.template.hcl.errors import EvalError, HclSyntaxError, Undecided
from portal.template.hcl.evaluator import evaluate
from portal.template.hcl.json_body import parse_json_body
from portal.template.hcl.overrides import is_override, merged
from portal.template.hcl.parser import parse_body, parse_expression
from portal.template.hcl.scope import Scope

__all__ = [
    "Block", "Body", "EvalError", "HclSyntaxError", "Node", "Scope", "Undecided", "evaluate", "is_override",
    "merged", "parse_body", "parse_expression", "parse_json_body",
]  # fmt: skip
