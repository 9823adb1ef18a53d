"""Who must agree before a plan is applied: rules, requests that are bound to one plan, decisions."""
