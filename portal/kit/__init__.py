"""What every feature stands on: configuration, database, queue, errors, secrets, clock. No word of the domain in here."""
