"""Set pages aside, bring them back and label them, in place; a kill leaves the old or the new."""

import contextlib
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from deepzine_gui.dataset.judging.rules import Rules, judge
from deepzine_gui.dataset.storage import journal
from deepzine_gui.dataset.storage.layout import (
    LATER_COLUMN,
    PAGE_COLUMNS,
    PAGES,
    ROW,
    ROW_CHECKSUM,
    RULES,
    packed_labels,
    row_checksums,
)
from deepzine_gui.dataset.storage.opening import Opened, open_as_it_is
from deepzine_gui.dataset.storage.told import packed_rules, rules_checksum
from deepzine_gui.dataset.values import (
    KEPT,
    LONGEST_LABEL_BYTES,
    REASONS,
    SET_ASIDE,
    DocumentRow,
    LabelSource,
    label_from,
)
from deepzine_gui.errors import DatasetError
from deepzine_gui.files import real_path

Indices = Sequence[int] | NDArray[Any]

_FIXED = "document", "page", "fingerprint"
_BY_HAND = REASONS.index("by hand")


def write_marks(
    path: Path,
    *,
    state: NDArray[np.uint8] | None = None,
    reason: NDArray[np.uint8] | None = None,
    label: NDArray[Any] | None = None,
    label_by_hand: NDArray[np.uint8] | None = None,
    rules: Rules | None = None,
) -> None:
    """Write whole columns over those in the file; see the façade."""
    with _marked(path) as opened:
        _write(
            opened,
            state=state,
            reason=reason,
            label=label,
            label_by_hand=label_by_hand,
            rules=rules,
        )


def apply_rules(path: Path, rules: Rules) -> None:
    """Judge all pages anew; see the façade."""
    with _marked(path) as opened:
        state, reason = judge(opened.columns(), rules)
        _write(opened, state=state, reason=reason, rules=rules)


def set_aside(path: Path, indices: Indices) -> None:
    """Set pages aside by hand; see the façade."""
    with _marked(path) as opened:
        columns, places = opened.columns(), _places(opened, indices)
        columns.state[places] = SET_ASIDE
        columns.reason[places] = _BY_HAND
        _write(opened, state=columns.state, reason=columns.reason)


def bring_back(path: Path, indices: Indices) -> None:
    """Keep pages; see the façade. Those the rules would keep anyway are no longer by hand."""
    with _marked(path) as opened:
        columns, places = opened.columns(), _places(opened, indices)
        columns.state[places] = KEPT
        columns.reason[places] = 0
        judged, _ = judge(columns, opened.rules())
        columns.reason[places] = np.where(judged[places] == KEPT, 0, _BY_HAND)
        _write(opened, state=columns.state, reason=columns.reason)


def set_label(path: Path, indices: Indices, label: str) -> None:
    """Label pages; see the façade."""
    with _marked(path) as opened:
        columns, places = opened.columns(), _places(opened, indices)
        columns.label[places] = label
        columns.label_by_hand[places] = 1
        _write(opened, label=columns.label, label_by_hand=columns.label_by_hand)


def label_by(
    path: Path, source: LabelSource, *, only_unlabelled: bool, below: Sequence[Path] | None = None
) -> int:
    """Label pages by a field of their document; see the façade."""
    places = None if below is None else [real_path(place) for place in below]
    with _marked(path) as opened:
        columns = opened.columns()
        words = [
            label_from(row, source) if _lies_below(row, places) else None
            for row in opened.documents
        ]
        known = np.array([word is not None for word in words], bool)
        is_open = (columns.label == "") & (columns.label_by_hand == 0)
        chosen = known[columns.document] & (is_open | (not only_unlabelled))
        given = np.array([word or "" for word in words], object)[columns.document]
        changed = chosen & (given != columns.label)
        by_hand = np.where(changed, given == "", columns.label_by_hand)
        _write(opened, label=np.where(chosen, given, columns.label), label_by_hand=by_hand)
        return int(np.count_nonzero(chosen))


def _lies_below(row: DocumentRow, places: Sequence[Path] | None) -> bool:
    if places is None:
        return True
    path = real_path(Path(row.path))
    return bool(row.path) and any(path.is_relative_to(place) for place in places)


@contextlib.contextmanager
def _marked(path: Path) -> Iterator[Opened]:
    if not path.is_file():
        raise DatasetError(f"There is no dataset at {path}: build one first.")
    with journal.held(path):
        opened = open_as_it_is(path)
        try:
            if opened.version == 1:
                raise DatasetError(
                    f"{path} was built by an older DeepZine: build it again to mark its pages."
                )
            yield opened
        finally:
            opened.close()


def _write(opened: Opened, *, rules: Rules | None = None, **columns: NDArray[Any] | None) -> None:
    table = opened.file[PAGES]
    given = {
        name: values
        for name, values in columns.items()
        if values is not None and opened.count and (name != LATER_COLUMN or name in table)
    }
    packed = {name: _packed(name, values, opened.count) for name, values in given.items()}
    pieces = [(table[name].id.get_offset(), data) for name, data in packed.items()]
    if opened.has_row_checksums:
        pieces += _checksums(opened, packed)
    if rules is not None:
        # what cannot be read may lie elsewhere than it seems to: nothing is written there
        opened.rules()
        text = packed_rules(rules)
        pieces.append((opened.file[RULES].id.get_offset(), text))
        pieces += filter(None, [rules_checksum(opened.file, text)])
    fixed = [(table[name].id.get_offset(), table[name].nbytes) for name in _FIXED if opened.count]
    journal.overwrite(opened.path, pieces, fixed=fixed)


def _checksums(opened: Opened, packed: dict[str, bytes]) -> list[tuple[int, bytes]]:
    """Return what makes the checksums of rows fit those that change, and where it is to lie.

    A row that is damaged is not made sound by a mark on it.
    """
    rows, sums = opened.packed_rows(), opened.row_checksums()
    new = {name: np.frombuffer(data, ROW[name]) for name, data in packed.items()}
    changes = np.zeros(opened.count, bool)
    for name, values in new.items():
        changes |= rows[name] != values
    places = np.flatnonzero(changes)
    places = places[row_checksums(rows[places]) == sums[places]]
    if not len(places):
        return []
    for name, values in new.items():
        rows[name][places] = values[places]
    sums[places] = row_checksums(rows[places])
    first, last = int(places[0]), int(places[-1])
    offset = opened.file[PAGES][ROW_CHECKSUM].id.get_offset() + first * sums.itemsize
    return [(offset, sums[first : last + 1].tobytes())]


def _packed(name: str, values: NDArray[Any], count: int) -> bytes:
    if values.shape != (count,):
        raise ValueError(f"{name} must have {count} values, not {values.shape}")
    if name == "label":
        if any(len(label.encode()) > LONGEST_LABEL_BYTES for label in set(values.tolist())):
            raise ValueError(f"a label may be at most {LONGEST_LABEL_BYTES} bytes long")
        return packed_labels(values).tobytes()
    most = len(REASONS) - 1 if name == "reason" else 1
    if values.max() > most:
        raise ValueError(f"{name} must be at most {most}")
    return values.astype(PAGE_COLUMNS[name]).tobytes()


def _places(opened: Opened, indices: Indices) -> NDArray[np.int64]:
    places = np.asarray(indices, np.int64).reshape(-1)
    if len(places) and not (places.min() >= 0 and places.max() < opened.count):
        raise IndexError(f"{opened.path} has {opened.count} pages, from 0")
    return places
