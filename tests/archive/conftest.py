"""An archive of our own for every test of this room, without its usual leisure."""

from collections.abc import Iterator

import pytest

from deepzine_gui.archive import connection, hosts, manners
from tests.fakes.archive_server import ArchiveServer


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[ArchiveServer]:
    monkeypatch.setattr(manners, "METADATA_INTERVAL_S", 0.0)
    monkeypatch.setattr(connection, "RETRY_DELAYS_S", (0.01, 0.01, 0.01))
    with ArchiveServer() as archive:
        monkeypatch.setenv(hosts.HOST_VARIABLE, archive.host)
        archive.add_collection("zines")
        yield archive
