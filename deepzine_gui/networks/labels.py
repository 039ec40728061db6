"""The labels a conditional model was trained with."""

import json
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

_KEY = "labels"


@dataclass(frozen=True, slots=True)
class Labels:
    """The words, in the order of their numbers, and how many pages were trained on of each."""

    names: tuple[str, ...]
    counts: tuple[int, ...]

    @property
    def commonest(self) -> int:
        """The number of the label that most pages have."""
        return int(np.argmax(self.counts))

    def draw(self, count: int, *, seed: int) -> NDArray[np.int64]:
        """Return labels as frequent as in training, (count,); more of a seed only adds to them."""
        shares = np.cumsum(self.counts) / sum(self.counts)
        drawn = np.random.default_rng(seed).random(count)
        return np.searchsorted(shares, drawn, side="right").astype(np.int64)

    def as_metadata(self) -> dict[str, str]:
        """As a model file's header has them."""
        pairs = dict(zip(self.names, self.counts, strict=True))
        return {_KEY: json.dumps(pairs, ensure_ascii=False)}


def labels_of(metadata: Mapping[str, str]) -> Labels | None:
    """Read a model file's header; None for an unconditional model.

    Raises:
        ValueError: the header is damaged.
    """
    if _KEY not in metadata:
        return None
    pairs = json.loads(metadata[_KEY])
    if not isinstance(pairs, dict) or not pairs:
        raise ValueError("labels are no pairs")
    counts = tuple(int(count) for count in pairs.values())
    if min(counts) < 0 or sum(counts) == 0:
        raise ValueError("labels have no pages")
    return Labels(tuple(pairs), counts)
