"""What the guard remembers of a run's vitals: a part of each checkpoint."""

import dataclasses
import math
from typing import Any

from pydantic import TypeAdapter

from deepzine_gui.progress import as_record
from deepzine_gui.training.events import Vitals

WINDOW = 32
"""So many of the last vitals are kept."""

CLEAN_LATER = 2
"""So many clean looks after it prove a checkpoint good."""


@dataclasses.dataclass(frozen=True, slots=True)
class Memory:
    """The vitals so far, as far as they are needed.

    Attributes:
        vitals: the last ones, oldest first.
        best_swd: the smallest mean SWD × 10³ at the present resolution; infinite before the first.
        clean_kimg: when the last looks were that found nothing suspicious, oldest first.
        looked_kimg: when the last look was.
    """

    vitals: tuple[Vitals, ...] = ()
    best_swd: float = math.inf
    clean_kimg: tuple[float, ...] = ()
    looked_kimg: float = -1.0

    @property
    def proven_before_kimg(self) -> float:
        """Checkpoints before this have been followed by enough clean looks."""
        return self.clean_kimg[0] if len(self.clean_kimg) == CLEAN_LATER else -1.0

    @property
    def looks_kimg(self) -> tuple[float, ...]:
        """When the looks were that checkpoints not yet proven good have to be kept by."""
        return (*self.clean_kimg, self.looked_kimg)

    def with_vitals(self, vitals: Vitals) -> "Memory":
        """What is remembered once `vitals` were seen."""
        is_first = not self.vitals or self.vitals[-1].resolution != vitals.resolution
        best = math.inf if is_first else self.best_swd
        swd = mean_swd(vitals.swd)
        return dataclasses.replace(
            self,
            vitals=(*self.vitals, vitals)[-WINDOW:],
            best_swd=best if math.isnan(swd) or vitals.fading else min(best, swd),
            looked_kimg=vitals.kimg,
        )

    def with_clean(self, kimg: float) -> "Memory":
        """What is remembered once a look found nothing suspicious."""
        return dataclasses.replace(self, clean_kimg=(*self.clean_kimg, kimg)[-CLEAN_LATER:])

    @property
    def at_this_size(self) -> tuple[Vitals, ...]:
        """The last vitals of the present resolution, oldest first."""
        return tuple(each for each in self.vitals if each.resolution == self.vitals[-1].resolution)

    def newest_swd(self, resolution: int) -> float:
        """Mean SWD × 10³ at the last evaluation at a resolution; NaN where there is none."""
        known = [each.swd for each in self.vitals if each.swd and resolution == each.resolution]
        return mean_swd(known[-1]) if known else math.nan

    def as_values(self) -> dict[str, Any]:
        """Plain values for a checkpoint."""
        return {
            "vitals": [as_record(each) for each in self.vitals],
            "best_swd": self.best_swd if math.isfinite(self.best_swd) else None,
            "clean_kimg": list(self.clean_kimg),
            "looked_kimg": self.looked_kimg,
        }

    @classmethod
    def of_values(cls, values: dict[str, Any]) -> "Memory":
        """The memory that `as_values` told of.

        Raises:
            ValueError: they are not what it tells.
        """
        try:
            best = values["best_swd"]
            told = {
                "vitals": [_told(record) for record in values["vitals"]],
                "best_swd": math.inf if best is None else best,
                "clean_kimg": values["clean_kimg"],
                "looked_kimg": values["looked_kimg"],
            }
        except (LookupError, TypeError, AttributeError) as error:
            raise ValueError("no memory of a guard") from error
        return TypeAdapter(cls).validate_python(told)


def mean_swd(levels: dict[int, float] | None) -> float:
    """SWD × 10³, the mean over the levels of the pyramid; NaN where it was not measured."""
    return sum(levels.values()) / len(levels) if levels else math.nan


_LEVELS = ("swd", "swd_floor")


def _told(record: dict[str, Any]) -> dict[str, Any]:
    """The values of vitals from their record: JSON knows neither NaN nor keys that are numbers."""
    values: dict[str, Any] = {}
    for field in dataclasses.fields(Vitals):
        value = record.get(field.name)
        if field.name in _LEVELS:
            value = value and {
                int(size): math.nan if each is None else each for size, each in value.items()
            }
        elif value is None:
            value = math.nan
        values[field.name] = value
    return values
