"""Words in as many lines as there is room for: what does not fit is told by a click."""

from PySide6.QtCore import QRect, QSize, Qt, Slot
from PySide6.QtGui import QAction, QGuiApplication, QMouseEvent, QResizeEvent
from PySide6.QtWidgets import QLabel, QToolTip, QWidget


class CutText(QLabel):
    """Plain text that wraps, with "…" in its middle where there is more of it than room.

    Its beginning says what is wrong and its end what to do; between them a path may be long. A
    click or the pointer on it tells the whole; the context menu copies it.
    """

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._whole = ""
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setWordWrap(True)
        copy = QAction("Copy", self)
        copy.triggered.connect(self._copy)
        self.addAction(copy)
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.ActionsContextMenu)

    def say(self, text: str) -> None:
        """Show these words, or as many of them as fit."""
        self._whole = text
        self.setAccessibleName(text)
        self._fit()

    def sizeHint(self) -> QSize:
        """Nothing: it takes what there is, whatever it says."""
        return QSize(0, 0)

    def minimumSizeHint(self) -> QSize:
        """Nothing, too."""
        return QSize(0, 0)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Cut the words anew."""
        super().resizeEvent(event)
        self._fit()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Tell the whole of what is cut."""
        if self.toolTip():
            # not at the press: the release would close it
            QToolTip.showText(event.globalPosition().toPoint(), self.toolTip(), self)

    def _fit(self) -> None:
        shown = self._whole
        if not self._fits(shown):
            fitting, too_many = 0, len(shown)
            while too_many - fitting > 1:
                middle = (fitting + too_many) // 2
                if self._fits(_cut(shown, middle)):
                    fitting = middle
                else:
                    too_many = middle
            shown = _cut(shown, fitting)
        self.setText(shown)
        self.setToolTip(self._whole if shown != self._whole else "")

    def _fits(self, text: str) -> bool:
        flags = Qt.TextFlag.TextWordWrap | Qt.AlignmentFlag.AlignLeft
        room = QRect(0, 0, max(1, self.width()), 10_000)
        needed = self.fontMetrics().boundingRect(room, flags, text)
        return needed.height() <= self.height() and needed.width() <= self.width()

    @Slot()
    def _copy(self) -> None:
        QGuiApplication.clipboard().setText(self._whole)


def _cut(text: str, length: int) -> str:
    """`length` characters of a text, three in five of them from its beginning."""
    beginning = (3 * length + 4) // 5
    return text[:beginning].rstrip() + "…" + text[len(text) - length + beginning :].lstrip()
