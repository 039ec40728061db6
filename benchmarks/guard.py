"""Runs made to collapse on purpose, with and without the guard, and healthy ones it must leave be.

Usage: ``python benchmarks/guard.py FILE.h5 [--resolution 16] [--only NAME …] [--seeds 0 1 2]
[--final-kimg 6] [--out DIR]``. Small networks on one thread; a row a run: when the first alarm was,
what was done, and what ``deepzine evaluate`` says of the model that is left, with the same of real
pages. Runs found in DIR are not trained again.
"""

import argparse
import contextlib
import itertools
import math
import statistics
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import torch

from deepzine_gui import training
from deepzine_gui.dataset import open_dataset
from deepzine_gui.dataset.storage.batches import Batches
from deepzine_gui.dataset.storage.store import Writer
from deepzine_gui.dataset.values import Provenance
from deepzine_gui.errors import DatasetError, ModelError, TrainingError
from deepzine_gui.pages import PageSettings
from deepzine_gui.training import TrainingConfig, preset
from deepzine_gui.training.events import Alarmed, Recovered, Vitals
from deepzine_gui.training.guard.memory import mean_swd
from deepzine_gui.training.running import vitals
from deepzine_gui.training.stepping.trainer import Trainer

Spoil = Callable[[], contextlib.AbstractContextManager[None]]

_LITE: dict[str, Any] = {
    "latent_size": 32, "fmap_base": 256, "fmap_max": 32, "deviation_group": 4, "minibatch": 16,
    "minibatch_limits": {}, "fade_kimg": 3.0, "stable_kimg": 3.0,
    "ema_half_life_kimg": 1.0, "sample_kimg": 1000.0, "checkpoint_minutes": 0.25,
    "precision": "float32",
}  # fmt: skip
_NOT_NUMBERS_KIMG = 12.0


