"""A job's process may end in any way; the window's goes on, and nothing is left behind."""

import errno
import multiprocessing.connection
import os
import signal
import sys
import tempfile
import threading
from collections.abc import Callable, Iterator
from multiprocessing.process import BaseProcess
from pathlib import Path

import psutil
import pytest

from deepzine_gui import child as child_module
from deepzine_gui import lifeline
from deepzine_gui.child import Child, in_child, warden
from deepzine_gui.errors import ChildError, DatasetError
from deepzine_gui.signals import ENDING
from tests import child_jobs as jobs
from tests.patience import PATIENCE_S, comes_true
from tests.processes import gone, our_children
from tests.programs import Program


@pytest.fixture(autouse=True)
def nothing_left(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """No process outlives a test, and no file of last words."""
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    yield
    assert our_children() == []
    assert list(tmp_path.glob("deepzine-*.log")) == []


def wait_for(condition: Callable[[], bool]) -> None:
    assert comes_true(condition), "waited in vain"


def test_events_come_back_in_order_and_the_process_ends() -> None:
    job = in_child(jobs.count, 5, first=2)
    assert job.pid is None
    assert list(job) == [2, 3, 4]
    with pytest.raises(StopIteration):
        next(job)


def test_a_request_reaches_the_generator() -> None:
    job = in_child(jobs.echo)
    assert next(job) == "ready"
    assert job.send({"stamp": 7}) == {"stamp": 7}
    job.close()


def test_several_children_answer_whoever_is_first() -> None:
    workers = [in_child(jobs.echo) for _ in range(2)]
    for worker in workers:
        worker.post()
    for worker in workers:
        worker.take()
        worker.post("page")
    waiting = {worker.connection: worker for worker in workers}
    while waiting:
        for ready in multiprocessing.connection.wait(list(waiting), timeout=PATIENCE_S):
            assert waiting.pop(ready).take() == "page"
    for worker in workers:
        worker.close()


def test_closing_runs_the_finally_blocks_of_the_child(tmp_path: Path) -> None:
    tidied = tmp_path / "tidied"
    job = in_child(jobs.pid_then_wait, tidied)
    process = psutil.Process(next(job))
    assert process.pid == job.pid
    job.close()
    assert tidied.read_text("utf-8") == "tidied"
    assert gone(process)
    job.close()


def test_closing_before_the_start_starts_nothing() -> None:
    job = in_child(jobs.count, 3)
    job.close()
    assert job.pid is None
    assert list(job) == []


def test_dropping_a_job_ends_its_process() -> None:
    job: Child[int] | None = in_child(jobs.pid_then_wait)
    assert job is not None
    process = psutil.Process(next(job))
    job = None
    assert gone(process)


def test_a_child_that_does_not_end_is_killed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(child_module, "CLOSING_GRACE_S", 0.3)
    job = in_child(jobs.never_tidy)
    process = psutil.Process(next(job))
    job.close()
    assert gone(process)


def test_an_error_arrives_with_type_message_and_the_child_s_traceback() -> None:
    job = in_child(jobs.raise_ours)
    assert next(job) == 1
    with pytest.raises(DatasetError) as caught:
        next(job)
    assert str(caught.value) == "pages.h5 is no dataset: build it again."
    assert "raise_ours" in "".join(caught.value.__notes__)


def test_an_error_that_cannot_travel_is_named() -> None:
    job = in_child(jobs.raise_unportable)
    next(job)
    with pytest.raises(ChildError, match="UnportableError: this and that"):
        next(job)


def test_an_event_that_cannot_travel_is_an_error() -> None:
    with pytest.raises(Exception, match=r"(?i)pickle|lambda"):
        next(in_child(jobs.yield_unpicklable))


@pytest.mark.parametrize(
    ("job", "argument", "how"),
    [
        (jobs.leave, 3, "exit code 3"),
        (jobs.leave, 0, "exit code 0"),
        (jobs.kill_itself, signal.SIGKILL, "SIGKILL, often because memory ran out"),
        (jobs.kill_itself, signal.SIGABRT, "SIGABRT"),
    ],
)
def test_a_child_that_dies_is_one_clear_error(
    job: Callable[..., Iterator[int]], argument: int, how: str
) -> None:
    run = in_child(job, int(argument))
    assert next(run) == 1
    with pytest.raises(ChildError, match=how):
        next(run)
    assert list(run) == []


def test_a_crash_in_native_code_leaves_its_last_words() -> None:
    run = in_child(jobs.crash)
    next(run)
    with pytest.raises(ChildError, match=r"SIGSEGV.*Segmentation fault") as caught:
        next(run)
    assert "child_jobs.py" in "".join(caught.value.__notes__)


@pytest.mark.skipif(sys.platform == "win32", reason="a file is handed on by its name there")
def test_a_kill_amid_the_start_of_a_child_would_leave_no_file(tmp_path: Path) -> None:
    run = in_child(jobs.crash)
    run.post()
    assert list(tmp_path.iterdir()) == []
    run.close()


def test_a_child_may_print_megabytes() -> None:
    assert list(in_child(jobs.print_megabytes)) == [0, 1, 2, 3]


def test_killing_from_another_thread_wakes_the_waiting_one(tmp_path: Path) -> None:
    pids = tmp_path / "pids"
    run = in_child(jobs.sleep_inside, pids)
    next(run)
    process = psutil.Process(int(pids.read_text("utf-8")))
    threading.Timer(0.2, run.kill).start()
    with pytest.raises(ChildError, match="DeepZine ended it"):
        next(run)
    assert gone(process)


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGTERM])
@pytest.mark.parametrize("job", ["parent_with_children", "parent_with_stuck_children"])
def test_no_child_outlives_its_parent(tmp_path: Path, job: str, number: int) -> None:
    left = orphans(tmp_path, job, number)
    assert all(map(gone, left))
    assert len(left) >= 2


