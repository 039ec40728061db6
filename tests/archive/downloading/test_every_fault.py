"""Each fault on its own among sound documents: the others finish, and nothing wrong is kept."""

import dataclasses
import hashlib
from collections.abc import Callable
from pathlib import Path

import pytest

from deepzine_gui import archive
from deepzine_gui.archive import read_records
from deepzine_gui.archive.connection import conversation, sockets
from deepzine_gui.archive.downloading import fetching
from tests.archive.reading import LARGE, ends, items, on_disk, reason
from tests.fakes.archive_server import ArchiveServer, Fault, describe
from tests.fakes.library import fill
from tests.fakes.small_pdf import small_pdf

FILE, METADATA = "/download/odd", "/metadata/odd"
OTHER = small_pdf(2, salt=1, padding_bytes=500_000)


@dataclasses.dataclass(frozen=True)
class Case:
    """A fault, and how the document with it must end; `sentence` is part of the reason."""

    name: str
    path: str = FILE
    faults: tuple[Fault, ...] = ()
    ends: str = "done"
    sentence: str = ""
    prepare: Callable[[ArchiveServer], None] = lambda server: None
    content: bytes = LARGE


def ever(**what: object) -> tuple[Fault, ...]:
    return (Fault(**what),) * 40  # type: ignore[arg-type]


def once(**what: object) -> tuple[Fault, ...]:
    return (Fault(**what),)  # type: ignore[arg-type]


def told(**what: object) -> Callable[[ArchiveServer], None]:
    def prepare(server: ArchiveServer) -> None:
        server.items["odd"].answer["files"][0].update(what)

    return prepare


def named(name: str) -> Callable[[ArchiveServer], None]:
    def prepare(server: ArchiveServer) -> None:
        odd = server.items["odd"]
        odd.contents = {name: LARGE}
        odd.answer["files"][0]["name"] = name

    return prepare


def is_dark(server: ArchiveServer) -> None:
    server.items["odd"].answer["is_dark"] = True


def is_lent(server: ArchiveServer) -> None:
    server.items["odd"].answer["metadata"]["collection"] = ["inlibrary"]


def is_nothing(server: ArchiveServer) -> None:
    server.items["odd"].answer = {}


RESUMED = Fault(cut_after=200_000)
CASES = [
    Case("404", faults=ever(status=404), ends="failed", sentence="no longer in the archive (404)"),
    Case("403", faults=ever(status=403), ends="restricted", sentence="to everyone (403)"),
    Case("429", faults=once(status=429, retry_after="0")),
    Case("429 ever", faults=ever(status=429), ends="failed", sentence="too busy"),
    Case("429 for metadata", METADATA, once(status=429, retry_after="0")),
    Case("500", faults=once(status=500)),
    Case("500 ever", faults=ever(status=500), ends="failed", sentence="answered 500 several times"),
    Case("500 for metadata", METADATA, ever(status=500), "failed", "out of order"),
    Case("503", faults=once(status=503, retry_after="0")),
    Case("503 ever", faults=ever(status=503), ends="failed", sentence="too busy"),
    Case("cut in mid-file", faults=(RESUMED, RESUMED)),
    Case("cut before a byte", faults=ever(cut_after=0), ends="failed", sentence="broke several"),
    Case("stall", faults=once(stall_after=100_000)),
    Case("slow drip", faults=once(drips_s=0.05)),
    Case("slow drip ever", faults=ever(drips_s=0.05), ends="failed", sentence="too slowly"),
    Case("wrong MD5", prepare=told(md5="0" * 32), ends="failed", sentence="arrived damaged"),
    Case("one byte wrong", faults=once(body=LARGE[:-1] + b"?"), ends="failed", sentence="damaged"),
    Case("too long", faults=ever(body=LARGE + b"more"), ends="failed", sentence="damaged"),
    Case("too short", faults=ever(body=LARGE[:-1]), ends="failed", sentence="broke several"),
    Case("promises too much", faults=once(tells_length=len(LARGE) + 9)),
    Case("promises too little", faults=once(tells_length=1000)),
    Case("Range ignored", faults=(RESUMED, Fault(ignores_range=True))),
    Case("Range refused", faults=(RESUMED, Fault(status=416))),
    Case("HTML for JSON", METADATA, once(body=b"<html>Down for a moment</html>")),
    Case("HTML for JSON ever", METADATA, ever(body=b"<html>"), "failed", "cannot be understood"),
    Case("HTML for PDF", faults=ever(body=b"<html>"), ends="failed", sentence="broke several"),
    Case("cut metadata", METADATA, once(cut_after=9)),
    Case("silent metadata ever", METADATA, ever(stall_after=0), "failed", "not answer about odd"),
    Case("an item that is {}", prepare=is_nothing, ends="failed", sentence="no collection or item"),
    Case("dark", prepare=is_dark, ends="restricted", sentence="withdrawn"),
    Case("restricted", prepare=is_lent, ends="restricted", sentence="only be borrowed"),
    Case("private", prepare=told(private="true"), ends="restricted", sentence="private"),
    Case("a name with ../", prepare=named("../../odd.pdf"), ends="failed", sentence="leads out"),
    Case("a name with a colon", prepare=named("Part: one.pdf")),
    Case("a long name", prepare=named("x" * 196 + ".pdf")),
    Case("a name in Japanese", prepare=named("青空文庫.pdf")),
    Case("zero bytes told", prepare=told(size="0"), ends="failed", sentence="no PDF among"),
    Case("zero bytes sent", faults=ever(body=b""), ends="failed", sentence="broke several"),
    Case("replaced amid", faults=once(cut_after=200_000, changes_to=OTHER), content=OTHER),
    Case("replaced before", prepare=told(md5="1" * 32), faults=once(changes_to=LARGE)),
]


