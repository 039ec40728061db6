"""Which model is explored, and with which label: lists, and a button for a file from elsewhere."""

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QLabel, QPushButton, QSizePolicy, QWidget

from deepzine_gui.networks import Labels
from deepzine_gui.ui.explore.models import Choice
from deepzine_gui.ui.fitting_box import FittingBox
from deepzine_gui.ui.theme import GRID, set_icon

_MOST_OF_A_LABEL = 22 * GRID


class Picker(QWidget):
    """The model, and the label of a conditional one.

    Signals:
        chosen(Choice): the person wants that model.
        label_chosen(str | None): the person wants pages of that label; None for the commonest.
        file_asked(): a file dialog is asked for.
    """

    chosen = Signal(object)
    label_chosen = Signal(object)
    file_asked = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.models = FittingBox()
        self.models.setAccessibleName("Model")
        self.models.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        self.models.setMinimumWidth(24 * GRID)
        self.models.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToContents)
        self.models.activated.connect(self._choose)
        title = QLabel("Model")
        title.setBuddy(self.models)
        self.labels = FittingBox()
        self.labels.setAccessibleName("Label")
        self.labels.setToolTip("What the pages are to be: a label the model was trained with")
        self.labels.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToContents)
        self.labels.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.labels.setMaximumWidth(_MOST_OF_A_LABEL)
        self.labels.activated.connect(self._choose_label)
        self._names: tuple[str, ...] = ()
        self._label_title = QLabel("Label")
        self._label_title.setBuddy(self.labels)
        self.open_button = QPushButton("Open a file…")
        self.open_button.setToolTip("Explore a .safetensors model from elsewhere")
        set_icon(self.open_button, "open")
        self.open_button.clicked.connect(self.file_asked)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(GRID)
        layout.addWidget(title)
        layout.addWidget(self.models)
        layout.addWidget(self._label_title)
        layout.addWidget(self.labels)
        layout.addWidget(self.open_button)
        layout.addStretch(1)
        self.show_labels(None, None)

    def show_choices(self, choices: list[Choice], chosen: Choice | None) -> None:
        """List the models."""
        self.models.clear()
        for choice in choices:
            self.models.addItem(choice.title, choice)
            if chosen is not None and choice.key == chosen.key:
                self.models.setCurrentIndex(self.models.count() - 1)
        self.models.setEnabled(bool(choices))
        self.models.setToolTip(chosen.info.title if chosen is not None else "")

    def show_labels(self, labels: Labels | None, chosen: str | None) -> None:
        """List the labels of a conditional model; nothing for any other."""
        for widget in (self._label_title, self.labels):
            widget.setVisible(labels is not None)
        self.labels.clear()
        self._names = () if labels is None else labels.names
        if labels is None:
            return
        self.labels.addItem("commonest")
        self.labels.addItems([label_words(name) for name in labels.names])
        self.labels.setCurrentIndex(0 if chosen is None else 1 + labels.names.index(chosen))

    @Slot(int)
    def _choose_label(self, row: int) -> None:
        self.label_chosen.emit(self._names[row - 1] if row > 0 else None)

    @Slot()
    def _choose(self) -> None:
        self.chosen.emit(self.models.currentData())


def label_words(name: str) -> str:
    """A label as a person reads it; pages without one were trained on as such."""
    return name or "no label"
