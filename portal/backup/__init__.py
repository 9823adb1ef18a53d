"""Backup and restore of everything that the portal keeps: one file, made while the portal runs, without any key in it."""
