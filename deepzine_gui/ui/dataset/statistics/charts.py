"""Small charts of counts: bars over a range, and bars with names."""

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QRectF, QSize, Qt, Slot
from PySide6.QtGui import QHelpEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QToolTip, QWidget

from deepzine_gui.ui.theme import GRID, colour, font, theme
from deepzine_gui.words import count_text

_TOLD = 10
_TITLE = 3 * GRID
_ROW = 2 * GRID + 2


class Chart(QWidget):
    """A title, and room for bars below it."""

    def __init__(self, title: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.title = title
        self.setAccessibleName(title)
        self.setMinimumWidth(8 * GRID)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        theme.changed.connect(self._repaint)

    def sizeHint(self) -> QSize:
        """As wide as a column of the strip."""
        return QSize(16 * GRID, 16 * GRID)

    def words_at(self, x: float, y: float) -> str:
        """What the bar at a place says; "" where there is none."""
        raise NotImplementedError

    def event(self, event: QEvent) -> bool:
        """Say what the bar under the pointer stands for, or else what the chart does."""
        if isinstance(event, QHelpEvent) and event.type() == QEvent.Type.ToolTip:
            words = self.words_at(event.pos().x(), event.pos().y()) or self.toolTip()
            QToolTip.showText(event.globalPos(), words, self)
            return True
        return bool(super().event(event))

    def _begin(self) -> QPainter:
        painter = QPainter(self)
        painter.setFont(font("small", bold=True))
        painter.setPen(colour("ink"))
        metrics = painter.fontMetrics()
        title = metrics.elidedText(self.title, Qt.TextElideMode.ElideRight, self.width())
        painter.drawText(QRectF(0, 0, self.width(), _TITLE), Qt.AlignmentFlag.AlignTop, title)
        painter.setFont(font("small", figures=True))
        painter.setPen(colour("quiet"))
        return painter

    @Slot()
    def _repaint(self) -> None:
        self.update()


class RangeChart(Chart):
    """How many there are at each step from `low` to `high`.

    Args:
        title: what is counted.
        low: what is written at the left end.
        high: what is written at the right end.
    """

    def __init__(self, title: str, low: str, high: str, parent: QWidget | None = None) -> None:
        super().__init__(title, parent)
        self.low, self.high = low, high
        self._bars: list[tuple[float, str]] = []

    def show_bars(self, bars: Sequence[tuple[float, str]], *, high: str | None = None) -> None:
        """Show bars: a height of any unit, and what it says in words."""
        self._bars = list(bars)
        _, tallest = max(self._bars, default=(0.0, ""))
        self.setAccessibleDescription(f"The highest bar: {tallest}" if tallest else "")
        self.high = self.high if high is None else high
        self.update()

    def words_at(self, x: float, y: float) -> str:
        """The words of the bar at `x`."""
        place = int(x * len(self._bars) / max(1, self.width()))
        return self._bars[place][1] if 0 <= place < len(self._bars) else ""

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw bars from the left to the right end."""
        painter = self._begin()
        foot = self.height() - _ROW
        tallest = max((height for height, _ in self._bars), default=0.0)
        step = self.width() / max(1, len(self._bars))
        for place, (height, _) in enumerate(self._bars):
            if height > 0:
                tall = max(1.0, height / tallest * (foot - _TITLE))
                bar = QRectF(place * step, foot - tall, max(1.0, step - 1), tall)
                painter.fillRect(bar, colour("second"))
        painter.fillRect(QRectF(0, foot, self.width(), 1), colour("rule"))
        line = QRectF(0, foot, self.width(), _ROW)
        painter.drawText(line, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignBottom, self.low)
        painter.drawText(
            line, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignBottom, self.high
        )
        painter.end()


class NameChart(Chart):
    """The most frequent of some names, each with a bar and its count.

    Args:
        title: what is counted.
        none: what is said where there is nothing to count.
        elide: where names that are too long are cut.
    """

    def __init__(
        self,
        title: str,
        none: str,
        *,
        elide: Qt.TextElideMode = Qt.TextElideMode.ElideMiddle,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(title, parent)
        self._none, self._elide = none, elide
        self._counts: list[tuple[str, int]] = []

    def show_counts(self, counts: Sequence[tuple[str, int]]) -> None:
        """Show names with their counts, the most frequent first."""
        self._counts = sorted(counts, key=lambda count: -count[1])
        told = [f"{name} {count:,}" for name, count in self._counts[:_TOLD]]
        self.setAccessibleDescription(", ".join(told) or self._none)
        self.update()

    def words_at(self, x: float, y: float) -> str:
        """The name and count in the row at `y`."""
        row = int((y - _TITLE) / _ROW)
        if not 0 <= row < len(self._counts) or y < _TITLE:
            return ""
        name, count = self._counts[row]
        return f"{name}: {count_text(count, 'pages')}" if row < self._rows() else ""

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw a row a name, as many as there is room for, and say how many more there are."""
        painter = self._begin()
        if not self._counts:
            painter.drawText(QRectF(0, _TITLE, self.width(), _ROW), 0, self._none)
        rows = self._rows()
        for row, (name, count) in enumerate(self._counts[:rows]):
            self._draw(painter, row, name, count)
        if rows < len(self._counts):
            more = f"and {len(self._counts) - rows:,} more"
            painter.drawText(QRectF(0, _TITLE + rows * _ROW, self.width(), _ROW), 0, more)
        painter.end()

    def _rows(self) -> int:
        room = (self.height() - _TITLE) // _ROW
        return room if len(self._counts) <= room else max(0, room - 1)

    def _draw(self, painter: QPainter, row: int, name: str, count: int) -> None:
        line = QRectF(0, _TITLE + row * _ROW, self.width(), _ROW)
        share = count / max(1, self._counts[0][1])
        bar = QRectF(0, line.top(), max(2.0, share * line.width()), _ROW - 2)
        painter.fillRect(bar, colour("over"))
        number = f"{count:,}"
        middle = Qt.AlignmentFlag.AlignVCenter
        painter.drawText(line, middle | Qt.AlignmentFlag.AlignRight, number)
        metrics = painter.fontMetrics()
        room = int(line.width()) - metrics.horizontalAdvance(number) - GRID
        painter.setPen(colour("ink"))
        words = metrics.elidedText(name, self._elide, room)
        painter.drawText(line.adjusted(2, 0, 0, 0), middle | Qt.AlignmentFlag.AlignLeft, words)
        painter.setPen(colour("quiet"))
