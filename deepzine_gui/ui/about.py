"""What this program is: its version, its licence, and what it is made with."""

import platform
from importlib import metadata

from PySide6.QtCore import Qt, qVersion
from PySide6.QtWidgets import QDialog, QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

import deepzine_gui
from deepzine_gui.ui.theme import GRID, font, quieten

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
        quieten(self.made_with)
        picture = QLabel()
        picture.setPixmap(parent.windowIcon().pixmap(_SIDE, _SIDE))
        close = QPushButton("Close", default=True)
        close.clicked.connect(self.accept)
        words = QVBoxLayout()
        words.setSpacing(GRID)
        for label in (self.name, self.what, self.licence, self.made_with):
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
        self.setFixedSize(_WIDTH, layout.totalHeightForWidth(_WIDTH))


def made_with() -> str:
    """What computes and what draws, for a report of an error: "PyTorch 2.9.0+cpu · Qt 6.11.3 …".

    The version of PyTorch tells for what it was built; torch itself is not loaded for that.
    """
    system = f"{platform.system()} {platform.machine()}"
    parts = [f"PyTorch {metadata.version('torch')}", f"Qt {qVersion()}"]
    return " · ".join([*parts, f"Python {platform.python_version()}", system])


def _words(text: str) -> QLabel:
    label = QLabel(text, wordWrap=True, textFormat=Qt.TextFormat.PlainText)
    label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
    return label
