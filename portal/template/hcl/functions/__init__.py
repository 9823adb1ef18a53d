"""Terraform's functions, as far as conditions use them: each with the arguments, nulls and errors that it has there.

`FUNCTIONS` maps a name to a callable over the list of arguments. A name that is not in it is Undecided.
"""

from portal.template.hcl.functions import (
    collections,
    encoding,
    formatting,
    network,
    numbers,
    patterns,
    sets,
    strings,
    times,
)  # fmt: skip
from portal.template.hcl.functions.registry import FUNCTIONS

__all__ = [
    "FUNCTIONS", "collections", "encoding", "formatting", "network", "numbers", "patterns", "sets", "strings", "times",
]  # fmt: skip
