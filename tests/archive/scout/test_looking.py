"""Single items looked at closely: their weight, their description, their cover."""

import os
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest

from deepzine_gui import archive
from deepzine_gui.archive.identity import hosts
from deepzine_gui.archive.scout.covers import Covers
from deepzine_gui.archive.scout.looking import Look, Seen, plain_text
from deepzine_gui.child import in_child
from tests.fakes.archive_server import ArchiveServer, Fault


class Looker:
    """Asks and gets an answer."""

    def __init__(self) -> None:
        self._looks = archive.look_closer()
        assert next(self._looks) is None

    def __call__(self, identifier: str, *, weigh_only: bool = False) -> Seen:
        seen = self._looks.send(Look(identifier, weigh_only))
        assert seen is not None
        return seen

    def close(self) -> None:
        self._looks.close()


@contextmanager
def looker() -> Iterator[Looker]:
    with closing(Looker()) as look:
        yield look


def test_what_a_look_shows(server: ArchiveServer) -> None:
    server.add(
        "one",
        b"x" * 1234,
        description="<p>A report &amp; its plates.</p><p>With <b>maps</b>.</p>",
        date="1903-05-01",
        subject=["algae", "plates"],
    )
    server.covers["one"] = b"a picture"
    with looker() as look:
        seen = look("one")
    assert seen.item is not None
    assert (seen.item.size_bytes, seen.item.is_weighed) == (1234, True)
    assert seen.description == "A report & its plates.\nWith maps."
    assert (seen.date, seen.subjects, seen.cover) == ("1903-05-01", "algae; plates", b"a picture")
    assert seen.page_url == f"http://{server.host}/details/one"


def test_a_cover_is_fetched_once(server: ArchiveServer) -> None:
    server.add("one")
    server.add("bare")
    server.covers["one"] = b"a picture"
    for _ in range(2):
        with looker() as look:
            assert look("one").cover == b"a picture"
            assert look("bare").cover == b""
    paths = [asked.path for asked in server.asked("/services/img")]
    assert paths == ["/services/img/one", "/services/img/bare"]


def test_weighing_fetches_no_cover(server: ArchiveServer) -> None:
    server.add("one")
    with looker() as look:
        assert look("one", weigh_only=True).item is not None
    assert server.asked("/services/img") == []


def test_closed_items_are_seen_with_their_reason(server: ArchiveServer) -> None:
    server.add("private", file={"private": "true"})
    server.add("dark", is_dark=True)
    with looker() as look:
        reasons = [seen.item.restricted for seen in map(look, ("private", "dark")) if seen.item]
    assert "private or encrypted" in reasons[0]
    assert "withdrawn" in reasons[1]


def test_trouble_with_one_does_not_end_the_others(server: ArchiveServer) -> None:
    server.add("one")
    server.spoil("/metadata/one", Fault(body=b"<html>"), Fault(status=403), Fault(status=500))
    server.spoil("/services/img/one", Fault(status=500))
    with looker() as look:
        assert "cannot be understood" in look("one").trouble
        assert "(403)" in look("one").trouble
        assert "out of order" in look("one").trouble
        assert "no collection or item named gone" in look("gone").trouble
        seen = look("one")
    assert (seen.trouble, seen.cover, seen.is_offline) == ("", b"", False)


@pytest.mark.parametrize("fault", [Fault(stall_after=100), Fault(cut_after=100)])
def test_a_cover_that_does_not_come_whole_is_none_and_is_asked_for_again(
    server: ArchiveServer, quick_silences: None, fault: Fault
) -> None:
    server.add("one")
    server.covers["one"] = b"a picture".ljust(5000)
    server.spoil("/services/img/one", fault)
    with looker() as look:
        seen = look("one")
        assert (seen.trouble, seen.cover) == ("", b"")
        assert look("one").cover == server.covers["one"]
    server.over.set()


def test_no_connection_is_told_apart(monkeypatch: pytest.MonkeyPatch) -> None:
    with ArchiveServer() as gone:
        monkeypatch.setenv(hosts.HOST_VARIABLE, gone.host)
    with looker() as look:
        seen = look("one")
    assert seen.is_offline
    assert "check the network" in seen.trouble


def test_in_a_child(server: ArchiveServer) -> None:
    server.add("one")
    with closing(in_child(archive.look_closer)) as looks:
        assert next(looks) is None
        assert looks.send(Look("one")).identifier == "one"


@pytest.mark.parametrize(
    ("marked_up", "plain"),
    [
        ("", ""),
        ("a < b and c", "a < b and c"),
        ("one<br/>two<BR>\n\nthree", "one\ntwo\nthree"),
        ('<div class="x">a<ul><li>b</li><li>c</li></ul></div>', "ab\nc"),
        ("&lt;script&gt;x", "<script>x"),
    ],
)
def test_markup_becomes_lines(marked_up: str, plain: str) -> None:
    assert plain_text(marked_up) == plain


def test_covers_seen_longest_ago_go_first(tmp_path: Path) -> None:
    covers = Covers(tmp_path / "covers", limit_bytes=25)
    for time, name in enumerate(("a", "b", "c")):
        covers.put(name, b"x" * 10)
        os.utime(tmp_path / "covers" / f"{name}.img", (time, time))
    covers.put("d", b"x" * 10)
    assert [covers.get(name) is not None for name in "abcd"] == [False, False, True, True]


def test_a_cache_that_cannot_be_written_keeps_nothing(tmp_path: Path) -> None:
    (tmp_path / "covers").write_text("a file")
    covers = Covers(tmp_path / "covers")
    covers.put("a", b"x")
    assert covers.get("a") is None
