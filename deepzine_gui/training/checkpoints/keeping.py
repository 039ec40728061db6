"""Which of a run's checkpoints stay, and which one a run goes on from."""

import contextlib
import math
import os
import shutil
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from deepzine_gui.errors import StorageError, TrainingError
from deepzine_gui.files import PART, remove_folder, storage_errors
from deepzine_gui.networks.models import CHECKPOINTS, DAMAGED, checkpoint_folders
from deepzine_gui.progress import Notice
from deepzine_gui.training.checkpoints.checkpoint import (
    Contents,
    DamagedCheckpointError,
    read,
    read_facts,
)

GOOD_KEPT = 4
"""So many of the checkpoints proven good stay."""


def newest_whole(run: Path) -> tuple[Contents | None, list[Notice]]:
    """Read the newest checkpoint that is whole, and set aside damaged ones after it.

    Returns:
        The checkpoint, or None where the run has none yet; and what a person should know.

    Raises:
        TrainingError: every checkpoint is damaged; they are left as they are.
        StorageError: a checkpoint may not be read, or a damaged one not be renamed.
    """
    damaged: list[Path] = []
    for folder in reversed(checkpoint_folders(run)):
        try:
            contents = read(folder)
        except DamagedCheckpointError:
            damaged.append(folder)
        except PermissionError as error:
            raise StorageError(f"{folder} cannot be read: you may not open its files.") from error
        else:
            return contents, [_set_aside(each, folder) for each in damaged]
    if damaged:
        raise TrainingError(
            f"All checkpoints in {run / CHECKPOINTS} are damaged: put back a copy, if there is "
            "one, or begin a new run."
        )
    return None, []


def tidy(
    run: Path, *, keep: int, proven_before_kimg: float = -1.0, looks_kimg: Sequence[float] = ()
) -> None:
    """Remove checkpoints but the last `keep`, those at a stage's end, the best, and good ones.

    The best is the one of the largest resolution whose SWD was lowest, as far as that was measured;
    else whose pages differed from each other as real ones do: its measured diversity is nearest to
    1, above or below. Of those proven good the last
    `GOOD_KEPT` stay, and those that the next looks may prove good. Damaged and foreign folders
    count for nothing, and are left alone.

    Args:
        run: the run's folder.
        keep: how many.
        proven_before_kimg: checkpoints before this were proven good.
        looks_kimg: when the guard last looked, oldest first.
    """
    known: list[tuple[Path, dict[str, Any]]] = []
    for folder in checkpoint_folders(run):
        try:
            known.append((folder, read_facts(folder)))
        except (DamagedCheckpointError, PermissionError):
            continue
    stay = {folder for folder, _ in known[-keep:]} | {_best(known)}
    stay |= set(_before(known, proven_before_kimg)[-GOOD_KEPT:])
    for look_kimg in looks_kimg:
        stay |= set(_before(known, look_kimg)[-1:])
    for folder, facts in known:
        if folder not in stay and not facts["stage_end"]:
            # one that is being read elsewhere may have to wait for the next time
            with contextlib.suppress(PermissionError):
                remove_folder(folder)


def _before(known: list[tuple[Path, dict[str, Any]]], kimg: float) -> list[Path]:
    return [folder for folder, facts in known if facts["images"] / 1000 < kimg]


def remove_unfinished(run: Path) -> None:
    """Remove what a kill left half written or half removed."""
    for folder in (run / CHECKPOINTS).glob("*" + PART):
        shutil.rmtree(folder, ignore_errors=True)


def _best(known: list[tuple[Path, dict[str, Any]]]) -> Path | None:
    measured = [(folder, facts) for folder, facts in known if facts["swd"] or facts["diversity"]]
    if not measured:
        return None

    def rank(entry: tuple[Path, dict[str, Any]]) -> tuple[int, bool, float]:
        facts = entry[1]
        worth = -facts["swd"] if facts["swd"] else -abs(math.log(facts["diversity"]))
        return facts["stage"]["resolution"], bool(facts["swd"]), worth

    return max(measured, key=rank)[0]


def _set_aside(folder: Path, older: Path) -> Notice:
    aside = folder.with_name(folder.name + DAMAGED)
    number = 2
    while aside.exists():
        aside = folder.with_name(f"{folder.name}-{number}{DAMAGED}")
        number += 1
    with storage_errors(folder):
        os.replace(folder, aside)
    return Notice(
        f"The checkpoint {folder.name} is damaged and was set aside as {aside.name}: "
        f"the run goes on from the one before, {older.name}.",
        "warning",
    )
