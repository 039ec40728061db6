import sys
from collections.abc import Callable
from concurrent.futures import Executor, Future, ProcessPoolExecutor, ThreadPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from multiprocessing import get_context
from pathlib import Path
from typing import Any

import pytest

from deepzine_gui.dataset import PagesAdded
from deepzine_gui.dataset.building.build import build
from deepzine_gui.dataset.building.cluster import dask_executor
from deepzine_gui.errors import ChildError, StorageError
from tests.dataset.building import SMALL, built, contents, warnings_of, write_pdf
from tests.processes import our_children
from tests.programs import run_program

ROOT = Path(__file__).parents[2]

ON_DASK = """
import sys
from pathlib import Path
from distributed import LocalCluster
from deepzine_gui.dataset.building import cluster as dask
from deepzine_gui.dataset.building.build import build
from tests.dataset.building import SMALL
from tests.patience import PATIENCE_S

dask._PATIENCE_S = PATIENCE_S

if __name__ == "__main__":
    with LocalCluster(
        n_workers=2, threads_per_worker=2, processes=True, dashboard_address=None, host="127.0.0.1"
    ) as cluster:
        with dask.dask_executor(cluster.scheduler_address) as executor:
            for event in build(
                [Path(sys.argv[1])], Path(sys.argv[2]), settings=SMALL, executor=executor
            ):
                pass
            print(event.summary)
"""


@pytest.fixture
def sources(tmp_path: Path) -> Path:
    for number, pages in enumerate([1, 30, 3, 12]):
        write_pdf(tmp_path / f"in/{number}.pdf", pages)
    (tmp_path / "in/empty.pdf").touch()
    return tmp_path / "in"


def processes() -> Executor:
    """Python's own pool, or a skipped test where it has no place for semaphores."""
    try:
        return ProcessPoolExecutor(2, mp_context=get_context("spawn"))
    except (OSError, NotImplementedError) as error:
        pytest.skip(f"the system has no semaphores: {error}")


@pytest.fixture
def expected(sources: Path, tmp_path: Path) -> bytes:
    built([sources], tmp_path / "expected.h5")
    return (tmp_path / "expected.h5").read_bytes()


@pytest.mark.parametrize(
    "make",
    [lambda: ThreadPoolExecutor(4), processes],
    ids=["threads", "processes"],
)
def test_an_executor_gives_the_same_file(
    sources: Path, tmp_path: Path, expected: bytes, make: Callable[[], Executor]
) -> None:
    out = tmp_path / "out.h5"
    with make() as executor:
        events = list(build([sources], out, settings=SMALL, executor=executor))
    assert out.read_bytes() == expected
    assert {event.document for event in events if isinstance(event, PagesAdded)} == {
        f"{number}.pdf" for number in range(4)
    }
    (said,) = warnings_of(events)
    assert "is an empty file" in said
    assert sorted(path.name for path in tmp_path.iterdir()) == ["expected.h5", "in", "out.h5"]


def test_a_dask_cluster_gives_the_same_file(sources: Path, tmp_path: Path, expected: bytes) -> None:
    pytest.importorskip("distributed")
    processes().shutdown()  # its workers need what those do
    script = tmp_path / "on_dask.py"
    script.write_text(ON_DASK)
    out = tmp_path / "out.h5"
    told = run_program(
        [sys.executable, script, sources, out],
        cwd=tmp_path,
        env={"PYTHONPATH": str(ROOT), "PATH": "", "HOME": str(tmp_path), "OMP_NUM_THREADS": "1"},
    )
    assert told.returncode == 0, told.stderr
    assert told.stdout.strip() == "out.h5 holds 46 pages from 4 documents."
    assert out.read_bytes() == expected


def test_no_scheduler_is_one_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    script = (
        "from deepzine_gui.dataset.building import cluster\n"
        "cluster._PATIENCE_S = 0.2\n"
        "try:\n"
        "    with cluster.dask_executor('tcp://127.0.0.1:9'): pass\n"
        "except Exception as error:\n"
        "    print(type(error).__name__, error)\n"
    )
    told = run_program([sys.executable, "-c", script], cwd=ROOT, check=True)
    assert told.stdout.startswith("ChildError No Dask scheduler answers at tcp://127.0.0.1:9")
    monkeypatch.setitem(sys.modules, "distributed", None)
    with (
        pytest.raises(ChildError, match=r"pip install 'deepzine\[dask\]'"),
        dask_executor("tcp://127.0.0.1:9"),
    ):
        pass


class _Prepared(Executor):
    """Fails the first task as told, and counts what is cancelled."""

    def __init__(self, error: BaseException | None) -> None:
        self.error = error
        self.futures: list[Future[Any]] = []

    def submit(self, *_: Any, **__: Any) -> Future[Any]:
        future: Future[Any] = Future()
        if self.error is not None:
            future.set_exception(self.error)
        self.futures.append(future)
        return future


@pytest.mark.parametrize(
    ("error", "kind", "sentence"),
    [
        (BrokenProcessPool("a process died"), ChildError, "gave up on .*pdf: a process died"),
        (StorageError("The disk is full: /tmp."), StorageError, "The disk is full"),
    ],
)
def test_an_executor_that_fails_ends_the_build(
    sources: Path, tmp_path: Path, error: Exception, kind: type[Exception], sentence: str
) -> None:
    with pytest.raises(kind, match=sentence):
        list(build([sources], tmp_path / "out.h5", executor=_Prepared(error)))
    assert [path.name for path in tmp_path.iterdir()] == ["in"]


def test_an_executor_that_was_shut_down_is_said(sources: Path, tmp_path: Path) -> None:
    executor = ThreadPoolExecutor(1)
    executor.shutdown()
    with pytest.raises(ChildError, match="takes no more documents"):
        list(build([sources], tmp_path / "out.h5", executor=executor))


def test_a_task_that_is_lost_costs_its_document(
    sources: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from deepzine_gui.dataset.building import executors

    render = executors.render

    def lost(task: Any) -> Any:
        if task.document.name == "1.pdf" and task.span is not None:
            raise EOFError("the machine is gone")
        return render(task)

    monkeypatch.setattr(executors, "render", lost)
    events = built([sources], tmp_path / "out.h5")
    assert any(
        "1.pdf was left out, its worker was lost: the machine is gone." in line
        for line in warnings_of(events)
    )
    assert {name for name, _ in contents(tmp_path / "out.h5")[1]} == {"0.pdf", "2.pdf", "3.pdf"}


class _AtOnce(Executor):
    """Has done each task as soon as it is told."""

    def submit(self, task: Any, *given: Any, **more: Any) -> Future[Any]:
        future: Future[Any] = Future()
        future.set_result(task(*given, **more))
        return future


def test_stop_keeps_what_is_done_though_not_yet_heard(sources: Path, tmp_path: Path) -> None:
    job = build([sources], tmp_path / "out.h5", executor=_AtOnce())
    heard = next(event for event in job if isinstance(event, PagesAdded))
    job.close()
    assert heard.document == "0.pdf"
    assert {name for name, _ in contents(tmp_path / "out.h5")[1]} == {
        f"{number}.pdf" for number in range(4)
    }


def test_stop_takes_back_what_was_not_begun(sources: Path, tmp_path: Path) -> None:
    executor = _Prepared(None)
    job = build([sources], tmp_path / "out.h5", executor=executor)
    for _ in range(3):
        next(job)
    job.close()
    assert len(executor.futures) == 5
    assert all(future.cancelled() for future in executor.futures)
    assert not our_children()
