"""`python -m portal.cli`: refuses an old Python in one sentence, before anything is imported that it could not read."""

import sys

if sys.version_info < (3, 11):  # noqa: UP036 - this is the check
    sys.exit("Terrace needs Python 3.11 or newer; this is %d.%d." % sys.version_info[:2])  # noqa: UP031 - runs on any Python

from portal.cli.app import main

main()
