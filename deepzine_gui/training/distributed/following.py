"""The other processes of a run: each computes its share of every step, and writes nothing."""

import json
from collections.abc import Generator, Iterator
from pathlib import Path

import safetensors.torch
import torch

from deepzine_gui.dataset.storage.splitting import HeldOut
from deepzine_gui.progress import Event
from deepzine_gui.training.checkpoints import checkpoint
from deepzine_gui.training.processes.places import Place
from deepzine_gui.training.processes.ranks import Order, Ranks
from deepzine_gui.training.recipe.config import TrainingConfig
from deepzine_gui.training.recipe.remedies import Remedies
from deepzine_gui.training.stepping import apart, material
from deepzine_gui.training.stepping.resident import near
from deepzine_gui.training.stepping.trainer import Trainer


def follow(dataset: Path, ranks: Ranks) -> Generator[Event, None, None]:
    """Take part in a run until the leading process ends it; yields a bare `Event` a step.

    Once all have met, closing the generator asks the leading process to end the run, and takes part
    until it does.

    Raises:
        LostRankError: another process is gone.
        TrainingError: the dataset is not that of the leading process.
        DatasetError: it is missing or damaged.
    """
    yield from ranks.gather()
    steps = _steps(dataset, ranks)
    try:
        for _ in steps:
            # what is brought to the device is the leading process's to tell
            yield Event()
    except GeneratorExit:
        ranks.want_to_stop()
        for _ in steps:
            pass
        raise
    finally:
        ranks.leave()


def follow_silently(dataset: Path, place: Place) -> Generator[Event, None, None]:
    """Join the run at `place` and take part to its end, without an event: a child's whole job."""
    for _ in follow(dataset, Ranks(place)):
        pass
    yield from ()


def _steps(dataset: Path, ranks: Ranks) -> Iterator[Event]:
    # the first order is always to take over
    trainer, batches, pages, resolution, held_out = None, None, None, 0, HeldOut()
    try:
        while (order := ranks.hear()) is not Order.STOP:
            if order is Order.TAKE_OVER:
                trainer, held_out = _taken_over(dataset, ranks)
            elif trainer is not None and pages is not None:
                trainer.step(pages)
                trainer.enter_stage()
            if trainer is not None and trainer.stage.resolution != resolution:
                resolution = trainer.stage.resolution
                pages = None
                if batches is not None:
                    batches.close()
                batches = material.batches(
                    dataset, held_out, trainer.labels, resolution, ranks.place
                )
                pages = yield from near(batches, trainer.device)
            yield Event()
    finally:
        if batches is not None:
            batches.close()


def _taken_over(dataset: Path, ranks: Ranks) -> tuple[Trainer, HeldOut]:
    """The leading process's trainer, as it stands, and the pages the run holds out."""
    facts, tensors = json.loads(ranks.take_in()), safetensors.torch.load(ranks.take_in())
    torch.set_num_threads(facts["threads"])
    config = TrainingConfig.model_validate(facts["config"])
    held_out = apart.of_values(facts["held_out"])
    network, labels = material.look_at(dataset, config, held_out)
    trainer = Trainer(
        config,
        network,
        device=ranks.place.device,
        labels=labels,
        ranks=ranks,
        remedies=facts["remedies"] and Remedies(**facts["remedies"]),
    )
    checkpoint.restore(checkpoint.Contents(facts, tensors), trainer)
    return trainer, held_out
