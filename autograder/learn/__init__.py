"""The learner's wing: the pytest plugin, the cells check and hint, and the commands for working through the exercises."""
