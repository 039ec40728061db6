"""The ladder: what is changed at the first, second and third collapse, and when to stop.

Loading an earlier checkpoint alone would lead to the same collapse again, so each rung changes
something, and each more than the one before. Pure functions of what was done so far.
"""

import dataclasses
from collections.abc import Sequence
from typing import Literal

from deepzine_gui.training.recipe.config import TrainingConfig
from deepzine_gui.training.recipe.remedies import Remedies
from deepzine_gui.training.recipe.schedule import Stage

CALM, CALM_KIMG = 0.1, 20.0
"""Where no whole stage is left, this share of the plan without an alarm counts as one, and at least
so many kimg."""


@dataclasses.dataclass(frozen=True, slots=True)
class Rung:
    """One step of the ladder.

    Attributes:
        learning_rate: factor.
        penalty: factor of the gradient penalty; wgan-gp, whose penalty has a size of its own, gets
            one more discriminator update for each doubling.
        minibatch: factor.
        augment: how much more often pages are changed, where that is adapted.
        back_to: the newest good checkpoint, the one before it, or that at the stage's start.
    """

    learning_rate: float
    penalty: int
    minibatch: int
    augment: float
    back_to: Literal["newest", "earlier", "stage"]

    def onto(self, remedies: Remedies, config: TrainingConfig) -> Remedies:
        """What is changed once this is changed, too."""
        by_updates = config.loss == "wgan-gp"
        doublings = self.penalty.bit_length() - 1
        return Remedies(
            learning_rate=remedies.learning_rate * self.learning_rate,
            penalty=remedies.penalty * (1 if by_updates else self.penalty),
            discriminator_updates=remedies.discriminator_updates + by_updates * doublings,
            minibatch=remedies.minibatch * self.minibatch,
        )


RUNGS = (
    Rung(learning_rate=1 / 2, penalty=2, minibatch=1, augment=0.0, back_to="newest"),
    Rung(learning_rate=1 / 4, penalty=2, minibatch=1, augment=0.1, back_to="earlier"),
    Rung(learning_rate=1 / 4, penalty=1, minibatch=2, augment=0.0, back_to="stage"),
)
"""In all the learning rate is divided by 32: one that was fifty times too high becomes bearable."""


@dataclasses.dataclass(frozen=True, slots=True)
class Step:
    """A recovery as the ladder sees it: when the alarm was, what was done, where it led back to.

    Attributes:
        alarm_kimg: when.
        rung: from 0; that of as many as there are rungs was to stop.
        back_to_kimg: of the checkpoint gone back to; 0 for the start.
    """

    alarm_kimg: float
    rung: int
    back_to_kimg: float


@dataclasses.dataclass(frozen=True, slots=True)
class Place:
    """A checkpoint: its name, its thousands of pages, whether it is at the end of a stage."""

    name: str
    kimg: float
    ends_stage: bool


def next_rung(steps: Sequence[Step], plan: Sequence[Stage], kimg: float) -> int:
    """The rung for an alarm at `kimg`; as many as there are rungs means to stop.

    The counting begins anew where a whole stage has gone well since the last recovery, or in the
    last one as much as `clear_kimg` says, or a person let a stopped run go on.
    """
    if not steps or steps[-1].rung >= len(RUNGS):
        return 0
    if kimg > clear_kimg(steps[-1], plan):
        return 0
    return steps[-1].rung + 1


def clear_kimg(step: Step, plan: Sequence[Stage]) -> float:
    """When a whole stage will have gone well after a recovery.

    Where none is left, as in the last: when so much has gone well after what was the alarm's place.
    """
    for stage in plan[:-1]:
        # the stage of the alarm itself counts where it is trained anew from its start
        if stage.start_kimg >= step.back_to_kimg and stage.end_kimg > step.alarm_kimg:
            return stage.end_kimg
    return step.alarm_kimg + max(CALM_KIMG, CALM * plan[-1].end_kimg)


def places(rung: int, good: Sequence[Place]) -> list[Place]:
    """Which of the good checkpoints, oldest first, to go back to; the preferred one first.

    Where none lies as far back as the rung asks for, it is the oldest: only a run without a good
    checkpoint begins anew.
    """
    wanted = RUNGS[rung].back_to
    if wanted == "stage":
        found = [place for place in good if place.ends_stage]
    else:
        found = list(good if wanted == "newest" else good[:-1])
    return found[::-1] or list(good[:1])
