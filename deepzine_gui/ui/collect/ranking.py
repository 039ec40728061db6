"""The alphabetical order of very many texts, found a little at a time while the window answers."""

from collections.abc import Generator

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QObject, QTimer, Signal, Slot

from deepzine_gui.ui.collect.columns import Column
from deepzine_gui.ui.collect.folding import folded, ranked
from deepzine_gui.ui.collect.listing import Listing

_AT_ONCE = 4000
"""So few texts are ordered without waiting."""

Ranks = NDArray[np.int64]


class Ranking(QObject):
    """Ranks of titles and creators; those of an earlier, shorter listing are found anew.

    Signals:
        ready(): ranks that were asked for are there now.
    """

    ready = Signal()

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._known: dict[Column, Ranks] = {}
        self._work: Generator[None, None, Ranks] | None = None
        self._column = Column.TITLE
        self._is_new = False
        self._timer = QTimer(self, interval=0)
        self._timer.timeout.connect(self._go_on)

    def forget(self) -> None:
        """The items are others now."""
        self._known.clear()
        self._work = None
        self._is_new = False
        self._timer.stop()

    def ranks(self, column: Column, listing: Listing) -> Ranks | None:
        """(N,) ranks of a column's texts; None if they are yet to be found, then `ready` comes.

        What came while they were found is last.
        """
        known = self._known.get(column)
        if known is not None and (self._is_new or len(known) == len(listing)):
            self._is_new = False
            return np.concatenate([known, np.arange(len(known), len(listing))])
        if self._work is None or self._column != column:
            self._column = column
            is_title = column == Column.TITLE
            # what is searched through begins with the title
            texts = listing.search_texts if is_title else listing.creators
            self._work = ranked(texts, None if is_title else folded)
        if len(listing) <= _AT_ONCE:
            while self._work is not None:
                self._step()
            return self._known[column]
        self._timer.start()
        return None

    @Slot()
    def _go_on(self) -> None:
        self._step()
        if self._work is None:
            self._timer.stop()
            self._is_new = True
            self.ready.emit()

    def _step(self) -> None:
        if self._work is None:
            return
        try:
            next(self._work)
        except StopIteration as end:
            self._known[self._column] = end.value
            self._work = None
