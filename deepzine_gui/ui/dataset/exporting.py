"""From the dataset to what other programs read: ask where to, and export the kept pages."""

import contextlib
from pathlib import Path

from PySide6.QtCore import QObject, Slot
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QFileDialog, QMenu

from deepzine_gui.child import in_child
from deepzine_gui.dataset import formats
from deepzine_gui.dataset.formats import Target
from deepzine_gui.ui.bench import Bench
from deepzine_gui.ui.dataset.marks.marking import Marking
from deepzine_gui.ui.jobs import Job

_WORDS: dict[Target, str] = {
    "folder": "As PNG &pictures, a folder a label…",
    "stylegan": "As a ZIP for &StyleGAN…",
    "deepzine": "As HDF5 of the &first DeepZine…",
}
_SUFFIXES: dict[Target, str] = {"folder": "", "stylegan": ".zip", "deepzine": ".h5"}
_KINDS: dict[Target, str] = {"folder": "", "stylegan": "ZIP (*.zip)", "deepzine": "HDF5 (*.h5)"}


class Exporting(QObject):
    """One export at a time, of a bench's project.

    Attributes:
        menu: what can be exported.
    """

    def __init__(self, bench: Bench, marking: Marking) -> None:
        super().__init__(bench)
        self._bench, self._marking = bench, marking
        self._job: Job | None = None
        self._wanted: tuple[Target, Path] | None = None
        self._is_allowed = False
        self.menu = QMenu("Export pages", bench)
        for target, words in _WORDS.items():
            action = QAction(words, self)
            action.setData(target)
            action.triggered.connect(self._ask)
            self.menu.addAction(action)
        marking.saved.connect(self._begin)
        marking.failed.connect(self._forget)
        self.allow(False)

    def allow(self, allowed: bool) -> None:
        """Offer it, or not: there must be kept pages, and no build."""
        self._is_allowed = allowed
        if not allowed:
            # what waits for marks to be saved was asked of another dataset
            self._wanted = None
        self.menu.setEnabled(allowed and self._job is None)

    def export(self, target: Target, out: Path) -> None:
        """Export all kept pages, once their marks are in the file."""
        if self._job is not None:
            return
        self._wanted = target, out
        if self._marking.is_saved:
            self._begin()

    @Slot()
    def _ask(self) -> None:
        action = self.sender()
        if not isinstance(action, QAction) or self._bench.project is None:
            return
        target: Target = action.data()
        suffix = _SUFFIXES[target]
        exports = self._bench.project.exports
        with contextlib.suppress(OSError):
            # the dialog shows a folder that is there; what cannot be written is said at the end
            exports.mkdir(parents=True, exist_ok=True)
        chosen, _ = QFileDialog.getSaveFileName(
            self._bench,
            "Export pages",
            str(exports / f"pages{suffix}"),
            _KINDS[target],
            # an export never goes into a folder that holds something
            options=QFileDialog.Option.DontConfirmOverwrite
            if target == "folder"
            else QFileDialog.Option(0),
        )
        if chosen:
            out = Path(chosen)
            self.export(target, out if out.suffix or not suffix else out.with_suffix(suffix))

    @Slot()
    def _begin(self) -> None:
        if self._wanted is None or self._job is not None or self._bench.project is None:
            return
        (target, out), self._wanted = self._wanted, None
        generator = in_child(formats.export_pages, self._bench.project.dataset, target, out)
        self._job = job = self._bench.start_job(generator, name=f"Export {out.name}")
        job.keeps = False
        job.ended.connect(self._end)
        self.allow(self._is_allowed)
        job.start()

    @Slot()
    def _forget(self) -> None:
        """Marks could not be written: what is in the file is not what was to be exported."""
        self._wanted = None

    @Slot(bool)
    def _end(self, completed: bool) -> None:
        self._job = None
        self.allow(self._is_allowed)
