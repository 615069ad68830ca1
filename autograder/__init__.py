"""Everything that checks and grades the exercises."""
