"""From another program's dataset to the project's: ask which, and whether it may take its place."""

from pathlib import Path

from PySide6.QtCore import QObject, Qt, Signal, Slot
from PySide6.QtGui import QAction, QIcon
from PySide6.QtWidgets import QFileDialog, QMenu, QMessageBox

from deepzine_gui.ui.bench import Bench
from deepzine_gui.words import count_text

_TITLE = "Import pages"
_KINDS = "Datasets (*.h5 *.hdf5 *.zip *.gz *ubyte*);;All files (*)"


class Importing(QObject):
    """Asks what is to be imported; what it is, the job finds out.

    Signals:
        chosen(Path): this is to become the dataset of the bench's project, whatever there is.

    Attributes:
        menu: where it can be taken from.
        question: whether a dataset may be replaced, while that is asked; else None.
    """

    chosen = Signal(object)

    def __init__(self, bench: Bench) -> None:
        super().__init__(bench)
        self._bench = bench
        self._source: Path | None = None
        self._pages = 0
        self.question: QMessageBox | None = None
        self.menu = QMenu(_TITLE, bench)
        for words, slot in (
            ("From a &file: HDF5, ZIP, IDX…", self._choose_file),
            ("From a f&older with dataset.json…", self._choose_folder),
        ):
            action = QAction(words, self)
            action.triggered.connect(slot)
            self.menu.addAction(action)
        self.allow(False, pages=0)

    def allow(self, allowed: bool, *, pages: int) -> None:
        """Offer it, or not: nothing else may be making the dataset, which has so many pages."""
        self._pages = pages
        self.menu.setEnabled(allowed)

    def ask_to_import(self, source: Path) -> None:
        """Import a file or folder; first ask, where the project has a dataset."""
        project = self._bench.project
        if project is None or self.question is not None:
            return
        self._source = source
        if project.dataset.exists():
            self._ask_to_replace(source)
        else:
            self._go_on()

    @Slot()
    def _choose_file(self) -> None:
        chosen, _ = QFileDialog.getOpenFileName(self._bench, _TITLE, "", _KINDS)
        if chosen:
            self.ask_to_import(Path(chosen))

    @Slot()
    def _choose_folder(self) -> None:
        chosen = QFileDialog.getExistingDirectory(self._bench, _TITLE)
        if chosen:
            self.ask_to_import(Path(chosen))

    def _ask_to_replace(self, source: Path) -> None:
        present = f" of {count_text(self._pages, 'pages')}" if self._pages else ""
        self.question = question = QMessageBox(self._bench)
        question.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        question.setWindowTitle(_TITLE)
        question.setText(f"Replace this project's dataset{present}?")
        question.setInformativeText(
            f"The pages of {source.name} take its place. Marks and labels of its pages are lost; "
            "pages of the project's documents can be built again."
        )
        question.addButton("Replace", QMessageBox.ButtonRole.AcceptRole)
        cancel = question.addButton(QMessageBox.StandardButton.Cancel)
        cancel.setIcon(QIcon())
        question.setDefaultButton(cancel)
        question.accepted.connect(self._go_on)
        question.finished.connect(self._forget_question)
        question.open()

    @Slot()
    def _go_on(self) -> None:
        if self._source is not None:
            self.chosen.emit(self._source)

    @Slot()
    def _forget_question(self) -> None:
        self.question = None
