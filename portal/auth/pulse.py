"""Open pages and streams are told when somebody's standing changes, so that what is over ends without a click.

A nudge only: whoever gets it looks at the database. Without Redis they look by themselves every few seconds.
"""

from __future__ import annotations

from sqlmodel import Session

from portal.kit import db, live

CHANNEL = "people"
_STIRRED = "people_stirred"


def stir(session: Session) -> None:
    """Nudge once this transaction has committed; once is enough, however much changes in it."""
    if not session.info.get(_STIRRED):
        session.info[_STIRRED] = True
        db.after_commit(session, lambda: live.nudge(CHANNEL))
