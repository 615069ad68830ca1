"""The learner's wing: the pytest plugin, the cells check and hint, the commands for working through the exercises."""
