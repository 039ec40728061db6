"""Runs in processes of their own, to be killed: ``python -m tests.training.killed_run``.

Each line read, ``DATASET<tab>RUN``, goes on with a run, or begins it, in a fork of this process,
which has loaded everything already. A line tells each thing that happens: ``process ID``, ``begun``
before the first step, ``saved NAME`` and ``ended NAME`` of checkpoints amid and at the end of a
stage, ``finished``, and once the process has gone, ``gone``.
"""

import os
import sys
from pathlib import Path

import torch
import torch._dynamo  # the first optimiser would load it, in every fork anew

from deepzine_gui.progress import Finished
from deepzine_gui.training import CheckpointSaved, StageChanged, TrainingConfig, preset
from deepzine_gui.training.beginning import train
from tests.telling import tell

CONFIG: TrainingConfig = preset(
    "cpu-demo", resolution=8, fmap_base=32, fmap_max=8, latent_size=8, minibatch=4, fade_kimg=0.16,
    stable_kimg=0.16, final_kimg=0.16, sample_kimg=0.1, checkpoint_minutes=0.0, precision="float32",
)  # fmt: skip
"""120 steps, with a checkpoint after each."""


def main() -> None:
    """Train what is asked for, until nothing more is."""
    # a fork has no threads but its own
    torch.set_num_threads(1)
    for line in sys.stdin:
        dataset, run = map(Path, line.rstrip("\n").split("\t"))
        child = os.fork()
        if child == 0:
            tell(f"process {os.getpid()}")
            _train(dataset, run)
            os._exit(0)
        os.waitpid(child, 0)
        tell("gone")


def _train(dataset: Path, run: Path) -> None:
    resume = (run / "config.yaml").exists()
    ends = {0.16, 0.32, 0.48}
    for event in train(dataset, run, config=CONFIG, resume=resume, threads=1, speeds=None):
        if isinstance(event, CheckpointSaved):
            tell(f"{'ended' if event.kimg in ends else 'saved'} {event.path.name}")
        elif isinstance(event, StageChanged):
            tell("begun")
        elif isinstance(event, Finished):
            tell("finished")


if __name__ == "__main__":
    main()
