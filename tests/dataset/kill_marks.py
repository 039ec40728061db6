"""Marks a dataset in a process of its own that dies at a given moment, or is killed at many."""

import json
import os
import random
import signal
import sys
import time
from pathlib import Path

import numpy as np

from deepzine_gui.dataset import open_dataset, set_aside, write_marks
from deepzine_gui.dataset.storage import journal


def _die(*_: object) -> None:
    os._exit(9)


def _half(path: Path, data: object, pieces: list[list[int]]) -> None:
    offset, length = pieces[0]
    with path.open("r+b") as file:
        file.seek(offset)
        file.write(data.read(length // 2))
    _die()


def main(path: Path, moment: str) -> None:
    with open_dataset(path) as dataset:
        count = dataset.count
    if moment.isdigit():
        _kill_often(path, count, times=int(moment))
        return
    if moment == "before journal":
        journal._finish = lambda path: None
        journal.whole_file = _die
    elif moment == "before writing":
        journal._write = _die
    else:
        journal._write = _half
    set_aside(path, range(count))


def _kill_often(path: Path, count: int, *, times: int) -> None:
    """Print the marks found after each kill: the different (state, reason, label) there are."""
    moments = random.Random(0)
    for _ in range(times):
        hears, tells = os.pipe()
        child = os.fork()
        if not child:
            _forever(path, count, tells)
        os.read(hears, 1)
        time.sleep(moments.uniform(0, 0.02))
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)
        os.close(hears)
        os.close(tells)
        with open_dataset(path) as dataset:
            columns = dataset.columns()
        marks = zip(columns.state.tolist(), columns.reason.tolist(), columns.label, strict=True)
        os.write(1, json.dumps(sorted(set(marks))).encode() + b"\n")


def _forever(path: Path, count: int, tells: int) -> None:
    """Tell of the first marks, then write with so little in between that many a kill meets it."""
    os.fsync = lambda handle: None
    overwrite, asked = journal.overwrite, []
    journal.overwrite = lambda *args, **named: asked.append((args, named))
    for mark, label in ((0, "old"), (1, "new")):
        marks = np.full(count, mark, np.uint8)
        write_marks(path, state=marks, reason=marks, label=np.full(count, label, object))
    while True:
        for args, named in asked:
            with journal.held(path):
                overwrite(*args, **named)
            os.write(tells, b".")


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2])
