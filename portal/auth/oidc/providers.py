"""Identity providers, for administrators: made, changed, tested, removed. Secrets go in and never come out."""

from __future__ import annotations

from pydantic import SecretStr
from sqlalchemy.exc import IntegrityError
from sqlmodel import Session

from portal.audit import service as audit
from portal.auth import permissions, roles
from portal.auth.oidc import accounts, discovery, flow, policy, presets, repository
from portal.auth.oidc.schemas import (
    ButtonsView,
    ButtonView,
    CheckView,
    GroupRule,
    NewProvider,
    Provider,
    ProviderChange,
    ProviderTest,
    ProviderView,
    RoleChoice,
    RoleChoices,
    Rules,
)
from portal.auth.roles import RoleKind
from portal.auth.schemas import Actor
from portal.kit import web
from portal.kit.clock import now
from portal.kit.db import unit_of_work
from portal.kit.errors import Conflict, FieldProblem, Forbidden, Invalid, NotFound, TerraceError
from portal.kit.ids import is_slug, new_id, slugify
from portal.models import IdentityProvider

MOST_SKEW = 30.0
"""Seconds by which the clocks may differ without a word."""


def buttons(session: Session) -> ButtonsView:
    """What the sign-in page shows to everybody: names, nothing else."""
    rows = repository.providers(session, only_enabled=True)
    return ButtonsView(providers=[button(row) for row in rows], password=policy.passwords_are_on(session))


def button(row: IdentityProvider) -> ButtonView:
    """One button."""
    return ButtonView(slug=row.slug, kind=row.kind, title=row.title, start=f"{presets.PATH}/{row.slug}/start")  # type: ignore[arg-type]


def list_providers(session: Session, actor: Actor) -> list[ProviderView]:
    """Every provider, those that are off too."""
    actor.require("identity.read")
    people = repository.people_of(session)
    return [_view(session, row, people.get(row.id, 0)) for row in repository.providers(session)]


def get_provider(session: Session, actor: Actor, provider: str) -> ProviderView:
    """One provider, by id or slug."""
    actor.require("identity.read")
    return _one(session, _find(session, provider))


def role_choices(session: Session, actor: Actor) -> RoleChoices:
    """The roles that a rule can give, the built-in ones first."""
    actor.require("identity.read")
    custom = repository.custom_roles(session)

    def choices(kind: RoleKind) -> list[RoleChoice]:
        built_in = [RoleChoice(name=name, title=permissions.TITLES.get(name, name)) for name in roles.words(kind)]
        return built_in + [RoleChoice(name=row.name, title=row.title) for row in custom if row.kind == kind]

    return RoleChoices(organisation=choices("organisation"), project=choices("project"))


def create_provider(session: Session, actor: Actor, request: NewProvider) -> ProviderView:
    """A new provider."""
    actor.require("identity.manage")
    slug = request.slug or slugify(request.title)
    if not is_slug(slug):
        problem = "Use 1 to 63 lower-case letters, digits and hyphens, with no hyphen at either end."
        raise Invalid(problem, [FieldProblem("slug", problem)])
    row = IdentityProvider(
        id=new_id("provider"), slug=slug, kind=request.kind, title=request.title.strip(), enabled=request.enabled,
        issuer=presets.issuer_of(request), client_id=request.client_id.strip(), client_secret=_secret(request.client_secret),
        rules=_rules(session, actor, request.rules), created_at=now(), updated_at=now(),
    )  # fmt: skip
    try:
        with session.begin_nested():
            session.add(row)
    except IntegrityError:
        problem = f"There is already a provider {slug!r}."
        raise Conflict(problem) from None
    _note(session, actor, "create", row, {"issuer": row.issuer, "client_id": row.client_id, "rules": row.rules})
    return _one(session, row)


