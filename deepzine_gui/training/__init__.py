"""Train a Progressive GAN on a dataset and measure it: settings, plan, run, story, measures.

Importing this package loads no torch; the run itself does, where it is carried out.
"""

from collections.abc import Generator, Mapping
from pathlib import Path
from typing import Literal

from deepzine_gui.progress import Event
from deepzine_gui.settings import checked
from deepzine_gui.training.events import (
    Alarmed,
    CheckpointSaved,
    Recovered,
    SamplesSaved,
    SpeedMeasured,
    StageChanged,
    StepReport,
    Vitals,
)
from deepzine_gui.training.guard.ledger import LEDGER
from deepzine_gui.training.measures.values import (
    DIVERSITY_ALARM,
    Evaluated,
    EvaluationSettings,
    Measure,
    NearestPage,
)
from deepzine_gui.training.processes.torchrun import follows
from deepzine_gui.training.recipe.config import TrainingConfig
from deepzine_gui.training.recipe.planning import fit_to_minutes, scaled, seconds_left
from deepzine_gui.training.recipe.presets import ABOUT, PRESETS, preset
from deepzine_gui.training.recipe.schedule import Moment, Stage, at, stage_at, stages, total_kimg
from deepzine_gui.training.story import (
    REAL_SAMPLES,
    SAMPLE_COLUMNS,
    read_config,
    read_metrics,
    sample_files,
    saved_kimg,
)

__all__ = [
    "ABOUT",
    "DIVERSITY_ALARM",
    "LEDGER",
    "PRESETS",
    "REAL_SAMPLES",
    "SAMPLE_COLUMNS",
    "Alarmed",
    "CheckpointSaved",
    "Evaluated",
    "EvaluationSettings",
    "Measure",
    "Moment",
    "NearestPage",
    "Recovered",
    "SamplesSaved",
    "SpeedMeasured",
    "Stage",
    "StageChanged",
    "StepReport",
    "TrainingConfig",
    "Vitals",
    "at",
    "evaluate",
    "fit_to_minutes",
    "follows",
    "graphics_cards",
    "measure_speed",
    "preset",
    "read_config",
    "read_metrics",
    "sample_files",
    "saved_kimg",
    "scaled",
    "seconds_left",
    "stage_at",
    "stages",
    "total_kimg",
    "train",
]


def train(
    dataset: Path,
    run: Path,
    *,
    config: TrainingConfig | None = None,
    resume: bool = False,
    threads: int | None = None,
    speeds: Mapping[int, float] | None = None,
) -> Generator[Event, None, None]:
    """Train on `dataset` (HDF5) into the folder `run`; closing the generator saves and stops.

    Yields `StageChanged`, `StepReport`, `Vitals`, `SamplesSaved`, `CheckpointSaved`, `Progress`
    (kimg) and `Finished`; a `Notice` where memory or disk run out, steps are skipped, or a damaged
    checkpoint is set aside; `Alarmed` and `Recovered` where the guard acts. While the disk is full
    it waits. Uses CUDA where there is one, else
    `threads` processor threads; without a number, as many as before, at first one or all,
    whichever a short trial finds to be quicker.

    Args:
        dataset: the file of pages.
        run: a folder without a checkpoint, or with `resume` that of an earlier run.
        config: settings; on `resume` they default to the run's own.
        resume: go on from the newest whole checkpoint, or begin where there is none yet.
        threads: processor threads; None to find out.
        speeds: images a second by resolution, where `measure_speed` has told them of these
            settings: the time left is reckoned with them until the run shows its own.

    Raises:
        TrainingError: the run exists already, cannot be resumed, came to nothing, or collapsed
            again and again.
        DatasetError: the dataset is missing or damaged.
        StorageError: the place is read-only, or the disk is full as the run begins or is closed.
    """
    from deepzine_gui.training.beginning import train as carry_out

    yield from carry_out(dataset, run, config=config, resume=resume, threads=threads, speeds=speeds)


def evaluate(
    model: str | Path,
    dataset: Path,
    *,
    count: int = 1024,
    seed: int = 0,
    out: Path | None = None,
) -> Generator[Event, None, None]:
    """Measure a model against the kept pages of a dataset.

    Yields `Progress`, a `Notice` for each alarm, and `Evaluated`. The same seed and count give the
    same numbers, and the made-up pages are those of ``deepzine sample`` with that seed.

    Args:
        model: a run folder, a checkpoint, a `.safetensors` file or a shipped model's name.
        dataset: the file of pages.
        count: made-up pages; of a dataset with fewer than twice as many, half the kept pages.
        seed: of latents, of the choice of real pages, patches and pairs.
        out: a folder for measures.json, samples.png and nearest.png, or None.

    Raises:
        ModelError: the model is missing or damaged.
        DatasetError: the dataset is missing or damaged, or its pages are too few, too small, or
            grey where the model's are in colour or the other way round.
        SettingsError: `count` or `seed` is outside its limits.
        StorageError: the disk is full or the place read-only.
    """
    settings = checked(EvaluationSettings, {"count": count, "seed": seed})
    from deepzine_gui.training.evaluating.evaluation import evaluate as carry_out

    yield from carry_out(model, dataset, settings, out)


def measure_speed(
    config: TrainingConfig, *, channels: Literal[1, 3] = 1, threads: int | None = None
) -> Generator[Event, None, None]:
    """Time a few steps at each resolution of `config`.

    Yields `SpeedMeasured` (images a second) for each that takes less than a second a step,
    `Progress` and `Finished`. Without `threads`,
    one thread and one a core are tried, and the quicker is taken: `SpeedMeasured.threads` tells.
    """
    from deepzine_gui.training.running.speed import measure

    yield from measure(config, channels=channels, threads=threads)


def graphics_cards() -> Generator[tuple[str, ...], None, None]:
    """Yield, whenever it is asked, the names of the graphics cards that runs can compute on.

    Meant for ``child.in_child``, as it loads torch.
    """
    from deepzine_gui.training.processes.device import card_names

    while True:
        yield card_names()
