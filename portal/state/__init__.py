"""The state of a deployment: Terraform's `http` backend, its locks and versions."""
