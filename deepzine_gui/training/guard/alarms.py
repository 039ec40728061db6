"""The alarms: what vitals look like when a run collapses. Pure functions, a rule each.

Losses do not show a collapse, the variety of the made-up pages does. A rule first finds single
vitals suspicious; it raises an alarm when they are so again, but not while it would cry wolf. At
the end of a run, where nothing comes again, what is left is looked at instead. What is compared
with real pages holds across resolutions, what with the usual is of one resolution.
"""

import dataclasses
import itertools
import statistics
from collections.abc import Callable, Sequence
from typing import Literal

from deepzine_gui.training.events import Vitals
from deepzine_gui.training.guard.memory import Memory, mean_swd
from deepzine_gui.training.measures import duplicates

Name = Literal["numbers", "diversity", "duplicates", "regression", "explosion", "saturation"]

MUTE, MUTE_KIMG = 0.1, 20.0
"""In this first share of a run, at most so many kimg, only numbers that are none raise an alarm."""

ALIKE_FEATURES, ALIKE_PIXELS, SAME_PIXELS = 0.25, 0.4, 0.1
"""Below the first two, or below the last, the made-up pages are nearly all alike.

Features of healthy runs dip to .09 for a look, their pixels to .42 at least; those of collapsed
runs to .38 and less. A discriminator that has collapsed itself sees no difference between real
pages either: then only the pixels tell.
"""
OFTEN, AMONG = 3, 8
"""So many strikes among the last so many vitals are alarming, too: a run may flicker."""
LASTING, GRAVE = 5, 4
"""Pages that are nearly alike are alarming at so many strikes, as many a run comes back by itself
after four; pages that do not differ at all count so many."""
WORSE_THAN_BEST, WORSE_THAN_FLOOR = 2.0, 3.0
"""SWD above so many times the best, and the distance of real pages, has become worse."""
EXPLODED, LEAST_NORM, USUAL_OF = 20.0, 1.0, 5
"""So many times the usual, and above that: it explodes. The usual takes so many vitals to know."""
SURE, SURE_KIMG, SURE_VITALS = 0.98, 5.0, 3
"""Knowing this share of pairs apart for so long, in as many vitals, is suspicious…"""
FALLEN, LOW = 0.5, 0.4
"""…if meanwhile the variety fell to this share, and below that."""


@dataclasses.dataclass(frozen=True, slots=True)
class Alarm:
    """What is wrong, in a word and in a sentence."""

    rule: Name
    text: str


@dataclasses.dataclass(frozen=True, slots=True)
class Judgement:
    """What a look at the vitals found.

    Attributes:
        alarms: what is to be acted on.
        is_clean: whether nothing was even suspicious.
    """

    alarms: tuple[Alarm, ...]
    is_clean: bool


def judge(memory: Memory, total_kimg: float) -> Judgement:
    """Judge the last vitals in memory, of a run of `total_kimg` thousand pages."""
    now = memory.vitals[-1]
    alarms, is_clean = [], True
    mute_kimg = min(MUTE * total_kimg, MUTE_KIMG)
    for name, rule in _RULES.items():
        looked, strikes = rule.look(memory)
        if not strikes[-1]:
            continue
        is_clean = False
        heard = [count for each, count in zip(looked, strikes, strict=True)
                 if each.kimg >= mute_kimg]  # fmt: skip
        if rule.is_alarming(heard):
            alarms.append(Alarm(name, f"At {now.kimg:.1f} kimg {rule.text(memory)}"))
    return Judgement(tuple(alarms), is_clean)


def judge_model(memory: Memory, model: Vitals) -> tuple[Alarm, ...]:
    """Judge what a run leaves at its end, whose last look was suspicious.

    No later look will tell whether it was so for a moment only, so that at the averaged generator,
    which a person is left with, takes its place. An evaluation is of that anyway: one is enough.

    Args:
        memory: with the last look at the live networks.
        model: a look at the averaged generator.
    """
    left = Memory((model,))
    shown: dict[Name, Memory] = {"diversity": left, "duplicates": left, "regression": memory}
    return tuple(
        Alarm(name, f"At the end, at {model.kimg:.1f} kimg, {_RULES[name].text(known)}")
        for name, known in shown.items()
        if _RULES[name].look(known)[1][-1]
    )


Look = tuple[Sequence[Vitals], Sequence[int]]
"""The vitals a rule can judge, and how suspicious each is: not at all (0), or so many strikes."""


@dataclasses.dataclass(frozen=True, slots=True)
class _Rule:
    look: Callable[[Memory], Look]
    is_alarming: Callable[[Sequence[int]], bool]
    text: Callable[[Memory], str]


def _twice(strikes: Sequence[int]) -> bool:
    return len(strikes) >= 2 and all(strikes[-2:])


