"""How the settings of the Dataset bench are laid out: a line, and what lies behind its fold."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QToolButton, QVBoxLayout, QWidget

from deepzine_gui.pages import PageSettings
from deepzine_gui.ui.dataset.settings.preview_panel import PreviewPanel
from deepzine_gui.ui.dataset.settings.rules_panel import RulesPanel
from deepzine_gui.ui.dataset.settings.scales import STEP_LABELS, STEPS
from deepzine_gui.ui.forms import SettingsForm
from deepzine_gui.ui.theme import GRID, font, quieten, set_icon

RESOLUTIONS = (4, 8, 16, 32, 64, 128, 256, 512, 1024)
SHAPE = ("resolution", "colour", "fit")


class SettingsLayout:
    """The widgets of the panel `owner`, in their places."""

    def __init__(self, owner: QWidget) -> None:
        self.shape: SettingsForm[PageSettings] = SettingsForm(
            PageSettings,
            fields=SHAPE,
            labels={"resolution": "Page size", "colour": "Colour", "fit": "Make it square by"},
            choices={"resolution": RESOLUTIONS},
            units={"resolution": " px"},
            across=True,
        )
        self.cleaning: SettingsForm[PageSettings] = SettingsForm(
            PageSettings, fields=tuple(STEPS), labels=STEP_LABELS, scales=STEPS
        )
        self.rules = RulesPanel()
        self.preview = PreviewPanel()
        self.fold = QToolButton()
        self.fold.setText("Cleaning and rules")
        self.fold.setToolTip("Show how pages are cleaned and which are set aside, on one page")
        self.fold.setCheckable(True)
        set_icon(self.fold, "settings")
        self.fold.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self.next = QPushButton("Go on to Train")
        self.build = QPushButton("Build")
        self.build.setToolTip("Make the dataset from all documents of the project (Ctrl+Return)")
        self.plan = QLabel(wordWrap=True)
        quieten(self.plan)
        self.outcome, self.outcome_below = QLabel(), QLabel(wordWrap=True)
        for label in (self.outcome, self.outcome_below):
            label.setFont(font("normal", figures=True))
        self.summary = QWidget()
        self.steps_when, self.rules_when = QLabel(), QLabel()
        self.details = QWidget()
        self._fill(owner)

    def unfold(self, wanted: bool) -> None:
        """Show all settings, or a line that names them."""
        self.details.setVisible(wanted)
        self.summary.setVisible(not wanted)

    def limit(self, height: int) -> None:
        """Let what lies behind the fold be at most so high, or as high as it must be."""
        self.details.setMaximumHeight(max(height, self.details.minimumSizeHint().height()))

    def show_plan(self, plan: str, outcome: str) -> None:
        """Say what is to be done, and what comes of it."""
        self.plan.setText(plan)
        self.outcome.setText(outcome)
        self.outcome_below.setText(outcome)

    def _fill(self, owner: QWidget) -> None:
        top = QHBoxLayout()
        top.setSpacing(GRID)
        top.addWidget(self.shape)
        # a tool button is by itself a little higher than the fields it stands beside
        self.fold.setFixedHeight(self.shape.control("resolution").sizeHint().height())
        top.addWidget(self.fold, 0, Qt.AlignmentFlag.AlignBottom)
        top.addStretch(1)
        for button in (self.next, self.build):
            top.addWidget(button, 0, Qt.AlignmentFlag.AlignBottom)
        line = QHBoxLayout(self.summary)
        line.setContentsMargins(0, 0, 0, 0)
        line.setSpacing(2 * GRID)
        line.addWidget(self.plan, 1)
        line.addWidget(self.outcome)
        self._fill_fold()
        self.details.hide()
        layout = QVBoxLayout(owner)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(GRID)
        layout.addLayout(top)
        layout.addWidget(self.details)
        layout.addWidget(self.summary)

    def _fill_fold(self) -> None:
        columns = QHBoxLayout(self.details)
        columns.setContentsMargins(0, 0, 0, 0)
        columns.setSpacing(3 * GRID)
        become = _column("Cleaning", self.steps_when, self.cleaning)
        become.insertWidget(become.count() - 1, self.outcome_below)
        columns.addLayout(become)
        columns.addLayout(_column("Set aside", self.rules_when, self.rules))
        columns.addWidget(self.preview, 1)


def _column(title: str, when: QLabel, form: QWidget) -> QVBoxLayout:
    heading = QLabel(title)
    heading.setFont(font("normal", bold=True))
    quieten(when, "small")
    line = QHBoxLayout()
    line.setSpacing(GRID)
    line.addWidget(heading)
    line.addWidget(when, 1)
    column = QVBoxLayout()
    column.setSpacing(GRID)
    column.addLayout(line)
    column.addWidget(form)
    column.addStretch(1)
    return column
