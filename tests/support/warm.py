"""What tests/support/started.py's starter imports before anything is started. Nothing here may read settings: they come later."""

from __future__ import annotations

import gc
import importlib
import os

from portal.kit.config import PROJECT_DIR, settings

PREFIXES = ("TERRACE_", "REFLEX_", "__REFLEX_")
MODULES = (
    "granian.cli", "granian.server", "reflex.app", "portal.api.app", "portal.ui.application", "portal.ui.front",
    "portal.ui.handshake", "celery.bin.celery", "celery.worker.consumer", "worker.pool", "worker.sandbox.daemon", "worker.tasks",
)  # fmt: skip
"""What the portal, its workers and the sandbox need, and that has no settings in it. `worker.app` and the pages do."""

for name in [name for name in os.environ if name.startswith(PREFIXES)]:
    del os.environ[name]
gc.disable()
for name in MODULES:
    importlib.import_module(name)
importlib.import_module("portal.template.catalog").Catalog(PROJECT_DIR / "templates").summaries()
if settings.cache_info().currsize:
    raise RuntimeError("settings were read before anything was started: every portal of this process would share them")
gc.freeze()
gc.enable()
