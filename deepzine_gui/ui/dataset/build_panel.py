"""How pages become squares: the settings, and the buttons that build or go on."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QWidget

from deepzine_gui.pages import PageSettings
from deepzine_gui.ui.forms import SettingsForm
from deepzine_gui.ui.theme import GRID, make_primary, set_icon

RESOLUTIONS = (16, 32, 64, 128, 256, 512, 1024)


class BuildPanel(QWidget):
    """Signals: `settings_changed`, `build_asked`, `next_asked`."""

    settings_changed = Signal()
    build_asked = Signal()
    next_asked = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.form: SettingsForm[PageSettings] = SettingsForm(
            PageSettings,
            fields=("resolution", "colour", "fit"),
            labels={"resolution": "Page size", "colour": "Colour", "fit": "Make it square by"},
            choices={"resolution": RESOLUTIONS},
            units={"resolution": " px"},
            across=True,
        )
        self.form.changed.connect(self.settings_changed)
        self.build = QPushButton("Build")
        self.build.setToolTip("Make the dataset from all documents of the project (Ctrl+Return)")
        self.build.clicked.connect(self.build_asked)
        self.next = QPushButton("Go on to Train")
        self.next.clicked.connect(self.next_asked)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(GRID)
        layout.addWidget(self.form, 1)
        for button in (self.next, self.build):
            layout.addWidget(button, 0, Qt.AlignmentFlag.AlignBottom)

    def show_state(
        self, *, can_build: bool, busy: bool, built: bool, current: bool, whole: bool
    ) -> None:
        """Make what to do next the primary button.

        Args:
            can_build: there are documents.
            busy: a build is running.
            built: there is a dataset.
            current: that dataset was made with the settings shown.
            whole: it can be read, and no document has come since.
        """
        self.form.setEnabled(not busy)
        self.build.setEnabled(can_build and not busy)
        self.build.setText("Build again" if built and current else "Build")
        self.next.setVisible(built and not busy)
        build_next = can_build and not busy and not (current and whole)
        make_primary(self.build, build_next)
        make_primary(self.next, built and not build_next)
        set_icon(self.build, "grid", "on_spot" if build_next else "ink")
