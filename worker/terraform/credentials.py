"""What a cloud account adds to Terraform's environment, for one phase."""

from __future__ import annotations

from portal.run.schemas import Job
from worker.sandbox import mirror
from worker.terraform.workdir import Workdir


def environment(job: Job, workdir: Workdir) -> dict[str, str]:
    """The account's variables; its files are written (0600) and the variable of each names where."""
    account = job.account
    files = {variable: str(workdir.write_secret(variable, data)) for variable, data in account.files.items()}
    folders = {
        variable: str(workdir.write_secrets(variable, contents)) for variable, contents in account.folders.items()
    }
    own = {**account.env, **files, **folders}
    if account.kind == "sandbox":
        types = mirror.named_types(job.files.values())
        return {**own, **mirror.environment(account=account.slug, run_id=job.run_id, types=types)}
    return own
