"""What the server's log shows of our manners, and what keeps them."""

import itertools
import threading
import time
from pathlib import Path

import pytest

from deepzine_gui import archive, places
from deepzine_gui.archive.connection import manners, sockets
from deepzine_gui.archive.connection.manners import Manners, jittered
from deepzine_gui.archive.connection.pace import Pace
from tests.archive.connection.transfers import counted_transfers
from tests.archive.reading import ends, items
from tests.fakes.archive_server import ArchiveServer, Fault
from tests.fakes.library import fill


@pytest.mark.parametrize(("parallel", "most"), [(1, 1), (2, 2), (4, 4), (9, 4)])
def test_never_more_transfers_than_set(
    server: ArchiveServer,
    folder: Path,
    monkeypatch: pytest.MonkeyPatch,
    parallel: int,
    most: int,
) -> None:
    seen = counted_transfers(monkeypatch)
    documents = fill(server, 12)
    # none is answered before as many as may be are asked for
    server.spoil("/download", *[Fault(meets=threading.Barrier(most))] * 12)
    events = list(archive.download(items(*documents), folder, parallel=parallel))
    assert ends(events) == dict.fromkeys(documents, "done")
    assert len(server.asked("/download")) == len(seen) == 12
    assert max(seen) == most


def test_metadata_is_asked_for_once_in_a_while(
    server: ArchiveServer, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(manners, "METADATA_INTERVAL_S", 0.2)
    documents = fill(server, 5)
    # a refusal is no excuse
    server.spoil("/metadata/book-002", Fault(status=500))
    began = time.monotonic()
    list(archive.download(items(*documents), folder, parallel=4))
    asked = [asked.began for asked in server.asked("/metadata")]
    assert len(asked) == 6
    # the first may be under way for a while: what counts is that five turns were waited for
    assert asked[-1] - began > 4.9 * 0.2


class Clock:
    """A clock that only sleeping moves."""

    def __init__(self) -> None:
        self.now = 1000.0

    def monotonic(self) -> float:
        return self.now

    def time(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        self.now += seconds


def set_clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    clock = Clock()
    for module in ("manners", "pace", "pause"):
        monkeypatch.setattr(f"deepzine_gui.archive.connection.{module}.time", clock)
    return clock


def manners_of_a_program(clock: Clock, told: list[float]) -> Manners:
    return Manners(sleep=clock.sleep, on_pause=told.append, on_offline=lambda is_lost: None)


def test_a_pause_uses_up_no_turn_for_metadata(monkeypatch: pytest.MonkeyPatch) -> None:
    clock = set_clock(monkeypatch)
    due: list[float] = []

    def sleep(seconds: float) -> None:
        clock.sleep(seconds)
        if due and seconds:
            polite.pause(due.pop())

    polite = Manners(sleep=sleep, on_pause=lambda s: None, on_offline=lambda is_lost: None)
    sent = []
    # a pause may begin before a turn is waited for, or amid that
    for pause in (polite.pause, due.append):
        polite.wait_for_metadata()
        pause(30.0)
        for _ in range(2):
            polite.wait_for_metadata()
            sent.append(clock.now)
    assert all(b - a >= manners.METADATA_INTERVAL_S for a, b in itertools.pairwise(sent))
    assert sent[0] >= 1030.0
    assert sent[2] - sent[1] >= 30.0


def test_two_programs_share_the_pace(monkeypatch: pytest.MonkeyPatch) -> None:
    waits: list[float] = []
    now = "deepzine_gui.archive.connection.pace.time.time"
    monkeypatch.setattr(now, lambda: 1000.0 + sum(waits))
    Pace(waits.append).take_turn(0.3)
    assert sum(waits) == 0
    Pace(waits.append).take_turn(0.3)
    assert sum(waits) == pytest.approx(0.3)


def test_two_programs_share_a_pause(monkeypatch: pytest.MonkeyPatch) -> None:
    clock = set_clock(monkeypatch)
    told: list[float] = []
    download, preview = (manners_of_a_program(clock, told) for _ in range(2))
    download.pause(30.0)
    # shorter, and as the answers of one moment bring them: no news
    preview.pause(5.0)
    preview.pause(30.2)
    assert told == [30.0]
    assert preview.waits_for == "the archive asked for a pause"
    preview.wait()
    assert clock.now >= 1030.0
    assert (preview.waits_for, download.waits_for) == ("", "")
    # a longer one holds up the program that had begun a shorter
    download.pause(10.0)
    preview.pause(60.0)
    began = clock.now
    download.wait_for_metadata()
    assert clock.now >= began + 60.0


def test_a_clock_set_back_and_an_odd_note_end_no_pause_and_begin_none(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    clock = set_clock(monkeypatch)
    download, preview = (manners_of_a_program(clock, []) for _ in range(2))
    download.pause(30.0)
    monkeypatch.setattr(clock, "time", lambda: 10.0)
    assert (preview.waits_for, bool(download.waits_for)) == ("", True)
    note = places.state_folder() / "archive-pause"
    for words in ("", "soon", "1 2 3", "nan nan", "\xff"):
        note.write_text(words, encoding="latin-1")
        assert preview.waits_for == ""

    def closed() -> Path:
        raise PermissionError

    monkeypatch.setattr(places, "state_folder", closed)
    preview.pause(5.0)
    preview.wait()
    assert clock.now >= 1005.0


def test_a_clock_set_back_and_a_closed_folder_hold_nobody_up(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    waits: list[float] = []

    def refuse(seconds: float) -> None:
        waits.append(seconds)
        if seconds > 0:
            raise RuntimeError

    (places.state_folder() / "archive-turn").touch()
    monkeypatch.setattr("deepzine_gui.archive.connection.pace.time.time", lambda: 1000.0)
    with pytest.raises(RuntimeError):
        Pace(refuse).take_turn(1.0)
    assert waits[-1] == 1.0

    def closed() -> Path:
        raise PermissionError

    monkeypatch.setattr(places, "state_folder", closed)
    Pace(refuse).take_turn(1.0)


def test_pauses_without_a_word_grow_and_vary(
    server: ArchiveServer, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(manners, "SHORTEST_PAUSE_S", 0.0)
    monkeypatch.setattr(sockets, "PAUSES_S", (0.05, 0.15))
    server.add("one")
    server.spoil("/download/one", Fault(status=503), Fault(status=429))
    assert ends(list(archive.download(items("one"), folder))) == {"one": "done"}
    began = [asked.began for asked in server.asked("/download")]
    first, second = (b - a for a, b in itertools.pairwise(began))
    assert first > 0.05 * 0.75
    assert second > 0.15 * 0.75
    waits = {jittered(4.0) for _ in range(50)}
    assert len(waits) > 40
    assert 3.0 <= min(waits) < max(waits) <= 5.0


def test_a_connection_that_is_back_ends_the_wait_of_all() -> None:
    told: list[bool] = []
    slept: list[float] = []

    def sleep(seconds: float) -> None:
        slept.append(seconds)
        if seconds > 0:
            polite.reached()

    polite = Manners(sleep=sleep, on_pause=lambda s: None, on_offline=told.append)
    assert polite.lost()
    assert polite.waits_for == "no connection, waiting for it"
    polite.wait()
    assert (told, polite.waits_for) == ([True, False], "")
    assert max(slept) <= 0.5
