"""Where the window speaks: one sentence at a time, the newest, beside the tabs."""

import dataclasses

from PySide6.QtCore import QSize, Qt, QTimer, Slot
from PySide6.QtWidgets import QFrame, QHBoxLayout, QTabWidget, QToolButton

from deepzine_gui.ui.cut_text import CutText
from deepzine_gui.ui.theme import GRID, font, set_icon

INFO_STAYS_MS = 10_000
_READ_MS = 5_000
"""For so long a warning is not covered by information."""
_MOST = 20


@dataclasses.dataclass(frozen=True, slots=True)
class _Said:
    text: str
    severity: str
    about: str


class NoticeLine(QFrame):
    """One sentence with its kind; an error stays until closed, the others go by themselves.

    It takes what the tabs leave of their row: wherever it lay else, a sentence that comes or goes
    would move what is about to be pressed.

    The newest sentence shows, but information does not cover a warning that has just come: it shows
    after that. Warnings and errors that are covered can be turned back to; information that is
    covered has had its time.
    """

    def __init__(self, tabs: QTabWidget) -> None:
        super().__init__(tabs)
        self._tabs = tabs
        self._said: list[_Said] = []  # the last one shows
        self._icon = QToolButton()
        self._icon.setProperty("plain", True)
        self._icon.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._text = CutText()
        self._text.setFont(font("small"))
        self.more = QToolButton()
        self.more.setProperty("plain", True)
        self.more.setToolTip("Show the notice before this one")
        self.more.clicked.connect(self.turn)
        self._close = QToolButton()
        self._close.setProperty("plain", True)
        self._close.setAccessibleName("Close this notice")
        self._close.setToolTip("Close this notice")
        set_icon(self._close, "close")
        self._close.clicked.connect(self.next)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(2 * GRID, 0, GRID, 0)
        layout.setSpacing(GRID // 2)
        layout.addWidget(self._icon)
        layout.addWidget(self._text, 1)
        layout.addWidget(self.more)
        layout.addWidget(self._close)
        self._timer = QTimer(self, singleShot=True, interval=INFO_STAYS_MS)
        self._timer.timeout.connect(self.next)
        tabs.setCornerWidget(self)
        self.hide()

    def sizeHint(self) -> QSize:
        """What the tabs leave of their row."""
        tabs = self._tabs.tabBar().sizeHint()
        return QSize(max(0, self._tabs.width() - tabs.width()), tabs.height())

    @property
    def text(self) -> str:
        """The sentence shown, "" if none."""
        return self._said[-1].text if self._said else ""

    @property
    def _has_just_warned(self) -> bool:
        is_warning = bool(self._said) and self._said[-1].severity == "warning"
        return is_warning and self._timer.remainingTime() > INFO_STAYS_MS - _READ_MS

    @Slot(str, str)
    def say(self, text: str, severity: str, about: str = "") -> None:
        """Show a sentence.

        Args:
            text: the sentence.
            severity: "info", "warning" or "error".
            about: what it tells of; `forget` takes all that was said about it back.
        """
        said = _Said(text, severity, about)
        kept = [one for one in self._said if one.severity != "info" and one.text != text][-_MOST:]
        if severity == "info" and self._has_just_warned and kept:
            self._said = [*kept[:-1], said, kept[-1]]
            self._count()
            return
        self._said = [*kept, said]
        self._show()

    def forget(self, about: str) -> None:
        """Take back what was said about something that has changed since."""
        shown = self._said[-1:]
        self._said = [said for said in self._said if said.about != about]
        if self._said[-1:] != shown:
            self._show()
        else:
            self._count()

    @Slot()
    def next(self) -> None:
        """Close the sentence shown; show the one it covers."""
        self._said = self._said[:-1]
        self._show()

    @Slot()
    def turn(self) -> None:
        """Show the sentence before this one, and this one again after the oldest."""
        self._said = self._said[-1:] + self._said[:-1]
        self._show()

    def _show(self) -> None:
        self._timer.stop()
        self.setVisible(bool(self._said))
        if not self._said:
            return
        said = self._said[-1]
        is_info = said.severity == "info"
        self._text.say(said.text)
        set_icon(self._icon, "info" if is_info else "warning", "ink" if is_info else "spot")
        self._count()
        if said.severity != "error":
            self._timer.start()

    def _count(self) -> None:
        others = len(self._said) - 1
        self.more.setText(f"{others} more")
        self.more.setVisible(others > 0)
