"""A run in plain words: where it stands, and how it is doing."""

import dataclasses
import math
import statistics
from datetime import datetime, timedelta
from typing import Literal

from deepzine_gui.training import DIVERSITY_ALARM, TrainingConfig, total_kimg
from deepzine_gui.ui.train.record import RunRecord
from deepzine_gui.words import time_text

ALIKE, NARROW, LESS, MORE, WILD = 0.12, 0.5, 0.8, 1.2, 2.0
"""Diversity below which pages are all alike, below which they vary little, below which a little
less than the pages, above which more than these, above which too much."""

ALIKE_PIXELS, SAME_PIXELS = 0.4, 0.1
"""The guard's own: pages are alike whose pixels vary less than the first, if features do, too, or
less than the second."""

_RUNAWAY_LOSS = 1e3
_ENOUGH_REPORTS = 3


@dataclasses.dataclass(frozen=True, slots=True)
class Advice:
    """What the Doctor says, and whether it should be heeded."""

    text: str
    severity: Literal["info", "warning"] = "info"


def stage_words(record: RunRecord) -> str:
    """For example "growing 32 px, 43 %"."""
    stage = record.stage
    length = stage.end_kimg - stage.start_kimg
    done = min(1.0, max(0.0, (record.kimg - stage.start_kimg) / length))
    return f"{'growing' if stage.fading else 'learning'} {stage.resolution} px, {done:.0%}".replace(
        "%", " %"
    )


def status(record: RunRecord, *, running: bool, paused: bool, now: datetime) -> str:
    """For example "Growing 32 px, 43 %, kimg 21 of 76, ends about 22:40".

    How fast it goes, the job bar tells: a second number beside it, of other seconds, would confuse.
    """
    done = f"kimg {_kimg(record.kimg)} of {_kimg(record.total_kimg)}"
    if record.is_complete:
        return f"{record.name} is complete: {record.config.resolution} px, {done}"
    parts = [stage_words(record), done]
    if not running:
        return ", ".join([f"{record.name} stopped while {parts[0]}", done])
    if paused:
        return ", ".join(["Paused", *parts])
    if record.waits_for:
        return ", ".join([record.waits_for[0].upper() + record.waits_for[1:], *parts])
    if record.last is not None and record.last.seconds_left is not None:
        parts.append(_end(record.last.seconds_left, now))
    line = ", ".join(parts)
    return line[0].upper() + line[1:]


def plan_words(config: TrainingConfig) -> str:
    """What a new run will do: "76 kimg: 76,000 pages shown, from 4 to 32 px"."""
    kimg = total_kimg(config)
    way = "from 4 to" if config.growth == "progressive" else "at"
    return f"{_kimg(kimg)} kimg: {kimg * 1000:,.0f} pages shown, {way} {config.resolution} px"


def advise(record: RunRecord, *, at_work: bool) -> Advice:
    """Judge a run by what the guard did, else by its last look and reports.

    Losses do not show a collapse; the spread of the made-up pages against the real ones does. Where
    there was a look, the pages are alike when the guard finds them so: in features and pixels.
    """
    if record.pending is not None:
        # the last line is the newest
        return Advice(record.pending.text.splitlines()[-1], "warning")
    losses = record.recent("d_loss") + record.recent("g_loss")
    if losses and max(map(abs, losses)) > _RUNAWAY_LOSS:
        return Advice(
            "The losses run away: stop, and begin anew with a lower learning rate.", "warning"
        )
    known = record.recent("diversity")
    if len(known) < _ENOUGH_REPORTS:
        if not at_work:
            return Advice("Too early to say: the run has told too little to be judged by.")
        return Advice("Too early to say: the first reports come within some seconds.")
    features, pixels = record.newest_look
    if not math.isnan(features) and not math.isnan(pixels):
        alike = pixels < SAME_PIXELS or (features < DIVERSITY_ALARM and pixels < ALIKE_PIXELS)
        if not alike and features < DIVERSITY_ALARM and pixels >= NARROW:
            return Advice(
                f"Healthy as yet: the samples differ in their pixels ({pixels:.2g} of 1), but "
                f"little in what the discriminator looks at ({features:.2g} of 1). See whether it "
                "stays so."
            )
        # what is said is of the same look as the number
        return _on_variety(
            pixels, alike=alike, guarded=record.config.guard == "on", since=" at the last look"
        )
    # the very first reports are far off
    diversity = statistics.median(known)
    return _on_variety(diversity, alike=diversity < ALIKE, guarded=record.config.guard == "on")


def _on_variety(diversity: float, *, alike: bool, guarded: bool, since: str = "") -> Advice:
    """`since` tells a number of a look from that of the newest steps, which the plot names."""
    of_one = f"({diversity:.2g} of 1{since})"
    if alike:
        what_now = (
            "If it stays so, the guard leads the run back."
            if guarded
            else "Stop, and begin anew with a higher penalty weight or another seed."
        )
        return Advice(
            f"The samples are nearly all alike {of_one}: the run has collapsed. {what_now}",
            "warning",
        )
    if diversity < NARROW:
        return Advice(
            f"Samples vary less than the pages {of_one}. Early in a stage this passes; "
            "if it stays, try a higher penalty weight.",
            "warning",
        )
    if diversity > WILD:
        return Advice(f"Samples vary more than the pages {of_one}; they usually calm down.")
    degree = "more varied than" if diversity > MORE else "as varied as"
    if diversity < LESS:
        degree = "a little less varied than"
    return Advice(f"Healthy. Samples are {degree} the pages {of_one}.")


def _end(seconds: float, now: datetime) -> str:
    at = now + timedelta(seconds=seconds)
    if at.date() == now.date():
        return f"ends about {at:%H:%M}"
    if seconds < 6 * 86_400:
        return f"ends about {at:%A %H:%M}"
    return f"{time_text(seconds)} left"


def _kimg(kimg: float) -> str:
    return f"{kimg:,.0f}" if kimg >= 10 or kimg == int(kimg) else f"{kimg:.1f}"
