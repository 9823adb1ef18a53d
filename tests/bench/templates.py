"""The two templates that are measured: one resource, and eight in two layers."""

from __future__ import annotations

from pathlib import Path

_VERSIONS = """terraform {
  required_version = ">= 1.11"
  required_providers {
    azurerm = {
      source  = "hashicorp/azurerm"
      version = "~> 5.0"
    }
  }
}

provider "azurerm" {
  features {}
}
"""
_VARIABLES = """variable "name" {
  type        = string
  description = "Names what is made."
}
"""
_ONE = """resource "azurerm_resource_group" "this" {
  name     = var.name
  location = "westeurope"
}
"""
_MORE = """
resource "azurerm_user_assigned_identity" "this" {
  count               = 7
  name                = "${var.name}-${count.index}"
  location            = azurerm_resource_group.this.location
  resource_group_name = azurerm_resource_group.this.name
}
"""
SOURCES = {"bench-one": _ONE, "bench-eight": _ONE + _MORE}
SIZES = {"bench-one": 1, "bench-eight": 8}


def files(name: str) -> dict[str, str]:
    """The files of one of the templates."""
    return {"versions.tf": _VERSIONS, "variables.tf": _VARIABLES, "main.tf": SOURCES[name]}


def write(root: Path) -> None:
    """Both templates as a catalogue below `root`."""
    for name in SOURCES:
        folder = root / "azure" / name
        folder.mkdir(parents=True)
        for file, text in files(name).items():
            (folder / file).write_text(text)
