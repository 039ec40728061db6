"""The queue of a project that is yet to be made."""

from pathlib import Path

import pytest

from deepzine_gui.archive import Queue


@pytest.fixture
def queue(folder: Path) -> Queue:
    return Queue(folder)
