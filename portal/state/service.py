"""Terraform's `http` state backend, kept by the portal: one lock and many encrypted versions a deployment.

Terraform's side is authorised by a token of one run, made when a worker claims a phase and revoked when the phase ends. People
read what is derived from a state (outputs, resources) through portal.deployment, which authorises them.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import secrets
import uuid
from collections.abc import Collection
from typing import Any

from sqlmodel import Session

from portal.kit import clock, ids
from portal.kit.errors import FieldProblem, Invalid, TooLarge, Unauthenticated
from portal.kit.pagination import Page, clamp, decode_cursor, encode_cursor
from portal.kit.secrets import Masked
from portal.models import StateVersion
from portal.state import document, repository
from portal.state.errors import LockHeld, StateConflict
from portal.state.schemas import Instance, LockView, OutputValue, Position, ResourceView, RunRef, StateVersionView

MAX_STATE_BYTES = 64 * 1024 * 1024
MAX_LOCK_BYTES = 64 * 1024
_RUNNING = ("planning", "applying")


def issue_token(session: Session, run_id: str) -> Masked:
    """A new bearer for one phase of one run; earlier ones of the run stop working. Only its hash is stored."""
    revoke_tokens(session, run_id)
    token = f"rt_{secrets.token_urlsafe(32)}"
    repository.add_token(session, run_id, _hash(token), clock.now())
    return Masked(token)


def revoke_tokens(session: Session, run_id: str) -> None:
    """From now on the run's Terraform neither reads nor writes state."""
    repository.revoke_tokens(session, run_id, clock.now())


def token_run(session: Session, deployment_id: str, bearer: str, *, hold: bool = False) -> RunRef:
    """The run that the bearer belongs to; Unauthenticated unless it is running now and of this deployment.

    Whoever is going to write asks with `hold`: the run's end, which revokes the token, then waits for this transaction or this
    transaction sees it revoked. Else a worker that comes back could leave a lock behind that nobody holds.
    """
    run = running(session, bearer, hold=hold)
    if not hmac.compare_digest(run.deployment_id.encode(), deployment_id.encode()):
        raise Unauthenticated("This needs the token of a run that is in progress.")
    return run


def running(session: Session, bearer: str, *, hold: bool = False) -> RunRef:
    """The run in progress that the bearer belongs to; Unauthenticated when it belongs to none."""
    wanted = _hash(bearer)
    found = repository.live_token(session, wanted, hold=hold)
    if found is None or not hmac.compare_digest(found[0], wanted) or found[1].status not in _RUNNING:
        raise Unauthenticated("This needs the token of a run that is in progress.")
    return found[1]


def read(session: Session, *, deployment_id: str, bearer: str) -> bytes | None:
    """The newest state file, or None when there is none yet."""
    token_run(session, deployment_id, bearer)
    version = repository.latest(session, deployment_id)
    return version.data if version else None


def write(
    session: Session,
    *,
    deployment_id: str,
    bearer: str,
    body: bytes,
    lock_id: str | None,
    content_md5: str | None = None,
) -> int:
    """Store a state file as the next version and return its number. The same file again is the version that it was."""
    run = token_run(session, deployment_id, bearer, hold=True)
    if len(body) > MAX_STATE_BYTES:
        raise TooLarge(f"A state may have {MAX_STATE_BYTES // 2**20} MB; this one has {len(body) / 2**20:.0f} MB.")
    digest = _checked_digest(body, content_md5)
    _require_lock(session, run, lock_id)
    parsed = document.parse(body)
    head = repository.head(session, deployment_id)
    if head is not None and (head[1], head[2], head[3]) == (parsed.serial, parsed.lineage, digest):
        return head[0]
    _require_successor(parsed, head)
    number = head[0] + 1 if head else 1
    session.add(_version(run, parsed, number, digest, body))
    session.flush()
    return number


