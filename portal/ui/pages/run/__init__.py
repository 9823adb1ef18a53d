"""One run: what is planned, the buttons that are possible now, and what happens, live.

The State holds the run's head and the newest chunk of events, never the events: what crosses the wire for one new line is that
line. The component `RunPage` folds the chunks; when it finds a hole it asks for the rest (`resync`).
"""

from portal.ui.pages.run.page import run
from portal.ui.pages.run.state import RunState

__all__ = ["RunState", "run"]
