"""What items are expected to bring whose documents are not planned yet, in sums that run along."""

from collections import defaultdict
from dataclasses import dataclass

from deepzine_gui.archive.choosing.costs import Share
from deepzine_gui.archive.items import Item
from deepzine_gui.archive.queue.queue import Limit


@dataclass(slots=True)
class _Sizes:
    """Items of one lot, by what is told of their sizes.

    Attributes:
        weighed_bytes: of the documents of those that are weighed.
        files: how many others there are of which the size of all files is told.
        files_bytes: of all files of these.
        unknown: how many of whose sizes nothing is told.
    """

    weighed_bytes: int = 0
    files: int = 0
    files_bytes: int = 0
    unknown: int = 0

    def add(self, item: Item, by: int) -> None:
        """Take up an item (1), or put it away (-1)."""
        if item.size_bytes is None:
            self.unknown += by
        elif item.is_weighed:
            self.weighed_bytes += by * item.size_bytes
        else:
            self.files += by
            self.files_bytes += by * item.size_bytes

    def expected(self, ratio: float | None, usual: float) -> float:
        """Bytes of their documents, see `Expecting.by_lot`."""
        others = self.files_bytes * ratio if ratio else self.files * usual
        return self.weighed_bytes + others + self.unknown * usual


class Expecting:
    """Sums over the items that are awaited, and the share that planned ones had of their files."""

    def __init__(self) -> None:
        self._lots: defaultdict[Limit, _Sizes] = defaultdict(_Sizes)
        self._awaited = self._weighed = self._weighed_bytes = 0
        self._share = Share()

    def add(self, item: Item, limit: Limit, by: int) -> None:
        """Await an item (1), or await it no more (-1)."""
        self._lots[limit].add(item, by)
        self._awaited += by
        if item.is_weighed:
            self._weighed += by
            self._weighed_bytes += by * (item.size_bytes or 0)

    def add_planned(self, item: Item, size_bytes: int, by: int) -> None:
        """Learn from what an item's documents weigh (1), or forget it (-1)."""
        if item.size_bytes and not item.is_weighed:
            share = self._share
            self._share = Share(
                share.documents_bytes + by * size_bytes,
                share.all_bytes + by * item.size_bytes,
                share.items + by,
            )

    def by_lot(self, planned: int, planned_bytes: int) -> dict[Limit, float] | None:
        """Bytes that the awaited items of each lot will bring; None while nothing tells of them.

        They are as they were weighed, else the share of their files that the planned items have,
        else as large as one is, on an average, whose size is known.

        Args:
            planned: number of items whose documents are planned.
            planned_bytes: of these.
        """
        if not self._awaited:
            return {}
        known = planned + self._weighed
        if not known:
            return None
        usual = (planned_bytes + self._weighed_bytes) / known
        ratio = self._share.ratio
        return {limit: sizes.expected(ratio, usual) for limit, sizes in self._lots.items()}
