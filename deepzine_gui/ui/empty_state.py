"""What an empty bench shows: one sentence, the button that fills it, and at times another way."""

import bisect

from PySide6.QtCore import QRect, Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QMenu, QPushButton, QVBoxLayout, QWidget

from deepzine_gui.ui.theme import GRID, font, make_primary, quieten

_TEXT_WIDTH = 72 * GRID
"""Of the longest line."""


class EmptyState(QWidget):
    """A sentence and a primary button, centred; `pressed` when the button is.

    Attributes:
        button: the primary one.
        other: what `offer` offers; hidden where nothing is.
    """

    pressed = Signal()

    def __init__(self, sentence: str, button: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._sentence = _words()
        self._sentence.setFont(font("large"))
        self.button = QPushButton()
        make_primary(self.button)
        self.button.clicked.connect(self.pressed)
        self.other = QWidget()
        self.other.hide()
        layout = QVBoxLayout(self)
        layout.setSpacing(2 * GRID)
        layout.addStretch(2)
        layout.addLayout(_centred(self._sentence))
        layout.addWidget(self.button, 0, Qt.AlignmentFlag.AlignHCenter)
        layout.addWidget(self.other)
        layout.addStretch(3)
        self.say(sentence, button)

    @property
    def sentence(self) -> str:
        """What is said."""
        return self._sentence.text()

    def say(self, sentence: str, button: str) -> None:
        """Change both texts; without a button text there is no button."""
        _set_text(self._sentence, sentence)
        self.button.setText(button)
        self.button.setVisible(bool(button))
        self.other.setVisible(bool(button) and self.other.layout() is not None)

    def offer(self, sentence: str, menu: QMenu) -> None:
        """Offer another way below, in small: it is there whenever the button is."""
        words = _words()
        quieten(words)
        _set_text(words, sentence)
        choose = QPushButton(menu.title())
        choose.setMenu(menu)
        layout = QVBoxLayout(self.other)
        layout.setContentsMargins(0, 3 * GRID, 0, 0)
        layout.setSpacing(GRID)
        layout.addLayout(_centred(words))
        layout.addWidget(choose, 0, Qt.AlignmentFlag.AlignHCenter)


def _words() -> QLabel:
    words = QLabel(wordWrap=True)
    words.setAlignment(Qt.AlignmentFlag.AlignCenter)
    return words


def _set_text(words: QLabel, text: str) -> None:
    """Say `text` in as few lines as it needs, and in lines about equally long: no last word alone.

    The font must be that in which it will be shown.
    """

    def height(width: int) -> int:
        box = QRect(0, 0, width, 0)
        return words.fontMetrics().boundingRect(box, Qt.TextFlag.TextWordWrap, text).height()

    fewest = height(_TEXT_WIDTH)
    widths = range(10 * GRID, _TEXT_WIDTH)
    narrowest = widths.start + bisect.bisect_left(widths, -fewest, key=lambda width: -height(width))
    words.setFixedWidth(min(narrowest + GRID, _TEXT_WIDTH))
    words.setText(text)


def _centred(words: QLabel) -> QHBoxLayout:
    # an alignment would lose the height that wrapped lines need
    line = QHBoxLayout()
    line.addStretch(1)
    line.addWidget(words)
    line.addStretch(1)
    return line
