"""States that a worker has put away are encrypted anew before their key goes."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from portal.kit.secrets import DecryptionError, generate_key
from worker.spool import Spool, main

ONE, TWO = generate_key("k1"), generate_key("k2")


def test_an_old_key_is_needed_no_more_after_renewing(
    settings_env: Callable[..., None], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    settings_env(TERRACE_SECRET_KEYS=ONE)
    spool = Spool(tmp_path / "data" / "spool")
    for run_id in ("run-a", "run-b"):
        spool.keep(run_id, f"state of {run_id}".encode())
    (tmp_path / "data" / "spool" / "run-b.state").rename(tmp_path / "data" / "spool" / "run-b.refused")
    settings_env(TERRACE_SECRET_KEYS=f"{TWO} {ONE}")
    assert main(["renew"]) == 0
    assert main(["renew"]) == 0
    assert capsys.readouterr().out.splitlines() == ["2 encrypted anew.", "0 encrypted anew."]
    settings_env(TERRACE_SECRET_KEYS=TWO)
    assert (spool.waiting(), spool.refused()) == (["run-a"], ["run-b"])
    assert [spool.read(run_id) for run_id in ("run-a", "run-b")] == [b"state of run-a", b"state of run-b"]
    assert [path.stat().st_mode & 0o777 for path in (tmp_path / "data" / "spool").glob("run-*")] == [0o600, 0o600]
    settings_env(TERRACE_SECRET_KEYS=ONE)
    with pytest.raises(DecryptionError):
        spool.read("run-a")
