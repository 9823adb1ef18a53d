"""For each rule of the linter: the starter of Google's cloud with that rule broken, and where that must be found."""

from __future__ import annotations

from typing import NamedTuple

from portal.template.authoring import STARTERS

Changes = dict[str, str | None]
"""New contents by file; None deletes one."""


class Case(NamedTuple):
    """A breach: the line that is blamed contains `line`, and the message `words`."""

    changes: Changes
    file: str
    line: str
    words: str


def starter_files(cloud: str) -> dict[str, str]:
    """The files of a starter, filled in."""
    folder = STARTERS / cloud
    texts = {path.relative_to(folder).as_posix(): path.read_text() for path in folder.rglob("*") if path.is_file()}
    return {name: text.replace("@title@", "Try").replace("@name@", "try") for name, text in texts.items()}


GCP = starter_files("gcp")


def replaced(name: str, old: str, new: str) -> Changes:
    """A file with some text in place of other."""
    assert old in GCP[name], old
    return {name: GCP[name].replace(old, new, 1)}


def added(name: str, text: str) -> Changes:
    """A file with more text at its end."""
    return {name: GCP.get(name, "") + text}


def variable(name: str, kind: str = "string", more: str = "", *, required: bool = False) -> str:
    """A variable that breaks no rule of its own."""
    default = "" if required else "  default     = null\n"
    return f'\nvariable "{name}" {{\n  type        = {kind}\n  description = "What this is about."\n{default}{more}}}\n'


VARIABLES, MANIFEST, MAIN, VERSIONS, OUTPUTS = "variables.tf", "manifest.yaml", "main.tf", "versions.tf", "outputs.tf"
RULES_TEST, FEATURES_TEST = "tests/rules.tftest.hcl", "tests/features.tftest.hcl"
FAR_OUTPUT = '\noutput "far" {\n  description = "Something far away."\n  value       = 1\n}\n'
FAR_MODULE = '\nmodule "far" {\n  source = "some/where/else"\n}\n'
SIX_REQUIRED = "".join(variable(f"zone_{number}", required=True) for number in range(5))
RANDOM = 'google = {\n      source  = "hashicorp/google"', 'random = {\n      source = "hashicorp/random"'

