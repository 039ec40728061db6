"""One page of the project's documents, chosen by the person, before and after the settings."""

import random

from PySide6.QtCore import Qt, Slot
from PySide6.QtGui import QAction, QResizeEvent
from PySide6.QtWidgets import QPushButton, QSpinBox, QVBoxLayout, QWidget

from deepzine_gui.dataset.judging.glances import Glance, GlanceWish, reasons
from deepzine_gui.dataset.judging.rules import Rules
from deepzine_gui.dataset.values import KEPT
from deepzine_gui.pages import Document, Page, PageSettings
from deepzine_gui.ui.dataset.settings.before_after import After, BeforeAfter
from deepzine_gui.ui.dataset.settings.documents_found import Found
from deepzine_gui.ui.dataset.settings.looking import Looking
from deepzine_gui.ui.dataset.settings.originals import Originals
from deepzine_gui.ui.fitting_box import FittingBox
from deepzine_gui.ui.pictures import to_qimage
from deepzine_gui.ui.theme import GRID, indent, set_icon
from deepzine_gui.ui.wrapping import WrappingLine, together

_NO_DOCUMENTS = "There are no documents yet: collect some, or add your own."
_ANOTHER = "Another page"
_PREFIX = "page "
_MIDDLE = 0.5
_NAME = 15 * GRID
"""So much of a document's name is always seen."""
_WIDE = 60 * GRID
"""From this width on there is room for the words of the button."""


