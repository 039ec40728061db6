"""A line of controls that becomes two or more where a window is narrow."""

from collections.abc import Iterator

from PySide6.QtCore import QRect, QSize, Qt
from PySide6.QtWidgets import QHBoxLayout, QLayout, QLayoutItem, QSpacerItem, QWidget

from deepzine_gui.ui.theme import GRID


class WrappingLine(QLayout):
    """Puts its items beside each other, and those that do not fit below.

    What is left of a line goes to those of its items that were added as greedy.

    Args:
        parent: whose layout it is.
        spacing: pixels between items and between lines.
    """

    def __init__(self, parent: QWidget | None = None, *, spacing: int = GRID) -> None:
        super().__init__(parent)
        self._items: list[QLayoutItem] = []
        self._greedy: list[QLayoutItem] = []
        self._height = 0
        self.setContentsMargins(0, 0, 0, 0)
        self.setSpacing(spacing)

    def add_stretch(self) -> None:
        """Move what follows in a line to its end."""
        self._greedy.append(QSpacerItem(0, 0))
        self.addItem(self._greedy[-1])

    def add_greedy(self, widget: QWidget) -> None:
        """Add a widget that takes what is left of its line."""
        self.addWidget(widget)
        self._greedy.append(self._items[-1])

    def addItem(self, item: QLayoutItem) -> None:  # noqa: N802 - Qt's own name
        """See Qt's own."""
        self._items.append(item)

    def count(self) -> int:
        """See Qt's own."""
        return len(self._items)

    def itemAt(self, index: int) -> QLayoutItem | None:  # noqa: N802 - Qt's own name
        """See Qt's own."""
        return self._items[index] if 0 <= index < len(self._items) else None

    def takeAt(self, index: int) -> QLayoutItem | None:  # noqa: N802 - Qt's own name
        """See Qt's own."""
        if (item := self.itemAt(index)) is None:
            return None
        self._items.remove(item)
        self._greedy = [greedy for greedy in self._greedy if greedy is not item]
        return item

    def expandingDirections(self) -> Qt.Orientation:  # noqa: N802 - Qt's own name
        """Along the line."""
        return Qt.Orientation.Horizontal

    def hasHeightForWidth(self) -> bool:
        """The narrower, the more lines."""
        return True

    def heightForWidth(self, width: int) -> int:
        """Of all lines, in pixels."""
        heights = [_height(line) for line in self._lines(width)]
        return sum(heights) + self.spacing() * max(0, len(heights) - 1)

    def sizeHint(self) -> QSize:
        """All in one line."""
        items = list(self._shown())
        return QSize(self._least(items), _height(items))

    def minimumSize(self) -> QSize:  # noqa: N802 - Qt's own name
        """As wide as the widest item, as high as the lines at the present width."""
        items = list(self._shown())
        widths = [item.minimumSize().width() for item in items]
        return QSize(max(widths, default=0), max(_height(items), self._height))

    def setGeometry(self, rect: QRect) -> None:  # noqa: N802 - Qt's own name
        """See Qt's own."""
        super().setGeometry(rect)
        top = rect.top()
        for line in self._lines(rect.width()):
            self._place(line, QRect(rect.left(), top, rect.width(), _height(line)))
            top += _height(line) + self.spacing()
        self._keep_height(self.heightForWidth(rect.width()))

    def _keep_height(self, height: int) -> None:
        """What this lies in must give more room where there are more lines now.

        Only a box that asks for heights by itself would see that, and not what such a box lies in.
        """
        if height != self._height:
            self._height = height
            self.invalidate()

    def _shown(self) -> Iterator[QLayoutItem]:
        return (i for i in self._items if not i.isEmpty() or i.spacerItem() is not None)

    def _lines(self, width: int) -> list[list[QLayoutItem]]:
        lines: list[list[QLayoutItem]] = []
        for item in self._shown():
            if lines and self._least([*lines[-1], item]) <= width:
                lines[-1].append(item)
            else:
                lines.append([item])
        return lines

    def _least(self, line: list[QLayoutItem]) -> int:
        """The width of a line whose greedy items are as narrow as can be."""
        gaps = self.spacing() * max(0, len(line) - 1)
        return sum(self._width(item) for item in line) + gaps

    def _width(self, item: QLayoutItem) -> int:
        return (item.minimumSize() if item in self._greedy else item.sizeHint()).width()

    def _place(self, line: list[QLayoutItem], place: QRect) -> None:
        greedy = sum(item in self._greedy for item in line)
        rest = max(0, place.width() - self._least(line))
        left = place.left()
        for item in line:
            width = self._width(item)
            if item in self._greedy:
                width += rest // greedy
            width = min(width, place.width())
            item.setGeometry(QRect(left, place.top(), width, place.height()))
            left += width + self.spacing()


def together(*widgets: QWidget, spacing: int = GRID) -> QWidget:
    """Widgets that stay side by side, such as a field and the word before it."""
    group = QWidget()
    layout = QHBoxLayout(group)
    layout.setContentsMargins(0, 0, 0, 0)
    layout.setSpacing(spacing)
    for widget in widgets:
        layout.addWidget(widget)
    return group


def _height(line: list[QLayoutItem]) -> int:
    return max((item.sizeHint().height() for item in line), default=0)
