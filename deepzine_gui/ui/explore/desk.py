"""The one place where the explorer asks for pages, whichever model is open."""

from pathlib import Path

from PySide6.QtCore import QObject, Signal, Slot

from deepzine_gui.latent import Latents
from deepzine_gui.ui.explore.sampling import Pages, Sampling


class Desk(QObject):
    """Opens one model at a time and drops answers that nobody waits for any more.

    Attributes:
        label: of the pages asked for; None for the commonest, and of a model without labels.

    Signals:
        ready(): the model is loaded.
        made(Pages): pages that were asked for.
        failed(Exception): the model cannot be used.
    """

    ready = Signal()
    made = Signal(object)
    failed = Signal(object)

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self.label: str | None = None
        self._sampling: Sampling | None = None
        self._oldest: dict[str, int] = {}

    @property
    def model(self) -> Path | None:
        """The file of the model that is open."""
        return None if self._sampling is None else self._sampling.model

    def open(self, model: Path) -> None:
        """Load a model in place of the one before."""
        self.close()
        self._sampling = Sampling(model, self)
        self._sampling.ready.connect(self.ready)
        self._sampling.answered.connect(self._pass_on)
        self._sampling.failed.connect(self._fail)
        self._sampling.start()

    def ask(self, kind: str, latents: Latents, *, fresh: bool = True) -> None:
        """Ask for pages of latents (N, L).

        With `fresh`, earlier questions of this kind are no longer waited for; without, their pages
        still come, in order, as a slider that moves wants it.
        """
        if self._sampling is None or not len(latents):
            return
        stamp = self._sampling.ask_pages(kind, latents, self.label)
        if fresh:
            self._oldest[kind] = stamp

    def close(self) -> None:
        """End the model's thread and process."""
        if self._sampling is not None:
            self._sampling.stop()
            self._sampling.deleteLater()
            self._sampling = None

    @Slot(object, object)
    def _pass_on(self, sampling: Sampling, pages: Pages) -> None:
        # what a model closed meanwhile has sent still arrives
        if sampling is self._sampling and pages.stamp >= self._oldest.get(pages.kind, 0):
            self.made.emit(pages)

    @Slot(object, object)
    def _fail(self, sampling: Sampling, error: Exception) -> None:
        # a model closed meanwhile may tell of its end only now
        if sampling is self._sampling:
            self.close()
            self.failed.emit(error)
