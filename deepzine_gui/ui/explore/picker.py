"""Which model is explored: a list, and a button for a file from elsewhere."""

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QLabel, QPushButton, QSizePolicy, QWidget

from deepzine_gui.ui.explore.models import Choice
from deepzine_gui.ui.theme import GRID, set_icon


class Picker(QWidget):
    """`chosen` carries the `Choice` the person made; `file_asked` asks for a file dialog."""

    chosen = Signal(object)
    file_asked = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.models = QComboBox()
        self.models.setAccessibleName("Model")
        self.models.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        self.models.setMinimumWidth(24 * GRID)
        self.models.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToContents)
        self.models.activated.connect(self._choose)
        title = QLabel("Model")
        title.setBuddy(self.models)
        self.open_button = QPushButton("Open a file…")
        self.open_button.setToolTip("Explore a .safetensors model from elsewhere")
        set_icon(self.open_button, "open")
        self.open_button.clicked.connect(self.file_asked)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(GRID)
        layout.addWidget(title)
        layout.addWidget(self.models)
        layout.addWidget(self.open_button)
        layout.addStretch(1)

    def show_choices(self, choices: list[Choice], chosen: Choice | None) -> None:
        """List the models."""
        self.models.clear()
        for choice in choices:
            self.models.addItem(choice.title, choice)
            if chosen is not None and choice.key == chosen.key:
                self.models.setCurrentIndex(self.models.count() - 1)
        self.models.setEnabled(bool(choices))
        self.models.setToolTip(chosen.info.title if chosen is not None else "")

    @Slot()
    def _choose(self) -> None:
        self.chosen.emit(self.models.currentData())
