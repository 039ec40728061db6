"""What is set aside: a rule a row, with its strength and how many pages it takes."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from deepzine_gui.dataset.judging.rules import Rules
from deepzine_gui.ui.dataset.settings.scales import REASONS, RULE_LABELS, RULES
from deepzine_gui.ui.dataset.settings.tally import Tally
from deepzine_gui.ui.forms import SettingsForm

_WIDEST_COUNT = "100,000"


class RulesPanel(QWidget):
    """`changed` by the person only."""

    changed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.form: SettingsForm[Rules] = SettingsForm(
            Rules, fields=tuple(RULES), labels=RULE_LABELS, scales=RULES
        )
        self.form.changed.connect(self.changed)
        for strength in self.form.strengths():
            note = strength.note
            note.setMinimumWidth(note.fontMetrics().horizontalAdvance(_WIDEST_COUNT))
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self.form)

    def show_tally(self, tally: Tally | None) -> None:
        """Write beside each rule how many pages it sets aside; nothing without a dataset."""
        for name, reason in REASONS.items():
            note = self.form.strength(name).note
            number = 0 if tally is None else tally.aside.get(reason, 0)
            note.setText(f"{number:,}" if number else "–")
            note.setAccessibleName(f"{RULE_LABELS[name]}: {number:,} pages set aside")
            note.setVisible(tally is not None)
