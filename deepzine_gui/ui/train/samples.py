"""The samples of a run through training time, and the real pages to compare them with."""

from PySide6.QtCore import Qt, Slot
from PySide6.QtWidgets import (
    QButtonGroup,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QSlider,
    QVBoxLayout,
    QWidget,
)

from deepzine_gui.ui.theme import GRID, quieten
from deepzine_gui.ui.train.grid_view import GridView
from deepzine_gui.ui.train.record import RunRecord


class Samples(QWidget):
    """The newest grid, or the one the scrubber stands on, or real pages."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._record: RunRecord | None = None
        self.view = GridView("Samples appear here: the same latents again and again, growing up.")
        self.made_up = _half("Made-up", "Pages the model makes, of the same latents every time")
        self.real = _half("Real", "Pages of the dataset, to compare (hold side by side)")
        self.made_up.setChecked(True)
        halves = QButtonGroup(self)
        halves.addButton(self.made_up)
        halves.addButton(self.real)
        halves.buttonToggled.connect(self._show)
        self.scrubber = QSlider(Qt.Orientation.Horizontal)
        self.scrubber.setAccessibleName("Training time of the samples")
        self.scrubber.setToolTip("Scrub through the training; at the end it follows the run")
        self.scrubber.valueChanged.connect(self._show)
        self._when = QLabel()
        quieten(self._when)
        self._when.setMinimumWidth(18 * GRID)
        self._when.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        self._lay_out()
        self.show_record(None)

    def show_record(self, record: RunRecord | None) -> None:
        """Show another run, at its newest samples."""
        self._record = record
        self._set_count(follow=True)

    def refresh(self) -> None:
        """The run has new samples, or fewer; follow them if the scrubber stands at the end."""
        self._set_count(follow=self.scrubber.value() == self.scrubber.maximum())

    def _set_count(self, *, follow: bool) -> None:
        count = len(self._record.samples) if self._record is not None else 0
        self.scrubber.blockSignals(True)
        self.scrubber.setRange(0, max(0, count - 1))
        if follow:
            self.scrubber.setValue(self.scrubber.maximum())
        self.scrubber.blockSignals(False)
        self.scrubber.setEnabled(count > 1)
        self._show()

    def _lay_out(self) -> None:
        foot = QHBoxLayout()
        foot.setSpacing(0)
        foot.addWidget(self.made_up)
        foot.addWidget(self.real)
        foot.addSpacing(2 * GRID)
        foot.addWidget(self.scrubber, 1)
        foot.addWidget(self._when)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(GRID)
        layout.addWidget(self.view, 1)
        layout.addLayout(foot)

    @Slot()
    def _show(self) -> None:
        record = self._record
        self.real.setEnabled(record is not None and record.real_samples.is_file())
        if record is None or not record.samples:
            self.view.show_file(None)
            self._when.clear()
            return
        file = record.samples[min(self.scrubber.value(), len(record.samples) - 1)]
        self.view.show_file(record.real_samples if self.real.isChecked() else file)
        newest = self.scrubber.value() == self.scrubber.maximum()
        self._when.setText(f"kimg {float(file.stem):.1f}" + (" (newest)" if newest else ""))


def _half(text: str, tip: str) -> QPushButton:
    button = QPushButton(text)
    button.setCheckable(True)
    button.setToolTip(tip)
    return button
