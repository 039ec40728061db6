import os
import threading
import time
from collections.abc import Generator
from ctypes import c_int
from pathlib import Path

import numpy as np
import pytest

from deepzine_gui.dataset.building import crew as crew_module
from deepzine_gui.dataset.building.crew import Crew
from deepzine_gui.dataset.building.limits import Limits
from deepzine_gui.dataset.building.tasks import Answer, Done, Failed, Loss, Ready, Rendered, Task
from deepzine_gui.dataset.judging.rules import NO_RULES
from deepzine_gui.dataset.values import DocumentRow
from deepzine_gui.errors import ChildError
from deepzine_gui.pages import Document, PageSettings
from tests.processes import our_children

MEMORY_BYTES = 600_000_000


def worker(noted: c_int) -> Generator[Answer, Task, None]:
    """A worker that does what the document's name says, on page 4."""
    task = yield Ready()
    while True:
        if task.document.name == "dies before":
            _once(task.document.path)
        noted.value = 0
        if task.document.name == "cannot be opened":
            os._exit(6)
        if task.document.name == "dies each time":
            noted.value = 9 if task.lost is None else task.lost.page - 1
            os._exit(7)
        if task.lost is None:
            noted.value = 4 if task.document.name != "dies at once" else 1
            yield Rendered(3)
            _suffer(task.document.name)
        task = yield Done(7 if task.lost is None else task.lost.page - 1)


def _suffer(how: str) -> None:
    if how in ("dies", "dies at once"):
        os._exit(3)
    if how == "hangs":
        threading.Event().wait()
    if how == "swells":
        hog = np.ones(MEMORY_BYTES // 8)
        threading.Event().wait()
        del hog


def gives_its_id(noted: c_int) -> Generator[Answer, Task, None]:
    """A worker that tells its process id as the number of pages."""
    task = yield Ready()
    while True:
        noted.value = 1
        task = yield Done(os.getpid())
        del task


def stillborn(noted: c_int) -> Generator[Answer, Task, None]:
    """A worker that cannot even start."""
    os._exit(4)
    yield Ready()


def _once(mark: Path) -> None:
    if not mark.exists():
        mark.touch()
        os._exit(5)


def _tasks(folder: Path, *names: str) -> list[Task]:
    documents = [Document(folder / f"{n}-{name}", "pdf", name) for n, name in enumerate(names)]
    return [
        Task(document, PageSettings(), NO_RULES, DocumentRow(document.name), folder / "shard.h5")
        for document in documents
    ]


def _outcomes(crew: Crew, tasks: list[Task]) -> dict[str, tuple[Loss | None, Done | Failed]]:
    return {
        heard[0].document.name: (heard[0].lost, heard[1])
        for heard in crew.work(tasks)
        if heard is not None and isinstance(heard[1], Done | Failed)
    }


@pytest.fixture(autouse=True)
def _own_worker(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(crew_module, "worker", worker)
    monkeypatch.setattr(crew_module, "_PATIENCE_S", 0.1)


def test_a_lost_worker_costs_its_page_and_those_after(tmp_path: Path) -> None:
    tasks = _tasks(tmp_path, "one", "dies", "two", "hangs", "swells", "three")
    with Crew(2, Limits(page_s=1.0, memory_bytes=MEMORY_BYTES)) as crew:
        outcomes = _outcomes(crew, tasks)
    for name in ("one", "two", "three"):
        assert outcomes[name] == (None, Done(7))
    said = {}
    for name in ("dies", "hangs", "swells"):
        lost, done = outcomes[name]
        assert done == Done(3)
        assert lost is not None
        assert lost.page == 4
        said[name] = lost.sentence
    assert "page 4 ended its worker" in said["dies"]
    assert "exit code 3" in said["dies"]
    assert said["hangs"] == "page 4 took longer than 1 s"
    assert said["swells"] in (
        "page 4 took more than 0.6 GB of memory",
        # a slow machine may fill the memory for longer than the other limit
        "page 4 took longer than 1 s",
    )


def test_a_document_is_given_up_when_no_page_is_left_or_too_many_workers_are_lost(
    tmp_path: Path,
) -> None:
    names = ("cannot be opened", "dies at once", "dies each time", "dies before")
    with Crew(2, Limits()) as crew:
        outcomes = _outcomes(crew, _tasks(tmp_path, *names))
    said = [getattr(outcomes[name][1], "reason", "") for name in names]
    assert "cannot be opened was left out: opening it ended its worker: " in said[0]
    assert "dies at once was left out: page 1 ended its worker: " in said[1]
    assert "dies each time was left out: page 7 ended its worker: " in said[2]
    # it died before it looked at the document, which is not to blame
    assert outcomes["dies before"] == (None, Done(7))


def test_workers_make_room_for_fresh_ones(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(crew_module, "worker", gives_its_id)
    monkeypatch.setattr(crew_module, "_CAREER_PAGES", 1)
    with Crew(1, Limits()) as crew:
        outcomes = _outcomes(crew, _tasks(tmp_path, "a", "b"))
        assert len(our_children()) <= 1
    assert len({str(outcome) for _, outcome in outcomes.values()}) == 2


def test_workers_that_cannot_start_end_the_job(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(crew_module, "worker", stillborn)
    with pytest.raises(ChildError, match="exit code 4"), Crew(2, Limits()) as crew:
        _outcomes(crew, _tasks(tmp_path, "one", "two"))


def test_leaving_does_not_wait_for_a_hanging_worker(tmp_path: Path) -> None:
    began = time.monotonic()
    with Crew(1, Limits(page_s=1000)) as crew:
        for heard in crew.work(_tasks(tmp_path, "hangs")):
            if heard is not None and isinstance(heard[1], Rendered):
                break
    assert time.monotonic() - began < 10
