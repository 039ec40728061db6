"""What the bench shows before the first search: collections to begin with, each in one line."""

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import QGridLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from deepzine_gui.archive.scout.ideas import IDEAS
from deepzine_gui.ui.fitting_label import FittingLabel
from deepzine_gui.ui.roomy import Roomy
from deepzine_gui.ui.theme import GRID, font, quieten

_SENTENCE = (
    "Type what to look for in the Internet Archive, or begin with one of these collections. "
    "Nothing is downloaded before you say so."
)
_OTHERWISE = (
    "Documents of your own? Drop PDFs, pictures or folders anywhere on the window. "
    "Only trying? File ▸ Open sample project brings a few documents."
)
_SHORT = 36
"""Longer names are cut in the middle; the whole one is in the tip."""


class IdeaList(Roomy):
    """A sentence, the ideas, and other ways to begin; `chosen` carries the identifier pressed.

    There are many ideas: the table that takes their place later needs less height.
    """

    chosen = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        content = QWidget()
        super().__init__(content, parent)
        sentence = QLabel(_SENTENCE)
        sentence.setFont(font("large"))
        sentence.setWordWrap(True)
        otherwise = QLabel(_OTHERWISE)
        otherwise.setWordWrap(True)
        grid = QGridLayout()
        grid.setHorizontalSpacing(GRID)
        grid.setVerticalSpacing(0)
        grid.setColumnStretch(1, 1)
        grid.setColumnStretch(3, 1)
        half = (len(IDEAS) + 1) // 2
        self.buttons = []
        for place, idea in enumerate(IDEAS):
            column, row = 2 * (place // half), place % half
            name = idea.identifier
            button = QPushButton(name if len(name) <= _SHORT else f"{name[: _SHORT - 1]}…")
            button.setProperty("plain", True)
            button.setProperty("idea", name)
            button.setToolTip(name)
            button.setAccessibleName(f"Search {name}: {idea.what}")
            button.clicked.connect(self._choose)
            what = FittingLabel(idea.what)
            quieten(what)
            grid.addWidget(button, row, column, Qt.AlignmentFlag.AlignLeft)
            grid.addWidget(what, row, column + 1)
            self.buttons.append(button)
        layout = QVBoxLayout(content)
        layout.setContentsMargins(2 * GRID, 2 * GRID, 2 * GRID, 2 * GRID)
        layout.setSpacing(2 * GRID)
        layout.addWidget(sentence)
        layout.addLayout(grid)
        layout.addWidget(otherwise)
        layout.addStretch(1)

    @Slot()
    def _choose(self) -> None:
        button = self.sender()
        if isinstance(button, QPushButton):
            self.chosen.emit(str(button.property("idea")))
