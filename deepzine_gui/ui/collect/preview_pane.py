"""One item looked at: its cover, what it is about, its rights, and the way to its page."""

from PySide6.QtCore import QSize, Qt, QTimer, QUrl, Signal, Slot
from PySide6.QtGui import QDesktopServices, QImage, QPixmap
from PySide6.QtWidgets import (
    QFormLayout,
    QFrame,
    QLabel,
    QPushButton,
    QScrollArea,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from deepzine_gui.archive import Item
from deepzine_gui.archive.scout.looking import Seen
from deepzine_gui.ui.collect.columns import rights_text
from deepzine_gui.ui.collect.cover_view import CoverView
from deepzine_gui.ui.theme import GRID, Size, font, quieten, set_icon
from deepzine_gui.words import size_text

WIDTH = 36 * GRID
_SETTLED_MS = 250
"""Who walks through the table with the arrow keys asks for nothing on the way."""

_LARGEST_COVER_PX = 4000
_NOTHING = "Choose a row to see what it is about."
_LOOKING = "Asking the archive…"


class PreviewPane(QWidget):
    """Shows what is known of an item at once, and the rest when it comes.

    Signals:
        wanted(str): more is to be asked about the item of this identifier.
    """

    wanted = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._identifier = ""
        self._page_url = ""
        self._timer = QTimer(self, singleShot=True, interval=_SETTLED_MS)
        self._timer.timeout.connect(self._want)
        self.cover = CoverView()
        self.title = _text("large")
        self.creator = _text("normal")
        self.why = _text("normal")
        self.why.setProperty("warning", True)
        self.facts = {name: _text("normal") for name in _FACTS}
        self.description = _text("normal")
        self.browser = QPushButton("Open in the browser")
        set_icon(self.browser, "open")
        self.browser.clicked.connect(self.open_page)
        self._lay_out()
        self.clear()

    @property
    def identifier(self) -> str:
        """Of the item shown; "" if there is none."""
        return self._identifier

    @property
    def page_url(self) -> str:
        """Address of the item's page, once it is known."""
        return self._page_url

    @Slot()
    def clear(self) -> None:
        """Show no item."""
        self._timer.stop()
        self._identifier = self._page_url = ""
        for label in (self.title, self.creator, self.why):
            label.hide()
        self._form.hide()
        self.browser.hide()
        self.cover.hide()
        self.description.setText(_NOTHING)

    def show_item(self, item: Item, *, is_online: bool = True) -> None:
        """Show what the search told of an item; ask for the rest unless there is no connection."""
        self._identifier, self._page_url = item.identifier, ""
        self.cover.show_cover(None)
        self.cover.show()
        self._show_facts(item, "")
        self.browser.show()
        self.browser.setEnabled(False)
        self.description.setText(_LOOKING if is_online else "")
        if is_online:
            self._timer.start()

    def show_seen(self, item: Item, seen: Seen) -> None:
        """Show what a look has shown, if it was at the item shown."""
        if seen.identifier != self._identifier:
            return
        self._timer.stop()
        self._page_url = seen.page_url
        self.browser.setEnabled(bool(seen.page_url))
        self.cover.show_cover(_picture(seen.cover))
        if seen.item is None:
            self.description.setText(seen.trouble)
            return
        self._show_facts(item, seen.date)
        about = [seen.description or "The archive has no description of it."]
        if seen.subjects:
            about.append(f"Subjects: {seen.subjects}")
        self.description.setText("\n\n".join(about))

    @Slot()
    def open_page(self) -> None:
        """Open the item's page in the person's browser."""
        if self._page_url:
            QDesktopServices.openUrl(QUrl(self._page_url))

    @Slot()
    def _want(self) -> None:
        if self._identifier:
            self.wanted.emit(self._identifier)

    def _show_facts(self, item: Item, date: str) -> None:
        _show(self.title, item.title)
        _show(self.creator, item.creator)
        _show(self.why, item.restricted)
        size = size_text(item.size_bytes) if item.size_bytes else ""
        told = {
            "Date": date or (str(item.year) if item.year else ""),
            "Language": item.language,
            "Pages": f"{item.pages:,}" if item.pages else "",
            "Size": size if item.is_weighed or not size else f"{size}, all files",
            "Downloads": f"{item.downloads:,}" if item.downloads else "",
            "Rights": rights_text(item.rights) or "not told",
            "Identifier": item.identifier,
        }
        for name, text in told.items():
            self.facts[name].setText(text)
            self._rows.setRowVisible(self.facts[name], bool(text))
        self._form.show()

    def _lay_out(self) -> None:
        self._form = QWidget()
        self._rows = QFormLayout(self._form)
        self._rows.setContentsMargins(0, 0, 0, 0)
        self._rows.setHorizontalSpacing(2 * GRID)
        self._rows.setVerticalSpacing(GRID // 2)
        for name, label in self.facts.items():
            head = QLabel(name)
            quieten(head)
            self._rows.addRow(head, label)
        inside = QWidget()
        column = QVBoxLayout(inside)
        column.setContentsMargins(0, 0, GRID, 0)
        column.setSpacing(GRID)
        for widget in (
            self.cover, self.title, self.creator, self.why, self._form, self.description,
        ):  # fmt: skip
            column.addWidget(widget)
        column.addStretch(1)
        area = QScrollArea()
        area.setFrameShape(QFrame.Shape.NoFrame)
        area.setWidgetResizable(True)
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        area.setWidget(inside)
        area.setAccessibleName("About the item")
        layout = QVBoxLayout(self)
        layout.setContentsMargins(GRID, 0, 0, 0)
        layout.setSpacing(GRID)
        layout.addWidget(area, 1)
        layout.addWidget(self.browser)
        self.setMinimumWidth(30 * GRID)

    def sizeHint(self) -> QSize:
        """As wide as a cover with some room."""
        return QSize(WIDTH, 60 * GRID)


_FACTS = ("Date", "Language", "Pages", "Size", "Downloads", "Rights", "Identifier")


def _text(size: Size) -> QLabel:
    label = QLabel()
    label.setTextFormat(Qt.TextFormat.PlainText)
    label.setWordWrap(True)
    label.setFont(font(size, figures=True))
    label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
    label.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
    return label


def _show(label: QLabel, text: str) -> None:
    label.setText(text)
    label.setVisible(bool(text))


def _picture(cover: bytes) -> QPixmap | None:
    """The picture of a cover; None if it is none, or larger than a cover can be."""
    image = QImage.fromData(cover) if cover else QImage()
    if image.isNull() or max(image.width(), image.height()) > _LARGEST_COVER_PX:
        return None
    return QPixmap.fromImage(image)