class PreviewPanel(QWidget):
    """Shows a page again whenever the settings, the rules or the page are others.

    Nothing is asked of the engine while the panel is hidden.
    """

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._settings = PageSettings()
        self._rules = Rules()
        self._documents: tuple[Document, ...] = ()
        self._glance: Glance | None = None
        self._originals: Originals | None = None
        self._number, self._share = 0, _MIDDLE
        self._looking = Looking(self)
        self._looking.seen.connect(self._show_glance)
        self._looking.failed.connect(self._say)
        self.documents = FittingBox()
        self.documents.setAccessibleName("Document of the page shown")
        self.documents.setMinimumWidth(_NAME)
        self.documents.activated.connect(self._choose_document)
        self.page = QSpinBox()
        self.page.setAccessibleName("Page shown")
        self.page.setPrefix(_PREFIX)
        self.page.setKeyboardTracking(False)
        self.page.setMaximumWidth(20 * GRID)
        indent(self.page)
        self.page.valueChanged.connect(self._choose_page)
        self.another = QPushButton(_ANOTHER)
        self.another.setAccessibleName(_ANOTHER)
        self.another.setToolTip("Another page at random, of any document (R)")
        set_icon(self.another, "dice")
        self.another.clicked.connect(self.choose_at_random)
        self.another_action = QAction("Another page before and after", self)
        self.another_action.setShortcut("R")
        self.another_action.triggered.connect(self.choose_at_random)
        self.view = BeforeAfter()
        self._lay_out()
        self.show_documents(Found(()))

    def show_documents(self, found: Found) -> None:
        """Offer these documents; the page shown stays if its document is among them."""
        before = self._document
        self._documents = found.documents
        self.documents.clear()
        self.documents.addItems([document.name for document in found.documents])
        for row, document in enumerate(found.documents):
            self.documents.setItemData(row, document.name, Qt.ItemDataRole.ToolTipRole)
        there = bool(found.documents)
        for widget in (self.documents, self.another, self.another_action):
            widget.setEnabled(there)
        if before in found.documents:
            self.documents.setCurrentIndex(found.documents.index(before))
            return
        self._forget()
        if there:
            self.documents.setCurrentIndex(0)
            self._look()
        else:
            self._say(found.trouble or _NO_DOCUMENTS)

    def show_settings(self, settings: PageSettings) -> None:
        """Show the page as these settings make it."""
        self._settings = settings
        self._look()

    def show_rules(self, rules: Rules) -> None:
        """Say what these rules would do with the page."""
        self._rules = rules
        if self._glance is not None:
            self._show_glance(self._glance)

    def show_originals(self, originals: Originals | None) -> None:
        """Say of which pages this dataset holds the page may be a double."""
        self._originals = originals
        if self._glance is not None:
            self._show_glance(self._glance)

    def look(self) -> None:
        """Show the page chosen; to be called when the panel comes into view."""
        self._look()

    def close_engine(self) -> None:
        """End the process that renders; it is started again when it is needed."""
        self._looking.close()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Leave the document's name the room, where it is little."""
        super().resizeEvent(event)
        is_wide = self.width() >= _WIDE
        self.another.setText(_ANOTHER if is_wide else "")
        self.page.setPrefix(_PREFIX if is_wide else "")

    @Slot()
    def choose_at_random(self) -> None:
        """Show any page of any document."""
        if self._documents:
            self.documents.setCurrentIndex(random.randrange(len(self._documents)))
            self._number, self._share = 0, random.random()
            self._look()

    @property
    def _document(self) -> Document | None:
        row = self.documents.currentIndex()
        return self._documents[row] if 0 <= row < len(self._documents) else None

    def _forget(self) -> None:
        self._glance = None
        self._number, self._share = 0, _MIDDLE
        self._show_number(1, 0)

    def _look(self) -> None:
        document = self._document
        self.documents.setToolTip("" if document is None else document.name)
        if document is None or not self.isVisible():
            return
        if self._glance is None:
            self.view.say("Opening the page…")
        self._looking.ask(GlanceWish(document, self._settings, self._number, self._share))

    @Slot(object)
    def _show_glance(self, glance: Glance) -> None:
        if glance.wish.document != self._document:
            return
        self._glance, self._number = glance, glance.number
        self._show_number(glance.number, glance.total)
        if glance.preview.refusal:
            self.view.say(glance.preview.refusal)
            return
        after = [
            After(to_qimage(page.pixels), *self._fate(glance, page, why))
            for page, why in zip(glance.preview.pages, self._whys(glance), strict=True)
        ]
        self.view.show_pages(to_qimage(glance.preview.before), after)

    def _fate(self, glance: Glance, page: Page, why: str) -> tuple[str, bool]:
        """Say what becomes of a page that the rules would set aside for `why`, and if it stays."""
        known, name = self._originals, glance.wish.document.name
        by_hand = None if known is None else known.by_hand(name, glance.number, page.part)
        if by_hand is not None:
            return ("kept by hand", True) if by_hand == KEPT else ("set aside by hand", False)
        return (f"would be set aside: {why}", False) if why else ("kept", True)

    def _whys(self, glance: Glance) -> list[str]:
        """Why each page would be set aside; whether it is a double only a dataset can say."""
        whys: list[str] = list(reasons(glance, self._rules))
        known, bits = self._originals, self._rules.doubles
        if known is not None and bits:
            name = glance.wish.document.name
            for place, (page, one) in enumerate(
                zip(glance.preview.pages, glance.measures, strict=True)
            ):
                if known.have(name, glance.number, page.part, one.fingerprint, bits):
                    whys[place] = whys[place] or "double"
        return whys

    @Slot(str)
    def _say(self, sentence: str) -> None:
        self._glance = None
        self.view.say(sentence)

    def _show_number(self, number: int, total: int) -> None:
        self.page.blockSignals(True)
        self.page.setRange(1, max(1, total))
        self.page.setSuffix(f" of {total:,}" if total else "")
        self.page.setValue(number)
        self.page.setEnabled(total > 1)
        self.page.blockSignals(False)

    @Slot()
    def _choose_document(self) -> None:
        self._forget()
        self._look()

    @Slot(int)
    def _choose_page(self, number: int) -> None:
        self._number = number
        self._look()

    def _lay_out(self) -> None:
        line = WrappingLine()
        line.add_greedy(self.documents)
        line.addWidget(together(self.page, self.another))
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(GRID)
        column.addLayout(line)
        column.addWidget(self.view, 1)
