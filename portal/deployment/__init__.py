"""Deployments: what a person owns, made and changed by runs."""
