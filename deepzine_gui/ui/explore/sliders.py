"""Sliders for the radius and for the directions in which a model's pages change most."""

import itertools

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import QFrame, QPushButton, QScrollArea, QVBoxLayout, QWidget

from deepzine_gui.ui.explore.place import OFFSET_LIMIT, RADIUS_LIMIT, Place
from deepzine_gui.ui.explore.slider_row import SliderRow
from deepzine_gui.ui.theme import GRID


class Sliders(QScrollArea):
    """`moved` when the person moves any of them; `radius` and `offsets` tell where they stand."""

    moved = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setWidgetResizable(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setAccessibleName("Sliders")
        self.radius_row = SliderRow(
            "Radius (1 = typical)",
            low=0.0,
            high=RADIUS_LIMIT,
            rest=1.0,
            tip="Distance from the origin: below 1 pages grow tamer and alike, above 1 wilder.",
        )
        self.radius_row.moved.connect(self._announce)
        self.rows: list[SliderRow] = []
        self._reset = QPushButton("All back to rest")
        self._reset.setToolTip("Radius to 1, all directions to 0")
        self._reset.clicked.connect(self._reset_all)
        body = QWidget()
        self._column = QVBoxLayout(body)
        self._column.setContentsMargins(GRID, 0, GRID, 0)
        self._column.setSpacing(GRID)
        self._column.addWidget(self.radius_row)
        self._column.addWidget(self._reset, 0, Qt.AlignmentFlag.AlignLeft)
        self._column.addStretch(1)
        self.setWidget(body)

    @property
    def radius(self) -> float:
        """The radius chosen."""
        return self.radius_row.value

    @property
    def offsets(self) -> list[float]:
        """The offset along each direction."""
        return [row.value for row in self.rows]

    def show_place(self, place: Place) -> None:
        """Stand where the explorer does, with a row for each direction it knows."""
        if len(self.rows) != len(place.directions):
            self._make_rows(len(place.directions))
        self.radius_row.set_value(place.radius)
        for row, offset in zip(self.rows, place.offsets, strict=True):
            row.set_value(float(offset))

    def _make_rows(self, count: int) -> None:
        for row in self.rows:
            row.deleteLater()
        self.rows = []
        for number in range(1, count + 1):
            row = SliderRow(
                f"Direction {number}",
                low=-OFFSET_LIMIT,
                high=OFFSET_LIMIT,
                rest=0.0,
                tip="One way the model's pages change, the strongest first.",
            )
            row.moved.connect(self._announce)
            self.rows.append(row)
            self._column.insertWidget(number, row)
        # rows are made later than the button below them; the keyboard comes to them first
        order = [row.slider for row in (self.radius_row, *self.rows)]
        for before, after in itertools.pairwise([*order, self._reset]):
            QWidget.setTabOrder(before, after)

    @Slot()
    def _reset_all(self) -> None:
        self.radius_row.set_value(1.0)
        for row in self.rows:
            row.set_value(0.0)
        self.moved.emit()

    @Slot()
    def _announce(self) -> None:
        self.moved.emit()
