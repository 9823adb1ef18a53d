"""Signing in by an identity provider: OpenID Connect, and GitHub's OAuth. docs/identity.md says how it is set up."""
