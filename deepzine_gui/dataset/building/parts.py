"""Where a build keeps the finished documents of a dataset that is not written yet."""

from pathlib import Path


def parts_of(out: Path) -> Path:
    """Return the folder in which a build of `out` keeps its shards."""
    return out.with_name(out.name + ".parts")
