"""Recoveries: choose what to go back to, and clear away what was given up."""

import math
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from deepzine_gui.files import remove_folder, storage_errors
from deepzine_gui.networks.models import CHECKPOINTS, checkpoint_folders
from deepzine_gui.training.checkpoints import checkpoint
from deepzine_gui.training.checkpoints.checkpoint import DamagedCheckpointError
from deepzine_gui.training.events import Recovered
from deepzine_gui.training.guard.alarms import Alarm, Name
from deepzine_gui.training.guard.ladder import RUNGS, Place, next_rung, places
from deepzine_gui.training.guard.ledger import Ledger, Recovery
from deepzine_gui.training.recipe.config import TrainingConfig
from deepzine_gui.training.recipe.remedies import Remedies
from deepzine_gui.training.recipe.schedule import stages

_START = Place("", 0.0, ends_stage=False)

_ADVICE: dict[Name, str] = {
    "numbers": "Try a much lower learning rate, or the precision float32.",
    "explosion": "Try a much lower learning rate.",
    "regression": "Try a lower learning rate, or end the run earlier.",
    "diversity": "Try the loss rpgan, longer stages, or more and more varied pages.",
    "duplicates": "Try the loss rpgan, longer stages, or more and more varied pages.",
    "saturation": "Try a higher penalty weight, changes to pages (augment), or more pages.",
}


def decide(
    run: Path,
    alarm: Alarm,
    *,
    config: TrainingConfig,
    kimg: float,
    ledger: Ledger,
    proven_before_kimg: float,
) -> Recovery:
    """What to do about an alarm at `kimg`; nothing is changed yet.

    Args:
        run: the run's folder.
        alarm: what is wrong.
        config: the run's settings, without what was changed since.
        kimg: thousands of pages shown.
        ledger: what was done before.
        proven_before_kimg: checkpoints before this are proven good.
    """
    found = list(_known(run))
    good = [place for place in found if place.kimg < proven_before_kimg]
    rung = next_rung(ledger.recoveries, stages(config), kimg)
    remedies, augment = ledger.remedies, 0.0
    place = _way_back(run, rung, good)
    if place is not None:
        remedies, augment = RUNGS[rung].onto(remedies, config), RUNGS[rung].augment
        text = _back_text(place, rung, remedies.text(config))
    else:
        # a person is to decide, with the best model there is
        kept = _first_whole(run, [*reversed(good), *reversed(found)])
        rung, place = len(RUNGS), kept or _START
        text = _stop_text(alarm, kimg, place, good, ledger.remedies, config)
    return Recovery(
        alarm_kimg=kimg,
        rung=rung,
        back_to_kimg=place.kimg,
        rule=alarm.rule,
        # below the checkpoint gone back to and itself, as far as they were good
        proven_before_kimg=min(proven_before_kimg, place.kimg + 0.0005),
        remedies=remedies,
        augment=augment,
        text=text,
    )


def recovered(recovery: Recovery) -> Recovered:
    """The event that tells of a recovery."""
    return Recovered(
        recovery.text,
        "warning",
        kimg=recovery.back_to_kimg,
        alarm_kimg=recovery.alarm_kimg,
        rule=recovery.rule,
        attempt=recovery.rung + 1,
    )


def remove_abandoned(run: Path, ledger: Ledger, *, damaged_too: bool = False) -> None:
    """Remove the checkpoints after those the run went back to.

    Those that cannot be read are removed as the run begins anew (`damaged_too`), where no whole one
    before them is left to go on from, and otherwise left alone.
    """
    for folder in checkpoint_folders(run):
        try:
            facts = checkpoint.read_facts(folder)
            kimg, life = facts["images"] / 1000, life_of(facts)
        except DamagedCheckpointError:
            if not damaged_too:
                continue
            kimg, life = _named_kimg(folder), ledger.life - 1
        except PermissionError:
            continue
        if not ledger.holds(kimg, life):
            with storage_errors(folder):
                remove_folder(folder)


def life_of(facts: dict[str, Any]) -> int:
    """How often the run had gone back when a checkpoint was made."""
    return int(facts["guard"]["life"]) if facts["guard"] else 0


def _known(run: Path) -> Iterator[Place]:
    """All checkpoints, oldest first; of a damaged one its name tells what is needed to know it."""
    for folder in checkpoint_folders(run):
        try:
            facts = checkpoint.read_facts(folder)
        except (DamagedCheckpointError, PermissionError):
            yield Place(folder.name, _named_kimg(folder), ends_stage=False)
        else:
            yield Place(folder.name, facts["images"] / 1000, facts["stage_end"])


def _named_kimg(folder: Path) -> float:
    try:
        return float(folder.name)
    except ValueError:
        # no checkpoint, and never to be gone back to
        return math.inf


def _way_back(run: Path, rung: int, good: Sequence[Place]) -> Place | None:
    """Where a rung goes back to; None past the last one, or where all good ones are damaged."""
    if rung >= len(RUNGS):
        return None
    return _first_whole(run, [*places(rung, good), *reversed(good)]) if good else _START


def _first_whole(run: Path, wanted: Sequence[Place]) -> Place | None:
    for place in wanted:
        try:
            checkpoint.check(run / CHECKPOINTS / place.name)
        except (DamagedCheckpointError, PermissionError):
            continue
        return place
    return None


def _back_text(place: Place, rung: int, changes: str) -> str:
    if place is _START:
        way = "The run begins anew, as no earlier checkpoint has proved good"
    else:
        way = f"The run goes back to {place.kimg:.1f} kimg, where it was proved good"
    return (
        f"{way}, with other random numbers and Adam afresh. In all: {changes} "
        f"(attempt {rung + 1} of {len(RUNGS)})."
    )


def _stop_text(
    alarm: Alarm,
    kimg: float,
    place: Place,
    good: Sequence[Place],
    remedies: Remedies,
    config: TrainingConfig,
) -> str:
    if good and place not in good:
        why = "all checkpoints that were proved good are damaged"
    else:
        why = f"going back did not help ({remedies.text(config)})"
    if place in good:
        kept = f"Its model is now that of its last good checkpoint, {place.name}."
    elif place is _START:
        kept = "It has no checkpoint."
    else:
        kept = f"No checkpoint has proved good; its model is that of the newest, {place.name}."
    return f"The run is stopped at {kimg:.1f} kimg: {why}. {kept} {_ADVICE[alarm.rule]}"
