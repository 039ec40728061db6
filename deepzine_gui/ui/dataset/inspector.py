"""One page in full size, and where it comes from."""

from html import escape

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QVBoxLayout, QWidget

from deepzine_gui.ui.dataset.page_reader import PageRead
from deepzine_gui.ui.pictures import PageView
from deepzine_gui.ui.theme import GRID, font, quieten


class Inspector(QWidget):
    """The page chosen in the grid."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.view = PageView("Choose a page to see it large.")
        self._title = QLabel()
        self._title.setFont(font("large"))
        self._title.setWordWrap(True)
        self._story = QLabel()
        self._story.setWordWrap(True)
        self._story.setOpenExternalLinks(True)
        self._story.setTextInteractionFlags(Qt.TextInteractionFlag.TextBrowserInteraction)
        quieten(self._story)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(GRID)
        layout.addWidget(self.view, 1)
        layout.addWidget(self._title)
        layout.addWidget(self._story)

    def clear(self) -> None:
        """Show no page."""
        self.view.show_image(None)
        self._title.clear()
        self._story.clear()

    def show_page(self, read: PageRead) -> None:
        """Show a page and its provenance."""
        self.view.show_image(read.image)
        source = read.provenance
        self._title.setText(f"Page {source.page:,} of its document")
        lines = [escape(source.document)]
        shape = "taller than wide" if source.aspect < 1 else "wider than tall"
        lines.append(f"{shape if source.aspect != 1 else 'square'}, {source.aspect:.2f} : 1")
        if source.rights:
            lines.append(escape(source.rights))
        if source.source:
            link = escape(source.source, quote=True)
            lines.append(f'<a href="{link}">{link}</a>')
        self._story.setText("<br>".join(lines))
