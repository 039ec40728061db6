"""The queue on a bench of its own, and an archive of three documents without its usual leisure."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from deepzine_gui.archive.connection import conversation, manners
from deepzine_gui.archive.identity import hosts
from deepzine_gui.ui.collect.downloads import Downloads, downloads
from tests.archive.reading import LARGE
from tests.fakes.archive_server import ArchiveServer
from tests.ui.collect.downloads.stand import Stand
from tests.ui.hosting import here, hosted


@pytest.fixture(autouse=True)
def _here(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(downloads, "in_child", here)
    monkeypatch.setattr(manners, "METADATA_INTERVAL_S", 0.0)
    monkeypatch.setattr(conversation, "RETRY_DELAYS_S", (0.01,))


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[ArchiveServer]:
    with ArchiveServer() as archive:
        for name in ("one", "two", "three"):
            archive.add(name, LARGE)
        monkeypatch.setenv(hosts.HOST_VARIABLE, archive.host)
        yield archive


@pytest.fixture
def queue(qtbot: QtBot, folder: Path) -> Iterator[Downloads]:
    stand = Stand()
    with hosted(stand):
        stand.queue.open_project(folder, [])
        yield stand.queue
    qtbot.waitUntil(lambda: not stand.queue.is_busy)
