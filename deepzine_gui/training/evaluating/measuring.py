"""All measures of a set of made-up pages, one after the other."""

import dataclasses
import math
from collections.abc import Callable, Generator

import numpy as np
import torch
from torch import Tensor

from deepzine_gui.progress import Event, Notice, Progress
from deepzine_gui.training.evaluating.real_pages import RealPages
from deepzine_gui.training.measures import copying, diversity, kid, photographs
from deepzine_gui.training.measures.copying import Copying
from deepzine_gui.training.measures.duplicates import near_duplicates
from deepzine_gui.training.measures.levels import histogram_distance
from deepzine_gui.training.measures.nearest import vectors
from deepzine_gui.training.measures.pyramid import SMALLEST_LEVEL
from deepzine_gui.training.measures.structure import alikeness
from deepzine_gui.training.measures.swd import sliced_wasserstein
from deepzine_gui.training.measures.values import DIVERSITY_ALARM, Measure
from deepzine_gui.training.measures.work import Work, scaled

Measures = Work[list[Measure]]


@dataclasses.dataclass(slots=True, eq=False)
class _Sets:
    """What is compared: made-up pages, as many real ones, as many others."""

    made_up: Tensor
    real: RealPages
    seed: int
    copies: Copying | None = None


_Step = Callable[[_Sets], Measures]


def measured(
    made_up: Tensor, real: RealPages, *, seed: int
) -> Generator[Event, None, tuple[tuple[Measure, ...], Copying]]:
    """Measure pages (n, C, R, R) against as many real ones.

    Yields `Progress` (unit "measures"), a `Notice` where a measure had to be left out or is less
    strict, and one for each alarm.

    Returns:
        The measures, and how close the pages are to the training pages.
    """
    sets = _Sets(made_up, real, seed)
    steps, left_out = _steps(made_up.shape[-1])
    if left_out:
        yield Notice(left_out)
    if not real.has_documents:
        yield Notice(
            "All pages are of one document: copies are judged by how close its pages are to each "
            "other, which finds fewer."
        )
    found: list[Measure] = []
    for number, (name, step) in enumerate(steps.items()):
        found += yield from _shown(step(sets), number, len(steps), f"Measuring {name}")
    for measure in found:
        if measure.warning:
            yield Notice(measure.warning, "warning")
    assert sets.copies is not None
    return tuple(found), sets.copies


def _steps(resolution: int) -> tuple[dict[str, _Step], str]:
    """What can be measured here, in the order to be shown, and a sentence on what cannot."""
    large: dict[str, _Step] = {"strokes (SWD)": _strokes, "alikeness (MS-SSIM)": _alikeness}
    any_size: dict[str, _Step] = {
        "grey levels": _grey_levels,
        "diversity": _diversity,
        "near-duplicates": _duplicates,
        "copies": _copies,
    }
    if resolution < SMALLEST_LEVEL:
        told = f"SWD, MS-SSIM and KID are left out: {resolution} px are too few for them."
        return any_size, told
    if not photographs.are_there():
        told = "KID is left out: it takes the extra kid (pip install 'deepzine[kid]')."
        return large | any_size, told
    return large | any_size | {"impressions (KID)": _impressions}, ""


def _shown(
    work: Measures, number: int, total: int, what: str
) -> Generator[Event, None, list[Measure]]:
    yield Progress(number, total, "measures", what)
    while True:
        try:
            share = next(work)
        except StopIteration as end:
            measures: list[Measure] = end.value
            return measures
        yield Progress(number + share, total, "measures", what)


def _strokes(sets: _Sets) -> Measures:
    compared = [sets.made_up, sets.real.other]
    made_up, other = yield from sliced_wasserstein(compared, sets.real.reference, seed=sets.seed)
    good = "As low as between real pages: strokes of this size have the right shapes."
    return [
        Measure(f"SWD × 10³ at {size} px", value, other[size], good)
        for size, value in made_up.items()
    ]


def _alikeness(sets: _Sets) -> Measures:
    made_up = yield from scaled(alikeness(sets.made_up, seed=sets.seed), 0, 0.5)
    real = yield from scaled(alikeness(sets.real.reference, seed=sets.seed), 0.5, 1)
    good = "As low as between real pages; 1 means that all pages are the same."
    return [Measure("MS-SSIM", made_up, real, good)]


def _grey_levels(sets: _Sets) -> Measures:
    yield 0.0
    value = histogram_distance(sets.made_up, sets.real.reference)
    yield 0.5
    other = histogram_distance(sets.real.other, sets.real.reference)
    good = "As low as between real pages: there is as much black, white and grey."
    return [Measure("grey levels χ²", value, other, good)]


def _diversity(sets: _Sets) -> Measures:
    yield 0.0
    value = diversity.diversity(sets.made_up, sets.real.reference)
    yield 0.5
    other = diversity.diversity(sets.real.other, sets.real.reference)
    good = "Near 1: the pages differ from each other as much as real ones do."
    warning = "" if value >= DIVERSITY_ALARM else "The made-up pages are nearly all alike."
    return [Measure("diversity", value, other, good, warning)]


def _duplicates(sets: _Sets) -> Measures:
    yield 0.0
    found = near_duplicates(vectors(sets.made_up), vectors(sets.real.reference))
    good = "About as many as among real pages; five times as many mean repeated pages."
    warning = "The model makes the same pages over and over." if found.too_many else ""
    return [Measure("near-duplicate pairs", found.made_up, found.real, good, warning)]


def _copies(sets: _Sets) -> Measures:
    real = sets.real
    apart = real.documents if real.has_documents else np.arange(len(real.documents))
    sets.copies = yield from copying.copying(
        vectors(sets.made_up),
        vectors(real.small),
        torch.from_numpy(apart),
        torch.from_numpy(real.chosen),
    )
    good = (
        "Near 1: as far from the training pages as one document is from others; below 0.7 copies."
    )
    ratio, warning = sets.copies.ratio, ""
    if ratio < copying.ALARM:
        warning = "Made-up pages are copies of training pages, or nearly so."
    return [Measure("distance to training pages", ratio, 1.0, good, warning)]


def _impressions(sets: _Sets) -> Measures:
    network = photographs.load()
    all_pages = (sets.made_up, sets.real.other, sets.real.reference)
    features = []
    for number, pages in enumerate(all_pages):
        work = photographs.impressions(network, pages)
        features.append((yield from scaled(work, number / 3, (number + 1) / 3)))
    made_up, other = (kid.kernel_distance(some, features[2]) for some in features[:2])
    margin = "" if math.isnan(made_up.error) else f" (give or take {1000 * made_up.error:.2g})"
    good = f"As low as between real pages{margin}; not comparable with published figures."
    return [Measure("KID × 10³", 1000 * made_up.value, 1000 * other.value, good)]
