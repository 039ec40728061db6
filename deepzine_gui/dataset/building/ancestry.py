"""Which document of the old file each document of a build is, or was: decided once, here."""

from collections import defaultdict, deque
from collections.abc import Callable, Hashable, Iterable, Sequence
from dataclasses import dataclass

from deepzine_gui.dataset.building.keys import content_of
from deepzine_gui.dataset.values import DocumentRow


@dataclass(frozen=True, slots=True)
class Ancestor:
    """The document of the old file that another one is.

    Attributes:
        place: among the documents of the old file.
        is_same: the files are the very same; else they have changed.
        is_moved: it lay at another place.
    """

    place: int
    is_same: bool
    is_moved: bool


def find_ancestors(
    new: Sequence[DocumentRow],
    old: Sequence[DocumentRow],
    *,
    may_move: Callable[[DocumentRow], bool],
    is_gone: Callable[[DocumentRow], bool],
) -> list[Ancestor | None]:
    """Tell of each new document which old one it is; None where it is none.

    Of documents with the same content, first those pair off that lie where they lay, then those of
    the same name, then the rest in order. Then a document whose content is new is the older one at
    its place; or, with the sources in another folder, the one of its name that is there no more.

    An old document is at most one new document by content, and at most one by place. When it is
    one by each, it was moved and another took its place, or it was copied and then edited: only
    their pages can tell which.

    Args:
        new: as the dataset would describe them; the key is "" where the files cannot be read.
        old: the documents of the old file.
        may_move: whether that old document may be one with the same content at another place.
        is_gone: whether no file lies any more where that old document lay.
    """
    pairing = _Pairing(new, old)
    known = [place for place, row in enumerate(old) if row.key]
    movable = [place for place in known if may_move(old[place])]
    pairing.pair(known, lambda row: row.key and (content_of(row.key), row.path), is_same=True)
    pairing.pair(movable, lambda row: row.key and (content_of(row.key), row.name), is_same=True)
    pairing.pair(movable, lambda row: content_of(row.key), is_same=True)
    unclaimed = pairing.unclaimed()
    pairing.pair(unclaimed, lambda row: row.path, is_same=False)
    pairing.pair(range(len(old)), lambda row: row.path, is_same=False)
    gone = [place for place in pairing.unclaimed() if is_gone(old[place])]
    pairing.pair(gone, lambda row: row.name, is_same=False)
    return pairing.ancestors


class _Pairing:
    """New and old documents that find each other, step by step."""

    def __init__(self, new: Sequence[DocumentRow], old: Sequence[DocumentRow]) -> None:
        self._new, self._old = new, old
        self.ancestors: list[Ancestor | None] = [None] * len(new)

    def unclaimed(self) -> list[int]:
        """Return the places of the old documents that no new one is yet."""
        claimed = {one.place for one in self.ancestors if one is not None}
        return [place for place in range(len(self._old)) if place not in claimed]

    def pair(
        self, places: Iterable[int], token: Callable[[DocumentRow], Hashable], *, is_same: bool
    ) -> None:
        """Pair off, in order, new documents with old ones of the same token, unless it is empty."""
        claimed = {one.place for one in self.ancestors if one and one.is_same == is_same}
        free: dict[Hashable, deque[int]] = defaultdict(deque)
        for place in places:
            if place not in claimed:
                free[token(self._old[place])].append(place)
        for index, row in enumerate(self._new):
            own = token(row)
            if self.ancestors[index] is None and own and free.get(own):
                place = free[own].popleft()
                is_moved = row.path != self._old[place].path
                self.ancestors[index] = Ancestor(place, is_same, is_moved)
