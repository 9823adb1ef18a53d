"""Ends the supervisor's children when the supervisor was killed and could not: `python -m portal.embedded.warden LEDGER`.

The supervisor holds the other end of our standard input. When it ends, however it ends, the pipe closes.
"""

from __future__ import annotations

import signal
import sys
from pathlib import Path

from portal.embedded.process import end_left_over


def main(ledger_path: Path) -> None:
    """Wait for the pipe to close, then end what the ledger lists. After an orderly stop it lists nothing."""
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.SIG_IGN)
    while sys.stdin.buffer.read(4096):
        pass
    end_left_over(ledger_path)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
