"""What a film is to be like, and where it goes."""

import os
from pathlib import Path

from PySide6.QtCore import Slot
from PySide6.QtGui import QIcon
from PySide6.QtWidgets import (
    QComboBox,
    QDialog,
    QDialogButtonBox,
    QFileDialog,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from deepzine_gui.export import FilmSettings
from deepzine_gui.ui.explore.picker import label_words
from deepzine_gui.ui.forms import SettingsForm
from deepzine_gui.ui.theme import GRID, make_primary, quieten

_SIZES = (None, 256, 512, 768, 1024)


class FilmDialog(QDialog):
    """A form for `FilmSettings` and a file; `accepted` when the film is wanted.

    Args:
        settings: the keyframes' number, mode and loop are those of the path.
        out: the file proposed.
    """

    def __init__(self, settings: FilmSettings, out: Path, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle("Export film")
        self._folder = out.parent
        self.form = SettingsForm(
            FilmSettings,
            fields=("frames", "fps", "size", "mode", "loop"),
            labels={"frames": "From page to page", "fps": "Speed", "size": "Size"},
            choices={"size": _SIZES},
            units={"frames": " frames", "fps": " fps", "size": " px"},
        )
        sizes = self.form.control("size")
        assert isinstance(sizes, QComboBox)
        sizes.setItemText(0, "Automatic (512 px or more)")
        self.form.set_value(settings)
        self.form.changed.connect(self._sum_up)
        self.file = QLineEdit(str(out))
        self.file.setAccessibleName("File")
        self.file.setMinimumWidth(40 * GRID)
        self.file.textChanged.connect(self._sum_up)
        browse = QPushButton("Browse…")
        browse.setAutoDefault(False)
        browse.clicked.connect(self._browse)
        self.sum = QLabel()
        quieten(self.sum)
        self._buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Cancel)
        self.export = self._buttons.addButton("Export", QDialogButtonBox.ButtonRole.AcceptRole)
        make_primary(self.export)
        self.export.setDefault(True)
        self._buttons.button(QDialogButtonBox.StandardButton.Cancel).setIcon(QIcon())
        self._buttons.accepted.connect(self.accept)
        self._buttons.rejected.connect(self.reject)
        self._lay_out(browse)
        self._sum_up()

    @property
    def settings(self) -> FilmSettings:
        """What was chosen."""
        return self.form.value()

    @property
    def out(self) -> Path:
        """The file, always an .mp4; a name alone is one in the folder proposed."""
        # unlike Path's own, it leaves what is nobody's home as it is
        path = self._folder / os.path.expanduser(self.file.text().strip())
        return path if path.suffix.lower() == ".mp4" else Path(f"{path}.mp4")

    def _lay_out(self, browse: QPushButton) -> None:
        place = QHBoxLayout()
        place.setSpacing(GRID)
        place.addWidget(self.file, 1)
        place.addWidget(browse)
        self.form.add_row("File", place, self.file)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(2 * GRID, 2 * GRID, 2 * GRID, 2 * GRID)
        layout.setSpacing(2 * GRID)
        layout.addWidget(self.form)
        layout.addWidget(self.sum)
        layout.addWidget(self._buttons)

    @Slot()
    def _browse(self) -> None:
        chosen, _ = QFileDialog.getSaveFileName(self, "Export film", str(self.out), "Films (*.mp4)")
        if chosen:
            self.file.setText(chosen)

    @Slot()
    def _sum_up(self) -> None:
        settings = self.settings
        pairs = settings.keyframes if settings.loop else settings.keyframes - 1
        frames = pairs * settings.frames + (0 if settings.loop else 1)
        text = f"{settings.keyframes} keyframes, {frames:,} frames: {frames / settings.fps:,.0f} s"
        if settings.label is not None:
            text += f", label: {label_words(settings.label)}"
        typed = self.file.text().strip()
        named = bool(typed) and not typed.endswith(("/", os.sep)) and not self.out.is_dir()
        if named and self.out.exists():
            text += f". {self.out.name} is there already and will be replaced."
        self.sum.setText(text if named else "Name a file to write the film to.")
        self.export.setEnabled(named)
