"""One live plot over kimg: a heading that is its legend, curves, shaded stages."""

import dataclasses
from collections.abc import Callable
from html import escape
from typing import Any

import numpy as np
import pyqtgraph
from numpy.typing import NDArray
from PySide6.QtCore import Qt, Slot
from PySide6.QtGui import QColor, QResizeEvent, QWheelEvent
from PySide6.QtWidgets import QLabel, QSizePolicy, QVBoxLayout, QWidget

from deepzine_gui.training import Stage
from deepzine_gui.ui.theme import GRID, colour, font, quieten, theme
from deepzine_gui.ui.train.decimate import decimate
from deepzine_gui.ui.train.record import Mark

_AXIS_WIDTH = 44

_FEW = 60
"""Curves of no more points show each as a dot: a single one would else be invisible."""

_DOT = 4
_BEYOND = 0.06
"""Of the range in view, below 0 and above the highest value: room for the numbers at both ends."""

_LOW = 90
"""Plots of less height in pixels have no room for numbers on the left."""

_ALARM_OPACITY = 0.18


@dataclasses.dataclass(frozen=True, slots=True)
class Curve:
    """A column of the record as one line: its name in the heading, its colour in the theme.

    `short` is its name where there is little room, if it has another there.
    """

    column: str
    name: str
    colour: str
    short: str = ""


