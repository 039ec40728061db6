"""The line above the job bar where the window speaks: one sentence at a time."""

from PySide6.QtCore import Qt, QTimer, Slot
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QSizePolicy, QToolButton, QWidget

from deepzine_gui.ui.theme import GRID, set_icon

INFO_STAYS_MS = 10_000


class NoticeLine(QFrame):
    """One sentence with its kind; an error stays until closed, information goes by itself.

    Sentences that come while an error shows wait behind it.
    """

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("bar", True)
        self._waiting: list[tuple[str, str]] = []
        self._severity = ""
        self._icon = QToolButton()
        self._icon.setProperty("plain", True)
        self._icon.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._text = QLabel()
        self._text.setWordWrap(True)
        self._text.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self._text.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        self._close = QToolButton()
        self._close.setProperty("plain", True)
        self._close.setAccessibleName("Close this notice")
        self._close.setToolTip("Close this notice")
        set_icon(self._close, "close")
        self._close.clicked.connect(self.next)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(2 * GRID, GRID // 2, GRID, GRID // 2)
        layout.addWidget(self._icon)
        layout.addWidget(self._text, 1)
        layout.addWidget(self._close)
        self._timer = QTimer(self, singleShot=True, interval=INFO_STAYS_MS)
        self._timer.timeout.connect(self.next)
        self.hide()

    @property
    def text(self) -> str:
        """The sentence shown, "" if none."""
        return "" if self.isHidden() else self._text.text()

    @Slot(str, str)
    def say(self, text: str, severity: str) -> None:
        """Show a sentence; severity is "info", "warning" or "error"."""
        if not self.isHidden() and self._severity == "error":
            self._waiting = [*self._waiting[-20:], (text, severity)]
            return
        self._severity = severity
        self._text.setText(text)
        self._text.setAccessibleName(text)
        set_icon(
            self._icon,
            "info" if severity == "info" else "warning",
            "ink" if severity == "info" else "spot",
        )
        self.show()
        if severity == "error":
            self._timer.stop()
        else:
            self._timer.start()

    @Slot()
    def next(self) -> None:
        """Close the sentence shown; show what waits behind it."""
        self.hide()
        self._timer.stop()
        if self._waiting:
            self.say(*self._waiting.pop(0))
