"""Where the keys of a grid lead."""

from PySide6.QtCore import Qt

from deepzine_gui.ui.dataset.grid.geometry import Geometry
from deepzine_gui.ui.dataset.grid.selection import Mode


def position_asked(key: int, geometry: Geometry, current: int, height: int) -> int | None:
    """The position a key leads to, cut to what there is; None if it does not move.

    Args:
        key: one of `Qt.Key`.
        geometry: of the grid.
        current: where to start from; -1 for none yet.
        height: of the view, in pixels: the page keys move by it.
    """
    if not geometry.count:
        return None
    if key in (Qt.Key.Key_Home, Qt.Key.Key_End):
        return 0 if key == Qt.Key.Key_Home else geometry.count - 1
    page = max(1, height // geometry.cell) * geometry.columns
    steps = {
        Qt.Key.Key_Left: -1,
        Qt.Key.Key_Right: 1,
        Qt.Key.Key_Up: -geometry.columns,
        Qt.Key.Key_Down: geometry.columns,
        Qt.Key.Key_PageUp: -page,
        Qt.Key.Key_PageDown: page,
    }
    step = steps.get(Qt.Key(key))
    if step is None:
        return None
    if current < 0:
        return 0
    return min(max(current + step, 0), geometry.count - 1)


def mode_asked(held: Qt.KeyboardModifier) -> Mode:
    """What the keys held while moving do to the selection."""
    if held & Qt.KeyboardModifier.ShiftModifier:
        return "extend"
    return "only move" if held & Qt.KeyboardModifier.ControlModifier else "replace"
