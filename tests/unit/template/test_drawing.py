"""What is in the resources that some values would make: as Terraform would plan it, and without a word that is not known."""

from __future__ import annotations

import json
from typing import Any

from portal.template.drawing import Drawing, draw
from portal.template.module import read_module

VARIABLES = """
variable "name" { type = string }
variable "size" {
  type    = string
  default = "small"
}
variable "disks" {
  type    = map(object({ gib = number, kind = optional(string, "ssd") }))
  default = {}
}
variable "ports" {
  type    = list(number)
  default = []
}
"""


def drawing(source: str, /, files: dict[str, str] | None = None, **values: Any) -> Drawing:
    texts = {"variables.tf": VARIABLES, "main.tf": source, **(files or {})}
    return draw(read_module({name: text.encode() for name, text in texts.items()}), values)


def made(source: str, /, files: dict[str, str] | None = None, **values: Any) -> dict[str, dict[str, Any]]:
    """The values of each instance by its address; every resource must have been counted."""
    found = drawing(source, files, **values)
    assert found.uncounted == []
    json.dumps([one.values for one in found.instances])
    return {one.address: one.values for one in found.instances}


def test_each_instance_has_its_arguments_under_the_address_that_terraform_gives_it() -> None:
    source = """
    resource "a_disk" "this" {
      for_each = var.disks
      name     = "${var.name}-${each.key}"
      gib      = each.value.gib
      kind     = each.value.kind
      provider = a.other
      depends_on = [a_machine.this]
    }
    resource "a_machine" "this" {
      count = 2
      name  = "${var.name}-${count.index}"
      size  = var.size
      lifecycle {
        ignore_changes = [size]
      }
    }
    """
    assert made(source, name="web", disks={"data": {"gib": 64}, "log": {"gib": 8, "kind": "hdd"}}) == {
        'a_disk.this["data"]': {"name": "web-data", "gib": 64, "kind": "ssd"},
        'a_disk.this["log"]': {"name": "web-log", "gib": 8, "kind": "hdd"},
        "a_machine.this[0]": {"name": "web-0", "size": "small"},
        "a_machine.this[1]": {"name": "web-1", "size": "small"},
    }


def test_blocks_are_lists_and_dynamic_ones_are_as_many_as_they_will_be() -> None:
    source = """
    resource "a_rule" "this" {
      plain {
        size = var.size
        inner {
          on = true
        }
      }
      dynamic "port" {
        for_each = var.ports
        content {
          number = port.value
          place  = port.key
        }
      }
      dynamic "other" {
        for_each = { a = 1 }
        iterator = it
        content {
          text = "${it.key}${it.value}"
        }
      }
      timeouts {
        create = "1h"
      }
    }
    """
    assert made(source, ports=[80, 443])["a_rule.this"] == {
        "plain": [{"size": "small", "inner": [{"on": True}]}],
        "port": [{"number": 80, "place": 0}, {"number": 443, "place": 1}],
        "other": [{"text": "a1"}],
    }


def test_what_is_not_known_before_the_plan_is_left_out_and_nothing_beside_it() -> None:
    source = """
    resource "a_thing" "this" {
      missing = var.name
      theirs  = data.a_place.this.id
      random  = uuid()
      wrong   = var.size.nothing
      list    = [var.size, var.name]
      object  = { known = 1.5, unknown = var.name }
      size    = var.size
      dynamic "block" {
        for_each = data.a_place.this.zones
        content {}
      }
    }
    """
    assert made(source)["a_thing.this"] == {"list": ["small", None], "object": {"known": 1.5}, "size": "small"}


def test_resources_see_the_arguments_of_one_another_and_nothing_that_the_cloud_decides() -> None:
    source = """
    locals {
      plan = one(a_plan.this[*].sku)
    }
    resource "a_plan" "this" {
      count = 1
      sku   = "P1"
      identity {
        type = "System"
      }
    }
    resource "an_app" "this" {
      sku       = local.plan
      plan_id   = a_plan.this[0].id
      principal = a_plan.this[0].identity[0].principal_id
      kind      = a_plan.this[0].identity[0].type
      same      = a_plan.this[0] == null
      keys      = length(keys(a_plan.this[0]))
    }
    resource "an_app" "chosen" {
      sku = (var.size == "small" ? a_plan.this[0] : an_app.this).sku
    }
    """
    found = made(source)
    assert found["an_app.this"] == {"sku": "P1", "kind": "System"}
    assert found["an_app.chosen"] == {"sku": "P1"}


def test_a_resource_that_refers_to_itself_ends() -> None:
    source = """
    resource "a_thing" "one" {
      size  = var.size
      other = a_thing.two.other
    }
    resource "a_thing" "two" {
      other = a_thing.one.other
      size  = a_thing.one.size
    }
    """
    assert made(source) == {"a_thing.one": {"size": "small"}, "a_thing.two": {"size": "small"}}


def test_a_local_module_is_there_once_for_each_of_its_calls() -> None:
    source = """
    module "disk" {
      for_each = var.disks
      source   = "./disk"
      gib      = each.value.gib
    }
    """
    files = {"disk/main.tf": 'variable "gib" { type = number }\nresource "a_disk" "this" {\n  gib = var.gib\n}\n'}
    found = drawing(source, files, disks={"a": {"gib": 1}, "b": {"gib": 2}}).instances
    assert [(one.module, one.address, one.values) for one in found] == [
        ('module.disk["a"]', 'module.disk["a"].a_disk.this', {"gib": 1}),
        ('module.disk["b"]', 'module.disk["b"].a_disk.this', {"gib": 2}),
    ]


def test_what_only_terraform_can_count_is_named_and_not_guessed() -> None:
    source = 'resource "a_thing" "this" {\n  for_each = data.a_list.this.items\n}\nresource "a_thing" "sure" {}\n'
    found = drawing(source)
    assert [one.address for one in found.uncounted] == ["a_thing.this"]
    assert [one.address for one in found.instances] == ["a_thing.sure"]
    inside = drawing(
        'module "many" {\n  count = var.name\n  source = "./m"\n}\n', {"m/main.tf": 'resource "a" "b" {}\n'}
    )
    assert [one.address for one in inside.uncounted] == ["module.many.a.b"]


def test_a_module_that_would_take_for_ever_does_not() -> None:
    source = """
    locals {
      many = range(4000)
      more = [for one in local.many : [for two in local.many : "${one}${two}"]]
    }
    resource "a_thing" "this" {
      text = local.more
      size = var.size
    }
    """
    found = drawing(source)
    assert "text" not in {name for one in found.instances for name in one.values}
