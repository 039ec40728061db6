"""The contact that every request tells, and where it is set."""

import pytest

from deepzine_gui import __version__, archive
from deepzine_gui.archive.identity.contacts import CONTACT_VARIABLE
from tests.fakes.archive_server import ArchiveServer


@pytest.mark.parametrize(
    ("contact", "told"),
    [
        ("", ""),
        (" ann@example.org ", " (contact: ann@example.org)"),
        ("Jos\u00e9 (Madrid)\nX-Other: 1", " (contact: Jos Madrid X-Other: 1)"),
    ],
)
@pytest.mark.parametrize("is_setting", [True, False])
def test_the_archive_is_told_who_asks_and_how_to_reach_them(
    server: ArchiveServer,
    monkeypatch: pytest.MonkeyPatch,
    contact: str,
    told: str,
    is_setting: bool,
) -> None:
    if is_setting:
        archive.keep_contact("other")
        archive.keep_contact(contact)
    else:
        monkeypatch.setenv(CONTACT_VARIABLE, contact)
    server.add("one")
    list(archive.search("zines"))
    for asked in server.log:
        assert asked.headers["User-Agent"].endswith(f" DeepZine/{__version__}{told}")
