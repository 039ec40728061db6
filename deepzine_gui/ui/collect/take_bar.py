"""How much to take, what that sums up to, and the button that gets it."""

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import (
    QDoubleSpinBox,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QSizePolicy,
    QSpinBox,
    QWidget,
)

from deepzine_gui.ui.collect.listing import Sum
from deepzine_gui.ui.theme import GRID, indent, make_primary, quieten, set_icon
from deepzine_gui.words import count_text, size_text

_GB = 1_000_000_000


class TakeBar(QWidget):
    """`limits_changed` when another number or size is asked for; the buttons by name."""

    limits_changed = Signal()
    download_asked = Signal()
    next_asked = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._count = QSpinBox(minimum=1, maximum=100_000, value=50)
        self._count.setAccessibleName("Number of items to take")
        self._size = QDoubleSpinBox(minimum=0.1, maximum=10_000.0, value=2.0, decimals=1)
        self._size.setSuffix(" GB")
        self._size.setAccessibleName("Size of all items at most")
        indent(self._count)
        indent(self._size)
        self._count.setMaximumWidth(12 * GRID)
        self._size.setMaximumWidth(14 * GRID)
        self._count.valueChanged.connect(self.limits_changed)
        self._size.valueChanged.connect(self.limits_changed)
        self._sum = QLabel()
        quieten(self._sum)
        self._sum.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self.download = QPushButton("Download")
        set_icon(self.download, "download", "on_spot")
        self.download.setToolTip("Download the ticked items (Ctrl+Return)")
        self.download.clicked.connect(self.download_asked)
        self.next = QPushButton("Go on to Dataset")
        self.next.clicked.connect(self.next_asked)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(GRID)
        for widget in (QLabel("Take"), self._count, QLabel("items, at most"), self._size):
            layout.addWidget(widget)
        layout.addSpacing(GRID)
        layout.addWidget(self._sum, 1)
        layout.addWidget(self.next)
        layout.addWidget(self.download)

    @property
    def count(self) -> int:
        """Items asked for."""
        return self._count.value()

    @property
    def max_bytes(self) -> int:
        """Bytes of all items together, at most."""
        return int(self._size.value() * _GB)

    def show_sum(self, ticked: Sum, *, missing: int, busy: bool, ready: bool) -> None:
        """Say what is ticked, and make what to do next the primary button.

        Args:
            ticked: of all ticked rows.
            missing: how many of them are not here yet.
            busy: a download is running.
            ready: there is something to build a dataset from.
        """
        self._sum.setText(_sentence(ticked))
        self._sum.setToolTip(_sentence(ticked))
        can_download = missing > 0 and not busy
        self.download.setEnabled(can_download)
        # one button at a time: what to do next
        go_on = ready and not can_download
        self.next.setVisible(go_on)
        self.download.setVisible(not go_on)
        make_primary(self.download, can_download)
        make_primary(self.next)
        set_icon(self.download, "download", "on_spot" if can_download else "ink")

    @Slot(bool)
    def set_busy(self, busy: bool) -> None:
        """While a download runs, its limits stand."""
        self._count.setEnabled(not busy)
        self._size.setEnabled(not busy)


def _sentence(ticked: Sum) -> str:
    if not ticked.items:
        return "Nothing is ticked."
    parts = [count_text(ticked.items, "items")]
    if ticked.pages:
        parts.append(count_text(ticked.pages, "pages"))
    if ticked.size_bytes:
        parts.append(f"up to {size_text(ticked.size_bytes)}")
    return "→ " + ", ".join(parts)
