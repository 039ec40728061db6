import os
import threading
import time
from collections.abc import Generator
from pathlib import Path

import pytest

from deepzine_gui.dataset import crew as crew_module
from deepzine_gui.dataset.crew import Crew
from deepzine_gui.dataset.shards import Answer, Begun, Done, Failed, Ready, Task
from deepzine_gui.errors import ChildError
from deepzine_gui.pages import Document, PageSettings


def worker() -> Generator[Answer, Task, None]:
    """A worker that does what the document's name says."""
    task = yield Ready()
    while True:
        if task.document.name == "dies before":
            _once(task.document.path)
        yield Begun()
        if task.document.name == "dies":
            os._exit(3)
        if task.document.name == "hangs":
            threading.Event().wait()
        task = yield Done(1)


def stillborn() -> Generator[Answer, Task, None]:
    """A worker that cannot even start."""
    os._exit(4)
    yield Ready()


def _once(mark: Path) -> None:
    if not mark.exists():
        mark.touch()
        os._exit(5)


def _tasks(tmp_path: Path, *names: str) -> list[Task]:
    documents = [Document(tmp_path / f"{n}-{name}", "pdf", name) for n, name in enumerate(names)]
    return [Task(document, PageSettings(), "", "") for document in documents]


def _outcomes(crew: Crew, tasks: list[Task]) -> dict[str, Done | Failed]:
    return {
        heard[0].document.name: heard[1]
        for heard in crew.work(tasks)
        if heard is not None and isinstance(heard[1], Done | Failed)
    }


@pytest.fixture(autouse=True)
def _own_worker(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(crew_module, "worker", worker)
    monkeypatch.setattr(crew_module, "_SILENCE_LIMIT_S", 0.3)
    monkeypatch.setattr(crew_module, "_PATIENCE_S", 0.1)


def test_a_dead_and_a_hanging_worker_cost_their_documents(tmp_path: Path) -> None:
    tasks = _tasks(tmp_path, "one", "dies", "two", "hangs", "three")
    with Crew(2) as crew:
        outcomes = _outcomes(crew, tasks)
    done = {name for name, outcome in outcomes.items() if isinstance(outcome, Done)}
    assert done == {"one", "two", "three"}
    dies, hangs = outcomes["dies"], outcomes["hangs"]
    assert isinstance(dies, Failed)
    assert "exit code 3" in dies.reason
    assert isinstance(hangs, Failed)
    assert "did not get on with a page" in hangs.reason


def test_a_document_is_not_blamed_for_a_death_before_it(tmp_path: Path) -> None:
    with Crew(1) as crew:
        assert _outcomes(crew, _tasks(tmp_path, "dies before")) == {"dies before": Done(1)}


def test_workers_that_cannot_start_end_the_job(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(crew_module, "worker", stillborn)
    with pytest.raises(ChildError, match="exit code 4"), Crew(2) as crew:
        _outcomes(crew, _tasks(tmp_path, "one", "two"))


def test_leaving_does_not_wait_for_a_hanging_worker(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(crew_module, "_SILENCE_LIMIT_S", 1000.0)
    began = time.monotonic()
    with Crew(1) as crew:
        for heard in crew.work(_tasks(tmp_path, "hangs")):
            if heard is not None and isinstance(heard[1], Begun):
                break
    assert time.monotonic() - began < 10
