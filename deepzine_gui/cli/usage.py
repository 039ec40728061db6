"""What argparse alone cannot see."""


class UsageError(Exception):
    """A wrong word on the command line."""