def update_provider(session: Session, actor: Actor, provider: str, change: ProviderChange) -> ProviderView:
    """Change a provider. Of one that the environment names, its rules and title only."""
    actor.require("identity.manage")
    row = _find(session, provider, lock=True)
    before = _facts(row)
    _require_own(row, change)
    if change.title is not None:
        row.title = change.title.strip()
    if change.issuer is not None and change.issuer != row.issuer:
        _move(session, row, presets.clean_issuer(change.issuer, row.kind))  # type: ignore[arg-type]
    if change.client_id is not None:
        row.client_id = change.client_id.strip()
    if change.client_secret is not None:
        row.client_secret = _secret(change.client_secret)
    if change.rules is not None:
        row.rules = _rules(session, actor, change.rules)
    if change.enabled is not None:
        _set_enabled(session, row, change.enabled)
    row.updated_at = now()
    session.add(row)
    told = {**audit.changes(before, _facts(row)), "secret_changed": change.client_secret is not None}
    _note(session, actor, "update", row, told)
    return _one(session, row)


def delete_provider(session: Session, actor: Actor, provider: str) -> None:
    """Remove a provider with its identities. The accounts stay, without a way in by it; its sessions end."""
    actor.require("identity.manage")
    row = _find(session, provider, lock=True)
    if row.source == "environment":
        raise Conflict("This provider is set by the environment. Remove its variables, then start the portal again.")
    _require_another_way(session, row)
    accounts.take_everything_back(session, flow.provider_of(row))
    repository.end_sessions_of_provider(session, row.id, now())
    _note(session, actor, "delete", row, {})
    repository.forget_provider(session, row)


def test_provider(actor: Actor, provider: str) -> ProviderTest:
    """Ask the provider for what a sign-in needs. Opens no transaction while it waits."""
    actor.require("identity.manage")
    with unit_of_work() as session:
        found = flow.provider_of(_find(session, provider))
    return check(found)


def any_works() -> bool:
    """Whether a provider that is on answers as it should, now."""
    with unit_of_work() as session:
        found = [flow.provider_of(row) for row in repository.providers(session, only_enabled=True)]
    return any(check(provider).ok for provider in found)


def check(provider: Provider) -> ProviderTest:
    """Discovery, keys and clock; each with what was found."""
    checks = _check_github(provider) if provider.kind == "github" else _check_oidc(provider)
    if provider.client_secret is None:
        checks.append(CheckView(name="Secret", ok=False, detail="There is no client secret yet."))
    return ProviderTest(ok=all(item.ok for item in checks), checks=checks)


def _check_oidc(provider: Provider) -> list[CheckView]:
    try:
        found = discovery.metadata_of(provider.issuer, fresh=True)
    except TerraceError as error:
        return [CheckView(name="Configuration", ok=False, detail=error.message)]
    checks = [CheckView(name="Configuration", ok=True, detail=f"Read from {provider.issuer}.")]
    try:
        keys = len(list(discovery.keys_of(found, fresh=True)))
        checks.append(
            CheckView(name="Keys", ok=True, detail=f"{keys} usable; signs with {', '.join(found.algorithms)}.")
        )
    except TerraceError as error:
        checks.append(CheckView(name="Keys", ok=False, detail=error.message))
    if found.skew is not None:
        apart = abs(found.skew)
        told = "agree" if apart <= MOST_SKEW else f"are {apart:.0f} seconds apart: tokens may be refused"
        checks.append(
            CheckView(name="Clock", ok=apart <= MOST_SKEW, detail=f"This machine's clock and the provider's {told}.")
        )
    return checks


def _check_github(provider: Provider) -> list[CheckView]:
    url = f"{provider.issuer}/login/oauth/access_token"
    try:
        answer = web.request("POST", url, headers={"Accept": "application/json"}, data=b"")
        ok = answer.status < 500
    except TerraceError as error:
        return [CheckView(name="Address", ok=False, detail=error.message)]
    return [
        CheckView(name="Address", ok=ok, detail=f"GitHub's sign-in answers at {provider.issuer} ({answer.status}).")
    ]


def _find(session: Session, provider: str, *, lock: bool = False) -> IdentityProvider:
    row = repository.find_provider(session, provider, lock=lock)
    if row is None:
        raise NotFound("There is no such identity provider.")
    return row


