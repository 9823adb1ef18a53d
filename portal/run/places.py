"""Where a run may make things, and on what: the scope of its deployment's cloud account, held against what it would do."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlmodel import Session

from portal.cloud_account import scope
from portal.cloud_account import service as cloud_accounts
from portal.kit.errors import Conflict
from portal.models import Deployment, TemplateVersion
from portal.run import archive
from portal.run.lifecycle import Kind
from portal.template import service as templates
from portal.template.module import Module


def require(session: Session, deployment: Deployment, values: Mapping[str, Any], kind: Kind) -> None:
    """Conflict unless the account is open to this: to the project, the template, and the regions among the values."""
    template, account_id = deployment.template_key, deployment.cloud_account_id
    cloud_accounts.require_runnable(session, account_id, project_id=deployment.project_id, template=template, kind=kind)
    if kind in ("destroy", "action") or not cloud_accounts.is_bound_to_places(session, account_id):
        return
    version = session.get_one(TemplateVersion, deployment.template_version_id)
    module = templates.module_from_files(archive.unpack(version.archive))
    refused = [message for _, message in problems(session, account_id, module, values)]
    if refused:
        raise Conflict(f"{refused[0]} Change the deployment, or ask an administrator.")


def problems(session: Session, account_id: str, module: Module, values: Mapping[str, Any]) -> list[tuple[str, str]]:
    """Path and sentence for each value that names a region in which the account may make nothing."""
    found = {path: place for path, kind, place in templates.listed_values(module, values) if _is_place(kind)}
    refused = set(cloud_accounts.refused_places(session, account_id, list(found.values())))
    return [
        (path, f"The cloud account may not be used in {place}.") for path, place in found.items() if place in refused
    ]


def _is_place(kind: str) -> bool:
    cloud, _, name = kind.partition("-")
    return scope.is_place(name, cloud)
