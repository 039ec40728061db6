"""The strip of keyframes: pages kept, in the order a path goes through them."""

from typing import Any

import numpy as np
from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QToolButton, QWidget

from deepzine_gui.latent import Latents
from deepzine_gui.ui.explore.tiles import Tiles
from deepzine_gui.ui.theme import GRID, set_icon


class Keyframes(QWidget):
    """Keeps latents and shows their pages.

    Signals:
        changed(): there are other keyframes, or another order; their pages are wanted.
        add_asked(): the person wants the present page kept.
        chosen(int): the person wants to stand on that keyframe.
    """

    changed = Signal()
    add_asked = Signal()
    chosen = Signal(int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.latents: list[Latents] = []
        self._before: list[list[Latents]] = []
        self._undone: list[list[Latents]] = []
        self.tiles = _Strip()
        self.tiles.itemClicked.connect(self._choose)
        self.tiles.itemActivated.connect(self._choose)
        self.tiles.remove_asked.connect(self.remove)
        self.tiles.move_asked.connect(self.move_chosen)
        self.tiles.currentRowChanged.connect(self._show_buttons)
        self.add = _button("star", "Keep this page as a keyframe (F)", self.add_asked)
        self._remove = _button("trash", "Remove the chosen keyframe (Del)", self.remove)
        self._earlier = _button("previous", "Move earlier (Ctrl+Left)", self._move_earlier)
        self._later = _button("next", "Move later (Ctrl+Right)", self._move_later)
        buttons = QGridLayout()
        buttons.setSpacing(GRID // 2)
        for place, button in enumerate((self.add, self._remove, self._earlier, self._later)):
            buttons.addWidget(button, *divmod(place, 2))
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(GRID)
        layout.addLayout(buttons)
        layout.addWidget(self.tiles, 1)
        self._show_buttons()

    def show_latents(self, latents: list[Latents]) -> None:
        """Have these keyframes, in this order, and none to come back to."""
        self._before, self._undone = [], []
        self._show(latents)

    @Slot()
    def undo(self) -> None:
        """Have the keyframes of before the last change."""
        if self._before:
            self._undone.append(self.latents)
            self._show(self._before.pop())

    @Slot()
    def redo(self) -> None:
        """Make the change again that was taken back."""
        if self._undone:
            self._before.append(self.latents)
            self._show(self._undone.pop())

    def _change(self, latents: list[Latents]) -> None:
        """By the person, who may want it back."""
        self._before.append(self.latents)
        self._undone = []
        self._show(latents)

    def _show(self, latents: list[Latents]) -> None:
        self.latents = list(latents)
        self.tiles.set_count([letter(number) for number in range(len(latents))])
        self._show_buttons()
        self.changed.emit()

    def keep(self, latent: Latents) -> None:
        """Add a keyframe at the end."""
        self._change([*self.latents, latent])
        self.tiles.setCurrentRow(len(self.latents) - 1)

    def set_pages(self, first: int, pages: np.ndarray[Any, Any]) -> None:
        """Show the pages of the keyframes from `first` on."""
        self.tiles.set_pages(first, pages)

    @Slot()
    def remove(self) -> None:
        """Remove the chosen keyframe."""
        row = self.tiles.currentRow()
        if 0 <= row < len(self.latents):
            self._change(self.latents[:row] + self.latents[row + 1 :])

    @Slot(int)
    def move_chosen(self, by: int) -> None:
        """Move the chosen keyframe earlier or later."""
        row = self.tiles.currentRow()
        to = row + by
        if 0 <= row < len(self.latents) and 0 <= to < len(self.latents):
            order = list(self.latents)
            order.insert(to, order.pop(row))
            self._change(order)
            self.tiles.setCurrentRow(to)

    @Slot()
    def _move_earlier(self) -> None:
        self.move_chosen(-1)

    @Slot()
    def _move_later(self) -> None:
        self.move_chosen(1)

    @Slot()
    def _choose(self) -> None:
        self.chosen.emit(self.tiles.currentRow())

    @Slot()
    def _show_buttons(self) -> None:
        row, count = self.tiles.currentRow(), len(self.latents)
        self._remove.setEnabled(0 <= row < count)
        self._earlier.setEnabled(0 < row < count)
        self._later.setEnabled(0 <= row < count - 1)


class _Strip(Tiles):
    """The tiles, with keys to remove and to move the chosen one."""

    remove_asked = Signal()
    move_asked = Signal(int)

    def __init__(self) -> None:
        super().__init__("Keyframes", one_row=True)
        self.setToolTip("The path goes from page to page; click one to stand on it")

    def keyPressEvent(self, event: QKeyEvent) -> None:
        control = event.modifiers() & Qt.KeyboardModifier.ControlModifier
        if event.key() == Qt.Key.Key_Delete:
            self.remove_asked.emit()
        elif control and event.key() in (Qt.Key.Key_Left, Qt.Key.Key_Right):
            self.move_asked.emit(-1 if event.key() == Qt.Key.Key_Left else 1)
        else:
            super().keyPressEvent(event)


def letter(number: int) -> str:
    """The label of a keyframe: A to Z, then its number."""
    return chr(ord("A") + number) if number < 26 else str(number + 1)


def _button(icon: str, tip: str, slot: object) -> QToolButton:
    button = QToolButton()
    button.setProperty("plain", True)
    button.setToolTip(tip)
    button.setAccessibleName(tip)
    set_icon(button, icon)
    button.clicked.connect(slot)
    return button
