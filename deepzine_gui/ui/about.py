"""What this program is: its version, its licence, and what it is made with."""

import os
import platform
from collections.abc import Sequence
from importlib import metadata

from PySide6.QtCore import QCoreApplication, Qt, Slot, qVersion
from PySide6.QtWidgets import QDialog, QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

import deepzine_gui
from deepzine_gui import training
from deepzine_gui.child import in_child
from deepzine_gui.ui.asking import Asking
from deepzine_gui.ui.theme import GRID, font, quieten
from deepzine_gui.words import count_text

_LICENCE = "Free software under the AGPL-3.0-or-later: use, study, share and change it."
_SIDE, _WIDTH = 8 * GRID, 64 * GRID


class AboutWindow(QDialog):
    """Says it all in words that can be selected and copied."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setWindowTitle("About DeepZine")
        self.name = _words(f"DeepZine {deepzine_gui.__version__}")
        self.name.setFont(font("large", bold=True))
        self.what = _words(deepzine_gui.__doc__ or "")
        self.licence = _words(_LICENCE)
        self.made_with = _words(made_with())
        self.computes_on = _words(computes_on(None))
        for label in (self.made_with, self.computes_on):
            quieten(label)
        self._asking = Asking(lambda: in_child(training.graphics_cards), name="Cards", parent=self)
        picture = QLabel()
        picture.setPixmap(parent.windowIcon().pixmap(_SIDE, _SIDE))
        close = QPushButton("Close", default=True)
        close.clicked.connect(self.accept)
        words = QVBoxLayout()
        words.setSpacing(GRID)
        for label in (self.name, self.what, self.licence, self.made_with, self.computes_on):
            words.addWidget(label)
        body = QHBoxLayout()
        body.setSpacing(3 * GRID)
        body.addWidget(picture, 0, Qt.AlignmentFlag.AlignTop)
        body.addLayout(words, 1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(3 * GRID, 3 * GRID, 3 * GRID, 2 * GRID)
        layout.setSpacing(2 * GRID)
        layout.addLayout(body)
        layout.addWidget(close, 0, Qt.AlignmentFlag.AlignRight)
        self._fit()
        self._look_for_cards()

    def _look_for_cards(self) -> None:
        """Ask in a process of its own, as PyTorch takes long to load."""
        self._asking.answered.connect(self._show_cards)
        self._asking.failed.connect(self._show_trouble)
        self.finished.connect(self._asking.close)
        application = QCoreApplication.instance()
        assert application is not None
        application.aboutToQuit.connect(self._asking.close)
        self._asking.ask("graphics cards")

    def _fit(self) -> None:
        layout = self.layout()
        assert layout is not None
        self.setFixedSize(_WIDTH, layout.totalHeightForWidth(_WIDTH))

    @Slot(object)
    def _show_cards(self, cards: Sequence[str]) -> None:
        self.computes_on.setText(computes_on(cards))
        self._fit()

    @Slot(str)
    def _show_trouble(self, sentence: str) -> None:
        self.computes_on.setText(sentence)
        self._fit()


def made_with() -> str:
    """What computes and what draws, for a report of an error: "PyTorch 2.9.0+cpu · Qt 6.11.3 …".

    The version of PyTorch tells for what it was built; torch itself is not loaded for that.
    """
    system = f"{platform.system()} {platform.machine()}"
    parts = [f"PyTorch {metadata.version('torch')}", f"Qt {qVersion()}"]
    return " · ".join([*parts, f"Python {platform.python_version()}", system])


def computes_on(cards: Sequence[str] | None) -> str:
    """What runs compute on, given the names of all graphics cards: "2 processor cores, …".

    Without a list the cards are still being looked for.
    """
    cores = count_text(os.cpu_count() or 1, "processor cores")
    if cards is None:
        return f"Computes on {cores}; looking for a graphics card…"
    if not cards:
        return f"Computes on {cores}, no graphics card"
    return f"Computes on {', '.join(cards)}; {cores}"


def _words(text: str) -> QLabel:
    label = QLabel(text, wordWrap=True, textFormat=Qt.TextFormat.PlainText)
    label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
    return label