class MetricPlot(QWidget):
    """A plot of a few curves.

    Args:
        title: what it shows, in a word.
        curves: its lines.
        tip: what good looks like.
        level: a value to compare with, drawn as a dotted line.
        alarm: a value that the first curve should stay above, drawn as a shade below it.
        most: of values from 0 on, the highest in view; the first reports of a run may lie far above
            all others.
        empty: why nothing is drawn, where a run tells none of the curves.
    """

    def __init__(
        self,
        title: str,
        curves: tuple[Curve, ...],
        *,
        tip: str,
        level: float | None = None,
        alarm: float | None = None,
        most: float | None = None,
        empty: str = "",
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._title, self._curves, self.empty = title, curves, empty
        self._latest: dict[str, float] = {}
        self._shades: list[Any] = []
        self._marks: list[Mark] = []
        self.mark_lines: list[Any] = []
        self.setToolTip(tip)
        self.setAccessibleName(f"Plot of {title.lower()}")
        self.plot = _make_plot(most)
        self._level = None
        if level is not None:
            self._level = pyqtgraph.InfiniteLine(level, angle=0)
            self.plot.addItem(self._level)
        self._alarm = None
        if alarm is not None:
            self._alarm = pyqtgraph.LinearRegionItem(
                (0.0, alarm), orientation="horizontal", movable=False
            )
            self._alarm.setZValue(-5)
            self.plot.addItem(self._alarm)
        self.lines = {curve.column: self.plot.plot() for curve in curves}
        self._lay_out()
        theme.changed.connect(self._dress)
        self._dress()

    def _lay_out(self) -> None:
        self._heading = QLabel()
        self._heading.setFont(font("small", figures=True))
        self._heading.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self.why_empty = QLabel()
        self.why_empty.setWordWrap(True)
        self.why_empty.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.why_empty.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        quieten(self.why_empty, "small")
        over = QVBoxLayout(self.plot)
        over.setContentsMargins(_AXIS_WIDTH, 0, GRID, 2 * GRID)
        over.addWidget(self.why_empty)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(GRID // 2)
        layout.addWidget(self._heading)
        layout.addWidget(self.plot, 1)

    def show_stages(self, plan: list[Stage]) -> None:
        """Shade the stages in which a resolution grows."""
        for shade in self._shades:
            self.plot.removeItem(shade)
        self._shades = []
        for stage in plan:
            if stage.fading:
                ends = (stage.start_kimg, stage.end_kimg)
                shade = pyqtgraph.LinearRegionItem(ends, movable=False)
                shade.setZValue(-10)
                self._shades.append(shade)
                self.plot.addItem(shade, ignoreBounds=True)
        self._dress_shades()

    def show_marks(self, marks: list[Mark]) -> None:
        """Draw a line across at each mark, whose tooltip says what happened."""
        if marks == self._marks:
            return
        self._marks = list(marks)
        for line in self.mark_lines:
            self.plot.removeItem(line)
        self.mark_lines = [pyqtgraph.InfiniteLine(mark.kimg, angle=90) for mark in marks]
        for line, mark in zip(self.mark_lines, marks, strict=True):
            # rich text breaks its lines, plain text does not
            line.setToolTip(f"<p>{escape(mark.text).replace(chr(10), '<br>')}</p>")
            line.setZValue(10)
            self.plot.addItem(line, ignoreBounds=True)
        self.setAccessibleDescription("\n".join(mark.text for mark in marks))
        self._dress_marks()

    def show_column(
        self, column: str, kimg: NDArray[np.float64], values: NDArray[np.float64]
    ) -> None:
        """Draw a curve's values over kimg; NaN is left out."""
        known = np.isfinite(values)
        x, y = decimate(kimg[known], values[known])
        self.lines[column].setData(x, y, symbol="o" if len(x) <= _FEW else None)
        if len(y):
            self._latest[column] = float(values[known][-1])
        else:
            self._latest.pop(column, None)
        self._write_heading()

    def rest(self) -> None:
        """Forget which range was in view: nothing is drawn yet of what is shown now."""
        _rest(self.plot)

    def explain(self, text: str) -> None:
        """Say why the plot is empty, as long as it is."""
        self.why_empty.setText("" if self._latest else text)
        self._show_numbers()

    def clear_column(self, column: str) -> None:
        """Draw nothing."""
        nothing = np.empty(0)
        self.show_column(column, nothing, nothing)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """A heading that does not fit says less of its curves; a low plot has no numbers."""
        super().resizeEvent(event)
        self._show_numbers()
        self._write_heading()

    def _show_numbers(self) -> None:
        """On the left, where there is room, and something that they belong to."""
        is_high, is_empty = self.height() >= _LOW, bool(self.why_empty.text())
        self.plot.getAxis("left").setStyle(showValues=is_high and not is_empty)
        self.plot.getAxis("bottom").setStyle(showValues=is_high or not is_empty)

    @Slot()
    def _dress(self) -> None:
        self.plot.setBackground(colour("panel"))
        for side in ("left", "bottom"):
            axis = self.plot.getAxis(side)
            axis.setPen(pyqtgraph.mkPen(colour("rule")))
            axis.setTextPen(pyqtgraph.mkPen(colour("quiet")))
            axis.setStyle(
                tickFont=font("small", figures=True),
                tickLength=-4,
                hideOverlappingLabels=True,
                textFillLimits=[(0, _FULL)],
            )
        for curve in self._curves:
            line, tint = self.lines[curve.column], colour(curve.colour)
            line.setPen(pyqtgraph.mkPen(tint, width=1.5))
            line.setSymbolPen(None)
            line.setSymbolBrush(pyqtgraph.mkBrush(tint))
            line.setSymbolSize(_DOT)
        if self._level is not None:
            dots = pyqtgraph.mkPen(colour("quiet"), width=1, style=Qt.PenStyle.DotLine)
            self._level.setPen(dots)
        if self._alarm is not None:
            _dress_shade(self._alarm, colour("spot"), _ALARM_OPACITY)
        self._dress_shades()
        self._dress_marks()
        self._write_heading()

    def _dress_marks(self) -> None:
        pen = pyqtgraph.mkPen(colour("spot"), width=1.5, style=Qt.PenStyle.DashLine)
        for line in self.mark_lines:
            line.setPen(pen)

    def _dress_shades(self) -> None:
        for shade in self._shades:
            _dress_shade(shade, colour("over"), 1.0)

    def _write_heading(self) -> None:
        for name_of in _NAMES:
            self._heading.setText(self._heading_text(name_of))
            if self._heading.sizeHint().width() <= self.width() - GRID:
                return

    def _heading_text(self, name_of: Callable[[Curve], str]) -> str:
        parts = [f"<b>{escape(self._title)}</b>"]
        for curve in self._curves:
            value = self._latest.get(curve.column)
            if value is None and self._latest:
                # nothing is drawn of it, as of held-out pages where there are none
                continue
            number = "" if value is None else f"{value:z.2f} ".replace("-", "\N{MINUS SIGN}")
            told = f"{number}{name_of(curve)}" or curve.short or curve.name
            parts.append(
                f'<span style="color:{colour(curve.colour).name()}">{escape(told.rstrip())}</span>'
            )
        return "&nbsp; ".join(parts)


_NAMES: tuple[Callable[[Curve], str], ...] = (
    lambda curve: curve.name,
    lambda curve: curve.short or curve.name,
    lambda curve: "",
)
"""How curves are called in a heading, which takes the first that fits: colours tell them apart."""


_FULL = 0.5
"""So much of an axis numbers may take; with more they run into each other."""


class _Plot(pyqtgraph.PlotWidget):  # type: ignore[misc]
    def wheelEvent(self, event: QWheelEvent) -> None:
        """Leave the wheel to the bench, which may scroll."""
        event.ignore()


def _make_plot(most: float | None) -> pyqtgraph.PlotWidget:
    plot = _Plot()
    plot.setMinimumSize(120, 60)
    plot.setMenuEnabled(False)
    # moved by hand, a plot would follow its run no more
    plot.setMouseEnabled(x=False, y=False)
    # nothing in it answers to keys
    plot.setFocusPolicy(Qt.FocusPolicy.NoFocus)
    plot.hideButtons()
    plot.getAxis("left").setWidth(_AXIS_WIDTH)
    if most is not None:
        # without a lower end the view is moved down, as high as it was
        plot.setLimits(yMin=-most * _BEYOND, yMax=most * (1 + _BEYOND))
    _rest(plot)
    return plot


def _rest(plot: pyqtgraph.PlotWidget) -> None:
    """Show from 0 to 1 until there is something to show."""
    plot.setXRange(0, 1, padding=0.05)
    plot.setYRange(0, 1, padding=0.05)
    plot.enableAutoRange()


def _dress_shade(shade: Any, tint: QColor, opacity: float) -> None:
    tint = QColor(tint)
    tint.setAlphaF(opacity)
    shade.setBrush(tint)
    for edge in shade.lines:
        edge.setPen(pyqtgraph.mkPen(None))
