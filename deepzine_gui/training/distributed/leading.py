"""The first process of a run: it decides, and the others follow."""

import dataclasses
import json

import safetensors.torch

from deepzine_gui.dataset.storage.splitting import HeldOut
from deepzine_gui.training.checkpoints import checkpoint
from deepzine_gui.training.processes.ranks import Order, Ranks
from deepzine_gui.training.stepping import apart
from deepzine_gui.training.stepping.trainer import Trainer
from deepzine_gui.training.stepping.values import Pages, StepResult


class Lead:
    """Takes the steps of a run, together with the processes that follow.

    What is done to the trainer before its first step (a checkpoint restored, another seed) happens
    in this process alone; with that step all others take over its settings and state.
    """

    def __init__(self, trainer: Trainer, ranks: Ranks, held_out: HeldOut) -> None:
        """Have all processes hold out the same pages of their copies of the dataset."""
        self._trainer = trainer
        self._held_out = held_out
        self._ranks = ranks
        self._known = ranks.alone

    def step(self, pages: Pages) -> StepResult:
        """Take one step, in all processes.

        Raises:
            LostRankError: another process is gone.
        """
        if not self._known:
            self._ranks.order(Order.TAKE_OVER)
            contents = checkpoint.contents(self._trainer)
            remedies = self._trainer.remedies
            changed = None if remedies is None else dataclasses.asdict(remedies)
            more = {"remedies": changed, "held_out": apart.as_values(self._held_out)}
            self._ranks.hand_out(json.dumps(contents.facts | more).encode())
            self._ranks.hand_out(safetensors.torch.save(contents.tensors))
            self._known = True
        if not self._ranks.alone:
            self._ranks.order(Order.STEP)
        return self._trainer.step(pages)
