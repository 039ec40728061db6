"""What a build left out, and why: a count that opens into sentences."""

from PySide6.QtCore import Qt, Slot
from PySide6.QtWidgets import QPlainTextEdit, QToolButton, QVBoxLayout, QWidget

from deepzine_gui.ui.theme import GRID, set_icon
from deepzine_gui.words import count_text

_MOST_LINES = 2000
_HEIGHT = 14 * GRID


class LeftOut(QWidget):
    """Hidden until there is something to say."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._count = 0
        self._button = QToolButton()
        self._button.setProperty("plain", True)
        self._button.setCheckable(True)
        self._button.toggled.connect(self._open)
        self._button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        set_icon(self._button, "warning", "spot")
        self._lines = QPlainTextEdit(readOnly=True)
        self._lines.setMaximumBlockCount(_MOST_LINES)
        self._lines.setFixedHeight(_HEIGHT)
        self._lines.setAccessibleName("What was left out, and why")
        self._lines.hide()
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(GRID // 2)
        layout.addWidget(self._button)
        layout.addWidget(self._lines)
        self.hide()

    @property
    def count(self) -> int:
        """How many sentences there are."""
        return self._count

    def clear(self) -> None:
        """Forget the last build's."""
        self._count = 0
        self._lines.clear()
        self._button.setChecked(False)
        self.hide()

    def add(self, sentence: str) -> None:
        """Add a sentence."""
        self._count += 1
        self._lines.appendPlainText(sentence)
        self._button.setText(f"{count_text(self._count, 'things')} left out: see why")
        self.show()

    @Slot(bool)
    def _open(self, wanted: bool) -> None:
        self._lines.setVisible(wanted)