@pytest.fixture
def hurried(quick_silences: None, monkeypatch: pytest.MonkeyPatch) -> None:
    """No leisure anywhere: a silence, a drip or a pause is over in a moment."""
    monkeypatch.setattr(conversation, "RETRY_DELAYS_S", (0.01, 0.01))
    monkeypatch.setattr(fetching, "SLOW_FOR_S", 0.2)
    monkeypatch.setattr(sockets, "PAUSES_S", (0.0, 0.0))
    monkeypatch.setattr("deepzine_gui.archive.connection.manners.SHORTEST_PAUSE_S", 0.02)


def prepared(server: ArchiveServer, case: Case) -> dict[str, bytes]:
    """Fill the archive with the document that has the fault and others; return the others."""
    server.add("odd", LARGE)
    case.prepare(server)
    server.spoil(case.path, *case.faults)
    return fill(server, 3)


@pytest.mark.usefixtures("hurried")
@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_a_fault(server: ArchiveServer, folder: Path, case: Case) -> None:
    sound = prepared(server, case)
    events = list(archive.download(items("book-000", "odd", *sound), folder))
    assert ends(events) == {**dict.fromkeys(sound, "done"), "odd": case.ends}
    for name, content in sound.items():
        assert (folder / name / f"{name}.pdf").read_bytes() == content
    records = [record for record in read_records(folder) if record.identifier == "odd"]
    assert [record.state for record in records] == [case.ends]
    if case.ends == "done":
        (document,) = (folder / "odd").glob("*.pdf")
        assert document.read_bytes() == case.content
        assert records[0].md5 == hashlib.md5(case.content).hexdigest()
    else:
        why = reason(events, "odd")
        assert case.sentence in why
        assert why.endswith(".")
        assert why.count("\n") == 0
        assert records[0].reason == why
        # what broke off in mid-file may stay to go on from, and nothing else
        assert {Path(name).suffix for name in on_disk(folder / "odd")} <= {".json", ".part"}


@pytest.mark.usefixtures("hurried")
def test_all_faults_among_three_hundred(server: ArchiveServer, folder: Path) -> None:
    """One queue with every fault in it ends, and holds three hundred sound documents."""
    sound = fill(server, 300)
    expected = dict.fromkeys(sound, "done")
    for number, case in enumerate(CASES):
        name = f"odd-{number:02d}"
        server.add("odd", LARGE)
        case.prepare(server)
        server.items[name] = server.items.pop("odd")
        contents = server.items[name].contents
        if "odd.pdf" in contents:
            contents[f"{name}.pdf"] = contents.pop("odd.pdf")
            for file in server.items[name].answer.get("files", []):
                file["name"] = f"{name}.pdf"
        server.spoil(case.path.replace("odd", f"{name}"), *case.faults)
        expected[name] = case.ends
    order = sorted(expected, key=lambda name: hashlib.md5(name.encode()).hexdigest())
    events = list(archive.download(items(*order), folder, parallel=4))
    assert ends(events) == expected
    for record in read_records(folder):
        assert record.state == expected[record.identifier]
        if record.state == "done":
            (document,) = (folder / record.identifier).glob("*.pdf")
            assert describe("", document)["md5"] == record.md5
            wanted = sound.get(record.identifier)
            assert wanted is None or document.read_bytes() == wanted
