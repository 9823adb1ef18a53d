"""One stack a test, over a database and Redis of its own."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.chaos.stack import Stack
from tests.service.run import world
from tests.worker.scene import Scene
from worker.sandbox.store import Store

AZURE = {
    "main.tf": b"""
terraform {
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

variable "name" {
  type        = string
  description = "Name."
}

resource "azurerm_resource_group" "this" {
  name     = "rg-${var.name}"
  location = "westeurope"
}

resource "azurerm_user_assigned_identity" "this" {
  name                = "id-${var.name}"
  location            = azurerm_resource_group.this.location
  resource_group_name = azurerm_resource_group.this.name
}

output "identity" {
  value = azurerm_user_assigned_identity.this.id
}
"""
}
ACCOUNT = "sandbox-azure"


@pytest.fixture
def stack(backend: str, settings_env: Callable[..., None], tmp_path: Path) -> Iterator[Stack]:
    """Nothing is started yet. The test's own code and the processes share database, Redis and settings."""
    stack = Stack(tmp_path, os.environ)
    settings_env(TERRACE_STATE_URL=stack.url, TERRACE_SANDBOX_SOCKET=str(stack.socket), TERRACE_LOG_LEVEL="INFO")
    try:
        yield stack
    finally:
        stack.stop()
        print(stack.logs())


@pytest.fixture
def people(stack: Stack) -> world.World:
    return world.build()


@pytest.fixture
def sandbox(backend: str) -> Iterator[Store]:
    """A look into the sandbox cloud."""
    store = Store(backend, connections=1)
    store.set_up()
    yield store
    store.close()


@pytest.fixture
def deployment(people: world.World) -> Callable[[str], Scene]:
    """Make a deployment of two resources by name."""
    return lambda name: Scene(people, AZURE, {"name": name})
