"""Searching the loopback archive."""

import pytest

from deepzine_gui import archive
from deepzine_gui.archive import Item, ItemsFound
from deepzine_gui.archive.identity import hosts
from deepzine_gui.archive.items import IN_SHORT
from deepzine_gui.archive.scout import finding
from deepzine_gui.child import in_child
from deepzine_gui.errors import ArchiveError
from deepzine_gui.progress import Event, Finished, Notice, Progress
from tests.fakes.archive_server import ArchiveServer, Fault
from tests.patience import PATIENCE_S

SCRAPE = "/services/search/v1/scrape"


def pages(events: list[Event]) -> list[ItemsFound]:
    return [event for event in events if isinstance(event, ItemsFound)]


def found(text: str) -> list[ItemsFound]:
    return pages(list(archive.search(text)))


def test_a_collection_comes_page_by_page(server: ArchiveServer) -> None:
    server.page_size = 3
    for number in range(7):
        server.add(f"item-{number}", downloads=100 - number)
    server.add("elsewhere", collection="other")
    events = list(archive.search(" zines "))
    came = pages(events)
    assert [len(page.items) for page in came] == [3, 3, 1]
    assert [page.total for page in came] == [7, 7, 7]
    assert [item.identifier for page in came for item in page.items] == [
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


def test_every_reason_has_a_short_form(server: ArchiveServer) -> None:
    server.add("a", collection=["zines", "inlibrary"])
    server.add("b", collection=["zines", "printdisabled"])
    server.add("c", format=["EPUB"])
    server.add("d", format=["LCP Encrypted PDF"])
    server.add("e").fields["access-restricted-item"] = "true"
    server.add("dark", is_dark=True)
    reasons = [item.restricted for item in (*found("zines")[0].items, *found("dark")[0].items)]
    assert [IN_SHORT[reason] for reason in reasons] == [
        "Only lent", "Only lent", "No PDF", "Private", "Restricted", "Withdrawn",
    ]  # fmt: skip


def test_an_empty_collection(server: ArchiveServer) -> None:
    assert found("zines") == [ItemsFound((), 0)]


def test_a_cursor_that_repeats_ends(server: ArchiveServer) -> None:
    server.repeats_cursor = True
    server.page_size = 40
    for number in range(60):
        server.add(f"item-{number:02}")
    events = list(archive.search("zines"))
    items = [item.identifier for page in pages(events) for item in page.items]
    assert items == [f"item-{number:02}" for number in range(40)]
    assert len(server.asked(SCRAPE)) == 2
    assert any(
        isinstance(event, Notice) and event.text.startswith("40 of 60 items were listed")
        for event in events
    )


@pytest.mark.parametrize(
    ("status", "told"),
    [
        (403, r"does not answer this to everyone \(403\)"),
        (404, r"has nothing at .* \(404\)"),
        (500, "out of order or too busy"),
    ],
)
@pytest.mark.parametrize("path", ["/metadata", SCRAPE])
def test_a_refusal_is_one_sentence(
    server: ArchiveServer, path: str, status: int, told: str
) -> None:
    server.spoil(path, Fault(status=status))
    with pytest.raises(ArchiveError, match=told):
        found("zines")


@pytest.mark.parametrize("fault", [Fault(status=500), Fault(body=b"<html>"), Fault(cut_after=9)])
def test_a_fault_amid_a_list_passes(server: ArchiveServer, fault: Fault) -> None:
    server.page_size = 2
    for number in range(5):
        server.add(f"item-{number}")
    server.spoil(SCRAPE, Fault(), fault, fault)
    assert [len(page.items) for page in found("zines")] == [2, 2, 1]


def test_what_was_found_before_a_fault_was_shown(server: ArchiveServer) -> None:
    server.page_size = 2
    for number in range(5):
        server.add(f"item-{number}")
    server.spoil(SCRAPE, Fault(), *[Fault(status=502)] * 9)
    search = archive.search("zines")
    (page,) = pages([next(search) for _ in range(2)])
    assert len(page.items) == 2
    with pytest.raises(ArchiveError, match="out of order"):
        list(search)


def test_a_list_without_end_is_cut(server: ArchiveServer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(finding, "MOST_LISTED", 4)
    server.page_size = 2
    for number in range(9):
        server.add(f"item-{number}")
    events = list(archive.search("zines"))
    assert [len(page.items) for page in pages(events)] == [2, 2]
    assert len(server.asked(SCRAPE)) == 2
    told = "Only 4 of 9 items are listed: narrow the search for the others."
    assert Notice(told, "warning") in events


def test_a_single_item_without_a_pdf_cannot_be_taken(server: ArchiveServer) -> None:
    server.add("sound", file={"format": "MP3", "name": "sound.mp3"})
    assert found("sound")[0].items[0].restricted == "There is no PDF among the files of this item."


def test_results_that_are_no_items_are_left_out(server: ArchiveServer) -> None:
    body = b'{"items": [{}, {"identifier": "../x"}, {"identifier": "one"}], "total": 3}'
    server.spoil(SCRAPE, Fault(body=body))
    assert [item.identifier for item in found("zines")[0].items] == ["one"]


def test_items_without_a_pdf_are_known_by_their_formats(server: ArchiveServer) -> None:
    server.add("a-pdf", format=["Text PDF", "DjVuTXT"])
    server.add("b-sound", format=["VBR MP3"])
    server.add("c-lent", format=["ACS Encrypted PDF", "EPUB"])
    server.add("d-unknown")
    reasons = [item.restricted for item in found("zines")[0].items]
    assert reasons == [
        "",
        "There is no PDF among the files of this item.",
        "The documents of this item are private or encrypted.",
        "",
    ]


def test_a_pause_is_kept_and_told(server: ArchiveServer) -> None:
    server.add("one")
    server.spoil("/services/search", Fault(status=429, retry_after="1"))
    events = list(archive.search("zines"))
    assert Notice(f"The archive at {server.host} asks for a pause of 1 s.") in events
    first, second = server.asked("/services/search")
    assert second.began - first.began >= 1


@pytest.mark.parametrize("status", [429, 503])
@pytest.mark.parametrize("path", ["/metadata", SCRAPE])
def test_a_busy_archive_is_waited_for(server: ArchiveServer, path: str, status: int) -> None:
    server.add("one")
    server.spoil(path, Fault(status=status, retry_after="0"))
    assert [item.identifier for item in found("zines")[0].items] == ["one"]
    assert [asked.status for asked in server.asked(path)] == [status, 200]


def test_nothing_has_this_name(server: ArchiveServer) -> None:
    with pytest.raises(ArchiveError, match="no collection or item named nothing"):
        found("nothing")
    assert [asked.path for asked in server.log] == ["/metadata/nothing", SCRAPE]


def test_a_word_that_names_nothing_is_searched_for(server: ArchiveServer) -> None:
    server.add("one", title="A history of seaweed")
    server.add("two", title="A history of whales")
    events = list(archive.search("seaweed"))
    assert [item.identifier for item in pages(events)[0].items] == ["one"]
    assert Notice("Nothing in the archive is named seaweed: searched as a word.") in events
    assert events[-1] == Finished("1 item found for seaweed.")


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("history whales", ["two"]),
        ('title:"A history of whales"', ["two"]),
        ("https://archive.org/details/zines", ["one", "two"]),
        ("archive.org/details/zines?tab=collection&query=seaweed", ["one"]),
        ("https://www.archive.org/download/one/one.pdf", ["one"]),
        ("https://archive.org/search?query=history&and%5B%5D=year%3A%221903%22", ["two"]),
        ("https://archive.org/search?query=history&not[]=year%3A%221903%22", ["one"]),
        ("https://archive.org/search.php?query=year%3A%5B1890+TO+1899%5D", ["one"]),
        ("https://archive.org/advancedsearch.php?q=whales&fl[]=identifier", ["two"]),
    ],
)
def test_words_and_addresses(server: ArchiveServer, text: str, names: list[str]) -> None:
    server.add("one", title="A history of seaweed", year="1899", downloads=2)
    server.add("two", title="A history of whales", year="1903", downloads=1)
    server.add("film", title="A history of whales", year="1903", mediatype="movies")
    events = list(archive.search(text))
    assert [item.identifier for page in pages(events) for item in page.items] == names


