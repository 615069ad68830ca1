"""The hidden pytest checks, one module an exercise."""
