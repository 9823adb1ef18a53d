"""The keys of the secrets at rest: is the right one here, what is encrypted with which, and how everything gets a new one."""
