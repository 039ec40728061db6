import os
import tempfile
import threading
from collections.abc import Generator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from deepzine_gui import child
from deepzine_gui.dataset.building import crew as crew_module
from deepzine_gui.dataset.building.crew import Crew
from deepzine_gui.dataset.building.limits import Limits
from deepzine_gui.dataset.building.noted import NOTE, Noted, Number
from deepzine_gui.dataset.building.spans import Span
from deepzine_gui.dataset.building.tasks import (
    Added,
    Answer,
    Done,
    Failed,
    Heard,
    Ready,
    Rendered,
    Task,
)
from deepzine_gui.dataset.judging.rules import NO_RULES
from deepzine_gui.dataset.values import DocumentRow
from deepzine_gui.errors import ChildError, DiskFullError
from deepzine_gui.pages import Document, PageSettings
from tests.dataset.conftest import TimeIsUp
from tests.processes import our_children

MEMORY_BYTES = 600_000_000
SEVEN = Span(1, 7)
HARMLESS = ("one", "two", "three", "dies before", "dies once")


def worker(noted: Number) -> Generator[Answer, Task, None]:
    """A worker that does what the document's name says, on page 4; pages 1 and 2 are safe then."""
    task = yield Ready()
    while True:
        if task.document.name == "dies before":
            _once(task.document.path)
        noted.value = 0
        if task.document.name == "dies once":
            noted.value = 4
            _once(task.document.path)
        if task.document.name == "cannot be opened":
            os._exit(6)
        if task.span is not None and task.document.name == "dies each time":
            noted.value = 9
            if task.lost is None or task.lost.page > task.span.first:
                os._exit(7)
        if task.lost is None and task.document.name not in HARMLESS:
            noted.value = 2
            yield Added(Span(1, 2), "shard.h5", 2)
            noted.value = 4
            yield Rendered(1)
            _suffer(task.document.name)
        if task.span is not None:
            yield Added(task.span, "rest.h5", 1)
        task = yield Done(7)