CASES = {
    "unusable": Case(replaced(MAIN, "locals {", "locals {{"), MAIN, "locals {{", "cannot use it"),
    "left-over": Case(added("terraform.tfstate", "{}"), "terraform.tfstate", "", "one machine or one deployment"),
    "missing-file": Case({"README.md": None}, "README.md", "", "There is no README.md."),
    "misplaced": Case(added(MAIN, FAR_OUTPUT), MAIN, 'output "far"', "far is declared in main.tf"),
    "backend": Case(replaced(VERSIONS, "{", '{\n  backend "local" {}\n'), VERSIONS, "backend", "where its state is"),
    "credentials": Case(
        replaced(VERSIONS, 'provider "google" {}', 'provider "google" {\n  credentials = "x"\n}'),
        VERSIONS, "credentials =", "sets credentials",
    ),
    "provider-pin": Case(
        replaced(VERSIONS, 'version = "~> 8.0"', ""), MAIN, '"google_pubsub_topic"', "without a source and a version"
    ),
    "other-provider": Case(replaced(VERSIONS, *RANDOM), VERSIONS, "terraform", "does not know random"),
    "remote-module": Case(added(MAIN, FAR_MODULE), MAIN, 'module "far"', "some/where/else"),
    "untyped": Case(
        replaced(VARIABLES, "type        = number\n", ""), VARIABLES, 'variable "retention_days"', "retention_days has no type"
    ),
    "undescribed": Case(
        replaced(VARIABLES, "More labels for everything that is created.", "More."),
        VARIABLES, 'variable "labels"', "labels has no description",
    ),
    "undescribed-attribute": Case(
        added(VARIABLES, variable("zone", "object({ size = number })")), VARIABLES, 'variable "zone"', "tell about size"
    ),
    "undeclared": Case(replaced(MAIN, "var.project_id", "var.project"), MAIN, "var.project\n", "no variable project."),
    "unused": Case(
        added(VARIABLES, variable("zone")), VARIABLES, 'variable "zone"', "Nothing reads the variable zone"
    ),
    "order": Case(
        added(VARIABLES, variable("area")), VARIABLES, 'variable "cost_center"', "cost_center is not in its place"
    ),
    "many-required": Case(
        added(VARIABLES, SIX_REQUIRED), VARIABLES, 'variable "zone_4"', "6 variables are required"
    ),
    "null-default": Case(
        replaced(VARIABLES, "default     = false\n  nullable    = false", "default     = false"),
        VARIABLES, 'variable "subscription_enabled"', "may be null",
    ),
    "secret": Case(
        added(VARIABLES, variable("zone_password")), VARIABLES, 'variable "zone_password"', "sounds like a secret"
    ),
    "sentence": Case(
        replaced(VARIABLES, "Choose dev, test, staging or production as the environment.", "no"),
        VARIABLES, "error_message", "A rule of environment",
    ),
    "undescribed-output": Case(
        replaced(OUTPUTS, "Name of the topic.", ""), OUTPUTS, 'output "name"', "name has no description"
    ),
    "secret-output": Case(
        replaced(OUTPUTS, '"publish_command"', '"api_token"'), OUTPUTS, 'output "api_token"', "api_token sounds like"
    ),
    "manifest-gap": Case(
        replaced(MANIFEST, "  owner: {title: Owner, ", "  owner: {"), MANIFEST, "owner:", "owner has no title"
    ),
    "empty-section": Case(
        replaced(MANIFEST, "sections:\n", "sections:\n  - {key: void, title: Void}\n"), MANIFEST, "void", "void is empty"
    ),
    "many-questions": Case(
        added(VARIABLES, "".join(variable(f"zone_{number}", required=True) for number in range(15))),
        MANIFEST, "variables:", "are basic",
    ),
    "unknown-list": Case(
        replaced(MANIFEST, "{title: Project,", "{title: Project, options_from: {kind: gcp-flavours},"),
        MANIFEST, "project_id:", "no list gcp-flavours",
    ),
    "options": Case(
        replaced(MANIFEST, "{value: test, label: Test}", "{value: trial, label: Trial}"),
        MANIFEST, "environment:", "offers trial",
    ),
    "preset": Case(
        replaced(MANIFEST, "retention_days: 7}}", "retention_days: 70}}"), MANIFEST, "name: production", "preset production"
    ),
    "action": Case(
        replaced(
            MANIFEST, "presets:\n", "actions:\n  - {name: wake, title: Wake, types: [google_compute_instance], tool: gcloud, "
            "arguments: [compute, instances, start, \"{name}\"], confirm: It wakes.}\npresets:\n",
        ),
        MANIFEST, "name: wake", "which the template does not make",
    ),
    "no-fixture": Case(
        {MANIFEST: GCP[MANIFEST][: GCP[MANIFEST].index("  invalid:")]}, MANIFEST, "fixtures:", "what is refused"
    ),
    "minimal-fixture": Case(
        replaced(MANIFEST, "{name: acme-minimal}", "{name: acme-minimal, owner: me}"), MANIFEST, "minimal:", "sets owner"
    ),
    "full-fixture": Case(
        replaced(MANIFEST, "retention_days: 7\n", "retention_days: 70\n"), MANIFEST, "full:", "refuses the fixture full"
    ),
    "invalid-fixture": Case(
        replaced(MANIFEST, "message: Google reserves", "message: Amazon reserves"),
        MANIFEST, "google-events", "Amazon reserves names",
    ),
    "unreadable": Case(added(FEATURES_TEST, "run {\n  x = = 1\n}\n"), FEATURES_TEST, "= =", "cannot be read"),
    "untested-rule": Case(
        replaced(RULES_TEST, "expect_failures = [var.labels]", "expect_failures = []"), VARIABLES, "validation", "0 runs"
    ),
    "unexercised": Case(
        {**replaced(MANIFEST, "      retention_days: 7\n", ""), **replaced(FEATURES_TEST, "retention_days       = 7\n", "")},
        VARIABLES, 'variable "retention_days"', "sets retention_days",
    ),
}  # fmt: skip
