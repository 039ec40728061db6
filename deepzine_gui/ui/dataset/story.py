"""Lines of words with links, which break anywhere and scroll where there is no room for them."""

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QSize, Qt, Slot
from PySide6.QtGui import QResizeEvent, QTextOption
from PySide6.QtWidgets import QSizePolicy, QTextBrowser, QWidget

from deepzine_gui.ui.theme import quieten

_FEWEST_LINES = 2


class Story(QTextBrowser):
    """As high as its words need, if there is room; links open outside."""

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent, openExternalLinks=True)
        self._told = ""
        self.setAccessibleName(name)
        self.setProperty("plain", True)
        quieten(self)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Maximum)
        # names of files have no spaces
        self.setWordWrapMode(QTextOption.WrapMode.WrapAtWordBoundaryOrAnywhere)
        self.document().setDocumentMargin(0)
        self.document().documentLayout().documentSizeChanged.connect(self._follow)

    def tell(self, lines: Sequence[str]) -> None:
        """Show other lines, as rich text."""
        told = "<br>".join(lines)
        if told != self._told:
            self._told = told
            self.setHtml(told)

    def sizeHint(self) -> QSize:
        """As high as all lines."""
        return QSize(super().sizeHint().width(), round(self.document().size().height()))

    def minimumSizeHint(self) -> QSize:
        """A few lines, or all where they are fewer."""
        few = _FEWEST_LINES * self.fontMetrics().lineSpacing()
        return QSize(0, min(few, self.sizeHint().height()))

    def changeEvent(self, event: QEvent) -> None:
        """The colour of links is set when they are read: read them again in another palette."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange and self._told:
            self.setHtml(self._told)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Lines that break elsewhere may need another height."""
        super().resizeEvent(event)
        self.updateGeometry()

    @Slot()
    def _follow(self) -> None:
        self.updateGeometry()
