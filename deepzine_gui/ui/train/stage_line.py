"""The stage line: every resolution of the plan, growing and stable, and where the run is."""

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Slot
from PySide6.QtGui import QFontMetricsF, QPainter, QPaintEvent, QPen, QPolygonF
from PySide6.QtWidgets import QSizePolicy, QWidget

from deepzine_gui.training import Stage, stage_at
from deepzine_gui.ui.theme import GRID, colour, font, theme

_THICK = 6.0
_THIN = 1.5
_MARK = 7.0
_GAP = 6.0
_OVERLAP = 0.6


class StageLine(QWidget):
    """One leg a resolution: a wedge while it grows, a bar while it is stable; a disc is the run.

    The legs are equally wide, since a later one takes longer by far.
    """

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._plan: list[Stage] = []
        self._kimg: float | None = None
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setAccessibleName("Stages")
        theme.changed.connect(self._repaint)

    def show_plan(self, plan: list[Stage], kimg: float | None) -> None:
        """Show a plan, and a run in it after `kimg`; None: a plan no run follows yet."""
        self._plan, self._kimg = plan, kimg
        text = " ".join(f"{size}" for size in self._resolutions()) + " px"
        if kimg is not None and plan:
            stage = stage_at(plan, kimg)
            text += f"; now {'growing' if stage.fading else 'learning'} {stage.resolution} px"
        self.setAccessibleDescription(text)
        self.update()

    def sizeHint(self) -> QSize:
        """The line and its labels."""
        return QSize(40 * GRID, 5 * GRID)

    def minimumSizeHint(self) -> QSize:
        """It may be drawn narrow."""
        return QSize(20 * GRID, 5 * GRID)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint legs, labels and the run's mark."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        for stage in self._plan:
            self._draw_leg(painter, stage)
        self._draw_labels(painter)
        if self._kimg is not None and self._plan:
            self._draw_mark(painter, stage_at(self._plan, self._kimg))
        painter.end()

    def _draw_leg(self, painter: QPainter, stage: Stage) -> None:
        left, right = self._x(stage, stage.start_kimg), self._x(stage, stage.end_kimg)
        y, half = self._line_y(), _THICK / 2
        thin = _THIN / 2 if stage.fading else half
        # without a little overlap a hairline shows between a stage that grows and its stable one
        right += _OVERLAP if stage.fading else 0.0
        shape = QPolygonF(
            [
                QPointF(left, y - thin),
                QPointF(right, y - half),
                QPointF(right, y + half),
                QPointF(left, y + thin),
            ]
        )
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(colour("rule"))
        painter.drawPolygon(shape)
        if self._kimg is None or self._kimg <= stage.start_kimg:
            return
        done = self._x(stage, min(self._kimg, stage.end_kimg))
        painter.save()
        painter.setClipRect(QRectF(left, 0, done - left + _OVERLAP, self.height()))
        painter.setBrush(colour("spot"))
        painter.drawPolygon(shape)
        painter.restore()

    def _draw_labels(self, painter: QPainter) -> None:
        now = None
        if self._kimg is not None and self._plan:
            now = stage_at(self._plan, self._kimg).resolution
        for index, resolution in enumerate(self._resolutions()):
            bold = resolution == now
            painter.setFont(font("small", bold=bold, figures=True))
            painter.setPen(colour("ink" if bold else "quiet"))
            text = f"{resolution} px"
            place = QPointF(self._leg_left(index), float(self.height() - GRID // 2))
            painter.drawText(place, text)

    def _draw_mark(self, painter: QPainter, stage: Stage) -> None:
        """A disc, as full as the newest resolution has grown."""
        assert self._kimg is not None
        centre = QPointF(self._x(stage, min(self._kimg, stage.end_kimg)), self._line_y())
        disc = QRectF(centre.x() - _MARK, centre.y() - _MARK, 2 * _MARK, 2 * _MARK)
        painter.setPen(QPen(colour("spot"), 1.5))
        painter.setBrush(colour("panel"))
        painter.drawEllipse(disc)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(colour("spot"))
        painter.drawPie(disc, 90 * 16, -int(360 * 16 * stage.alpha(self._kimg)))

    def _resolutions(self) -> list[int]:
        return sorted({stage.resolution for stage in self._plan})

    def _line_y(self) -> float:
        label = QFontMetricsF(font("small")).height()
        return (self.height() - label) / 2

    def _leg_width(self) -> float:
        room = self.width() - 2 * _MARK - 2
        return room / max(1, len(self._resolutions()))

    def _leg_left(self, index: int) -> float:
        return _MARK + 1 + index * self._leg_width()

    def _x(self, stage: Stage, kimg: float) -> float:
        """Where `kimg` of a stage lies; a resolution's growing and stable share its leg."""
        legs = [other for other in self._plan if other.resolution == stage.resolution]
        start, end = legs[0].start_kimg, legs[-1].end_kimg
        place = self._resolutions().index(stage.resolution)
        width = self._leg_width() - _GAP
        return self._leg_left(place) + width * (kimg - start) / (end - start)

    @Slot()
    def _repaint(self) -> None:
        self.update()
