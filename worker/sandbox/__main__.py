"""`python -m worker.sandbox`: the daemon, and a look into the sandbox cloud."""

from worker.sandbox.cli import main

if __name__ == "__main__":
    main()
