"""Two programs of ours have no more transfers under way together than one may have alone."""

import contextlib
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from filelock import FileLock

from deepzine_gui import archive, places
from deepzine_gui.archive.connection import crew, slots
from deepzine_gui.archive.connection.slots import Slots
from deepzine_gui.archive.downloading import taking
from deepzine_gui.archive.queue.queue import MOST_PARALLEL
from deepzine_gui.progress import Progress
from tests.archive.connection.transfers import counted_transfers
from tests.archive.reading import LARGE, ends, items
from tests.fakes.archive_server import ArchiveServer, Fault
from tests.fakes.library import fill
from tests.patience import PATIENCE_S
from tests.programs import Program

WAITS = "waiting for another DeepZine's transfers"


@pytest.fixture(autouse=True)
def _in_a_hurry(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(slots, "_LOOK_UP_S", 0.02)
    monkeypatch.setattr(slots, "_COURTESY_S", 0.05)


def locks() -> list[FileLock]:
    return [
        FileLock(places.state_folder() / f"archive-transfer-{number}.lock", timeout=PATIENCE_S)
        for number in range(1, MOST_PARALLEL + 1)
    ]


@contextlib.contextmanager
def all_taken() -> Iterator[None]:
    """Another program has all slots."""
    with contextlib.ExitStack() as stack:
        for lock in locks():
            stack.enter_context(lock)
        yield


def refuse(seconds: float) -> None:
    raise TimeoutError


def test_two_downloads_have_no_more_transfers_than_one_may(
    server: ArchiveServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen = counted_transfers(monkeypatch)
    documents = fill(server, 12)
    # none is answered before four are asked for
    server.spoil("/download", *[Fault(meets=threading.Barrier(MOST_PARALLEL))] * 24)
    results: dict[str, dict[str, str]] = {}

    def download(name: str) -> None:
        job = archive.download(items(*documents), tmp_path / name / "documents", parallel=4)
        results[name] = ends(list(job))

    threads = [threading.Thread(target=download, args=(name,)) for name in ("one", "two")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(PATIENCE_S)
    assert results == dict.fromkeys(("one", "two"), dict.fromkeys(documents, "done"))
    assert len(seen) == 24
    assert max(seen) == MOST_PARALLEL


def test_who_waits_for_another_program_says_so_and_goes_on(
    server: ArchiveServer, folder: Path
) -> None:
    documents = fill(server, 2)
    with contextlib.closing(archive.download(items(*documents), folder)) as job:
        with all_taken():
            told = (event for event in job if isinstance(event, Progress) and event.waits)
            assert next(told).what == WAITS
        events = list(job)
    assert ends(events) == dict.fromkeys(documents, "done")


def test_who_waits_can_be_stopped(server: ArchiveServer, folder: Path) -> None:
    documents = fill(server, 2)
    with all_taken():
        job = archive.download(items(*documents), folder)
        assert any(isinstance(event, Progress) and event.waits for event in job)
        job.close()
        assert server.asked("/download") == []


def test_a_download_that_is_paused_leaves_its_slots_to_others(
    server: ArchiveServer, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(crew, "_PAUSE_S", 0.05)
    monkeypatch.setattr(taking, "_TELLING_INTERVAL_S", 0.0)
    server.add("large", LARGE)
    server.add("too", LARGE)
    server.spoil("/download", *[Fault(drips_s=0.001, drip_bytes=2000)] * 2)
    with contextlib.closing(archive.download(items("large", "too"), folder)) as job:
        assert any(server.asked("/download") for _ in job)
        # it would wait for ever for what a paused one keeps
        with all_taken():
            pass
        events = list(job)
    assert ends(events) == {"large": "done", "too": "done"}


def test_a_program_that_is_killed_leaves_its_slot() -> None:
    script = (
        "from deepzine_gui.archive.connection.slots import Slots\n"
        "with Slots(1, sleep=None).one():\n"
        "    print('taken', flush=True)\n"
        "    input()\n"
    )
    mine = Slots(1, sleep=refuse)
    with Program([sys.executable, "-c", script]) as program:
        assert program.out.line() == "taken\n"
        with pytest.raises(TimeoutError), mine.one():
            pass
        program.kill()
        program.end()
    with mine.one():
        assert mine.waits_for == ""


def test_who_has_just_had_a_slot_lets_those_that_wait_go_first(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    # however slow the machine is
    monkeypatch.setattr(slots, "_LOOK_UP_S", PATIENCE_S)
    monkeypatch.setattr(slots, "_COURTESY_S", PATIENCE_S)
    waits: list[float] = []
    mine, other = Slots(1, sleep=waits.append), Slots(1, sleep=refuse)
    for _ in range(2):
        with mine.one():
            pass
    assert waits == []
    with mine.one(), pytest.raises(TimeoutError), other.one():
        pass
    with mine.one():
        pass
    (courtesy_s,) = waits
    assert 0 < courtesy_s <= slots._COURTESY_S


def test_where_there_is_no_place_for_files_nobody_is_held_up(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def closed() -> Path:
        raise PermissionError

    monkeypatch.setattr(places, "state_folder", closed)
    mine, other = Slots(1, sleep=refuse), Slots(1, sleep=refuse)
    with mine.one(), other.one(), other.lent():
        assert (mine.waits_for, other.waits_for) == ("", "")


def test_a_slot_whose_file_alone_cannot_be_locked_counts_as_taken() -> None:
    Path(locks()[0].lock_file).mkdir()
    mine, other = Slots(2, sleep=refuse), Slots(2, sleep=refuse)
    with mine.one(), pytest.raises(TimeoutError), other.one():
        pass


def test_where_no_file_can_be_locked_nobody_is_held_up() -> None:
    for lock in locks():
        Path(lock.lock_file).mkdir()
    mine, other = Slots(1, sleep=refuse), Slots(1, sleep=refuse)
    with mine.one(), other.one(), other.lent():
        assert (mine.waits_for, other.waits_for) == ("", "")
