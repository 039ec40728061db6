"""A bench in a window of its own, whose jobs end with the test."""

from collections.abc import Callable, Generator, Iterator
from contextlib import contextmanager
from typing import Any, TypeVar

from PySide6.QtWidgets import QMainWindow

from deepzine_gui.ui.bench import Bench
from deepzine_gui.ui.jobs import Job
from tests.patience import PATIENCE_MS

Yielded = TypeVar("Yielded")


def here(
    function: Callable[..., Generator[Yielded, Any, Any]], *args: Any, **kwargs: Any
) -> Generator[Yielded, Any, Any]:
    """What takes the place of `in_child` where a test is not about the process."""
    return function(*args, **kwargs)


@contextmanager
def hosted(bench: Bench) -> Iterator[None]:
    """Show `bench`; afterwards stop its jobs and shut it down."""
    host = QMainWindow()
    host.setMinimumSize(960, 640)
    host.setCentralWidget(bench)
    jobs: list[Job] = []
    bench.job_started.connect(jobs.append)
    host.show()
    try:
        yield
    finally:
        for job in jobs:
            job.stop()
            assert job.wait(PATIENCE_MS)
        bench.shut_down()
        host.deleteLater()
