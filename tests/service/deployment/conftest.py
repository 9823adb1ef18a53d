from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.service.run import world as w
from tests.service.run.world import World

VARIABLES = """
variable "size" {
  type        = number
  description = "How many."
  validation {
    condition     = var.size < 10
    error_message = "Choose fewer than ten."
  }
}
variable "password" {
  type        = string
  description = "Secret."
  default     = null
  sensitive   = true
}
variable "terrace_deployment" {
  type        = string
  description = "Name of the deployment."
  default     = ""
}
"""
MAIN = 'resource "terraform_data" "this" {\n  input = [var.size, var.password, var.terrace_deployment]\n}\n'
OUTPUTS = (
    'output "size" {\n  value = var.size\n  description = "How many."\n}\n'
    'output "key" {\n  value = var.password\n  sensitive = true\n  description = "The key."\n}\n'
)


def write_template(folder: Path, **files: str) -> None:
    """A template folder that the catalogue takes."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in ({"main": MAIN, "variables": VARIABLES, "outputs": OUTPUTS} | files).items():
        (folder / f"{name}.tf").write_text(text)


@pytest.fixture
def templates(tmp_path: Path) -> Path:
    """A catalogue of two templates, one a cloud."""
    folder = tmp_path / "templates"
    write_template(folder / "azure" / "thing")
    write_template(folder / "gcp" / "thing")
    return folder


@pytest.fixture
def world(settings_env: Callable[..., None], postgres_url: str, redis_url: str, templates: Path) -> World:
    """As for runs, with a catalogue."""
    settings_env(TERRACE_DATABASE_URL=postgres_url, TERRACE_REDIS_URL=redis_url, TERRACE_TEMPLATES_DIR=str(templates))
    return w.build()
