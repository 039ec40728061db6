"""How many pages of a dataset rules keep and set aside."""

from dataclasses import dataclass

import numpy as np

from deepzine_gui.dataset.judging.rules import Rules, judge
from deepzine_gui.dataset.values import KEPT, REASONS, Columns, Reason


@dataclass(frozen=True, slots=True)
class Tally:
    """What becomes of the pages of a dataset.

    Attributes:
        pages: all of them.
        kept: how many are kept.
        aside: how many are set aside for each reason, those that set none aside left out.
    """

    pages: int
    kept: int
    aside: dict[Reason, int]


def count(question: tuple[Columns, Rules]) -> Tally:
    """Judge all pages and count them."""
    columns, rules = question
    state, reason = judge(columns, rules)
    kept = state == KEPT
    counts = np.bincount(reason[~kept], minlength=len(REASONS)).tolist()
    aside = {name: number for name, number in zip(REASONS, counts, strict=True) if number}
    return Tally(columns.count, int(kept.sum()), aside)
