"""How a process under test tells what it does, a line at a time."""

import sys


def tell(line: str) -> None:
    """Write a line at once."""
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()
