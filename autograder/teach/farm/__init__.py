"""The farm: grading a class on every core of a machine, and on other machines."""
