"""`microgpt bench`: the kit measured against its budgets, each pair in turn in one run."""
