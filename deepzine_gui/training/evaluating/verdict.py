"""What a run's own discriminator makes of pages, where a model lies in the run that made it."""

import math
from collections.abc import Generator
from contextlib import closing
from pathlib import Path

from deepzine_gui.errors import DatasetError, TrainingError
from deepzine_gui.networks.models import CHECKPOINTS
from deepzine_gui.progress import Event, Notice
from deepzine_gui.training.checkpoints import checkpoint
from deepzine_gui.training.events import Vitals
from deepzine_gui.training.measures.values import Measure
from deepzine_gui.training.processes.device import best_device
from deepzine_gui.training.processes.places import Place
from deepzine_gui.training.recipe.config import TrainingConfig
from deepzine_gui.training.running.vitals import VitalSigns
from deepzine_gui.training.stepping import apart, material
from deepzine_gui.training.stepping.trainer import Trainer
from deepzine_gui.training.story import read_metrics


def verdict(model: Path, dataset: Path) -> Generator[Event, None, tuple[Measure, ...]]:
    """Ask the discriminator that was trained against a model.

    Yields a `Notice` with the run's last gradient norms and augmentation, or why it is not asked;
    before it a warning, where the pages held out are chosen anew.

    Args:
        model: the weights file; only of one in a checkpoint there is something to ask.
        dataset: the file of pages, which must be such as the run was trained on.

    Returns:
        The measures; none where it is not asked.
    """
    folder = model.parent
    if folder.parent.name != CHECKPOINTS:
        return ()
    try:
        found = yield from _looked(folder, dataset)
    except (DatasetError, TrainingError) as error:
        yield Notice(f"The run's own discriminator is not asked: {error}")
        return ()
    yield Notice(_told(folder.parent.parent, found))
    held_out = ""
    if not math.isnan(found.score_held_out):
        held_out = f"; pages held out have {found.score_held_out:.3g}"
    return (
        Measure(
            "discriminator's score",
            found.score_fake,
            found.score_real,
            f"As of pages that were trained on{held_out}. Only differences count.",
        ),
        Measure(
            "preference",
            found.preference,
            0.5,
            "Below 0.98: how often the discriminator holds a real page for more real than a "
            "made-up one.",
        ),
    )


def _looked(folder: Path, dataset: Path) -> Generator[Event, None, Vitals]:
    """Return a look at the networks of a checkpoint, as a run has many."""
    contents = checkpoint.read(folder)
    config = TrainingConfig.model_validate(contents.facts["config"])
    held_out, news = apart.held_out_of(folder.parent.parent, dataset, config, resume=True)
    yield from news
    network, labels = material.look_at(dataset, config, held_out)
    device = best_device()
    trainer = Trainer(config, network, device=device, labels=labels)
    checkpoint.restore(contents, trainer)
    batches = material.batches(dataset, held_out, labels, trainer.stage.resolution, Place(device))
    with closing(batches):
        signs = VitalSigns(trainer)
        signs.enter(batches)
        return signs.look()


def _told(run: Path, found: Vitals) -> str:
    """What only the run's story and state tell: norms of gradients, and how often pages change."""
    looks = [line for line in read_metrics(run) if line.get("kind") == "vitals"]
    looks = [line for line in looks if line["kimg"] <= found.kimg]
    parts = []
    if looks and looks[-1].get("generator_norm") is not None:
        g, d = looks[-1]["generator_norm"], looks[-1]["discriminator_norm"]
        norms = f"gradient norms {g:.3g} (generator) and {d:.3g} (discriminator)"
        parts.append(f"{norms}, good while they keep their usual size")
    if not math.isnan(found.augment_p):
        parts.append(
            f"pages augmented with chance {found.augment_p:.2f}, good while low, as a high one "
            "means too few pages"
        )
    return f"The run at {found.kimg:.1f} kimg: {', '.join(parts) or 'nothing augmented'}."
