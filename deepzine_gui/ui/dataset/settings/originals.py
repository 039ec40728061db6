"""What a dataset knows of a page that is looked at: whether it is a double, or was marked."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from deepzine_gui.dataset.values import KEPT, REASONS, Columns


@dataclass(frozen=True, slots=True, eq=False)
class Originals:
    """The pages of a dataset, which others may be doubles of.

    Attributes:
        columns: what is known of its pages.
        documents: their documents' names, in the order of `columns.document`.
    """

    columns: Columns
    documents: Sequence[str]

    def by_hand(self, document: str, page: int, part: int) -> int | None:
        """Return the state a person gave a page; None where it is left to the rules."""
        here = self._here(document, page, part)
        marked = here & (self.columns.reason == REASONS.index("by hand"))
        return int(self.columns.state[marked][0]) if marked.any() else None

    def have(self, document: str, page: int, part: int, fingerprint: int, bits: int) -> bool:
        """Whether a page is like a kept one before it, at most `bits` bits away.

        One of a document that the dataset does not hold is not judged, nor one marked by hand.
        """
        columns = self.columns
        if document not in self.documents or self.by_hand(document, page, part) is not None:
            return False
        own = columns.document == self.documents.index(document)
        later = own & ((columns.page > page) | ((columns.page == page) & (columns.part >= part)))
        before = int(np.argmax(later)) if later.any() else int(np.flatnonzero(own)[-1]) + 1
        prints = columns.fingerprint[:before][columns.state[:before] == KEPT]
        return bool((np.bitwise_count(prints ^ np.uint64(fingerprint)) <= bits).any())

    def _here(self, document: str, page: int, part: int) -> NDArray[np.bool_]:
        columns = self.columns
        if document not in self.documents:
            return np.zeros(columns.count, np.bool_)
        own = columns.document == self.documents.index(document)
        return np.asarray(own & (columns.page == page) & (columns.part == part), np.bool_)