def _often(strikes: Sequence[int]) -> bool:
    return _twice(strikes) or sum(strikes[-AMONG:]) >= OFTEN


def _lasting(strikes: Sequence[int]) -> bool:
    return sum(strikes[-AMONG:]) >= LASTING


def _at_once(strikes: Sequence[int]) -> bool:
    return any(strikes[-1:])


def _alike(memory: Memory) -> Look:
    def strikes(vitals: Vitals) -> int:
        if vitals.pixel_deviation < SAME_PIXELS:
            return GRAVE
        few_features = vitals.feature_variance < ALIKE_FEATURES
        return int(few_features and vitals.pixel_deviation < ALIKE_PIXELS)

    return memory.vitals, [strikes(each) for each in memory.vitals]


def _repeated(memory: Memory) -> Look:
    return memory.vitals, [
        int(each.duplicates > duplicates.ALARM * max(each.duplicates_real, duplicates.ALARM))
        for each in memory.vitals
    ]


def _worse(memory: Memory) -> Look:
    """Among the vitals with an evaluation; where the last has none there is nothing to say."""
    if memory.vitals[-1].fading or not memory.vitals[-1].swd:
        return memory.vitals[-1:], [0]
    evaluated = [each for each in memory.at_this_size if each.swd and not each.fading]
    return evaluated, [
        int(
            mean_swd(each.swd) > WORSE_THAN_BEST * memory.best_swd
            and mean_swd(each.swd) > WORSE_THAN_FLOOR * mean_swd(each.swd_floor)
        )
        for each in evaluated
    ]


_NORMS = {
    "generator_norm": "the generator's gradients are",
    "discriminator_norm": "the discriminator's gradients are",
    "penalty": "the gradient penalty is",
}


def _exploded(memory: Memory) -> Look:
    vitals = memory.at_this_size
    return vitals, [
        int(any(_times_usual(vitals[:end], name) > EXPLODED for name in _NORMS))
        for end in range(1, len(vitals) + 1)
    ]


def _times_usual(vitals: Sequence[Vitals], name: str) -> float:
    """The last value over the median of the calm ones before; 0 while that is unknown or small."""
    now = getattr(vitals[-1], name)
    # the vitals just before may be of the same explosion
    before = [getattr(each, name) for each in vitals[:-2]]
    known = [value for value in before if value == value]
    if len(known) < USUAL_OF or not now > LEAST_NORM:
        return 0.0
    return float(now / max(statistics.median(known), 1e-12))


def _too_sure(memory: Memory) -> Look:
    now = memory.vitals[-1]
    before = reversed(memory.at_this_size)
    sure = list(itertools.takewhile(lambda each: each.preference > SURE, before))
    if len(sure) < SURE_VITALS or now.kimg - sure[-1].kimg < SURE_KIMG:
        return [now], [0]
    most = max(each.feature_variance for each in sure)
    return [now], [int(now.feature_variance < min(LOW, FALLEN * most))]


def _alike_text(memory: Memory) -> str:
    now = memory.vitals[-1]
    text = (
        "the samples are nearly all alike: their pixels vary "
        f"{now.pixel_deviation:.2f} times as much as those of real pages"
    )
    if now.feature_variance < ALIKE_FEATURES:
        text += f", what the discriminator sees {now.feature_variance:.2f} times"
    return text + "."


def _repeated_text(memory: Memory) -> str:
    now = memory.vitals[-1]
    return (
        f"the samples repeat each other: {now.duplicates:,} pairs of them are nearly the same, "
        f"{now.duplicates_real:,} of as many real pages."
    )


def _worse_text(memory: Memory) -> str:
    now = memory.vitals[-1]
    return (
        f"the samples have become worse: their SWD is {mean_swd(now.swd):.0f}, at best it was "
        f"{memory.best_swd:.0f}; that of real pages is {mean_swd(now.swd_floor):.0f}."
    )


def _exploded_text(memory: Memory) -> str:
    vitals = memory.at_this_size
    worst = max(_NORMS, key=lambda name: _times_usual(vitals, name))
    times = _times_usual(vitals, worst)
    return f"{_NORMS[worst]} {times:,.0f} times as large as usual."


def _too_sure_text(memory: Memory) -> str:
    now = memory.vitals[-1]
    return (
        f"the discriminator knows {now.preference:.1%} of all pairs of a real and a made-up page "
        f"apart, and the samples vary less and less ({now.feature_variance:.2f} of 1)."
    )


_RULES: dict[Name, _Rule] = {
    "diversity": _Rule(_alike, _lasting, _alike_text),
    "duplicates": _Rule(_repeated, _often, _repeated_text),
    "regression": _Rule(_worse, _twice, _worse_text),
    "explosion": _Rule(_exploded, _twice, _exploded_text),
    "saturation": _Rule(_too_sure, _at_once, _too_sure_text),
}
