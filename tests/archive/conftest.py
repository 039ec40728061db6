"""An archive of our own for every test of this room, without its usual leisure."""

from collections.abc import Iterator
from typing import Any
from urllib.parse import unquote, urlsplit

import pytest
from requests import PreparedRequest, Response
from requests.adapters import HTTPAdapter

from deepzine_gui.archive.connection import conversation, manners
from deepzine_gui.archive.identity import hosts
from tests.fakes.archive_server import ArchiveServer
from tests.patience import PATIENCE_S


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[ArchiveServer]:
    monkeypatch.setattr(manners, "METADATA_INTERVAL_S", 0.0)
    monkeypatch.setattr(conversation, "RETRY_DELAYS_S", (0.01, 0.01, 0.01))
    with ArchiveServer() as archive:
        monkeypatch.setenv(hosts.HOST_VARIABLE, archive.host)
        archive.add_collection("zines")
        yield archive


@pytest.fixture
def quick_silences(server: ArchiveServer, monkeypatch: pytest.MonkeyPatch) -> None:
    """A silence of the archive is over in a moment; a busy machine is not taken for one."""
    send = HTTPAdapter.send

    def decided(
        adapter: HTTPAdapter, request: PreparedRequest, *, timeout: object, **more: Any
    ) -> Response:
        assert timeout == conversation.TIMEOUTS_S
        fault = server.next_fault(unquote(urlsplit(request.url or "").path))
        silence_s = PATIENCE_S if fault.stall_after is None else 0.2
        return send(adapter, request, timeout=(PATIENCE_S, silence_s), **more)

    monkeypatch.setattr(HTTPAdapter, "send", decided)
