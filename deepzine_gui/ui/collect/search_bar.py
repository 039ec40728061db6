"""The search line: a collection, an address or words; and ideas of what to look at."""

from PySide6.QtCore import Signal, Slot
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QMenu, QPushButton, QWidget

from deepzine_gui.archive.scout.ideas import IDEAS
from deepzine_gui.ui.text_field import TextField
from deepzine_gui.ui.theme import GRID, icon, set_icon


class SearchBar(QWidget):
    """`asked` carries what to search for; `stopped` asks a running search to end."""

    asked = Signal(str)
    stopped = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._searching = False
        self.field = TextField()
        self.field.setPlaceholderText("A collection, an address of archive.org, or words")
        self.field.setAccessibleName("Collection, address or words to search")
        self.field.setClearButtonEnabled(True)
        self.field.setMinimumWidth(40 * GRID)
        self.field.setMaximumWidth(96 * GRID)
        glass = self.field.addAction(icon("search"), QLineEdit.ActionPosition.LeadingPosition)
        set_icon(glass, "search", "quiet")
        self.field.returnPressed.connect(self._ask)
        self.button = QPushButton("Search")
        self.button.clicked.connect(self._ask_or_stop)
        self.ideas = QPushButton("Ideas")
        self.ideas.setToolTip("Collections of texts to begin with")
        self.ideas.setStyleSheet("QPushButton::menu-indicator { image: none; width: 0; }")
        self.ideas.setMenu(self._menu())
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(GRID)
        layout.addWidget(self.field, 1)
        layout.addWidget(self.button)
        layout.addWidget(self.ideas)
        layout.addStretch(0)

    def set_searching(self, searching: bool) -> None:
        """While a search runs, the button stops it."""
        self._searching = searching
        self.button.setText("Stop" if searching else "Search")

    @Slot(str)
    def search_for(self, text: str) -> None:
        """Search for `text` as if it had been typed."""
        self.field.setText(text)
        self._ask()

    def _menu(self) -> QMenu:
        menu = QMenu(self)
        menu.setToolTipsVisible(True)
        for idea in IDEAS:
            action = QAction(f"{idea.identifier} — {idea.what}", menu)
            action.setData(idea.identifier)
            menu.addAction(action)
        menu.triggered.connect(self._take_idea)
        return menu

    @Slot(QAction)
    def _take_idea(self, action: QAction) -> None:
        self.search_for(str(action.data()))

    @Slot()
    def _ask_or_stop(self) -> None:
        if self._searching:
            self.stopped.emit()
        else:
            self._ask()

    @Slot()
    def _ask(self) -> None:
        text = self.field.text().strip()
        if not text:
            self.field.setFocus()
        elif not self._searching:
            self.asked.emit(text)
