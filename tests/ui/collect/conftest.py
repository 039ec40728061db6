"""The Collect bench, and a loopback archive for it to search."""

from collections.abc import Iterator

import pytest

from deepzine_gui.ui.collect import CollectBench
from deepzine_gui.ui.main_window import MainWindow
from tests.fakes.archive_server import ArchiveServer
from tests.fakes.small_pdf import small_pdf


@pytest.fixture
def archive(monkeypatch: pytest.MonkeyPatch) -> Iterator[ArchiveServer]:
    """Three zines, the first of 1901."""
    with ArchiveServer() as server:
        server.add_collection("zines")
        for number in range(3):
            server.add(
                f"zine-{number}",
                small_pdf(salt=number),
                title=f"Zine {number}",
                year=str(1901 + number),
                language="eng",
                item_size=10_000,
            )
        monkeypatch.setenv("DEEPZINE_ARCHIVE_HOST", server.host)
        yield server


@pytest.fixture
def bench(window: MainWindow) -> CollectBench:
    bench = window.workbench.bench("collect")
    assert isinstance(bench, CollectBench)
    return bench
