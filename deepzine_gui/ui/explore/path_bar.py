"""The way through the keyframes: its mode, a slider along it, play, and the film."""

from typing import get_args

from PySide6.QtCore import Qt, QTimer, Signal, Slot
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QSlider,
    QWidget,
)

from deepzine_gui.latent import Mode
from deepzine_gui.ui.explore.keyframes import letter
from deepzine_gui.ui.theme import GRID, quieten, set_icon

_STEPS = 1000
_TICK_MS = 33
_PAIR_S = 2.5
"""Seconds from one keyframe to the next while playing."""

_TIPS: dict[Mode, str] = {
    "linear": "Linear: straight from page to page, through the tamer inside",
    "spherical": "Spherical: along the sphere of typical pages, at an even speed",
    "origin": "Origin: in to the mean page, and out again",
}


class PathBar(QWidget):
    """Signals: `moved` along the path, from 0 to 1; `changed` mode or loop; `film_asked`."""

    moved = Signal(float)
    changed = Signal()
    film_asked = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._pairs = 0
        self._filming = False
        self.play = QPushButton("Play")
        self.play.setToolTip("Walk along the path (P)")
        self.play.clicked.connect(self.toggle)
        self.slider = QSlider(Qt.Orientation.Horizontal)
        self.slider.setRange(0, _STEPS)
        self.slider.setAccessibleName("Place on the path, from A to B")
        self.slider.setToolTip("From the first keyframe to the last")
        self.slider.valueChanged.connect(self._move)
        self._where = QLabel()
        quieten(self._where)
        self._where.setMinimumWidth(14 * GRID)
        self.modes = QComboBox()
        self.modes.setAccessibleName("Mode of the path")
        for mode in get_args(Mode):
            self.modes.addItem(mode, mode)
            self.modes.setItemData(self.modes.count() - 1, _TIPS[mode], Qt.ItemDataRole.ToolTipRole)
        self.modes.currentIndexChanged.connect(self.changed)
        self.loop = QCheckBox("Loop")
        self.loop.setToolTip("From the last keyframe back to the first")
        self.loop.toggled.connect(self.changed)
        self.film = QPushButton("Export film…")
        self.film.setToolTip("Write the path as an MP4 (Ctrl+E)")
        set_icon(self.film, "film")
        self.film.clicked.connect(self.film_asked)
        self._timer = QTimer(self, interval=_TICK_MS)
        self._timer.timeout.connect(self._tick)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(GRID)
        layout.addWidget(self.play)
        layout.addWidget(self.slider, 1)
        for widget in (self._where, self.modes, self.loop, self.film):
            layout.addWidget(widget)
        self._show_playing()
        self.show_path(0, "spherical", loop=False)

    @property
    def mode(self) -> Mode:
        """The way between keyframes."""
        mode: Mode = self.modes.currentData()
        return mode

    @property
    def is_playing(self) -> bool:
        """Whether the slider walks by itself."""
        return self._timer.isActive()

    @property
    def t(self) -> float:
        """The place on the path, from 0 to 1."""
        return self.slider.value() / _STEPS

    @property
    def where(self) -> str:
        """The place on the path in words: "B to C, 50 %"."""
        return self._where.text()

    def show_path(self, pairs: int, mode: Mode, *, loop: bool) -> None:
        """Show a path with so many ways between keyframes; without any, nothing can be played."""
        self._pairs = pairs
        for widget in (self.modes, self.loop):
            widget.blockSignals(True)
        self.modes.setCurrentIndex(self.modes.findData(mode))
        self.modes.setToolTip(_TIPS[mode])
        self.loop.setChecked(loop)
        for widget in (self.modes, self.loop):
            widget.blockSignals(False)
        if not pairs:
            self.stop()
        for control in (self.play, self.slider):
            control.setEnabled(pairs > 0)
        self.set_filming(self._filming)
        self._show_where()

    def stand_at(self, t: float) -> None:
        """Put the slider to a place from 0 to 1, without going there."""
        self.slider.blockSignals(True)
        self.slider.setValue(round(t * _STEPS))
        self.slider.blockSignals(False)
        self._show_where()

    def set_filming(self, filming: bool) -> None:
        """One film at a time."""
        self._filming = filming
        self.film.setEnabled(self._pairs > 0 and not filming)

    @Slot()
    def toggle(self) -> None:
        """Play, or hold."""
        if self.is_playing:
            self.stop()
        elif self._pairs:
            if self.slider.value() == _STEPS:
                self.slider.setValue(0)
            self._timer.start()
            self._show_playing()

    @Slot()
    def stop(self) -> None:
        """Hold where it is."""
        self._timer.stop()
        self._show_playing()

    @Slot()
    def _tick(self) -> None:
        value = self.slider.value() + _STEPS * _TICK_MS / 1000 / (_PAIR_S * self._pairs)
        step = max(self.slider.value() + 1, round(value))
        if step > _STEPS and self.loop.isChecked():
            step = 0
        self.slider.setValue(step)
        if step >= _STEPS and not self.loop.isChecked():
            self.stop()

    @Slot()
    def _move(self) -> None:
        self._show_where()
        self.moved.emit(self.t)

    def _show_playing(self) -> None:
        self.play.setText("Hold" if self.is_playing else "Play")
        set_icon(self.play, "pause" if self.is_playing else "play")

    def _show_where(self) -> None:
        if not self._pairs:
            self._where.setText("Keep two pages (F)")
            return
        place = self.t * self._pairs
        pair = min(int(place), self._pairs - 1)
        after = 0 if self.loop.isChecked() and pair == self._pairs - 1 else pair + 1
        share = round(100 * (place - pair))
        self._where.setText(f"{letter(pair)} to {letter(after)}, {share} %")