def _suffer(how: str) -> None:
    if how == "dies":
        os._exit(3)
    if how == "hangs":
        threading.Event().wait()
    if how == "swells":
        hog = np.ones(MEMORY_BYTES // 8)
        threading.Event().wait()
        del hog


def gives_its_id(noted: Number) -> Generator[Answer, Task, None]:
    """A worker that tells its process id as the name of a shard."""
    task = yield Ready()
    while True:
        noted.value = 1
        yield Added(Span(1, 7), str(os.getpid()), 7)
        task = yield Done()
        del task


def stillborn(noted: Number) -> Generator[Answer, Task, None]:
    """A worker that cannot even start."""
    os._exit(4)
    yield Ready()


def _once(mark: Path) -> None:
    if not mark.exists():
        mark.touch()
        os._exit(5)


def _tasks(folder: Path, *names: str, span: Span | None = SEVEN) -> list[Task]:
    documents = [Document(folder / f"{n}-{name}", "pdf", name) for n, name in enumerate(names)]
    return [
        Task(one, PageSettings(), NO_RULES, DocumentRow(one.name, key=str(one.path)), folder, span)
        for one in documents
    ]


def _outcomes(crew: Crew, tasks: list[Task]) -> list[tuple[Task, Heard]]:
    return [heard for heard in crew.work(tasks) if heard is not None]


def _of(outcomes: list[tuple[Task, Heard]], name: str) -> list[tuple[Task, Heard]]:
    return [(task, heard) for task, heard in outcomes if task.document.name == name]


@pytest.fixture(autouse=True)
def _own_worker(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(crew_module, "worker", worker)
    monkeypatch.setattr(crew_module, "_PATIENCE_S", 0.1)


def test_a_lost_worker_costs_its_page_and_those_after_in_its_block(
    tmp_path: Path, time_is_up: TimeIsUp
) -> None:
    time_is_up("hangs", 4)
    tasks = _tasks(tmp_path, "one", "dies", "two", "hangs", "swells", "three")
    with Crew(2, Limits(page_s=1000, memory_bytes=MEMORY_BYTES), tmp_path) as crew:
        outcomes = _outcomes(crew, tasks)
    for name in ("one", "two", "three"):
        assert [heard for _, heard in _of(outcomes, name)] == [
            Added(Span(1, 7), "rest.h5", 1),
            Done(7),
        ]
    said = {}
    for name in ("dies", "hangs", "swells"):
        heard = _of(outcomes, name)
        # what was safe is not rendered again
        assert [one for _, one in heard[-2:]] == [Added(Span(3, 7), "rest.h5", 1), Done(7)]
        # a worker that just ends may have been killed from outside: it is tried once more
        tries = 2 if name == "dies" else 1
        assert [one for _, one in heard[:-2]] == [
            Added(Span(1, 2), "shard.h5", 2),
            Rendered(1),
        ] * tries
        lost = heard[-1][0].lost
        assert lost is not None
        assert lost.page == 4
        said[name] = lost.sentence
    assert "page 4 ended its worker" in said["dies"]
    assert "exit code 3" in said["dies"]
    assert said["hangs"] == "page 4 took longer than 1000 s"
    assert said["swells"] == "page 4 took more than 0.6 GB of memory"


def test_a_document_that_cannot_be_counted_is_left_out(tmp_path: Path) -> None:
    with Crew(2, Limits(), tmp_path) as crew:
        outcomes = _outcomes(crew, _tasks(tmp_path, "cannot be opened", "dies before", span=None))
    ((_, failed),) = _of(outcomes, "cannot be opened")
    assert isinstance(failed, Failed)
    assert "cannot be opened was left out: opening it ended its worker: " in failed.reason
    # it died before it looked at the document, which is not to blame
    assert [heard for _, heard in _of(outcomes, "dies before")] == [Done(7)]


def test_no_more_is_tried_of_a_block_that_has_cost_too_many_workers(tmp_path: Path) -> None:
    (first,) = _tasks(tmp_path, "dies each time", span=Span(1, 100))
    with Crew(1, Limits(), tmp_path) as crew:
        outcomes = _outcomes(crew, [first, replace(first, span=Span(101, 150))])
    ended = [task for task, heard in outcomes if isinstance(heard, Done)]
    assert [(task.deaths, task.lost and task.lost.page) for task in ended] == [(6, 1), (2, 101)]


def test_a_page_whose_worker_was_killed_once_is_tried_again(tmp_path: Path) -> None:
    with Crew(1, Limits(), tmp_path) as crew:
        outcomes = _outcomes(crew, _tasks(tmp_path, "dies once"))
    assert [heard for _, heard in outcomes] == [Added(SEVEN, "rest.h5", 1), Done(7)]
    assert outcomes[-1][0].lost is None


def test_workers_make_room_for_fresh_ones(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(crew_module, "worker", gives_its_id)
    monkeypatch.setattr(crew_module, "_CAREER_PAGES", 1)
    with Crew(1, Limits(), tmp_path) as crew:
        outcomes = _outcomes(crew, _tasks(tmp_path, "a", "b"))
        assert len(our_children()) <= 1
    assert len({heard.shard for _, heard in outcomes if isinstance(heard, Added)}) == 2


def test_workers_that_cannot_start_end_the_job(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(crew_module, "worker", stillborn)
    with pytest.raises(ChildError, match="exit code 4"), Crew(2, Limits(), tmp_path) as crew:
        _outcomes(crew, _tasks(tmp_path, "one", "two"))


def test_a_worker_that_is_killed_as_it_starts_is_replaced(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    seats = []

    class KilledTwice(crew_module._Seat):
        def __init__(self, limits: Limits, folder: Path) -> None:
            super().__init__(limits, folder)
            seats.append(self)
            if len(seats) <= 2:
                self.child.kill()

    monkeypatch.setattr(crew_module, "_Seat", KilledTwice)
    with Crew(1, Limits(), tmp_path) as crew:
        outcomes = _outcomes(crew, _tasks(tmp_path, "one"))
    assert [heard for _, heard in outcomes] == [Added(SEVEN, "rest.h5", 1), Done(7)]
    assert len(seats) == 3


def test_what_workers_note_lies_in_the_folder_of_the_build_and_goes_with_them(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    parts, elsewhere = tmp_path / "parts", tmp_path / "elsewhere"
    parts.mkdir()
    elsewhere.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(elsewhere))
    with Crew(2, Limits(), parts) as crew:
        next(iter(crew.work(_tasks(tmp_path, "one", "two"))))
        assert [path.suffix for path in parts.iterdir()] == [NOTE] * 2
        assert not list(elsewhere.rglob(f"*{NOTE}"))
    assert not list(parts.iterdir())


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no disk here is always full")
def test_a_full_disk_is_no_fault_of_the_document() -> None:
    noted = Noted(Path("/dev/full"))
    with pytest.raises(DiskFullError):
        noted.value = 3
    noted._file.close()


def test_leaving_does_not_wait_for_a_hanging_worker(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # who is only asked to end never would
    monkeypatch.setattr(child, "CLOSING_GRACE_S", 1e6)
    with Crew(1, Limits(page_s=1000), tmp_path) as crew:
        for heard in crew.work(_tasks(tmp_path, "hangs")):
            if heard is not None and isinstance(heard[1], Rendered):
                break
    assert not our_children()