@pytest.mark.skipif(sys.platform != "linux", reason="other kernels tie no child to its parent")
def test_a_stuck_child_outlives_neither_its_parent_nor_the_warden(tmp_path: Path) -> None:
    [left] = orphans(tmp_path, "parent_without_warden", signal.SIGKILL)
    assert gone(left)


@pytest.mark.skipif(sys.platform != "linux", reason="other kernels tie no child to its parent")
def test_a_child_is_tied_to_its_parent_and_to_no_thread_of_it() -> None:
    job, threads = in_child(jobs.tied_to, os.getpid()), []
    starting = threading.Thread(
        target=lambda: (threads.append(threading.get_native_id()), next(job))
    )
    starting.start()
    starting.join()
    wait_for(lambda: not Path(f"/proc/self/task/{threads[0]}").exists())
    assert next(job) == 0
    job.close()


@pytest.mark.skipif(sys.platform != "linux", reason="other kernels tie no child to its parent")
def test_a_child_whose_parent_is_gone_already_has_little_time_left() -> None:
    job = in_child(jobs.tied_to, 1)
    assert 0 < next(job) <= lifeline.LAST_RESORT
    job.close()


def orphans(tmp_path: Path, job: str, number: int) -> list[psutil.Process]:
    """The children that a killed parent, running `job`, has had."""
    pids = tmp_path / "pids"
    script = f"from tests import child_jobs; child_jobs.{job}({str(pids)!r})"
    environment = os.environ | {"TMPDIR": str(tmp_path / "theirs")}
    (tmp_path / "theirs").mkdir()
    with Program([sys.executable, "-c", script], env=environment) as parent:
        wait_for(pids.exists)
        children = [psutil.Process(int(pid)) for pid in pids.read_text("utf-8").split()]
        parent.send_signal(number)
    return children


def test_a_killed_warden_is_replaced_while_the_job_goes_on() -> None:
    job = in_child(jobs.pid_then_wait)
    next(job)
    first = warden.pid
    assert first is not None
    os.kill(first, signal.SIGKILL)
    wait_for(lambda: next(job) > 0 and warden.pid != first)
    assert warden.pid is not None
    assert psutil.Process(warden.pid).is_running()
    job.close()


def test_signals_that_end_the_parent_are_left_to_it() -> None:
    job = in_child(jobs.pid_then_wait)
    pid = next(job)
    for number in ENDING:
        os.kill(pid, number)
    assert next(job) == pid
    job.close()


def test_a_child_that_dies_before_it_has_read_what_it_was_sent_is_one_clear_error() -> None:
    job = in_child(jobs.echo_back, b"x" * 3_000_000)
    posting = threading.Thread(target=job.post)
    posting.start()
    wait_for(lambda: bool(job.pid))
    os.kill(job.pid or 0, signal.SIGKILL)
    posting.join(PATIENCE_S)
    assert not posting.is_alive()
    with pytest.raises(ChildError, match="SIGKILL"):
        job.take()


def test_a_child_is_killed_while_it_is_being_started(monkeypatch: pytest.MonkeyPatch) -> None:
    start = lifeline._start

    def kill_first(process: BaseProcess) -> None:
        job.kill()
        start(process)

    monkeypatch.setattr(lifeline, "_start", kill_first)
    job = in_child(jobs.pid_then_wait)
    with pytest.raises(ChildError, match="DeepZine ended it"):
        next(job)


def test_a_child_with_children_of_its_own_ends_without_waiting(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(child_module, "CLOSING_GRACE_S", 1e6)
    outer = in_child(jobs.nested_with_all_the_time, "pid_then_wait")
    family = [psutil.Process(pid) for pid in next(outer)]
    ended = threading.Event()
    threading.Thread(target=lambda: (outer.close(), ended.set()), daemon=True).start()
    assert ended.wait(PATIENCE_S), "the grace was waited out"
    assert all(map(gone, family))


def test_a_job_that_asks_to_exit_ends_only_its_own_process() -> None:
    with pytest.raises(ChildError, match="SystemExit: 4"):
        list(in_child(jobs.exit_politely))


CROWDED = r"runs as many processes and threads as the system allows.*ulimit -u"


def test_a_process_that_the_system_refuses_is_one_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(process: BaseProcess) -> None:
        raise BlockingIOError(errno.EAGAIN, os.strerror(errno.EAGAIN))

    monkeypatch.setattr(lifeline, "_start", refuse)
    with pytest.raises(ChildError, match=CROWDED):
        next(in_child(jobs.count, 2))


def test_so_is_a_thread_refused_here_or_in_the_child(monkeypatch: pytest.MonkeyPatch) -> None:
    job = in_child(jobs.start_a_thread_too_many)
    assert next(job) == 1
    with pytest.raises(ChildError, match=CROWDED):
        next(job)

    def refuse(thread: threading.Thread) -> None:
        raise RuntimeError("can't start new thread")

    monkeypatch.setattr(lifeline, "starter", lifeline.Starter())
    monkeypatch.setattr(threading.Thread, "start", refuse)
    with pytest.raises(ChildError, match=CROWDED):
        next(in_child(jobs.count, 2))


def test_a_locked_file_is_not_a_process_refused() -> None:
    with pytest.raises(BlockingIOError, match="lock file"):
        next(in_child(jobs.open_a_locked_file))