def take_in(session: Session, run: RunRef, body: bytes, *, base: Position | None) -> int:
    """Store a state that the run's Terraform could not give us, as its next version; return the version's number.

    It is taken when it is the successor of what is stored, and nobody but this run has written since `base`, the state that
    its plan was made against. The caller has locked the deployment.
    """
    if len(body) > MAX_STATE_BYTES:
        raise TooLarge(f"A state may have {MAX_STATE_BYTES // 2**20} MB; this one has {len(body) / 2**20:.0f} MB.")
    lock = repository.find_lock(session, run.deployment_id, hold=True)
    if lock is not None and lock.run_id != run.run_id:
        raise LockHeld(lock.info)
    head = repository.head(session, run.deployment_id)
    # The run's own word, so that the same state that comes twice is the same state.
    lineage = str(uuid.uuid5(uuid.NAMESPACE_URL, run.run_id))
    if head is None or head[2] == lineage:
        body = document.named(body, lineage)
    digest, parsed = _checked_digest(body, None), document.parse(body)
    if head is not None and (head[1], head[2], head[3]) == (parsed.serial, parsed.lineage, digest):
        return head[0]
    if repository.writer(session, run.deployment_id) != run.run_id:
        stored = Position(head[1], head[2]) if head else None
        if stored != base:
            raise StateConflict(
                "Another run has written the state since. This one is of the past, so it was not taken."
            )
    _require_successor(parsed, head)
    number = head[0] + 1 if head else 1
    session.add(_version(run, parsed, number, digest, body))
    session.flush()
    return number


def _version(run: RunRef, parsed: document.StateDocument, number: int, digest: str, body: bytes) -> StateVersion:
    return StateVersion(
        id=ids.new_id("sv"),
        deployment_id=run.deployment_id,
        n=number,
        serial=parsed.serial,
        lineage=parsed.lineage,
        run_id=run.run_id,
        terraform_version=parsed.terraform_version,
        md5=digest,
        size=len(body),
        resource_count=len(parsed.resources),
        resources=[resource.model_dump() for resource in parsed.resources],
        outputs={name: output.model_dump() for name, output in parsed.outputs.items()},
        data=body,
        created_at=clock.now(),
    )


def _checked_digest(body: bytes, content_md5: str | None) -> str:
    """The body's MD5 in hex (Terraform's choice of checksum, against damage and not against malice)."""
    digest = hashlib.md5(body, usedforsecurity=False)
    if content_md5 is not None and content_md5 != base64.b64encode(digest.digest()).decode():
        raise Invalid("The state arrived damaged: its Content-MD5 does not match. Send it again.")
    return digest.hexdigest()


def _require_lock(session: Session, run: RunRef, lock_id: str | None) -> None:
    """Held until the transaction ends, so whoever releases the lock waits for this write, or this write sees it gone."""
    lock = repository.find_lock(session, run.deployment_id, hold=True)
    if lock is not None and (lock.run_id != run.run_id or (lock_id or "") != lock.lock_id):
        raise LockHeld(lock.info)
    if lock is None:
        raise StateConflict("The state is not locked by this run, so it cannot be written.")


def _require_successor(parsed: document.StateDocument, head: tuple[int, int, str, str] | None) -> None:
    if head is None:
        return
    _, serial, lineage, _ = head
    if parsed.lineage != lineage:
        raise StateConflict(
            "This state has another lineage: it belongs to other resources than those of this deployment."
        )
    if parsed.serial <= serial:
        raise StateConflict(f"This state has serial {parsed.serial}, and serial {serial} is stored already.")


def lock(session: Session, *, deployment_id: str, bearer: str, info: dict[str, Any]) -> None:
    """Take the lock, or LockHeld with the holder's info. Asking again with the same lock id is no error."""
    run = token_run(session, deployment_id, bearer, hold=True)
    lock_id = info.get("ID")
    if not isinstance(lock_id, str) or not lock_id:
        raise Invalid("A lock needs an ID.")
    row = {
        "deployment_id": deployment_id,
        "lock_id": lock_id,
        "run_id": run.run_id,
        "info": info,
        "created_at": clock.now(),
    }
    if repository.take_lock(session, row):
        return
    holder = repository.find_lock(session, deployment_id)
    if holder is None or (holder.lock_id, holder.run_id) != (lock_id, run.run_id):
        raise LockHeld(holder.info if holder else {})


