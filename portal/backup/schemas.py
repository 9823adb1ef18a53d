"""What a backup and a restore report."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict


class BackupReport(BaseModel):
    """A backup that was made. `keys` are the ids of the keys that its secrets need."""

    model_config = ConfigDict(frozen=True)

    path: str
    bytes: int
    tables: int
    revision: str
    keys: list[str]


class RestoreReport(BaseModel):
    """A restore that is done; `ended_runs` are the runs that were open when the backup was made."""

    model_config = ConfigDict(frozen=True)

    made_at: str
    made_by_version: str
    ended_runs: list[str]
