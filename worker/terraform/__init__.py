"""The real Terraform: its command line, work directory, environment, output. Nothing in here knows the queue or the database."""
