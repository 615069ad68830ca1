"""What went wrong because of what the kit was given, not because of a fault in the kit."""


class UserError(Exception):
    """One line for a human: what is wrong and what to do next. The command line turns it into exit code 2."""
