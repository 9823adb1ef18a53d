"""Guardrails and the templates of a project: read, set, and held whenever somebody makes or changes a deployment in it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from pydantic import ValidationError
from sqlmodel import Session

from portal.audit import service as audit
from portal.auth import permissions
from portal.auth.schemas import Actor
from portal.kit.errors import Conflict, FieldProblem, Invalid, NotFound
from portal.project import guardrails, limits
from portal.project import service as projects
from portal.project.guardrails import Guardrail, TemplateRules
from portal.quota import repository
from portal.quota.schemas import GuardrailsRequest, GuardrailsView
from portal.template import service as templates
from portal.template.module import Module
from portal.template.narrow import Narrowing, completed, guard_problems, narrow_form, narrow_schema, narrowing
from portal.template.schemas import (
    FieldError,
    FormModel,
    ProjectRules,
    TemplateDetail,
    TemplateSummary,
    ValidationResult,
)


@dataclass(frozen=True, slots=True)
class Rules:
    """What a project says about one template."""

    of: Sequence[Guardrail]
    narrowing: Narrowing

    def completed(self, values: Mapping[str, Any]) -> dict[str, Any]:
        """The values with what the project sets by itself."""
        return completed(self.narrowing, values)

    def problems(self, module: Module, values: Mapping[str, Any]) -> list[FieldError]:
        """Where the values are not what the project allows."""
        return guard_problems(module, self.narrowing, values)


def get(session: Session, actor: Actor, project: str) -> GuardrailsView:
    """The templates and the guardrails of a project, for its members."""
    found = projects.resolve(session, actor, project)
    return _view(session, found.id)


def put(session: Session, actor: Actor, project: str, request: GuardrailsRequest) -> GuardrailsView:
    """Set all of them. What exists stays as it is: its next change must comply."""
    found = projects.resolve(session, actor, project)
    permissions.require(actor, "project.guard")
    limits.require_open(session, found.id)
    _require_no_secret(request.guardrails)
    before = _view(session, found.id)
    columns = {
        "templates": request.templates.model_dump(),
        "guardrails": [rule.model_dump(exclude_none=True, exclude_defaults=False) for rule in request.guardrails],
    }
    repository.lock(session, found.id)
    limits.write(session, found.id, columns)
    after = _view(session, found.id)
    audit.record(
        session, actor, "project.guardrails", object_kind="project", object_id=found.id, project_id=found.id,
        detail={"before": _told(before), "after": _told(after)},
    )  # fmt: skip
    return after


def _told(view: GuardrailsView) -> dict[str, Any]:
    return view.model_dump(mode="json", exclude_none=True)


def _require_no_secret(rules: Sequence[Guardrail]) -> None:
    """Rules are kept and shown in the clear, so none may hold the value of a secret variable."""
    problems = []
    for index, rule in enumerate(rules):
        if rule.variable is None or rule.rule in ("required", "range"):
            continue
        name = guardrails.root_of(rule.variable)
        key = next(_with_secret(name, rule), None)
        if key is not None:
            text = f"{name} is a secret in {key}, and rules are shown to everybody in the project."
            problems.append(FieldProblem(f"guardrails[{index}].variable", text))
    if problems:
        raise Invalid("A guardrail must not hold a secret.", problems)


def _with_secret(name: str, rule: Guardrail) -> Iterator[str]:
    """The keys of the templates of the rule in which a variable of this name is a secret. Others are not even read."""
    for summary in templates.list_templates():
        if summary.broken is not None or not guardrails.of_template([rule], summary.key):
            continue
        if name in templates.sensitive_variables(templates.load_module(summary.key)):
            yield summary.key


def rules_of(session: Session, project_id: str, key: str, module: Module) -> Rules:
    """What the project says about this template; the caller has authorised."""
    found = about(session, project_id, key)
    return Rules(found, narrowing(module, key, found))


def about(session: Session, project_id: str, key: str) -> list[Guardrail]:
    """The project's guardrails that are about this template."""
    return guardrails.of_template(_stored(session, project_id)[1], key)


