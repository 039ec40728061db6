"""Whether a page is a double of one that a dataset holds already."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from deepzine_gui.dataset.values import KEPT, REASONS, Columns


@dataclass(frozen=True, slots=True, eq=False)
class Originals:
    """The pages of a dataset that others may be doubles of.

    Attributes:
        columns: what is known of its pages.
        documents: their documents' names, in the order of `columns.document`.
    """

    columns: Columns
    documents: Sequence[str]

    def have(self, document: str, page: int, part: int, fingerprint: int, bits: int) -> bool:
        """Whether a page is like a kept one before it, at most `bits` bits away.

        One of a document that the dataset does not hold is not judged, nor one marked by hand.
        """
        columns = self.columns
        if document not in self.documents:
            return False
        own = columns.document == self.documents.index(document)
        here = own & (columns.page == page) & (columns.part == part)
        if (here & (columns.reason == REASONS.index("by hand"))).any():
            return False
        later = own & ((columns.page > page) | ((columns.page == page) & (columns.part >= part)))
        before = int(np.argmax(later)) if later.any() else int(np.flatnonzero(own)[-1]) + 1
        prints = columns.fingerprint[:before][columns.state[:before] == KEPT]
        return bool((np.bitwise_count(prints ^ np.uint64(fingerprint)) <= bits).any())
