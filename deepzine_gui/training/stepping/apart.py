"""The pages a run holds out: chosen once, as it begins, and written down for as long as it lasts.

Chosen anew for a dataset that has changed meanwhile, they would be others: pages that were trained
on would count as never shown.
"""

import json
from pathlib import Path

from pydantic import TypeAdapter, ValidationError

from deepzine_gui.dataset import open_dataset
from deepzine_gui.dataset.storage.splitting import HeldOut, divide, name_held_out
from deepzine_gui.errors import TrainingError
from deepzine_gui.files import keep_text, storage_errors
from deepzine_gui.networks.models import checkpoint_folders
from deepzine_gui.progress import Notice
from deepzine_gui.training.recipe.config import TrainingConfig

HELD_OUT = "held-out.json"

_SINGLE = (
    "Single pages are held out, as no document can be whole: each is too large, or alone has some "
    "label. Pages of the same documents are trained on, so that these tell less of what is learnt "
    "by heart."
)
_UNKNOWN = "It is not written down which pages this run held out"
_NONE_LEFT = "The dataset has none of the pages that this run held out, or no others"

_HELD_OUT = TypeAdapter(HeldOut)


def as_values(held_out: HeldOut) -> dict[str, list[object]]:
    """Plain values, for files and other processes."""
    values: dict[str, list[object]] = _HELD_OUT.dump_python(held_out, mode="json")
    return values


def of_values(values: object) -> HeldOut:
    """The pages that `as_values` told of.

    Raises:
        ValidationError: they are not what it tells.
    """
    return _HELD_OUT.validate_python(values)


def write(run: Path, held_out: HeldOut) -> None:
    """Write held-out.json, or remove that of an earlier run where no page is held out.

    Raises:
        StorageError: the disk is full or the place read-only.
    """
    path = run / HELD_OUT
    if held_out == HeldOut():
        with storage_errors(path):
            path.unlink(missing_ok=True)
    else:
        # on one line, as it may be of thousands of pages
        keep_text(path, json.dumps(as_values(held_out), ensure_ascii=False) + "\n")


def read(run: Path) -> HeldOut | None:
    """The pages a run has held out since it began; None where it does not tell.

    Raises:
        TrainingError: the file is damaged.
    """
    path = run / HELD_OUT
    try:
        return of_values(json.loads(path.read_text("utf-8")))
    except FileNotFoundError:
        return None
    except (OSError, ValueError, ValidationError) as error:
        raise TrainingError(
            f"{path} cannot be read: mend it, or delete it to have other pages held out."
        ) from error


def choose(dataset: Path, config: TrainingConfig) -> HeldOut:
    """The pages that a run which begins holds out.

    Raises:
        DatasetError: the dataset is missing or damaged.
    """
    with open_dataset(dataset) as opened:
        columns, names = opened.columns(), [each.name for each in opened.documents()]
    division = divide(columns, names, config.held_out, seed=config.seed)
    return name_held_out(division, columns, names)


def held_out_of(
    run: Path, dataset: Path, config: TrainingConfig, *, resume: bool
) -> tuple[HeldOut, list[Notice]]:
    """The pages a run holds out, and what a person should know of them.

    Raises:
        TrainingError: the run's held-out.json is damaged.
        DatasetError: the dataset is missing or damaged.
    """
    if not config.held_out:
        return HeldOut(), []
    known = read(run) if resume else None
    if known is not None and _divides(known, dataset):
        return known, []
    chosen = choose(dataset, config)
    news = []
    if chosen.pages:
        news.append(Notice(_SINGLE))
    if resume and chosen != HeldOut() and checkpoint_folders(run):
        why = _UNKNOWN if known is None else _NONE_LEFT
        news.append(
            Notice(f"{why}: they are chosen anew, and may have been trained on before.", "warning")
        )
    return chosen, news


def _divides(held_out: HeldOut, dataset: Path) -> bool:
    """Whether a dataset has pages of these, and others."""
    with open_dataset(dataset) as opened:
        names = [each.name for each in opened.documents()]
        division = divide(opened.columns(), names, held_out)
    return len(division.held_out) > 0 and len(division.trained_on) > 0
