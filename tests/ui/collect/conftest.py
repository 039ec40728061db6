"""The Collect bench, and a loopback archive for it to search."""

from collections.abc import Iterator

import pytest
from pytestqt.qtbot import QtBot

from deepzine_gui.ui.collect import (
    CollectBench,
    closer_look,
    desk,
    preview_pane,
)
from deepzine_gui.ui.collect.scout import Scout
from deepzine_gui.ui.main_window import MainWindow
from tests.fakes.archive_server import ArchiveServer
from tests.fakes.small_pdf import small_pdf
from tests.ui.collect.finding import Looks


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


@pytest.fixture
def looks(monkeypatch: pytest.MonkeyPatch) -> Looks:
    looks = Looks()
    monkeypatch.setattr(desk, "_start", looks.answer)
    monkeypatch.setattr(closer_look, "_SETTLED_MS", 0)
    monkeypatch.setattr(preview_pane, "_SETTLED_MS", 0)
    return looks


@pytest.fixture
def scout(qtbot: QtBot, looks: Looks) -> Iterator[Scout]:
    scout = Scout()
    scout.resize(1408, 760)
    scout.show()
    yield scout
    scout.shut_down()
    scout.deleteLater()
