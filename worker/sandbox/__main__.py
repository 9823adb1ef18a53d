"""`python -m worker.sandbox`: the daemon, and a look into the sandbox cloud."""

from worker.sandbox.cli import app

if __name__ == "__main__":
    app(prog_name="python -m worker.sandbox")
