"""How one page of the grid is drawn: its picture, its edge, and its marks."""

import time

from PySide6.QtCore import QPointF, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFontMetrics, QPainter, QPen, QPixmap

from deepzine_gui.dataset import KEPT, REASONS
from deepzine_gui.ui.dataset.grid.thumbnails import Thumbnails
from deepzine_gui.ui.dataset.table import PageTable
from deepzine_gui.ui.theme import GRID, colour, font, theme

_DIMMED = 150
_SHORT = {"first pages": "first", "last pages": "last"}
_MOST_TAGS = 500
_STROKE = 2
_SCALING_LIMIT_S = 0.012
"""Thumbnails are scaled for so long at a time; the others are drawn roughly meanwhile."""


class CellPainter:
    """Draws pages between `begin` and `end`, all into one painter.

    Edges and frames are gathered, and drawn together at the end: there are hundreds.

    Attributes:
        is_rough: some pages were drawn in haste, and want to be drawn again.
    """

    def __init__(self, thumbnails: Thumbnails) -> None:
        self._thumbnails = thumbnails
        self._painter: QPainter | None = None
        self._table = PageTable()
        self._veil = self._blank = self._stroke = QColor()
        self._side = 0
        self._ratio = 1.0
        self._deadline_s = 0.0
        self.is_rough = False
        self._edges: list[QRect] = []
        self._frames: list[QRect] = []
        self._current: list[QRect] = []
        self._tags: dict[tuple[str, str, int], QPixmap] = {}

    def begin(
        self, painter: QPainter, region: QRect, table: PageTable, side: int, ratio: float
    ) -> None:
        """Begin with the table the pages lie on."""
        self._painter, self._table, self._side, self._ratio = painter, table, side, ratio
        self._edges, self._frames, self._current = [], [], []
        self._deadline_s = time.perf_counter() + _SCALING_LIMIT_S
        self.is_rough = False
        self._blank, self._veil = colour("rule"), colour("table")
        self._stroke = colour("second")
        painter.fillRect(region, self._veil)
        self._veil.setAlpha(_DIMMED)

    def draw(self, place: QRect, page: int, *, after: int, selected: bool, current: bool) -> None:
        """Draw a page: dimmed with its reason if it is set aside, with its label if it has one.

        The label is a stroke along the top, and a word where the page to the left, `after` (-1 for
        none), has another one.
        """
        assert self._painter is not None
        late = time.perf_counter() > self._deadline_s
        image = self._thumbnails.get(page, self._side, self._ratio, in_haste=late)
        if image is None:
            self._painter.fillRect(place, self._blank)
        else:
            self._painter.drawImage(place, image)
            self.is_rough |= late and image.width() != round(self._side * self._ratio)
        # within the page: nothing of a row above or below is to be seen in the gap
        self._edges.append(place.adjusted(0, 0, -1, -1))
        if selected:
            self._frames.append(place.adjusted(1, 1, -2, -2))
        if current:
            self._current.append(place.adjusted(-3, -3, 3, 3))
        marks = self._table.marks
        if marks.state[page] != KEPT:
            self._painter.fillRect(place, self._veil)
            reason = str(REASONS[marks.reason[page]]) or "set aside"
            self._tag(_SHORT.get(reason, reason), "spot", place, at_top=False)
        if marks.label[page]:
            stroke = QRect(place.left(), place.top(), place.width(), _STROKE)
            self._painter.fillRect(stroke, self._stroke)
            if after < 0 or marks.label[after] != marks.label[page]:
                self._tag(self._table.label_of(page), "second", place, at_top=True)

    def end(self, whole: QRect, sentence: str) -> None:
        """Draw edges and frames, and a sentence where there is no page."""
        painter = self._painter
        assert painter is not None
        painter.setBrush(Qt.BrushStyle.NoBrush)
        for rects, pen in (
            (self._edges, QPen(colour("quiet"), 0)),
            (self._frames, _frame("spot", 3)),
            (self._current, _frame("ink", 1)),
        ):
            painter.setPen(pen)
            painter.drawRects(rects)
        if sentence:
            painter.setPen(colour("ink"))
            painter.setFont(font("normal"))
            flags = Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap
            painter.drawText(
                whole.adjusted(2 * GRID, 2 * GRID, -2 * GRID, -2 * GRID), flags, sentence
            )
        self._painter = None

    def _tag(self, text: str, colour_name: str, place: QRect, *, at_top: bool) -> None:
        assert self._painter is not None
        tag = self._tag_of(text, colour_name)
        height = round(tag.height() / tag.devicePixelRatio())
        top = place.top() + _STROKE if at_top else place.bottom() - height - 1
        self._painter.drawPixmap(QPointF(place.left() + 2, top), tag)

    def _tag_of(self, text: str, colour_name: str) -> QPixmap:
        """A small plate with a word, no wider than a page; drawn once."""
        key = (text, f"{colour_name} {theme.scheme} {self._ratio}", self._side)
        if key not in self._tags:
            if len(self._tags) >= _MOST_TAGS:
                self._tags.clear()
            self._tags[key] = _plate(text, colour_name, self._side - 4, self._ratio)
        return self._tags[key]


def _frame(colour_name: str, width: int) -> QPen:
    pen = QPen(colour(colour_name), width)
    pen.setJoinStyle(Qt.PenJoinStyle.MiterJoin)
    return pen


def _plate(text: str, colour_name: str, width: int, ratio: float) -> QPixmap:
    letters = font("small")
    metrics = QFontMetrics(letters)
    elided = metrics.elidedText(text, Qt.TextElideMode.ElideRight, width - GRID)
    size = QSize(metrics.horizontalAdvance(elided) + GRID, metrics.height() + 2)
    plate = QPixmap(size * ratio)
    plate.setDevicePixelRatio(ratio)
    plate.fill(colour("panel"))
    painter = QPainter(plate)
    painter.setFont(letters)
    painter.setPen(colour(colour_name))
    painter.drawText(
        QRectF(0, 0, size.width(), size.height()), Qt.AlignmentFlag.AlignCenter, elided
    )
    painter.end()
    return plate
