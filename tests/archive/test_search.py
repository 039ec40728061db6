"""Searching the loopback archive."""

import pytest

from deepzine_gui import archive
from deepzine_gui.archive import Item, ItemsFound, connection
from deepzine_gui.child import in_child
from deepzine_gui.errors import ArchiveError
from deepzine_gui.progress import Finished, Notice, Progress
from tests.fakes.archive_server import ArchiveServer, Fault


def found(identifier: str) -> list[ItemsFound]:
    return [event for event in archive.search(identifier) if isinstance(event, ItemsFound)]


def test_a_collection_comes_page_by_page(server: ArchiveServer) -> None:
    server.page_size = 3
    for number in range(7):
        server.add(f"item-{number}", downloads=100 - number)
    server.add("elsewhere", collection="other")
    events = list(archive.search(" zines "))
    pages = [event for event in events if isinstance(event, ItemsFound)]
    assert [len(page.items) for page in pages] == [3, 3, 1]
    assert [page.total for page in pages] == [7, 7, 7]
    assert [item.identifier for page in pages for item in page.items] == [
        f"item-{number}" for number in range(7)
    ]
    assert events[-2] == Progress(7, 7, "documents", "searching")
    assert events[-1] == Finished("7 items found in zines.")


def test_what_is_known_of_an_item(server: ArchiveServer) -> None:
    server.add(
        "one",
        title=["Annual report", "second title"],
        creator=["A. Author", "B. Author"],
        date="1903-05-01",
        language="eng",
        collection=["zines", "americana"],
        imagecount="312",
        item_size=24_000_000,
        downloads=17,
        licenseurl="https://creativecommons.org/publicdomain/mark/1.0/",
    )
    assert found("zines")[0].items == (
        Item(
            "one",
            "Annual report; second title",
            "A. Author; B. Author",
            1903,
            "eng",
            "zines",
            312,
            24_000_000,
            17,
            "https://creativecommons.org/publicdomain/mark/1.0/",
        ),
    )


def test_a_single_item_tells_the_size_of_its_document(server: ArchiveServer) -> None:
    server.add("one", b"x" * 1234, item_size=10**9)
    page = found("one")[0]
    assert (page.total, page.items[0].size_bytes, page.items[0].title) == (1, 1234, "Title of one")


def test_closed_items_carry_their_reason(server: ArchiveServer) -> None:
    server.add("borrow", collection=["zines", "inlibrary"], downloads=3)
    server.add("closed", downloads=2).fields["access-restricted-item"] = "true"
    server.add("dark", is_dark=True)
    server.add("private", file={"private": "true"}, collection="other")
    reasons = [item.restricted for item in found("zines")[0].items]
    assert reasons == ["This item can only be borrowed.", "Access to this item is restricted."]
    assert found("dark")[0].items[0].restricted == "This item has been withdrawn from the archive."
    assert "private or encrypted" in found("private")[0].items[0].restricted


def test_an_empty_collection(server: ArchiveServer) -> None:
    assert found("zines") == [ItemsFound((), 0)]


def test_a_cursor_that_repeats_ends(server: ArchiveServer) -> None:
    server.repeats_cursor = True
    for number in range(60):
        server.add(f"item-{number}")
    items = [item.identifier for page in found("zines") for item in page.items]
    assert len(items) == len(set(items)) == 60


def test_a_pause_is_kept_and_told(server: ArchiveServer) -> None:
    server.add("one")
    server.spoil("/services/search", Fault(status=429, retry_after="1"))
    events = list(archive.search("zines"))
    assert Notice(f"The archive at {server.host} asks for a pause of 1 s.") in events
    first, second = server.asked("/services/search")
    assert second.began - first.ended >= 1


def test_nothing_has_this_name(server: ArchiveServer) -> None:
    with pytest.raises(ArchiveError, match="no collection or item named nothing"):
        found("nothing")


@pytest.mark.parametrize("identifier", ["", "two words", "../etc", "a OR b", "https://x.org/a"])
def test_what_is_no_name_is_not_asked_for(server: ArchiveServer, identifier: str) -> None:
    with pytest.raises(ArchiveError, match="is not the name"):
        found(identifier)
    assert server.log == []


@pytest.mark.parametrize("path", ["/metadata", "/services/search"])
@pytest.mark.parametrize(
    "body", [b"<html>", b"[]", b"{}{", b'{"metadata": [1]}', b'{"error": "x"}']
)
def test_an_odd_answer_is_one_sentence(server: ArchiveServer, path: str, body: bytes) -> None:
    server.spoil(path, Fault(body=body))
    with pytest.raises(ArchiveError, match=r"cannot be understood: try again later\.$"):
        found("zines")


def test_no_connection_is_one_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    with ArchiveServer() as gone:
        monkeypatch.setenv(connection.HOST_VARIABLE, gone.host)
    with pytest.raises(ArchiveError) as caught:
        found("zines")
    assert str(caught.value) == (
        f"The archive at {gone.host} cannot be reached: check the network connection and try again."
    )


def test_closing_does_not_wait_for_a_silent_server(server: ArchiveServer) -> None:
    server.spoil("/metadata", Fault(stall_after=0))
    search = archive.search("zines")
    assert isinstance(next(search), Progress)
    assert server.stalled.wait(10)
    search.close()


def test_keys_are_shown_to_nobody_else(
    server: ArchiveServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("IA_ACCESS_KEY_ID", "open-sesame")
    monkeypatch.setenv("IA_SECRET_ACCESS_KEY", "very-secret")
    server.add("one")
    list(archive.search("zines"))
    sent = "".join(
        f"{name}: {value}\n" for asked in server.log for name, value in asked.headers.items()
    )
    assert "DeepZine/" in sent
    assert "contact" in sent
    assert "sesame" not in sent
    assert "secret" not in sent


def test_half_a_pair_of_keys_is_one_sentence(
    server: ArchiveServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("IA_ACCESS_KEY_ID", "open-sesame")
    with pytest.raises(ArchiveError, match="IA_SECRET_ACCESS_KEY"):
        found("zines")


def test_in_a_child(server: ArchiveServer) -> None:
    server.add("one")
    events = list(in_child(archive.search, "zines"))
    assert [type(event) for event in events if not isinstance(event, Progress)] == [
        ItemsFound,
        Finished,
    ]