def main() -> None:
    """Train, measure and print one table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("dataset", metavar="FILE.h5", type=Path)
    parser.add_argument("--resolution", type=int, default=16)
    parser.add_argument("--only", nargs="*", default=[], help="some of the runs, by name")
    parser.add_argument("--seeds", nargs="*", type=int, default=[0, 1, 2])
    parser.add_argument("--final-kimg", type=float, default=6.0)
    parser.add_argument("--guard", choices=("on", "off"), help="only with it, or only without")
    parser.add_argument("--out", type=Path, default=Path(tempfile.gettempdir()) / "guard")
    arguments = parser.parse_args()
    torch.set_num_threads(1)
    # every look that is due is made, whatever it costs beside networks as small as these
    vitals.SHARE = 1.0
    print("| run | seed | guard | first alarm | what was done | SWD | MS-SSIM | diversity | "
          "duplicates |\n|---|---|---|---|---|---|---|---|---|")  # fmt: skip
    for name, (config, spoil) in _runs(arguments.resolution, arguments.final_kimg).items():
        if arguments.only and name not in arguments.only:
            continue
        dataset = arguments.dataset
        if name == "one page":
            dataset = _one_page(dataset, arguments.out / "one.h5")
        kinds = ("on", "off") if name in _COLLAPSES else ("on",)
        for seed, guard in itertools.product(arguments.seeds, kinds):
            if guard != (arguments.guard or guard):
                continue
            run = arguments.out / f"{name}-{seed}-{guard}".replace(" ", "-")
            chosen = config.model_copy(update={"guard": guard, "seed": seed})
            cells = _row(dataset, run, chosen, spoil)
            print(f"| {name} | {seed} | {guard} | {' | '.join(cells)} |", flush=True)


def _runs(resolution: int, final_kimg: float) -> dict[str, tuple[TrainingConfig, Spoil]]:
    def lite(name: str, **changes: Any) -> TrainingConfig:
        lengths = {"resolution": resolution, "final_kimg": final_kimg}
        return preset(name, **{**_LITE, **lengths, **changes})

    well: Spoil = contextlib.nullcontext
    quick = {"warmup_kimg": 0.5, "augment_kimg": 50.0}
    return {
        "learning rate × 50": (lite("cpu-demo", learning_rate=0.05), well),
        "wgan-gp, stages of 3 kimg": (lite("paper"), well),
        "one page": (lite("cpu-demo"), well),
        "not a number": (lite("cpu-demo"), _spoilt_once),
        "cpu-demo": (lite("cpu-demo"), well),
        "default-lite": (lite("default", **quick), well),
        "paper-lite": (lite("paper", fade_kimg=8.0, stable_kimg=8.0), well),
    }


_COLLAPSES = ("learning rate × 50", "wgan-gp, stages of 3 kimg", "one page", "not a number")


@contextlib.contextmanager
def _spoilt_once() -> Iterator[None]:
    """Make one weight of the discriminator no number, once."""
    step, done = Trainer.step, False

    def spoilt(trainer: Trainer, *args: Any) -> Any:
        nonlocal done
        if trainer.kimg >= _NOT_NUMBERS_KIMG and not done:
            done = True
            with torch.no_grad():
                next(trainer.discriminator.parameters()).view(-1)[0] = math.nan
        return step(trainer, *args)

    Trainer.step = spoilt  # type: ignore[method-assign]
    try:
        yield
    finally:
        Trainer.step = step  # type: ignore[method-assign]


def _one_page(dataset: Path, path: Path) -> Path:
    with (
        open_dataset(dataset) as opened,
        contextlib.closing(Batches(dataset, resolution=opened.resolution)) as batches,
    ):
        page = batches.draw(1, np.random.default_rng(0))[0]
    path.unlink(missing_ok=True)
    path.parent.mkdir(parents=True, exist_ok=True)
    with Writer(path, PageSettings(resolution=page.shape[-1])) as writer:
        for number in range(256):
            writer.add(page, Provenance(document="one", page=number + 1))
        writer.finish()
    return path


def _row(dataset: Path, run: Path, config: TrainingConfig, spoil: Spoil) -> list[str]:
    if not run.exists():
        with spoil(), contextlib.suppress(TrainingError):
            for event in training.train(dataset, run, config=config, threads=1):
                if isinstance(event, Alarmed | Recovered):
                    print(f"    {event.text}", flush=True)
                elif isinstance(event, Vitals):
                    print(f"    {event.kimg:.1f} kimg {event.resolution} px ρ "
                          f"{event.feature_variance:.2f} {event.pixel_deviation:.2f} duplicates "
                          f"{event.duplicates} {event.duplicates_real} P {event.preference:.2f} "
                          f"|g| {event.generator_norm:.2g} {event.discriminator_norm:.2g} penalty "
                          f"{event.penalty:.2g} SWD {mean_swd(event.swd):.0f}",
                          flush=True)  # fmt: skip
    lines = training.read_metrics(run)
    alarms = [line for line in lines if line["kind"] == "alarm"]
    first = f"{alarms[0]['rule']} at {alarms[0]['kimg']:.1f} kimg" if alarms else "none"
    done = [f"to {line['kimg']:.1f}" if line["attempt"] <= 3 else "stop"
            for line in lines if line["kind"] == "recovery"]  # fmt: skip
    return [first, ", ".join(done) or "–", *_left(run, dataset)]


def _left(run: Path, dataset: Path) -> list[str]:
    """The model that is left, beside real pages: the means over the levels of SWD first."""
    try:
        *_, found = training.evaluate(run, dataset)
    except (ModelError, DatasetError) as error:
        return [str(error), "", "", ""]
    assert isinstance(found, training.Evaluated)
    cells = []
    for name in ("SWD", "MS-SSIM", "diversity", "near-duplicate"):
        known = [each for each in found.measures if each.name.startswith(name)]
        made_up, real = (
            statistics.fmean(values)
            for values in zip(*((each.value, each.real) for each in known), strict=True)
        )
        told = f"{made_up:,.0f}" if made_up >= 1000 else f"{made_up:.3g}"
        cells.append(f"{told} ({real:.3g})")
    return cells


if __name__ == "__main__":
    main()
