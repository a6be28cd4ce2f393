"""What a user can mend: told in a line, without a traceback, with exit status 2."""


class UsageError(Exception):
    """The command cannot be done as it was given; the message says what and how to mend it."""
