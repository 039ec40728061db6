"""Turn latents into pages with a loaded model."""

import contextlib
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from deepzine_gui.errors import ModelError, SettingsError
from deepzine_gui.latent.points import Latents
from deepzine_gui.networks import find_model, load_generator

_PIXELS_AT_ONCE = 2**16
_PAGES_AT_ONCE = 64


class Sampler:
    """A loaded model that makes pages.

    Attributes:
        info: what the model says of itself.
        batch: pages made at once; asking for this many at a time keeps memory and waits short.
    """

    def __init__(self, model: str | Path, threads: int | None = None) -> None:
        """Load a model.

        Args:
            model: what `networks.find_model` takes.
            threads: for torch while it samples; without a number, one fewer than torch would
                take, which leaves a core to the window or the encoder.

        Raises:
            ModelError: the model is missing, damaged, or of a kind that is never loaded.
        """
        self._generator, self.info = load_generator(find_model(model))
        self._threads = threads or max(1, torch.get_num_threads() - 1)
        self.batch = max(1, min(_PAGES_AT_ONCE, _PIXELS_AT_ONCE // self.info.resolution**2))

    def labels(self, count: int, *, seed: int, only: str | None = None) -> NDArray[np.int64] | None:
        """Return numbers of labels, (count,); None for an unconditional model.

        They are as frequent as in training, or all that of the word `only`.

        Raises:
            SettingsError: the model knows no such label.
        """
        known = self.info.labels
        if only is not None:
            if known is None:
                raise SettingsError(
                    f"The model {self.info.name} was trained without labels: leave out the label."
                )
            if only not in known.names:
                raise SettingsError(
                    f"The model {self.info.name} knows no label {only!r}: "
                    f"choose one of {', '.join(filter(None, known.names))}."
                )
            return np.full(count, known.names.index(only))
        return None if known is None else known.draw(count, seed=seed)

    def one_label(self, count: int, label: str | None) -> NDArray[np.int64] | None:
        """Return labels for `images`, (count,): all `label`, or None for the commonest.

        Raises:
            SettingsError: the model knows no such label.
        """
        return None if label is None else self.labels(count, seed=0, only=label)

    def images(
        self,
        latents: Latents,
        resolution: int | None = None,
        *,
        labels: NDArray[np.int64] | None = None,
    ) -> NDArray[np.uint8]:
        """Return the pages (N, H, W, C) of latents (N, L).

        The model's range [-1, 1] always becomes [0, 255], cut off beyond, never stretched a page
        at a time: neighbouring frames of a film keep their brightness.

        Args:
            latents: points of norm ``radius * sqrt(L)``.
            resolution: a power of two up to the model's own; smaller pages are exact box means
                of whole ones, since the model's own small layers have not been trained since.
            labels: numbers of labels (N,), of a conditional model only; without them all pages
                have the commonest, so that neighbouring ones differ by their latents alone.

        Raises:
            ModelError: the latents are of another size, or the weights give no numbers.
            SettingsError: the model cannot make that resolution.
        """
        points = np.asarray(latents, dtype=np.float32)
        if points.ndim != 2 or points.shape[1] != self.info.latent_size:
            raise ModelError(
                f"The model {self.info.name} takes latents of {self.info.latent_size} numbers, "
                f"not an array of shape {points.shape}: these are another model's."
            )
        size = self._checked(resolution)
        pages = np.empty((len(points), size, size, self.info.channels), np.uint8)
        with torch.inference_mode(), _threads(self._threads):
            for start in range(0, len(points), self.batch):
                part = slice(start, start + self.batch)
                numbers = None if labels is None else torch.from_numpy(labels[part])
                pages[part] = self._make(torch.tensor(points[part]), numbers, size)
        return pages

    def _make(self, latents: Tensor, labels: Tensor | None, size: int) -> NDArray[np.uint8]:
        pages = self._generator(latents, labels=labels, resolution=self.info.resolution)
        if not torch.isfinite(pages).all():
            raise ModelError(f"{self.info.path} is damaged: it makes no numbers for some pages.")
        pages = nn.functional.avg_pool2d(pages.clamp(-1, 1), self.info.resolution // size)
        pages = ((pages + 1) * 127.5).round().to(torch.uint8)  # (N, C, size, size)
        levels: NDArray[np.uint8] = pages.permute(0, 2, 3, 1).numpy()
        return levels

    def _checked(self, resolution: int | None) -> int:
        own = self.info.resolution
        size = own if resolution is None else resolution
        if size < 1 or size > own or own % size:
            raise SettingsError(
                f"The model {self.info.name} makes pages of {own} px, so not of {size} px: "
                f"choose {own}, or a power of two below it."
            )
        return size


@contextlib.contextmanager
def _threads(count: int) -> Iterator[None]:
    before = torch.get_num_threads()
    torch.set_num_threads(count)
    try:
        yield
    finally:
        torch.set_num_threads(before)
