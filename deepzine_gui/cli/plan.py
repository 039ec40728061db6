"""The plan of a run as a table and a drawing, without beginning one."""

from collections.abc import Generator, Sequence
from dataclasses import dataclass

from deepzine_gui.progress import Event, Finished
from deepzine_gui.training import Stage, TrainingConfig, at, stages
from deepzine_gui.words import count_text

_WIDTH = 32
_FADING, _STABLE = "░", "█"


@dataclass(frozen=True, slots=True)
class StagePlanned(Event):
    """What holds in one stage of a plan.

    Attributes:
        index, resolution, fading, start_kimg, end_kimg: as `training.Stage` has them.
        steps: about so many.
        minibatch: pages in one update.
        learning_rate: of Adam, once it has warmed up.
        ema_decay: of the averaged generator, a step, at the end of the stage.
        gamma: weight of the gradient penalty, were it applied at every step.
        penalty_interval: steps between penalties.
    """

    index: int
    resolution: int
    fading: bool
    start_kimg: float
    end_kimg: float
    steps: int
    minibatch: int
    learning_rate: float
    ema_decay: float
    gamma: float
    penalty_interval: int


def show_plan(config: TrainingConfig) -> Generator[Event]:
    """Yield the stages of a plan, then all of them as a table."""
    plan = [_planned(config, stage) for stage in stages(config)]
    yield from plan
    yield Finished("\n".join(_table(config, plan)))


def _planned(config: TrainingConfig, stage: Stage) -> StagePlanned:
    shown = round(1000 * stage.end_kimg) - config.minibatch_at(stage.resolution)
    last = at(config, max(round(1000 * stage.start_kimg), shown))
    return StagePlanned(
        index=stage.index,
        resolution=stage.resolution,
        fading=stage.fading,
        start_kimg=stage.start_kimg,
        end_kimg=stage.end_kimg,
        steps=max(1, round(1000 * (stage.end_kimg - stage.start_kimg) / last.pages)),
        minibatch=last.minibatch,
        learning_rate=last.learning_rate,
        ema_decay=last.ema_decay,
        gamma=last.gamma,
        penalty_interval=last.penalty_interval,
    )


def _table(config: TrainingConfig, plan: Sequence[StagePlanned]) -> list[str]:
    head = ("px", "stage", "from kimg", "to kimg", "steps", "pages", "learning rate", "average",
            "penalty", "every")  # fmt: skip
    rows = [head, *(_row(stage) for stage in plan)]
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    total, steps = plan[-1].end_kimg, sum(stage.steps for stage in plan)
    lines = [
        f"{config.preset}, {config.loss}: {total:,.5g} kimg in about {count_text(steps, 'steps')}"
    ]
    drawings = ["", *(_drawn(stage, total) for stage in plan)]
    for row, drawing in zip(rows, drawings, strict=True):
        cells = "  ".join(cell.rjust(width) for cell, width in zip(row, widths, strict=True))
        lines.append(f"{cells}  {drawing}".rstrip())
    return lines


def _row(stage: StagePlanned) -> tuple[str, ...]:
    return (
        f"{stage.resolution}",
        "fading in" if stage.fading else "stable",
        f"{stage.start_kimg:,.5g}",
        f"{stage.end_kimg:,.5g}",
        f"{stage.steps:,}",
        f"{stage.minibatch}",
        f"{stage.learning_rate:.3g}",
        f"{stage.ema_decay:.4f}",
        f"{stage.gamma:g}",
        f"{stage.penalty_interval}",
    )


def _drawn(stage: StagePlanned, total: float) -> str:
    """The stage's place in the whole run."""
    start, end = (round(_WIDTH * kimg / total) for kimg in (stage.start_kimg, stage.end_kimg))
    mark = _FADING if stage.fading else _STABLE
    return " " * min(start, _WIDTH - 1) + mark * max(1, end - start)