def unlock(session: Session, *, deployment_id: str, bearer: str, lock_id: str | None) -> None:
    """Give the lock back. A lock that is gone already is no error; another's is LockHeld."""
    run = token_run(session, deployment_id, bearer, hold=True)
    holder = repository.find_lock(session, deployment_id, hold=True)
    if holder is None:
        return
    if holder.run_id != run.run_id or holder.lock_id != lock_id:
        raise LockHeld(holder.info)
    repository.drop_lock(session, deployment_id)


def release_lock_of_run(session: Session, run_id: str) -> bool:
    """Free the state if this run holds it; whether it did."""
    return repository.drop_lock_of_run(session, run_id)


def release_dead_locks(session: Session) -> list[str]:
    """Free states whose holder is no run in progress: for the day when an end could not free its own. Their deployments."""
    return repository.drop_dead_locks(session, _RUNNING)


def lock_holder(session: Session, deployment_id: str) -> LockView | None:
    """Who holds the state now."""
    held = repository.find_lock(session, deployment_id)
    if held is None:
        return None
    return LockView(
        lock_id=held.lock_id,
        run_id=held.run_id,
        operation=str(held.info.get("Operation") or ""),
        who=str(held.info.get("Who") or ""),
        created_at=held.created_at,
        live=held.run_id is not None and repository.status_of(session, held.run_id) in _RUNNING,
    )


def force_unlock(session: Session, deployment_id: str) -> bool:
    """Drop the lock whoever holds it; whether there was one. A run that held it can write no state from now on."""
    return repository.drop_lock(session, deployment_id)


def position(session: Session, deployment_id: str) -> Position | None:
    """Serial and lineage of the newest state; None when there is none."""
    return repository.position(session, deployment_id)


def writer(session: Session, deployment_id: str) -> str | None:
    """The run that wrote the newest state."""
    return repository.writer(session, deployment_id)


def positions(session: Session, deployment_ids: Collection[str]) -> dict[str, Position]:
    """Of each deployment that has a state, where it stands; one query."""
    return repository.positions(session, deployment_ids)


def latest_outputs(session: Session, deployment_id: str) -> dict[str, OutputValue]:
    """The outputs of the newest state, in the clear: whoever shows them masks the sensitive ones."""
    version = repository.latest_without_data(session, deployment_id)
    return {name: OutputValue.model_validate(item) for name, item in version.outputs.items()} if version else {}


def outputs_of(session: Session, deployment_ids: Collection[str]) -> dict[str, dict[str, OutputValue]]:
    """The outputs of each deployment that has a state, as `latest_outputs`, in one query."""
    found = repository.latest_outputs(session, deployment_ids)
    return {
        key: {name: OutputValue.model_validate(item) for name, item in outputs.items()}
        for key, outputs in found.items()
    }


def latest_resources(session: Session, deployment_id: str) -> list[ResourceView]:
    """The managed resources of the newest state, by address."""
    version = repository.latest_without_data(session, deployment_id)
    return [ResourceView.model_validate(item) for item in version.resources] if version else []


def instances(session: Session, deployment_id: str, types: Collection[str]) -> list[Instance]:
    """The resources of these types in the newest state, with their plain attributes: for services, never for a view."""
    version = repository.latest(session, deployment_id) if types else None
    return document.instances(version.data, types) if version else []


def list_versions(
    session: Session, deployment_id: str, *, limit: int = 50, cursor: str | None = None
) -> Page[StateVersionView]:
    """The versions of a deployment's state, newest first."""
    size = clamp(limit)
    rows = repository.versions(session, deployment_id, before=_before(cursor), limit=size + 1)
    items = [StateVersionView.model_validate(row, from_attributes=True) for row in rows[:size]]
    return Page(items=items, next_cursor=encode_cursor(items[-1].n) if len(rows) > size else None)


def _before(cursor: str | None) -> int | None:
    """The number of the last version on the page before."""
    keys = decode_cursor(cursor, length=1)
    if keys is None:
        return None
    if not isinstance(keys[0], int) or not 0 < keys[0] < 2**31:
        raise Invalid("This cursor is not one of ours.", [FieldProblem("cursor", "not a cursor")])
    return keys[0]


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
