"""States that the portal could not take, kept in the worker's data folder until it can: encrypted, one file a run.

`python -m worker.spool list` names them, `… show RUN` prints one in clear: for an operator, when one was refused. `… renew`
encrypts them with the newest key, before an older one goes.
"""

from __future__ import annotations

import os
import re
import secrets
import sys
from contextlib import suppress
from pathlib import Path
from typing import Final

import structlog

from portal.kit.config import settings
from portal.kit.db import unit_of_work
from portal.kit.errors import Invalid, Locked, NotFound, TooLarge
from portal.kit.secrets import keyring
from portal.run import rescue
from portal.state.errors import StateConflict

log = structlog.get_logger(__name__)
_NAME: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,100}")
_WAITING, _REFUSED = ".state", ".refused"


class Spool:
    """The folder. What is in it survives the worker; a file is there whole or not at all."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def keep(self, run_id: str, state: bytes) -> None:
        """Put the state away, on the disk when this returns."""
        self._folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        path = self._path(run_id, _WAITING)
        draft = path.with_name(f".{path.name}.{os.getpid()}")
        _write(draft, keyring().encrypt(state, label=_label(run_id)))
        draft.replace(path)
        _sync(self._folder)

    def identity(self) -> str:
        """A word of this data folder's own, made once. Workers on it answer for each other, also under other names."""
        path = self._folder / "identity"
        if not path.exists():
            self._folder.mkdir(parents=True, exist_ok=True, mode=0o700)
            draft = path.with_name(f".identity.{secrets.token_hex(8)}")
            draft.write_text(secrets.token_hex(16))
            # A link appears whole or not at all, and only for the first of several workers.
            with suppress(FileExistsError):
                os.link(draft, path)
            draft.unlink()
        return path.read_text()

    def waiting(self) -> list[str]:
        """The runs whose state is to be delivered."""
        return self._runs(_WAITING)

    def refused(self) -> list[str]:
        """The runs whose state could not be taken; it stays here until an operator removes the file."""
        return self._runs(_REFUSED)

    def read(self, run_id: str) -> bytes:
        """The state in clear; NotFound when there is none."""
        for suffix in (_WAITING, _REFUSED):
            with suppress(FileNotFoundError):
                return keyring().decrypt(self._path(run_id, suffix).read_bytes(), label=_label(run_id))
        raise NotFound(f"No state of {run_id!r} is kept here.")

    def renew(self) -> int:
        """Encrypt anew what is not under the newest key; how many. One that is delivered meanwhile is gone, and stays so."""
        done = 0
        for suffix in (_WAITING, _REFUSED):
            for run_id in self._runs(suffix):
                with suppress(FileNotFoundError):
                    done += self._renewed(self._path(run_id, suffix), _label(run_id))
        return done

    def _renewed(self, path: Path, label: str) -> bool:
        ring, before = keyring(), path.read_bytes()
        if before.startswith(ring.prefix):
            return False
        draft = path.with_name(f".{path.name}.{os.getpid()}")
        _write(draft, ring.encrypt(ring.decrypt(before, label=label), label=label))
        try:
            path.stat()  # gone when it was delivered meanwhile; one that slips through is delivered twice, which does no harm
            draft.replace(path)
        finally:
            draft.unlink(missing_ok=True)
        _sync(self._folder)
        return True

    def deliver(self, run_id: str, *, worker: str) -> bool:
        """Give the state to the portal's database. False when it was refused for good; raises when it may be tried again."""
        state = self.read(run_id)
        try:
            with unit_of_work() as session:
                number = rescue.deliver(session, run_id, state, worker=worker)
        except Locked:
            raise
        except (StateConflict, Invalid, TooLarge, NotFound) as error:
            self._refuse(run_id, error.message, worker)
            return False
        self._path(run_id, _WAITING).unlink(missing_ok=True)
        log.info("state_delivered", run=run_id, version=number)
        return True

    def _refuse(self, run_id: str, why: str, worker: str) -> None:
        log.error("state_refused", run=run_id, reason=why)
        with suppress(NotFound), unit_of_work() as session:
            rescue.kept(session, run_id, worker=worker, kind="refused", note=why)
        with suppress(FileNotFoundError):
            self._path(run_id, _WAITING).replace(self._path(run_id, _REFUSED))

    def _runs(self, suffix: str) -> list[str]:
        return sorted(path.stem for path in self._folder.glob(f"[!.]*{suffix}")) if self._folder.is_dir() else []

    def _path(self, run_id: str, suffix: str) -> Path:
        if not _NAME.fullmatch(run_id):
            raise Invalid("This is not the id of a run.")
        return self._folder / f"{run_id}{suffix}"


def of_this_machine() -> Spool:
    """The spool in the data folder."""
    return Spool(settings().data_dir / "spool")


def _label(run_id: str) -> str:
    """Bound to its run: a file that was given another name does not decrypt."""
    return f"spool:{run_id}"


def _write(draft: Path, content: bytes) -> None:
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_NOFOLLOW, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())


def _sync(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def main(arguments: list[str]) -> int:
    """`list`, `show RUN`, or `renew`."""
    spool = of_this_machine()
    match arguments:
        case ["list"]:
            print(
                "\n".join(
                    [*(f"{run}  waiting" for run in spool.waiting()), *(f"{run}  refused" for run in spool.refused())]
                )
            )
        case ["show", run_id]:
            sys.stdout.buffer.write(spool.read(run_id))
        case ["renew"]:
            print(f"{spool.renew()} encrypted anew.")
        case _:
            print("python -m worker.spool list | show RUN | renew", file=sys.stderr)
            return 2
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
