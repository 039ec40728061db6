"""A dataset without any variety."""

from pathlib import Path

import numpy as np
import pytest

from deepzine_gui.dataset.storage.store import Writer
from deepzine_gui.dataset.values import Provenance
from deepzine_gui.pages import PageSettings


@pytest.fixture
def one_page(tmp_path: Path) -> Path:
    """Forty copies of a page of 16 px, each with a grain of its own."""
    path = tmp_path / "one.h5"
    rng = np.random.default_rng(0)
    page = rng.integers(20, 230, (1, 16, 16), np.uint8)
    with Writer(path, PageSettings(resolution=16)) as writer:
        for number in range(40):
            grain = rng.integers(0, 2, page.shape, np.uint8)
            writer.add(page + grain, Provenance(document="a", page=number + 1))
        writer.finish()
    return path
