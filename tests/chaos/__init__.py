"""What survives when processes are killed: real Celery workers, API server and sandbox daemon as processes."""
