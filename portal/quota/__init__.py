"""What a project may use: quotas and budgets, counted in the database so that no two requests pass on one place."""
