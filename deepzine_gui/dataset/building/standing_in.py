"""Older pages of a changed document, for those that cannot be rendered any more."""

from collections.abc import Sequence
from pathlib import Path

from deepzine_gui.dataset.building.held import Piece, described
from deepzine_gui.dataset.building.likeness import same_pages
from deepzine_gui.dataset.building.page_files import Leaf, PageFiles
from deepzine_gui.dataset.building.spans import Span, without


def with_older_pages(new: Sequence[Piece], before: Sequence[Piece], out: Path) -> list[Piece]:
    """Return pieces of a document in which pages of its older version stand in for missing ones.

    An older page does where the nearest pages on either side that are known again have kept their
    numbers. If no page at all could be rendered, it is the older version.

    Args:
        new: all of the document as it is now.
        before: what the old file `out` has of it, made with the same settings.
        out: the old file.

    Raises:
        DatasetError: a file is damaged.
    """
    with PageFiles(out) as files:
        newer, older = files.leaves(new), files.leaves(before)
    if not newer:
        return list(before)
    missing = [page.page for piece in new for page in piece.missing]
    ends = new[0].row.pages + 1, before[0].row.pages + 1
    stand_ins = [Span(page, page) for page in _standing_in(missing, newer, older, ends)]
    row = new[0].row
    mended = [piece.cut(span) for piece in new for span in without([piece.span], stand_ins)]
    mended += [
        piece.cut(span)
        for piece in described(before, row)
        for span in stand_ins
        if piece.span.first <= span.first <= piece.span.last
    ]
    return sorted(mended, key=lambda piece: piece.span)


def _standing_in(
    missing: Sequence[int], new: Sequence[Leaf], old: Sequence[Leaf], ends: tuple[int, int]
) -> list[int]:
    """Return which of the missing pages the older version has, in order."""
    known = {page: was for (page, _), (was, _) in same_pages(old, new).items()}
    if not known:
        return []
    free = {leaf.row.page for leaf in old} - set(known.values())
    known |= {0: 0, ends[0]: ends[1]}
    found = []
    for page in sorted(free & set(missing)):
        below = max(number for number in known if number < page)
        above = min(number for number in known if number > page)
        if known[below] == below and known[above] == above:
            found.append(page)
    return found
