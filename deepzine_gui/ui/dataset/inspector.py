"""One page large, as the network will see it, and all that is known of it."""

from html import escape
from pathlib import Path

from PySide6.QtCore import Qt, QUrl, Signal, Slot
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QLabel, QPushButton, QSizePolicy, QVBoxLayout, QWidget

from deepzine_gui.dataset import KEPT
from deepzine_gui.ui.dataset.page_reader import PageRead
from deepzine_gui.ui.dataset.size_buttons import SizeButtons
from deepzine_gui.ui.dataset.story import Story
from deepzine_gui.ui.dataset.table import PageTable
from deepzine_gui.ui.dataset.words import PARTS, state_in_words
from deepzine_gui.ui.pictures import PageView
from deepzine_gui.ui.theme import GRID, font
from deepzine_gui.ui.wrapping import WrappingLine

_MEASURES = (
    "The rules judge by these. Ink: how dark the page is against its own paper. "
    "Brightness: the mean of its pixels, 100 % is white. "
    "Picture and black: how much of the page is toned like a picture, or nearly black. "
    "Scan: pixels of its shorter side."
)
_LEAST_HEIGHT = 5 * GRID


class Inspector(QWidget):
    """The page chosen in the grid.

    Signals:
        size_chosen(int): the page is to be shown at this size.
        toggle_asked(): it is to be set aside, or brought back.
    """

    size_chosen = Signal(int)
    toggle_asked = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._table: PageTable | None = None
        self._page = -1
        self._document = ""
        self.view = PageView("Choose a page to see it large.")
        self.view.setMinimumHeight(_LEAST_HEIGHT)
        self.view.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Ignored)
        self.sizes = SizeButtons()
        self.sizes.chosen.connect(self.size_chosen)
        self._title = QLabel(wordWrap=True)
        self._title.setFont(font("large"))
        self._title.setTextFormat(Qt.TextFormat.PlainText)
        self._story = Story("What is known of the page")
        self._story.setToolTip(_MEASURES)
        self.toggle = QPushButton()
        self.toggle.clicked.connect(self.toggle_asked)
        self.open = QPushButton("Open document")
        self.open.clicked.connect(self.open_document)
        self._lay_out()
        self.clear()

    @property
    def page(self) -> int:
        """The page shown, by its row, or -1."""
        return self._page

    def clear(self) -> None:
        """Show no page."""
        self._table, self._page, self._document = None, -1, ""
        self.view.show_image(None)
        self._title.clear()
        self._story.tell([])
        for widget in (self.sizes, self.toggle, self.open):
            widget.hide()

    def show_page(self, table: PageTable, page: int, resolution: int) -> None:
        """Say what is known of a page; its picture follows by `show_picture`."""
        self._table, self._page = table, page
        self.sizes.show_resolution(resolution)
        self.sizes.show()
        self.refresh()

    def show_picture(self, read: PageRead) -> None:
        """Show the page itself."""
        if read.index == self._page:
            self.view.show_image(read.image)

    def allow_marks(self, allowed: bool) -> None:
        """While a dataset is built its pages cannot be marked."""
        self.toggle.setEnabled(allowed)

    @Slot()
    def refresh(self) -> None:
        """Say anew what is known: marks may have changed."""
        if self._table is None:
            return
        table, page = self._table, self._page
        document = table.documents[table.document[page]]
        part = PARTS.get(int(table.part[page]), "")
        self._title.setText(f"Page {table.page[page]:,}{part}")
        self._story.tell(_story(table, page))
        self._document = document.path
        self.open.setVisible(bool(document.path))
        self.open.setToolTip(document.path)
        kept = table.marks.state[page] == KEPT
        self.toggle.setText("Set aside" if kept else "Bring back")
        self.toggle.setToolTip("All selected pages (Delete)")
        self.toggle.show()

    @Slot()
    def open_document(self) -> None:
        """Open the page's document in the program the desktop has for it."""
        if self._document and Path(self._document).exists():
            QDesktopServices.openUrl(QUrl.fromLocalFile(self._document))
        elif self._document:
            gone = f"{escape(self._document)} is not there any more: it was moved or removed."
            self._story.tell([gone])

    def _lay_out(self) -> None:
        buttons = WrappingLine()
        buttons.addWidget(self.toggle)
        buttons.addWidget(self.open)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(GRID)
        layout.addWidget(self.view, 1)
        layout.addWidget(self.sizes)
        layout.addWidget(self._title)
        layout.addWidget(self._story)
        layout.addLayout(buttons)


def _story(table: PageTable, page: int) -> list[str]:
    """What is known of a page, line by line, as rich text."""
    document = table.documents[table.document[page]]
    marks = table.marks
    state = state_in_words(int(marks.state[page]), int(marks.reason[page]))
    label = table.label_of(page)
    lines = [f"<b>{escape(state.capitalize())}</b>" + (f" · {escape(label)}" if label else "")]
    lines.append(escape(document.name))
    lines.append(
        f"ink {100 * table.ink[page]:.1f} % · brightness {100 * table.brightness[page]:.0f} %"
    )
    toned = f"picture {100 * table.picture[page]:.0f} % · black {100 * table.black[page]:.0f} %"
    lines.append(toned)
    original = int(table.original_px[page])
    kind = f"scan of {original:,} px" if original else "typeset"
    shape = f"width {table.aspect[page]:.2f} of height · {kind}"
    lines.append("imported" if document.is_imported else shape)
    if document.rights:
        lines.append(escape(document.rights))
    if document.source:
        link = escape(document.source, quote=True)
        lines.append(f'<a href="{link}">{link}</a>')
    return lines
