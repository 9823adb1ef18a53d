"""The folder of one run's phase. This type owns every path below it; nobody else joins paths.

<root>/<run id>-<random>/      mode 0700, locked while the worker or its Terraform lives
    lock                       the lock
    module/                    the template's files, ours beside them; Terraform's current directory
        .terraform/            TF_DATA_DIR: providers and modules that `init` linked
    home/ tmp/ secrets/        HOME, TMPDIR, credential files
    plan/plan.bin
    net/ root/                 sockets of the sandbox cloud; where the walls around Terraform are built
"""

from __future__ import annotations

import fcntl
import hashlib
import os
import re
import shutil
import stat
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path, PurePosixPath
from typing import Final

import structlog

from portal.kit.errors import ConfigurationError, Invalid
from worker.terraform import offspring

log = structlog.get_logger(__name__)

OVERRIDE: Final = "zz_terrace_override.tf.json"
"""Sorts behind any override file of a template, so that it has the last word on the backend."""
VALUES: Final = "terraform.tfvars.json"
DATA: Final = ".terraform"
"""Relative, so that the paths which `init` writes into it hold in any work directory."""
LOCK_FILE: Final = ".terraform.lock.hcl"
_ERRORED: Final = "errored.tfstate"
_LOCK_NAME, _SECRETS = "lock", "secrets"
_SHELL_SECONDS: Final = 60.0
# What a template must not bring along: values and states of its author, and what only `init` may write.
_NOT_OURS: Final = re.compile(
    r"(^|/)(\.terraform(/|$)|\.terraform\.lock\.hcl$)|^[^/]*\.(tfvars|tfvars\.json)$|\.tfstate(\.|$)"
)
_SAFE_FILE: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,100}")


# Providers put sockets below TMPDIR, and a socket's path may have some 100 characters.
_LONGEST_ROOT: Final = 50


class Workdir:
    """Paths and files of one phase. Made by `opened`."""

    def __init__(self, path: Path, lock: int) -> None:
        self.path = path
        self.lock = lock
        """The descriptor that holds the lock; Terraform inherits it, so the folder is in use as long as either lives."""
        self.module = path / "module"
        self.data = self.module / DATA
        self.home = path / "home"
        self.temporary = path / "tmp"
        self.secrets = path / "secrets"
        self.plan = path / "plan" / "plan.bin"
        self.sockets = path / "net"
        self.root = path / "root"

    @property
    def terraforms(self) -> tuple[Path, ...]:
        """The folders in which Terraform writes."""
        return (self.module, self.home, self.temporary, self.plan.parent)

    @property
    def folders(self) -> tuple[Path, ...]:
        """All of them."""
        return (*self.terraforms, self.secrets, self.sockets, self.root)

    @property
    def lock_file(self) -> Path:
        """Terraform's dependency lock file."""
        return self.module / LOCK_FILE

    @property
    def errored_state(self) -> Path:
        """Where Terraform leaves a state that its backend did not take."""
        return self.module / _ERRORED

    def read(self, path: Path) -> bytes | None:
        """What Terraform left at `path`, or None when no file is there.

        A template may have put something else in its place: a link to a file that is ours and not its own, or a pipe that nobody
        ever writes to. Neither is followed nor waited for.
        """
        try:
            descriptor = _opened_below(self.path, path.relative_to(self.path))
        except OSError:
            return None
        with os.fdopen(descriptor, "rb") as file:
            return file.read() if stat.S_ISREG(os.fstat(descriptor).st_mode) else None

    def give_to(self, user: int) -> None:
        """Everything that Terraform reads or writes becomes `user`'s. Links stay what they are."""
        for folder in (*self.terraforms, self.secrets):
            _give(folder, user)

    def write_template(self, files: Mapping[str, bytes]) -> None:
        """Write the template's files, by POSIX path below the module; Invalid when a path would leave it."""
        for name, data in files.items():
            if not _NOT_OURS.search(name):
                self._write(self.module / _relative(name), data)

    def write_ours(self, *, override: bytes, values: bytes) -> None:
        """Write the generated files: the backend's override and the user's values, which are data and never code."""
        self._write(self.module / OVERRIDE, override)
        self._write(self.module / VALUES, values)

    def replace_values(self, values: bytes | None, user: int | None) -> None:
        """Other values after a command, or none; `user` owns them then. What a template has put there is not followed."""
        path = self.module / VALUES
        path.unlink(missing_ok=True)
        if values is not None:
            self._write(path, values)
            if user is not None:
                os.chown(path, user, user, follow_symlinks=False)

    def write_secret(self, name: str, data: bytes) -> Path:
        """Write a credential file and say where it is."""
        if not _SAFE_FILE.fullmatch(name):
            raise Invalid("A credential file of this cloud account has a name that cannot be used.")
        return self._write(self.secrets / name, data)

    def write_secrets(self, folder: str, contents: Mapping[str, bytes]) -> Path:
        """Write credential files into a folder of their own, and say where that is."""
        for name in (folder, *contents):
            if not _SAFE_FILE.fullmatch(name):
                raise Invalid("A credential file of this cloud account has a name that cannot be used.")
        for name, data in contents.items():
            self._write(self.secrets / folder / name, data)
        return self.secrets / folder

    def _write(self, path: Path, data: bytes) -> Path:
        path.parent.mkdir(parents=True, exist_ok=True)
        # Exclusive: two names of a template that meet on one path, and links, are refused instead of followed.
        try:
            descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, 0o600)
        except FileExistsError:
            raise Invalid(f"The template has a file named {path.name} where the portal writes its own.") from None
        with os.fdopen(descriptor, "wb") as file:
            file.write(data)
        return path


