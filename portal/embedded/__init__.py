"""PostgreSQL and Redis out of Python wheels, and the supervisor which runs every process of the portal on one machine."""
