"""A bench in a window of its own, whose jobs end with the test."""

from collections.abc import Iterator
from contextlib import contextmanager

from PySide6.QtWidgets import QMainWindow

from deepzine_gui.ui.bench import Bench
from deepzine_gui.ui.jobs import Job


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
            assert job.wait(30_000)
        bench.shut_down()
        host.deleteLater()