def require_template(session: Session, project_id: str, key: str) -> None:
    """Invalid at `template` when the project may not use this one."""
    if not _stored(session, project_id)[0].allows(key):
        text = f"This project may not use the template {key}. Choose another one, or ask an administrator."
        raise Invalid(text, [FieldProblem("template", text)])


def templates_for(session: Session, actor: Actor, project: str, found: list[TemplateSummary]) -> list[TemplateSummary]:
    """Those of these templates that the project may use."""
    allowed = _stored(session, projects.resolve(session, actor, project).id)[0]
    return [summary for summary in found if allowed.allows(summary.key)]


def template_for(session: Session, actor: Actor, project: str, key: str) -> TemplateDetail:
    """A template with the form that its deployments have in a project; NotFound when the project may not use it."""
    return as_in(session, actor, project, templates.get_template(key))


def as_in(session: Session, actor: Actor, project: str, detail: TemplateDetail) -> TemplateDetail:
    """A template's page as a project has it; NotFound when the project may not use it."""
    found = projects.resolve(session, actor, project)
    _require_visible(session, found.id, detail.key)
    if detail.broken is not None:
        return detail
    module = templates.load_module(detail.key)
    rules = rules_of(session, found.id, detail.key, module)
    form = narrow_form(module, rules.narrowing, detail.ui)
    longest = guardrails.longest_life(rules.of)
    told = ProjectRules(
        slug=found.slug, needs_end=guardrails.needs_end(rules.of), longest=longest[0] if longest else None
    )
    schema = narrow_schema(module, rules.narrowing, form, detail.json_schema)
    return detail.model_copy(update={"ui": form, "json_schema": schema, "project": told})


def form_for(session: Session, project_id: str, key: str, module: Module) -> FormModel:
    """The form of a pinned version as its project has it; the caller has authorised."""
    return narrow_form(module, rules_of(session, project_id, key, module).narrowing, templates.form_of(module))


def completed_for(
    session: Session, actor: Actor, project: str, key: str, values: Mapping[str, Any]
) -> tuple[str, Mapping[str, Any]]:
    """The project's id, and these values with what it sets by itself; NotFound when it may not use the template."""
    found = projects.resolve(session, actor, project)
    _require_visible(session, found.id, key)
    return found.id, rules_of(session, found.id, key, templates.load_module(key)).completed(values)


def validate_for(session: Session, actor: Actor, project: str, key: str, values: Mapping[str, Any]) -> ValidationResult:
    """Judge values as a submit in this project would."""
    found = projects.resolve(session, actor, project)
    _require_visible(session, found.id, key)
    module = templates.load_module(key)
    rules = rules_of(session, found.id, key, module)
    result = templates.validate_values(key, rules.completed(values))
    known = {error.path for error in result.errors}
    more = [error for error in rules.problems(module, result.values) if error.path not in known]
    return result.model_copy(update={"errors": [*result.errors, *more]})


def _require_visible(session: Session, project_id: str, key: str) -> None:
    if not _stored(session, project_id)[0].allows(key):
        raise NotFound("There is no such template in this project. See the catalogue for those that there are.")


def _stored(session: Session, project_id: str) -> tuple[TemplateRules, list[Guardrail]]:
    row = limits.find(session, project_id)
    allowed = TemplateRules.model_validate(row.templates) if row and row.templates else TemplateRules()
    try:
        return allowed, [Guardrail.model_validate(rule) for rule in (row.guardrails or [] if row else [])]
    except ValidationError:
        # Written by a newer portal: better nothing is deployed than something that the project forbids.
        raise Conflict("The guardrails of this project cannot be read. An administrator must set them again.") from None


def _view(session: Session, project_id: str) -> GuardrailsView:
    allowed, rules = _stored(session, project_id)
    return GuardrailsView(templates=allowed, guardrails=rules)
