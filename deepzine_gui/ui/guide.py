"""The user guide, in a window beside the work."""

from pathlib import Path

from PySide6.QtWidgets import QDialog, QTextBrowser, QVBoxLayout, QWidget

from deepzine_gui import places

GUIDE = Path(__file__).with_name("guide.md")


class GuideWindow(QDialog):
    """Shows guide.md; stays open beside the window."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setWindowTitle("DeepZine — user guide")
        self.resize(640, 720)
        page = QTextBrowser()
        page.setOpenExternalLinks(True)
        page.setAccessibleName("User guide")
        page.setFrameShape(QTextBrowser.Shape.NoFrame)
        page.document().setDocumentMargin(24)
        text = GUIDE.read_text("utf-8")
        page.setMarkdown(text.replace("LOGFILE", str(places.log_file())))
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(page)
