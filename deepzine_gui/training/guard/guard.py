"""The guard of one stretch of a run: looks at vitals and skipped steps, and holds the alarm."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from deepzine_gui.progress import Notice
from deepzine_gui.training.checkpoints.checkpoint import Contents
from deepzine_gui.training.events import Alarmed, Vitals
from deepzine_gui.training.guard.alarms import Alarm, Judgement, judge, judge_model
from deepzine_gui.training.guard.ledger import Ledger
from deepzine_gui.training.guard.memory import Memory
from deepzine_gui.training.guard.recovery import decide
from deepzine_gui.training.stepping.trainer import Trainer
from deepzine_gui.training.stepping.updates import LATELY

MOST_SKIPPED = 3
"""More steps skipped among the last `LATELY` raise an alarm."""

SAME_LEVELS = 1.0
"""Pages that vary by less, in grey levels of 255, are all the same one."""


def remembered(newest: Contents | None) -> tuple[Memory, list[Notice]]:
    """What a checkpoint remembers of the vitals, and what a person should know of it.

    One from before there was a guard remembers nothing; nor does a run that begins.
    """
    known = newest.facts["guard"] if newest is not None else None
    if not known:
        return Memory(), []
    try:
        return Memory.of_values(known["memory"]), []
    except ValueError:
        text = "What the guard remembered of the run cannot be read: it watches as from the start."
        return Memory(), [Notice(text, "warning")]


class Guard:
    """Watches over a trainer; switched off it only remembers.

    Attributes:
        alarm: what has to be acted on; None while all is well.
        memory: of the vitals.
        ledger: what was done in the run before.
    """

    def __init__(self, trainer: Trainer, ledger: Ledger, memory: Memory) -> None:
        """Go on with what is remembered."""
        self._trainer = trainer
        self._is_on = trainer.config.guard == "on"
        self.ledger = ledger
        self.alarm: Alarm | None = None
        self.memory = memory

    @property
    def proven_before_kimg(self) -> float:
        """Checkpoints before this are proven good; none for who has no use for them."""
        if not self._is_on:
            return -1.0
        return max(self.memory.proven_before_kimg, self.ledger.proven_before_kimg)

    @property
    def looks_kimg(self) -> tuple[float, ...]:
        """When the looks were that may prove more of them good."""
        return self.memory.looks_kimg if self._is_on else ()

    def look(self, vitals: Vitals) -> Iterator[Alarmed]:
        """Judge vitals; tell each alarm."""
        self.memory = self.memory.with_vitals(vitals)
        judgement = self._judged()
        if judgement.is_clean:
            self.memory = self.memory.with_clean(vitals.kimg)
        for alarm in judgement.alarms:
            yield from self._raise(alarm)

    @property
    def wants_look(self) -> bool:
        """Whether the networks have not been looked at as they are now."""
        return self._is_on and self.memory.looked_kimg < self._trainer.kimg

    @property
    def is_in_doubt(self) -> bool:
        """Whether the last look was suspicious, so that it takes another to tell."""
        return self._is_on and not self._judged().is_clean

    def look_at_model(self, model: Vitals) -> Iterator[Alarmed]:
        """Judge the averaged generator at the end of a run; tell each alarm."""
        for alarm in judge_model(self.memory, model):
            yield from self._raise(alarm)

    def look_at_numbers(self, *, thorough: bool = False) -> Iterator[Alarmed]:
        """Tell of too many skipped steps, or if `thorough` of weights that are no numbers.

        Waits for the device.
        """
        kimg = self._trainer.kimg
        skipped = int(self._trainer.updates.most_lately)
        if skipped > MOST_SKIPPED:
            text = f"losses or gradients were not finite in {skipped} of the last {LATELY} steps."
        elif thorough and not self._trainer.is_finite:
            text = "weights are no longer numbers."
        else:
            return
        yield from self._raise(Alarm("numbers", f"At {kimg:.1f} kimg {text}"))

    def look_at_pages(self, pages: NDArray[np.uint8]) -> Iterator[Alarmed]:
        """Tell where real pages (N, C, R, R) are all the same one, or nearly.

        It is nothing to act on: no way back leads to other pages.
        """
        if self._is_on and float(pages.std(axis=0).mean()) < SAME_LEVELS:
            text = "Before the first step: all pages of the dataset are the same one, or nearly."
            yield Alarmed(text, "warning", kimg=self._trainer.kimg, rule="pages")

    def respond(self, run: Path, alarm: Alarm) -> Ledger:
        """What was done so far, and last what is to be done about an alarm; nothing is written."""
        recovery = decide(
            run,
            alarm,
            config=self._trainer.config,
            kimg=self._trainer.kimg,
            ledger=self.ledger,
            proven_before_kimg=self.proven_before_kimg,
        )
        return self.ledger.with_recovery(recovery)

    def as_values(self) -> dict[str, Any]:
        """What a checkpoint keeps of the guard."""
        return {"life": self.ledger.life, "memory": self.memory.as_values()}

    def _judged(self) -> Judgement:
        return judge(self.memory, self._trainer.plan[-1].end_kimg)

    def _raise(self, alarm: Alarm) -> Iterator[Alarmed]:
        if self._is_on:
            self.alarm = self.alarm or alarm
            yield Alarmed(alarm.text, "warning", kimg=self._trainer.kimg, rule=alarm.rule)
