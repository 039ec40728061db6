"""The command line, whose second process dies once: ``torchrun … -m tests.training.mortal``."""

import os
import signal
import sys

from deepzine_gui.__main__ import main
from deepzine_gui.training.processes.torchrun import torchrun
from deepzine_gui.training.stepping.trainer import Trainer
from deepzine_gui.training.stepping.values import Pages, StepResult

LAST_STEP = 10


def step(trainer: Trainer, pages: Pages) -> StepResult:
    """As a trainer's own, but for the last one."""
    told = torchrun()
    assert told is not None
    if (told.rank, told.restarts, trainer.steps) == (1, 0, LAST_STEP):
        os.kill(os.getpid(), signal.SIGKILL)
    return whole_step(trainer, pages)


if __name__ == "__main__":
    whole_step, Trainer.step = Trainer.step, step  # type: ignore[method-assign]
    sys.exit(main())
