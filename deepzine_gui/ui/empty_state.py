"""What an empty bench shows: one sentence, and the button that fills it."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from deepzine_gui.ui.theme import GRID, font, make_primary

_TEXT_WIDTH = 60 * GRID


class EmptyState(QWidget):
    """A sentence and a primary button, centred; `pressed` when the button is."""

    pressed = Signal()

    def __init__(self, sentence: str, button: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._sentence = QLabel()
        self._sentence.setFont(font("large"))
        self._sentence.setWordWrap(True)
        self._sentence.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._sentence.setFixedWidth(_TEXT_WIDTH)
        self.button = QPushButton()
        make_primary(self.button)
        self.button.clicked.connect(self.pressed)
        layout = QVBoxLayout(self)
        layout.setSpacing(2 * GRID)
        layout.addStretch(2)
        # an alignment here would lose the height that the wrapped lines need
        line = QHBoxLayout()
        line.addStretch(1)
        line.addWidget(self._sentence)
        line.addStretch(1)
        layout.addLayout(line)
        layout.addWidget(self.button, 0, Qt.AlignmentFlag.AlignHCenter)
        layout.addStretch(3)
        self.say(sentence, button)

    @property
    def sentence(self) -> str:
        """What is said."""
        return self._sentence.text()

    def say(self, sentence: str, button: str) -> None:
        """Change both texts; without a button text there is no button."""
        self._sentence.setText(sentence)
        self.button.setText(button)
        self.button.setVisible(bool(button))
