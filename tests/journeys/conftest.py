"""A small archive to start every journey from."""

from collections.abc import Iterator

import pytest

from tests.fakes.archive_server import ArchiveServer
from tests.fakes.small_pdf import small_pdf
from tests.ui.conftest import patient_window

__all__ = ["archive", "patient_window"]

PAGES = 8
"""Pages in each of the three documents."""


@pytest.fixture
def archive(monkeypatch: pytest.MonkeyPatch) -> Iterator[ArchiveServer]:
    """An archive that holds the collection ``zines`` of three documents."""
    with ArchiveServer() as server:
        server.add_collection("zines")
        for number in range(3):
            server.add(
                f"zine-{number}", small_pdf(PAGES, salt=number), collection=["zines"],
                title=f"Zine {number}", year="1903", creator="Nobody",
            )  # fmt: skip
        monkeypatch.setenv("DEEPZINE_ARCHIVE_HOST", server.host)
        yield server
