"""Which marks of the old file the documents of a build take over."""

from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from deepzine_gui.dataset.building.ancestry import Ancestor
from deepzine_gui.dataset.building.held import Held, Piece
from deepzine_gui.dataset.building.likeness import are_versions, same_pages
from deepzine_gui.dataset.building.marks import (
    Marks,
    marks_as_they_are,
    marks_of_changed,
    marks_of_same,
)
from deepzine_gui.dataset.building.page_files import PageFiles
from deepzine_gui.dataset.values import DocumentRow, Provenance, is_by_hand


class _Heirs(NamedTuple):
    """The documents that an old one is: by its content, and by its place."""

    same: str | None
    changed: str | None


class Inheritance:
    """Carries marks from the old file to the documents of a build.

    Args:
        held: the old file.
        ancestors: what each document of the build was there, by its name.
        dropped: the documents there that none is or was.
        pieces: the dataset to come.

    Attributes:
        lost: how many pages that a person marked are not found again, by documents that changed;
            known once `marks` was called.
        dropped: how many in documents that were dropped, likewise.
    """

    def __init__(
        self,
        held: Held | None,
        ancestors: Mapping[str, Ancestor],
        dropped: Sequence[DocumentRow],
        pieces: Sequence[Piece],
    ) -> None:
        rows = () if held is None else held.documents
        self._old = [] if held is None else [held.pieces_at(place) for place in range(len(rows))]
        names = {row.name for row in dropped}
        self._orphans = [place for place, row in enumerate(rows) if row.name in names]
        self.lost: dict[str, int] = {}
        self.dropped = 0
        self._pieces: dict[str, list[Piece]] = {}
        for piece in pieces:
            self._pieces.setdefault(piece.row.name, []).append(piece)
        self._heirs: dict[int, _Heirs] = {}
        for name, ancestor in ancestors.items():
            known = self._heirs.get(ancestor.place, _Heirs(None, None))
            here = name if name in self._pieces else None
            self._heirs[ancestor.place] = (
                known._replace(same=here) if ancestor.is_same else known._replace(changed=here)
            )
        self._strangers = [
            name
            for name, own in self._pieces.items()
            if name not in ancestors and held is not None and own[0].file != held.path
        ]

    def marks(self, files: PageFiles) -> dict[str, Marks]:
        """Return the marks of documents that do not simply keep those their pages have.

        Raises:
            DatasetError: a file is damaged.
        """
        found: dict[str, Marks] = {}
        for place, heirs in self._heirs.items():
            old = self._old[place]
            if not self._is_marked(place, files):
                continue
            if heirs == _Heirs(None, None):
                handed_down = {old[0].row.name: marks_of_changed(files.rows(old), {})}
            else:
                handed_down = self._handed_down(old, heirs, files)
                found |= handed_down
            for name, marks in handed_down.items():
                if count := _pages_by_hand(marks.lost, old[0].row):
                    self.lost[name] = count
        self._adopt(found, files)
        return found

    def _is_marked(self, place: int, files: PageFiles) -> bool:
        old = self._old[place]
        return bool(old) and files.of(old[0]).is_marked(place)

    def _adopt(self, found: dict[str, Marks], files: PageFiles) -> None:
        """Add the marks of dropped documents for others that have their pages.

        Such a one is new: a dropped one was renamed and changed at once, or cut up, or put together
        with another. Or it was moved to where the dropped one lay.
        """
        orphans = [place for place in self._orphans if self._is_marked(place, files)]
        by_path = {pieces[0].row.path: name for name, pieces in self._pieces.items()}
        in_place = {by_path.get(self._old[place][0].row.path) for place in orphans} - {None}
        others = [n for n in self._pieces if orphans and (n in self._strangers or n in in_place)]
        leaves_of = {name: files.leaves(self._pieces[name]) for name in others}
        for place in orphans:
            old = files.leaves(self._old[place])
            rows = [leaf.row for leaf in old]
            lost = set(marks_of_changed(rows, {}).lost)
            for name, leaves in leaves_of.items():
                if are_versions(old, leaves):
                    marks = marks_of_changed(rows, same_pages(old, leaves))
                    lost &= set(marks.lost)
                    earlier = found.get(name) or marks_as_they_are(leaf.row for leaf in leaves)
                    found[name] = Marks({**marks.placed, **earlier.placed})
            self.dropped += _pages_by_hand(lost, self._old[place][0].row)

    def _handed_down(
        self, old: Sequence[Piece], heirs: _Heirs, files: PageFiles
    ) -> dict[str, Marks]:
        if heirs.same is None:
            return self._to_changed(old, heirs.changed or "", files)
        if heirs.changed is None:
            return self._to_same(old, heirs.same, files)
        moved, here = self._pieces[heirs.same], self._pieces[heirs.changed]
        leaves = files.leaves(moved)
        if not are_versions(leaves, files.leaves(here)):
            # moved, and another has taken its name
            return self._to_same(old, heirs.same, files)
        # copied, and edited where it was: the copy is a new document
        marks = marks_of_same(files.rows(old), [leaf.row for leaf in leaves])
        through = [leaf._replace(row=marks.on(leaf.row)) for leaf in leaves]
        same = same_pages(through, files.leaves(here))
        changed = marks_of_changed([leaf.row for leaf in through], same)
        return {heirs.same: Marks({}), heirs.changed: changed}

    def _to_same(self, old: Sequence[Piece], name: str, files: PageFiles) -> dict[str, Marks]:
        pieces = self._pieces[name]
        if all(piece.file == old[0].file for piece in pieces):
            return {}
        return {name: marks_of_same(files.rows(old), files.rows(pieces))}

    def _to_changed(self, old: Sequence[Piece], name: str, files: PageFiles) -> dict[str, Marks]:
        pieces = self._pieces[name]
        if all(piece.file == old[0].file for piece in pieces):
            return {}
        leaves = files.leaves(old)
        return {
            name: marks_of_changed(
                [leaf.row for leaf in leaves], same_pages(leaves, files.leaves(pieces))
            )
        }


def _pages_by_hand(rows: Iterable[Provenance], document: DocumentRow) -> int:
    """Return how many pages a person marked, of these of a document."""
    return len({row.page for row in rows if is_by_hand(row, document)})
