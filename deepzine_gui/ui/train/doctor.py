"""The Doctor: one sentence on how the run is doing."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QLabel, QSizePolicy, QWidget

from deepzine_gui.ui.theme import GRID, font
from deepzine_gui.ui.train.record import RunRecord
from deepzine_gui.ui.train.words import Advice, advise


class Doctor(QWidget):
    """A line that stays quiet while all is well and turns to the spot colour when it is not."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        title = QLabel("Doctor")
        title.setFont(font("normal", bold=True))
        self.text = QLabel()
        self.text.setAccessibleName("Doctor")
        self.text.setWordWrap(True)
        self.text.setAlignment(Qt.AlignmentFlag.AlignTop)
        self.text.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.text.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(2 * GRID)
        layout.addWidget(title, 0, Qt.AlignmentFlag.AlignTop)
        layout.addWidget(self.text, 1)
        self.judge(None, at_work=False)

    def judge(self, record: RunRecord | None, *, at_work: bool) -> None:
        """Say how a run is doing; `at_work` if more of it is told while one waits."""
        advice = Advice("Nothing to judge yet.")
        if record is not None:
            advice = advise(record, at_work=at_work)
        warns = advice.severity == "warning"
        if self.text.property("warning") != warns:
            self.text.setProperty("warning", warns)
            self.text.style().unpolish(self.text)
            self.text.style().polish(self.text)
        self.text.setText(advice.text)
        self.text.setAccessibleDescription(advice.text)
