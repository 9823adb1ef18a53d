"""Rules on plans: built-in ones with settings and expressions of administrators; what each found is kept with the run."""
