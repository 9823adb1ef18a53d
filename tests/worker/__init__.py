"""Workers with the real Terraform."""
