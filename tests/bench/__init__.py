"""`make bench`: figures of one run on one machine, as a table. Nothing here fails because a machine is slow."""
