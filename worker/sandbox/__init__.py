"""The sandbox cloud: a Terraform provider which simulates azurerm and google, with real schemas and no cloud.

`mirror` makes Terraform find it, `daemon` runs it, `store` remembers what was created. See docs/sandbox.md.
"""
