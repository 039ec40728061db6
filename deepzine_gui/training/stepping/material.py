"""What a dataset means for the networks that are to be trained on it."""

from pathlib import Path
from typing import Literal

from deepzine_gui.dataset import open_dataset
from deepzine_gui.dataset.storage.batches import Batches
from deepzine_gui.dataset.storage.splitting import HeldOut, divide
from deepzine_gui.errors import TrainingError
from deepzine_gui.networks.config import MOST_LABELS, NetworkConfig
from deepzine_gui.networks.labels import Labels
from deepzine_gui.training.processes.places import Place
from deepzine_gui.training.recipe.config import TrainingConfig

_MEMORY_BYTES = 2_000_000_000
"""Of pages that all processes of a machine hold in memory; larger datasets stay in their file."""


def look_at(
    dataset: Path, config: TrainingConfig, held_out: HeldOut
) -> tuple[NetworkConfig, Labels | None]:
    """Return the networks that suit a dataset's pages, and their labels if they are to be learnt.

    Args:
        dataset: the file of pages.
        config: the settings of the run.
        held_out: pages that do not count, as they are not trained on.

    Raises:
        TrainingError: its pages are too small, or it has too many labels.
        DatasetError: it is missing or damaged.
    """
    with open_dataset(dataset) as opened:
        if opened.resolution < config.resolution:
            raise TrainingError(
                f"{dataset} holds pages of {opened.resolution} px: "
                f"build it at {config.resolution} px, or train at {opened.resolution} px."
            )
        names = [document.name for document in opened.documents()]
        division = divide(opened.columns(), names, held_out)
        channels: Literal[1, 3] = 3 if opened.channels == 3 else 1
    if config.conditional == "off" or len(division.labels) < 2:
        return config.network(channels), None
    if len(division.labels) > MOST_LABELS:
        raise TrainingError(
            f"{dataset} has {len(division.labels):,} labels, and at most {MOST_LABELS:,} can be "
            "learnt: label by something more common, or set conditional to off."
        )
    labels = Labels(division.labels, division.label_counts)
    return config.network(channels, labels=len(labels.names)), labels


def batches(
    dataset: Path, held_out: HeldOut, labels: Labels | None, resolution: int, place: Place
) -> Batches:
    """The pages of a dataset at a stage's resolution, for the process at `place`.

    The dataset may have been marked since the run began: labels keep their numbers, and pages with
    one that the run does not know are left out.

    Raises:
        DatasetError: it is missing or damaged, or holds no kept page.
    """
    return Batches(
        dataset,
        resolution=resolution,
        held_out=held_out,
        labels=None if labels is None else labels.names,
        memory_limit_bytes=_MEMORY_BYTES // place.neighbours,
    )
