"""The search line: the name of a collection, and a few ideas."""

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QHBoxLayout, QLabel, QLineEdit, QPushButton, QWidget

from deepzine_gui.ui.theme import GRID, icon, quieten, set_icon

IDEAS = ("MBLWHOI", "aozorabunko", "NOAA")


class SearchBar(QWidget):
    """`asked` carries the name to search for; `stopped` asks a running search to end."""

    asked = Signal(str)
    stopped = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._searching = False
        self.field = QLineEdit()
        self.field.setPlaceholderText("Name of a collection or item of the Internet Archive")
        self.field.setAccessibleName("Collection or item to search")
        self.field.setClearButtonEnabled(True)
        self.field.setMinimumWidth(40 * GRID)
        self.field.setMaximumWidth(72 * GRID)
        self._glass = self.field.addAction(icon("search"), QLineEdit.ActionPosition.LeadingPosition)
        set_icon(self._glass, "search", "quiet")
        self.field.returnPressed.connect(self._ask)
        self.button = QPushButton("Search")
        self.button.clicked.connect(self._ask_or_stop)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(GRID)
        layout.addWidget(self.field, 1)
        layout.addWidget(self.button)
        layout.addSpacing(GRID)
        ideas = QLabel("Ideas:")
        quieten(ideas)
        layout.addWidget(ideas)
        self._ideas = [self._idea(name) for name in IDEAS]
        for idea in self._ideas:
            layout.addWidget(idea)
        layout.addStretch(1)

    def set_searching(self, searching: bool) -> None:
        """While a search runs, the button stops it."""
        self._searching = searching
        self.button.setText("Stop" if searching else "Search")

    def _idea(self, name: str) -> QPushButton:
        button = QPushButton(name)
        button.setProperty("plain", True)
        button.setAccessibleName(f"Search {name}")
        button.clicked.connect(self._take_idea)
        return button

    @Slot()
    def _take_idea(self) -> None:
        button = self.sender()
        if isinstance(button, QPushButton):
            self.field.setText(button.text())
            self._ask()

    @Slot()
    def _ask_or_stop(self) -> None:
        if self._searching:
            self.stopped.emit()
        else:
            self._ask()

    @Slot()
    def _ask(self) -> None:
        name = self.field.text().strip()
        if name and not self._searching:
            self.asked.emit(name)
