"""How many processes suit a machine; nothing heavy is imported to know it."""

import os

_MOST_WORKERS = 16


def usual_workers() -> int:
    """Return how many processes render where nothing else is said: one a core, at most 16."""
    usable = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    return max(1, min(_MOST_WORKERS, usable or 1))
