"""A line of text in a window onto which files may be dropped anywhere."""

from PySide6.QtCore import QMimeData
from PySide6.QtGui import QDragEnterEvent
from PySide6.QtWidgets import QLineEdit


class TextField(QLineEdit):
    """Takes text that is dropped on it, an address say; files it leaves to the window."""

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        """See Qt's own."""
        if holds_files(event.mimeData()):
            event.ignore()
        else:
            super().dragEnterEvent(event)


def holds_files(data: QMimeData) -> bool:
    """Whether files or folders are dragged."""
    return any(url.isLocalFile() for url in data.urls())