def _require_own(row: IdentityProvider, change: ProviderChange) -> None:
    given = change.model_fields_set & {"issuer", "client_id", "client_secret", "enabled"}
    if row.source == "environment" and given:
        raise Conflict(f"{', '.join(sorted(given))}: set by the environment (TERRACE_OIDC variables), not here.")


def _move(session: Session, row: IdentityProvider, issuer: str) -> None:
    """Another issuer's subjects are other people: who was known by the old one must not be taken for one of them."""
    if repository.people_of(session).get(row.id):
        raise Conflict(
            "People have signed in by this provider, so its address stays. Make a new provider for another one."
        )
    row.issuer = issuer


def _set_enabled(session: Session, row: IdentityProvider, enabled: bool) -> None:
    if row.enabled and not enabled:
        _require_another_way(session, row)
        repository.end_sessions_of_provider(session, row.id, now())
    row.enabled = enabled


def _require_another_way(session: Session, row: IdentityProvider) -> None:
    """While passwords are off, the last provider stays."""
    others = [other for other in repository.providers(session, only_enabled=True) if other.id != row.id]
    if row.enabled and not others and not policy.passwords_are_on(session):
        raise Conflict("Passwords are switched off, and this is the last provider. Switch passwords on first.")


def _secret(given: SecretStr | None) -> bytes | None:
    text = given.get_secret_value().strip() if given else ""
    return text.encode() or None


def _rules(session: Session, actor: Actor, rules: Rules) -> dict[str, object]:
    """The rules as they are kept: roles that there are and that the actor may give, projects by id."""
    roles.require_may_give(session, actor, rules.default_role)
    kept = [_group_rule(session, actor, rule, index) for index, rule in enumerate(rules.groups)]
    return rules.model_copy(update={"groups": kept}).model_dump(mode="json")


def _group_rule(session: Session, actor: Actor, rule: GroupRule, index: int) -> GroupRule:
    if rule.role is not None:
        roles.require_may_give(session, actor, rule.role)
        return rule
    inside = permissions.everywhere(actor)
    if inside is None:
        raise Forbidden("Only an administrator lets groups into projects.")
    project = repository.find_project(session, rule.project or "")
    if project is None:
        problem = f"There is no project {rule.project!r}."
        raise Invalid(problem, [FieldProblem(f"rules.groups[{index}].project", problem)])
    role = roles.require_may_give_in_project(session, inside, rule.project_role or "", before=None)
    return rule.model_copy(update={"project": project.id, "project_role": role})


def _facts(row: IdentityProvider) -> dict[str, object]:
    return {name: getattr(row, name) for name in ("title", "enabled", "issuer", "client_id", "rules")}


def _note(session: Session, actor: Actor, verb: str, row: IdentityProvider, detail: dict[str, object]) -> None:
    audit.record(
        session, actor, f"identity_provider.{verb}", object_kind="identity_provider", object_id=row.id,
        detail={"slug": row.slug, "title": row.title, **detail},
    )  # fmt: skip


def _one(session: Session, row: IdentityProvider) -> ProviderView:
    session.flush()
    return _view(session, row, repository.people_of(session).get(row.id, 0))


def _view(session: Session, row: IdentityProvider, people: int) -> ProviderView:
    rules = Rules.model_validate(row.rules)
    slugs = repository.project_slugs(session, [rule.project for rule in rules.groups if rule.project])
    shown = [
        rule.model_copy(update={"project": slugs.get(rule.project, rule.project)}) if rule.project else rule
        for rule in rules.groups
    ]
    return ProviderView(
        rules=rules.model_copy(update={"groups": shown}),
        has_secret=row.client_secret is not None,
        redirect_uri=presets.redirect_uri(row.slug),
        backchannel_uri=presets.backchannel_uri(row.slug),
        people=people,
        **row.model_dump(include={"id", "slug", "kind", "title", "enabled", "source", "issuer", "client_id",
                                  "created_at", "updated_at", "last_sign_in_at"}),
    )  # fmt: skip
