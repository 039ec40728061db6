"""What a build left out or lost, and why: a count that opens into sentences."""

from PySide6.QtCore import Qt, Slot
from PySide6.QtWidgets import QPlainTextEdit, QToolButton, QWidget

from deepzine_gui.ui.theme import set_icon
from deepzine_gui.words import count_text

_MOST_LINES = 2000
_LINES_SEEN = 6


class LeftOut(QToolButton):
    """Hidden until there is something to say; pressed, it shows `lines`.

    Attributes:
        lines: the sentences, to be placed below.
    """

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._told: list[str] = []
        self.setProperty("plain", True)
        self.setProperty("slim", True)
        self.setCheckable(True)
        self.toggled.connect(self._open)
        self.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        set_icon(self, "warning", "spot")
        self.lines = QPlainTextEdit(readOnly=True)
        self.lines.setMaximumBlockCount(_MOST_LINES)
        self.lines.setAccessibleName("What was left out, and why")
        self.lines.setTabChangesFocus(True)
        self.lines.hide()
        self.hide()

    @property
    def count(self) -> int:
        """How many sentences there are."""
        return len(self._told)

    @property
    def told(self) -> tuple[str, ...]:
        """The sentences."""
        return tuple(self._told)

    def clear(self) -> None:
        """Forget the last build's."""
        self._told = []
        self.lines.clear()
        self.setChecked(False)
        self.hide()

    def add(self, sentence: str) -> None:
        """Add a sentence, which tells of a document or of marks."""
        self._told.append(sentence)
        self.lines.appendPlainText(sentence)
        self.setText(f"{count_text(self.count, 'warnings')} of the last build: see why")
        self._fit()
        self.show()

    def _fit(self) -> None:
        """Make room for the sentences, if they are few."""
        self.lines.ensurePolished()
        rows = min(self.count, _LINES_SEEN)
        edges = 2 * (self.lines.frameWidth() + round(self.lines.document().documentMargin()))
        # lines may be a fraction higher than the font says; and all but fitting is not fitting
        line = self.lines.fontMetrics().lineSpacing() + 1
        self.lines.setFixedHeight(rows * line + edges + 1)

    @Slot(bool)
    def _open(self, wanted: bool) -> None:
        self.lines.setVisible(wanted)