def root_for(data_dir: Path) -> Path:
    """Where the work directories of an instance are: in its data folder, or in the system's when that path is too long."""
    root = data_dir / "work"
    if len(os.fsencode(root)) <= _LONGEST_ROOT:
        return root
    digest = hashlib.sha256(os.fsencode(data_dir)).hexdigest()[:12]
    return Path(tempfile.gettempdir()) / f"terrace-{os.geteuid()}-{digest}"


@contextmanager
def opened(root: Path, run_id: str) -> Iterator[Workdir]:
    """A fresh work directory for a phase of `run_id`, removed afterwards whatever happens.

    One with a state in it that nobody has put away stays, without its secrets: `remove_abandoned` finds it.
    """
    root.mkdir(parents=True, exist_ok=True, mode=0o700)
    if root.stat().st_uid != os.geteuid():
        raise ConfigurationError(f"The folder {root} belongs to somebody else. Give the worker another data folder.")
    path = Path(tempfile.mkdtemp(prefix=f"{run_id}-", dir=root))  # mkdtemp makes it 0700
    lock = os.open(path / "lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        fcntl.flock(lock, fcntl.LOCK_EX)
        workdir = Workdir(path, lock)
        for folder in workdir.folders:
            folder.mkdir()
        workdir.sockets.chmod(0o755)  # read from behind walls, by another user; what is around it is closed
        yield workdir
    finally:
        keeps = _is_file(path / "module" / _ERRORED)
        _remove(path / "secrets" if keeps else path)
        os.close(lock)


def remove_abandoned(root: Path, *, keep: Callable[[str, bytes], None] = lambda run_id, state: None) -> list[str]:
    """Remove the folders that killed workers left, once their Terraform has ended, too; the names removed.

    `keep` is given each run's state that no backend has taken, before its folder goes; when it raises, the folder stays.
    """
    removed = []
    for path in sorted(root.glob("*-*")) if root.is_dir() else []:
        if _is_a_shell(path):
            shutil.rmtree(path, ignore_errors=True)
            continue
        with suppress(OSError), _lock_of(path) as lock:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            workdir = Workdir(path, lock)
            if (state := workdir.read(workdir.errored_state)) is not None:
                keep(_run_of(path), state)
            _remove(path)
            removed.append(path.name)
    return removed


def _is_a_shell(path: Path) -> bool:
    """Whether it has no lock, and had none for a while: whoever made it, or was removing it, was killed just then."""
    try:
        return not (path / _LOCK_NAME).exists() and time.time() - path.stat().st_mtime > _SHELL_SECONDS
    except OSError:
        return False


def busy_runs(root: Path) -> set[str]:
    """The runs that have a work directory here: their Terraform may still be ending."""
    return {_run_of(path) for path in root.glob("*-*")} if root.is_dir() else set()


def _run_of(path: Path) -> str:
    return path.name.rpartition("-")[0]


def _remove(path: Path) -> None:
    """Remove the folder with everything in it, and whoever still works in it. A template may have closed its folders to us."""
    ended = offspring.end(lambda: offspring.at_home_in(path))
    if ended:
        log.warning("left_behind_ended", folder=path.name, processes=ended)
    # Credentials go first and the lock last: whoever is killed in between leaves a folder that the sweep still finds.
    shutil.rmtree(path / _SECRETS, ignore_errors=True)
    for part in path.iterdir() if path.is_dir() else ():
        if part.name != _LOCK_NAME:
            shutil.rmtree(part, ignore_errors=True)
    shutil.rmtree(path, ignore_errors=True)
    if path.exists():
        for folder, _, _ in os.walk(path):
            with suppress(OSError):
                os.chmod(folder, 0o700)  # noqa: PTH101 - what os.walk gives
        shutil.rmtree(path, ignore_errors=True)
    if path.exists():
        log.warning("work_not_removed", folder=path.name)


def _opened_below(folder: Path, path: Path) -> int:
    """A descriptor of the file at `path` below `folder`, reached without following a link."""
    at = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    for index, part in enumerate(path.parts, 1):
        kind = os.O_NONBLOCK if index == len(path.parts) else os.O_DIRECTORY
        try:
            below = os.open(part, os.O_RDONLY | os.O_NOFOLLOW | os.O_CLOEXEC | kind, dir_fd=at)
        finally:
            os.close(at)
        at = below
    return at


def _is_file(path: Path) -> bool:
    try:
        return stat.S_ISREG(path.lstat().st_mode)
    except OSError:
        return False


def _give(folder: Path, user: int) -> None:
    os.chown(folder, user, user, follow_symlinks=False)
    with os.scandir(folder) as entries:
        for entry in entries:
            if entry.is_dir(follow_symlinks=False):
                _give(Path(entry.path), user)
            elif entry.stat(follow_symlinks=False).st_uid != user:
                os.chown(entry.path, user, user, follow_symlinks=False)


@contextmanager
def _lock_of(path: Path) -> Iterator[int]:
    lock = os.open(path / "lock", os.O_RDWR | os.O_CLOEXEC)
    try:
        yield lock
    finally:
        os.close(lock)


def _relative(name: str) -> PurePosixPath:
    path = PurePosixPath(name)
    plain = not path.is_absolute() and ".." not in path.parts and "\\" not in name and "\0" not in name
    if not plain or not path.parts or path.parts[0].startswith("~"):
        raise Invalid("The template has a file whose path leaves its folder, so it cannot be used.")
    return path
