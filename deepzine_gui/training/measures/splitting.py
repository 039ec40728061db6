"""Hold some pages back, by document: pages of one document are too much alike to test with."""

import numpy as np
from numpy.typing import NDArray

SHARE = 0.1
"""So many of the pages are held out, about."""


def held_out(documents: NDArray[np.int32], *, seed: int, share: float = SHARE) -> NDArray[np.bool_]:
    """Which pages to hold out, given the document of each, (N,) → (N,).

    Whole documents are taken, drawn by chance, until they have `share` of the pages; one that has
    far more is left. At least one document is held out and one is not; of a single document
    no page is held out.
    """
    names, counts = np.unique(documents, return_counts=True)
    if len(names) < 2:
        return np.zeros(len(documents), bool)
    wanted = share * len(documents)
    order = np.random.default_rng(seed).permutation(len(names))
    chosen: list[int] = []
    taken = 0
    for place in order.tolist():
        if taken < wanted and taken + counts[place] <= 2 * wanted and len(chosen) < len(names) - 1:
            chosen.append(place)
            taken += int(counts[place])
    if not chosen:
        chosen = [int(counts.argmin())]
    return np.isin(documents, names[chosen])
