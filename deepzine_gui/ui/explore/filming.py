"""From the path to a film: ask, export, and offer to open it."""

from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QObject, QUrl, Signal, Slot
from PySide6.QtGui import QDesktopServices

from deepzine_gui import export
from deepzine_gui.child import in_child
from deepzine_gui.export import FilmSettings
from deepzine_gui.latent import Latents
from deepzine_gui.ui.bench import Bench
from deepzine_gui.ui.explore.film_dialog import FilmDialog
from deepzine_gui.ui.explore.layout import Layout
from deepzine_gui.ui.jobs import Job

if TYPE_CHECKING:
    from collections.abc import Sequence


class Filming(QObject):
    """One film at a time.

    Signals:
        busy_changed(bool): a film is being made.
    """

    busy_changed = Signal(bool)

    def __init__(self, bench: Bench, shown: Layout) -> None:
        super().__init__(bench)
        self._bench, self._shown = bench, shown
        self._job: Job | None = None
        self._model = Path()
        self._keyframes: Sequence[Latents] = ()
        self._film: Path | None = None
        self.dialog: FilmDialog | None = None
        shown.open_film.clicked.connect(self._open)

    @property
    def is_busy(self) -> bool:
        """Whether a film is being made."""
        return self._job is not None

    def forget(self) -> None:
        """Another project: its films are not offered here."""
        self._film = None
        self._shown.show_film(None)

    def ask(self, model: Path, keyframes: list[Latents], out: Path, *, label: str | None) -> None:
        """Ask what the film of these keyframes is to be like; make it if it is wanted.

        A conditional model gives all frames the label `label`, or its commonest where that is None.
        """
        if self.is_busy:
            return
        self._model, self._keyframes = model, list(keyframes)
        bar = self._shown.path_bar
        settings = FilmSettings(
            keyframes=len(keyframes), mode=bar.mode, loop=bar.loop.isChecked(), label=label
        )
        if self.dialog is not None:
            self.dialog.deleteLater()
        self.dialog = FilmDialog(settings, out, self._bench)
        self.dialog.accepted.connect(self._export)
        self.dialog.open()

    @Slot()
    def _export(self) -> None:
        if self.dialog is None or self.is_busy:
            return
        settings, out = self.dialog.settings, self.dialog.out
        generator = in_child(
            export.film,
            self._model,
            out,
            keyframes=np.stack(self._keyframes),
            frames=settings.frames,
            fps=settings.fps,
            mode=settings.mode,
            loop=settings.loop,
            size=settings.size,
            label=settings.label,
        )
        self._job = job = self._bench.start_job(generator, name=f"Export {out.name}")
        job.keeps = False
        self._film = out
        job.ended.connect(self._end)
        self._shown.show_film(None)
        self.busy_changed.emit(True)
        job.start()

    @Slot(bool)
    def _end(self, completed: bool) -> None:
        self._job = None
        self._shown.show_film(self._film if completed else None)
        self.busy_changed.emit(False)

    @Slot()
    def _open(self) -> None:
        if self._film is None:
            return
        if self._film.is_file():
            QDesktopServices.openUrl(QUrl.fromLocalFile(str(self._film)))
        else:
            gone = f"{self._film} is not there any more: it was moved or removed."
            self._bench.notice.emit(gone, "error")
            self.forget()
