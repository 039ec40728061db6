"""A line that asks for a label, over the pages it is for."""

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QObject, Qt, Signal, Slot
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QCompleter, QFrame, QHBoxLayout, QLabel, QWidget

from deepzine_gui.dataset.values import LONGEST_LABEL_BYTES
from deepzine_gui.ui.text_field import TextField
from deepzine_gui.ui.theme import GRID
from deepzine_gui.words import count_text

_WIDEST = 48 * GRID


class LabelLine(QFrame):
    """Lies over the foot of its parent until it is answered; Return takes, Escape leaves.

    Signals:
        given(str): the label for the pages it was opened for; "" takes theirs away.
        closed(): it was answered or left.
    """

    given = Signal(str)
    closed = Signal()

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setProperty("bar", True)
        self.setAutoFillBackground(True)
        self._words = QLabel()
        self.line = TextField(placeholderText="no label")
        self.line.setAccessibleName("Label")
        self.line.setToolTip("Return takes it, Escape leaves the labels as they are")
        self.line.setMaximumWidth(_WIDEST)
        self.line.returnPressed.connect(self._take)
        self.line.textEdited.connect(self._cut)
        self.line.installEventFilter(self)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(GRID, GRID, GRID, GRID)
        layout.addWidget(self._words)
        layout.addWidget(self.line, 2)
        layout.addStretch(1)
        self.hide()

    def ask(self, pages: int, present: str, known: Sequence[str]) -> None:
        """Ask for the label of so many pages; `known` labels complete what is typed."""
        self._words.setText(f"Label of {count_text(pages, 'pages')}")
        completer = QCompleter(list(known), self.line)
        completer.setCaseSensitivity(Qt.CaseSensitivity.CaseInsensitive)
        completer.setFilterMode(Qt.MatchFlag.MatchContains)
        self.line.setCompleter(completer)
        self.line.setText(present)
        self.line.selectAll()
        self.place()
        self.show()
        self.raise_()
        self.line.setFocus()

    def place(self) -> None:
        """Lie along the foot of the parent."""
        parent = self.parentWidget()
        room = parent.rect() if parent is not None else self.rect()
        height = self.sizeHint().height()
        self.setGeometry(0, room.height() - height, room.width(), height)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Escape, or turning elsewhere, leaves the labels as they are."""
        if isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress:
            if event.key() == Qt.Key.Key_Escape:
                self._close()
                return True
        elif event.type() == QEvent.Type.FocusOut and not self._completing():
            self._close()
        return False

    def _completing(self) -> bool:
        completer = self.line.completer()
        popup = completer.popup() if completer is not None else None
        return popup is not None and popup.isVisible()

    @Slot(str)
    def _cut(self, text: str) -> None:
        """A label has a limited length in the file."""
        while len(text.encode()) > LONGEST_LABEL_BYTES:
            text = text[:-1]
        if text != self.line.text():
            self.line.setText(text)

    @Slot()
    def _take(self) -> None:
        label = self.line.text().strip()
        self._close()
        self.given.emit(label)

    def _close(self) -> None:
        if self.isVisible():
            self.hide()
            self.closed.emit()
