"""Which marks of the old file the documents of a build take over."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from deepzine_gui.dataset.building.ancestry import Ancestor
from deepzine_gui.dataset.building.held import Held, Piece
from deepzine_gui.dataset.building.likeness import are_versions, same_pages
from deepzine_gui.dataset.building.marks import Marks, marks_of_changed, marks_of_same
from deepzine_gui.dataset.building.page_files import PageFiles
from deepzine_gui.dataset.values import DocumentRow, is_by_hand


class _Heirs(NamedTuple):
    """The documents that an old one is: by its content, and by its place."""

    same: str | None
    changed: str | None


class Inheritance:
    """Carries marks from the old file to the documents of a build.

    Args:
        held: the old file.
        ancestors: what each document of the build was there, by its name.
        pieces: the dataset to come.

    Attributes:
        lost: how many pages that a person marked are not found again, by documents; known once
            `marks` was called.
    """

    def __init__(
        self, held: Held | None, ancestors: Mapping[str, Ancestor], pieces: Sequence[Piece]
    ) -> None:
        self._old = (
            [] if held is None else [held.pieces_at(place) for place in range(len(held.documents))]
        )
        self.lost: dict[str, int] = {}
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

    def marks(self, files: PageFiles) -> dict[str, Marks]:
        """Return the marks of documents that do not simply keep those their pages have.

        Raises:
            DatasetError: a file is damaged.
        """
        found: dict[str, Marks] = {}
        for place, heirs in self._heirs.items():
            old = self._old[place]
            if not old or not files.of(old[0]).is_marked(place):
                continue
            if heirs == _Heirs(None, None):
                self._note_lost(old[0].row, old[0].row.name, marks_of_changed(files.rows(old), {}))
                continue
            handed_down = self._handed_down(old, heirs, files)
            for name, marks in handed_down.items():
                self._note_lost(old[0].row, name, marks)
            found |= handed_down
        return found

    def _note_lost(self, document: DocumentRow, name: str, marks: Marks) -> None:
        pages = {row.page for row in marks.lost if is_by_hand(row, document)}
        if pages:
            self.lost[name] = len(pages)

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
