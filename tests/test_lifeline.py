"""Programs with children of their own: how they begin, go on and end."""

import sys

import psutil
import pytest

from tests.processes import gone
from tests.programs import Program, run_program


def known(program: Program) -> psutil.Process:
    """The process whose number a program tells; it has gone on when its ``with`` ends."""
    process = psutil.Process(int(program.out.line()))
    program.say("go on")
    return process


def test_signals_to_the_whole_group_spare_the_very_first_child_while_it_starts() -> None:
    script = """
import os, signal, threading
from tests import child_jobs as jobs
for number in (signal.SIGINT, signal.SIGTERM):
    signal.signal(number, lambda *_: None)
job = jobs.in_child(jobs.echo)
threading.Thread(target=job.post).start()
started = lambda: [p for p in psutil.Process().children() if "spawn_main" in str(p.cmdline())]
import psutil
while not started():
    pass
for process in started():
    process.send_signal(signal.SIGINT)
    process.send_signal(signal.SIGTERM)
assert job.take() == "ready"
job.close()
"""
    ended = run_program([sys.executable, "-c", script])
    assert (ended.returncode, ended.stderr) == (0, "")


@pytest.mark.skipif(sys.platform != "linux", reason="other kernels tie no child to its parent")
def test_a_job_goes_on_in_a_thread_that_outlives_the_main_one() -> None:
    script = """
import threading
from tests import child_jobs as jobs
def work():
    job = jobs.in_child(jobs.yield_twice)
    print(*job, *jobs.in_child(jobs.count, 2))
threading.Thread(target=work).start()
"""
    ended = run_program([sys.executable, "-c", script])
    assert (ended.returncode, ended.stderr, ended.stdout.split()) == (0, "", ["1", "2", "0", "1"])


def test_a_program_that_ends_while_a_job_starts_leaves_nothing() -> None:
    script = """
import threading, time
from deepzine_gui import child, lifeline
from tests import child_jobs as jobs
begun, start = threading.Event(), lifeline._start
def slow(process):
    start(process)
    begun.set()
    time.sleep(0.3)
lifeline._start = slow
threading.excepthook = lambda error: None
threading.Thread(target=jobs.in_child(jobs.echo).post, daemon=True).start()
begun.wait()
"""
    ended = run_program([sys.executable, "-c", script])
    assert (ended.returncode, ended.stderr) == (0, "")


def test_a_stopped_warden_holds_up_nobody() -> None:
    script = """
import os, signal, sys
from deepzine_gui.child import warden
from tests import child_jobs as jobs
job = jobs.in_child(jobs.echo)
next(job)
os.kill(warden.pid, signal.SIGSTOP)
print(warden.pid, flush=True)
input()
"""
    with Program([sys.executable, "-c", script]) as program:
        warden = known(program)
        assert program.end() == 0
        assert "".join(program.err) == ""
    assert gone(warden)


def test_a_job_left_over_at_the_end_ends_quietly() -> None:
    script = "from tests import child_jobs as j; global c; c = j.in_child(j.echo); next(c)"
    ended = run_program([sys.executable, "-X", "dev", "-c", script])
    assert (ended.returncode, ended.stderr) == (0, "")


@pytest.mark.skipif(sys.platform == "win32", reason="nothing is stopped there")
@pytest.mark.parametrize("warden_dies", [False, True])
def test_a_stopped_child_outlives_neither_its_parent_nor_the_warden(warden_dies: bool) -> None:
    script = """
import os, psutil, signal, sys
from pathlib import Path
from deepzine_gui.child import warden
from tests import child_jobs as jobs
job = jobs.in_child(jobs.echo)
next(job)
print(job.pid, flush=True)
input()
os.kill(job.pid, signal.SIGSTOP)
def is_stopped():
    # with all its threads, or the kernel does not take it for stopped
    threads = [path.read_text() for path in Path(f"/proc/{job.pid}/task").glob("*/stat")]
    return psutil.Process(job.pid).status() == psutil.STATUS_STOPPED and all(
        thread.rpartition(")")[2].split()[0] == "T" for thread in threads
    )
while not is_stopped():
    pass
if sys.argv[1] == "True":
    os.kill(warden.pid, signal.SIGKILL)
os.kill(os.getpid(), signal.SIGKILL)
"""
    command = [sys.executable, "-c", script, str(warden_dies)]
    with Program(command) as program:
        child = known(program)
    assert gone(child)


@pytest.mark.skipif(sys.platform == "win32", reason="multiprocessing has no helper there")
@pytest.mark.parametrize("warden_dies", [False, True])
@pytest.mark.parametrize("end", ["os.kill(os.getpid(), signal.SIGKILL)", "pass", "raise OSError"])
def test_the_stopped_helper_of_multiprocessing_does_not_outlive_its_parent(
    end: str, warden_dies: bool
) -> None:
    script = f"""
import os, psutil, signal
from deepzine_gui import lifeline
from deepzine_gui.child import warden
from tests import child_jobs as jobs
next(jobs.in_child(jobs.echo))
print(lifeline.tracker_pid(), flush=True)
input()
os.kill(lifeline.tracker_pid(), signal.SIGSTOP)
while psutil.Process(lifeline.tracker_pid()).status() != psutil.STATUS_STOPPED:
    pass
if {warden_dies}:
    os.kill(warden.pid, signal.SIGKILL)
{end}
"""
    with Program([sys.executable, "-c", script], start_new_session=True) as program:
        helper = known(program)
    assert gone(helper)
