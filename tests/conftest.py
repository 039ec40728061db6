"""Every test runs without a display or network of its own, and leaves nothing running behind."""

import gc
import os
import random
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
# the keyring of the person who runs the tests is left alone
os.environ["PYTHON_KEYRING_BACKEND"] = "keyring.backends.fail.Keyring"
# the suite tells of the processor, wherever it runs; `make test-card` of graphics cards
if "DEEPZINE_TEST_CARD" not in os.environ:
    os.environ["CUDA_VISIBLE_DEVICES"] = ""
for _threads in ("OMP_NUM_THREADS", "MKL_NUM_THREADS", "OPENBLAS_NUM_THREADS"):
    os.environ.setdefault(_threads, "1")

import psutil  # noqa: E402 - numerical libraries read the variables above when first imported
import pytest  # noqa: E402
from hypothesis import HealthCheck, settings  # noqa: E402

from deepzine_gui import child  # noqa: E402
from tests.patience import PATIENCE_S, PatientBot  # noqa: E402
from tests.processes import our_children, our_threads  # noqa: E402

if TYPE_CHECKING:
    from PySide6.QtCore import QThread
    from PySide6.QtWidgets import QApplication


# a run of the suite tells of the code alone, not of chance or of how busy the machine is;
# HYPOTHESIS_PROFILE=wander looks for examples that were not tried yet
settings.register_profile(
    "wander", deadline=None, database=None, suppress_health_check=[HealthCheck.too_slow]
)
settings.register_profile("suite", settings.get_profile("wander"), derandomize=True)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "suite"))


@pytest.fixture(autouse=True)
def _chance_of_its_own() -> None:
    """Every test draws the same numbers whenever it runs, whichever ran before it."""
    random.seed(0)
    if torch := sys.modules.get("torch"):
        torch.manual_seed(0)


@pytest.fixture(autouse=True)
def _state_of_its_own(
    tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The log, the window's settings and new projects go to a folder of the test."""
    home = tmp_path_factory.mktemp("home")
    monkeypatch.setenv("DEEPZINE_STATE", str(home / "state"))
    monkeypatch.setenv("HOME", str(home))
    monkeypatch.setenv("XDG_DOCUMENTS_DIR", str(home / "Documents"))
    monkeypatch.delenv("DEEPZINE_ARCHIVE_HOST", raising=False)


@pytest.fixture(autouse=True)
def _time_to_tidy_up(monkeypatch: pytest.MonkeyPatch) -> None:
    """No child is killed because a busy machine is long about its end."""
    monkeypatch.setattr(child, "CLOSING_GRACE_S", PATIENCE_S)


@pytest.fixture(autouse=True)
def _nothing_left_running(request: pytest.FixtureRequest) -> Iterator[None]:
    """Fail a test after which a thread or a child process is still alive."""
    threads, processes, native = set(our_threads()), set(our_children()), native_threads()
    yield
    qt_threads = running_qt_threads(native) if "qtbot" in request.fixturenames else []
    late_threads = [t for t in our_threads() if t not in threads and not _ended(t)]
    late = [p for p in our_children() if p not in processes]
    _, alive = psutil.wait_procs(late, timeout=PATIENCE_S)
    for process in alive:
        process.kill()
    left = [t.name for t in late_threads] + [f"process {p.pid}" for p in alive]
    left += [f"QThread {t.objectName() or type(t).__name__}" for t in qt_threads]
    if left:
        pytest.fail("left running: " + ", ".join(left))


def _ended(thread: threading.Thread) -> bool:
    # a QThread's Python side is a dummy thread that cannot be joined; Qt's side is looked at
    if isinstance(thread, threading._DummyThread):
        return True
    thread.join(PATIENCE_S)
    return not thread.is_alive()


def native_threads() -> set[str]:
    """The kernel's numbers of this process's threads; none where the kernel does not tell."""
    tasks = Path("/proc/self/task")
    return set(os.listdir(tasks)) if tasks.is_dir() else set()


def running_qt_threads(before: set[str], within_s: float = PATIENCE_S) -> "list[QThread]":
    """Let Qt finish, then return the threads of Qt that do not end within so many seconds.

    Where all `native_threads` are among those of `before`, none is looked for: that takes a while.
    """
    from PySide6.QtCore import QCoreApplication, QEvent

    app = QCoreApplication.instance()
    ends = time.monotonic() + within_s
    while True:
        if app is not None:
            app.processEvents()
            app.sendPostedEvents(None, QEvent.Type.DeferredDelete)
        if before and native_threads() <= before:
            return []
        running = _qt_threads_at_work()
        if not running or time.monotonic() > ends:
            return running
        running[0].wait(10)


def _qt_threads_at_work() -> "list[QThread]":
    from PySide6.QtCore import QThread
    from shiboken6 import isValid

    # by type(), as isinstance would wake proxies that lie about their class
    found = [thing for thing in gc.get_objects() if issubclass(type(thing), QThread)]
    main = QThread.currentThread()
    return [t for t in found if isValid(t) and t is not main and t.isRunning()]


@pytest.fixture
def qtbot(qapp: "QApplication", request: pytest.FixtureRequest) -> PatientBot:
    """Drives the window, and waits for it as long as it takes."""
    return PatientBot(request)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder whose name is not plain ASCII and holds a space, as people's folders do."""
    place = tmp_path / "mein Zine №1"
    place.mkdir()
    return place
