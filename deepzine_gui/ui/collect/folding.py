"""Texts as they are searched and sorted: whatever their case and accents."""

import unicodedata
from collections.abc import Callable, Generator, Sequence

import numpy as np
from numpy.typing import NDArray

_RUN = 4096
"""So many texts are sorted at a time, some milliseconds' work."""


def folded(text: str) -> str:
    """A text in lower case and without accents: "Boletín" is found by "boletin"."""
    lower = text.casefold()
    if lower.isascii():
        return lower
    parts = unicodedata.normalize("NFKD", lower)
    return "".join(sign for sign in parts if not unicodedata.combining(sign))


def ranked(
    texts: Sequence[str], key: Callable[[str], str] | None = None
) -> Generator[None, None, NDArray[np.int64]]:
    """Return the rank of every text among all; equal ones keep their order.

    Yields between pieces of work, so that a window can answer meanwhile. The texts are those that
    are there at the beginning; `key` makes of each what is compared.
    """
    count = len(texts)
    keys: list[str] = []
    runs = []
    for start in range(0, count, _RUN):
        run = texts[start : min(start + _RUN, count)]
        keys += run if key is None else map(key, run)
        runs.append(sorted(range(start, len(keys)), key=keys.__getitem__))
        yield
    while len(runs) > 1:
        merged = []
        for first in range(0, len(runs), 2):
            both = [place for run in runs[first : first + 2] for place in run]
            # Timsort merges two runs that are sorted already in one pass
            both.sort(key=keys.__getitem__)
            merged.append(both)
            yield
        runs = merged
    ranks = np.empty(len(keys), np.int64)
    ranks[runs[0] if runs else []] = np.arange(len(keys))
    return ranks
