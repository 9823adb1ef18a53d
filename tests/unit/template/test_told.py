"""What a description says about attributes stands below their own inputs."""

from __future__ import annotations

from portal.template.form import build_form
from tests.unit.template.conftest import MakeModule

NETWORK = """
variable "subnets" {
  type = list(object({
    name  = string
    cidr  = optional(string)
    ipv6  = optional(bool)
    rules = optional(list(object({ port = number })), [])
  }))
  description = <<-EOT
    Subnets of the network.

    - `name` - (Required) what it is called.
    - `cidr`, `ipv6` - its addresses,
      which may grow.
    - `rules` - who may connect:
      - `port` - which port.
    - `unknown` - stays where it is.
  EOT
}
"""


def test_each_attribute_has_what_the_list_says_about_it_and_the_rest_stays_above(make_module: MakeModule) -> None:
    (field,) = build_form(make_module(NETWORK), {}).sections[0].fields
    assert field.item is not None
    helps = {part.name: part.help_html for part in field.item.fields}
    assert helps["name"] == "<p>What it is called.</p>"
    assert helps["cidr"] == helps["ipv6"] == "<p>Its addresses,\nwhich may grow.</p>"
    assert helps["rules"] == "<p>Who may connect:</p>"
    rules = next(part for part in field.item.fields if part.name == "rules")
    assert rules.item is not None
    assert rules.item.fields[0].help_html == "<p>Which port.</p>"
    assert "Subnets of the network." in (field.help_html or "")
    assert "unknown" in (field.help_html or "")
    assert "its addresses" not in (field.help_html or "")
