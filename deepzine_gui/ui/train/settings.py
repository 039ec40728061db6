"""The settings of a run: a preset, the few that matter, and all others behind a fold."""

import os
from typing import Any

from pydantic import ValidationError
from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import (
    QComboBox,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from deepzine_gui import training
from deepzine_gui.networks import resolutions_to
from deepzine_gui.training import TrainingConfig
from deepzine_gui.ui.forms import SettingsForm
from deepzine_gui.ui.theme import GRID, quieten
from deepzine_gui.ui.train.folded import Folded, make_form
from deepzine_gui.ui.train.words import plan_words

_FEW = ("resolution", "final_kimg", "learning_rate")


class Settings(QWidget):
    """Presets and forms of one `TrainingConfig`.

    Signals: `changed` by the person only; `duration_asked` of the plan as it stands.

    `folded` holds all other settings; it wants a place of the window's full width.
    """

    changed = Signal()
    duration_asked = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._config = training.preset(training.PRESETS[0])
        self._largest = self._config.resolution
        self.presets = QComboBox()
        self.presets.setAccessibleName("Preset")
        for name in training.PRESETS:
            tip = training.ABOUT[name]
            self.presets.addItem(name, name)
            self.presets.setItemData(self.presets.count() - 1, tip, Qt.ItemDataRole.ToolTipRole)
        self.presets.setToolTip("\n".join(f"{name}: {tip}" for name, tip in training.ABOUT.items()))
        self.presets.activated.connect(self._take_preset)
        self.few = make_form(_FEW, across=True)
        self.folded = Folded()
        for form in self._forms:
            form.changed.connect(self._take_forms)
        self.fold = QToolButton()
        self.fold.setText("Advanced")
        self.fold.setToolTip("Show all other settings")
        self.fold.setCheckable(True)
        self.fold.toggled.connect(self._unfold)
        self._plan = QLabel()
        quieten(self._plan)
        self._plan.setToolTip(f"This machine has {os.cpu_count()} processor cores.")
        self.how_long = QPushButton("How long?")
        self.how_long.setProperty("plain", True)
        self.how_long.setToolTip("Time a few steps at each size on this machine")
        self.how_long.clicked.connect(self.duration_asked)
        self._duration = QLabel()
        quieten(self._duration)
        self._duration.setMinimumHeight(self.how_long.sizeHint().height())
        self._lay_out()
        self.show_config(self._config)

    def commit(self) -> None:
        """Take a number that is being typed."""
        for form in self._forms:
            form.value()

    @property
    def config(self) -> TrainingConfig:
        """The settings as they stand."""
        return self._config

    def limit_to(self, resolution: int) -> None:
        """Offer page sizes up to that of the dataset, and bring the present one within it."""
        self._largest = resolution
        self.show_config(self._config)

    def show_config(self, config: TrainingConfig, *, within_limit: bool = True) -> None:
        """Show settings; `within_limit` False for those of a run that cannot change any more."""
        if within_limit and config.resolution > self._largest:
            config = config.model_copy(update={"resolution": self._largest})
        self._config = config
        self._offer_resolutions()
        for form in self._forms:
            form.set_value(config)
        self.presets.setCurrentIndex(self.presets.findData(config.preset))
        self._show_plan()

    def show_duration(self, text: str) -> None:
        """Say how long the plan would take, in place of the button that asks for it."""
        self._duration.setText(f"· {text}")
        self._duration.setVisible(bool(text))
        self.how_long.setVisible(not text and self.presets.isEnabled())

    def set_editable(self, editable: bool) -> None:
        """Settings of a run that has begun can only be looked at."""
        self.presets.setEnabled(editable)
        for form in self._forms:
            form.setEnabled(editable)
        self.show_duration("")

    @property
    def _forms(self) -> list[SettingsForm[TrainingConfig]]:
        return [self.few, *self.advanced]

    @property
    def advanced(self) -> list[SettingsForm[TrainingConfig]]:
        """The forms behind the fold."""
        return self.folded.forms

    def _lay_out(self) -> None:
        title = QLabel("Preset")
        title.setBuddy(self.presets)
        quieten(title, "small")
        preset = QVBoxLayout()
        preset.setSpacing(GRID // 2)
        preset.addWidget(title)
        preset.addWidget(self.presets)
        top = QHBoxLayout()
        top.setSpacing(2 * GRID)
        top.addLayout(preset)
        top.addWidget(self.few)
        # a tool button is by itself a little higher than the fields it stands beside
        self.fold.setFixedHeight(self.presets.sizeHint().height())
        top.addWidget(self.fold, 0, Qt.AlignmentFlag.AlignBottom)
        top.addStretch(1)
        self.folded.hide()
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(GRID)
        layout.addLayout(top)
        plan = QHBoxLayout()
        plan.setSpacing(GRID)
        for widget in (self._plan, self.how_long, self._duration):
            plan.addWidget(widget)
        plan.addStretch(1)
        layout.addLayout(plan)

    def _offer_resolutions(self) -> None:
        box = self.few.control("resolution")
        assert isinstance(box, QComboBox)
        box.blockSignals(True)
        box.clear()
        for resolution in resolutions_to(self._largest):
            if resolution > 4 or self._largest == 4:
                box.addItem(f"{resolution} px", resolution)
        box.blockSignals(False)

    @Slot()
    def _take_preset(self) -> None:
        self.show_config(training.preset(self.presets.currentData()))
        self.changed.emit()

    @Slot()
    def _take_forms(self) -> None:
        changes: dict[str, Any] = {}
        for form in self._forms:
            value = form.value()
            changes |= {name: getattr(value, name) for name in form.names}
        self._config = self._config.model_copy(update=changes)
        self._show_plan()
        self.changed.emit()

    def _show_plan(self) -> None:
        self._plan.setText(plan_words(self._config))
        self.show_duration("")

    @Slot(bool)
    def _unfold(self, open_: bool) -> None:
        self.folded.setVisible(open_)


def saved_config(choices: dict[str, Any]) -> TrainingConfig:
    """The settings kept in a project; the first preset where there are none or they do not hold."""
    try:
        return TrainingConfig.model_validate(choices or training.preset(training.PRESETS[0]))
    except ValidationError:
        return training.preset(training.PRESETS[0])