@pytest.mark.parametrize("text", ["whales (big", 'say "whales', "whales) (", "year:[1900"])
def test_words_that_are_no_query_are_taken_plainly(server: ArchiveServer, text: str) -> None:
    server.add("one", title=f"About {text}")
    assert [item.identifier for item in found(text)[0].items] == ["one"]


def test_a_query_that_the_archive_refuses(server: ArchiveServer) -> None:
    server.spoil(SCRAPE, Fault(body=b'{"error": "too many clauses."}'))
    with pytest.raises(ArchiveError, match=r"refuses this search: too many clauses\.$"):
        found("many words")


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("  ", "nothing to search for"),
        ("https://example.org/details/zines", "no address of archive.org"),
        ("archive.org/about", "names no item and no search"),
        ("https://archive.org/search?query=ink&sin=TXT", "searches inside the texts"),
    ],
)
def test_what_cannot_be_searched_is_not_asked_for(
    server: ArchiveServer, text: str, told: str
) -> None:
    with pytest.raises(ArchiveError, match=told):
        found(text)
    assert server.log == []


@pytest.mark.parametrize("path", ["/metadata", "/services/search"])
@pytest.mark.parametrize(
    "body", [b"<html>", b"[]", b"{}{", b'{"metadata": [1]}', b'{"items": 3, "total": 1}']
)
def test_an_odd_answer_is_one_sentence(server: ArchiveServer, path: str, body: bytes) -> None:
    server.spoil(path, Fault(body=body))
    with pytest.raises(ArchiveError, match=r"cannot be understood: try again later\.$"):
        found("zines")


def test_no_connection_is_one_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    with ArchiveServer() as gone:
        monkeypatch.setenv(hosts.HOST_VARIABLE, gone.host)
    with pytest.raises(ArchiveError) as caught:
        found("zines")
    assert str(caught.value) == (
        f"The archive at {gone.host} cannot be reached: check the network connection and try again."
    )


def test_closing_does_not_wait_for_a_silent_server(server: ArchiveServer) -> None:
    server.spoil("/metadata", Fault(stall_after=0))
    search = archive.search("zines")
    assert isinstance(next(search), Progress)
    assert server.stalled.wait(PATIENCE_S)
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
