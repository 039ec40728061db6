"""guard.json: what the guard has done in a run, one entry a recovery.

The file is the only word on it: once it is written, the recovery has happened, and whatever resumes
the run goes back to where it says, with the changes it names.
"""

import dataclasses
import json
from pathlib import Path

from pydantic import TypeAdapter, ValidationError

from deepzine_gui.errors import TrainingError
from deepzine_gui.files import write_json
from deepzine_gui.training.guard.ladder import RUNGS, Step
from deepzine_gui.training.recipe.remedies import Remedies

LEDGER = "guard.json"


@dataclasses.dataclass(frozen=True, slots=True)
class Recovery(Step):
    """One recovery.

    Attributes:
        rule: the alarm's.
        proven_before_kimg: checkpoints before this were proven good.
        remedies: what differs from the settings from now on.
        augment: by how much the chance of changes to pages was raised, once.
        text: what was done, in a sentence.
    """

    rule: str
    proven_before_kimg: float
    remedies: Remedies
    augment: float
    text: str

    @property
    def is_last_word(self) -> bool:
        """Whether the guard gave up and ended the run."""
        return self.rung >= len(RUNGS)

    @property
    def is_new_start(self) -> bool:
        """Whether the run begins anew."""
        return self.back_to_kimg == 0 and not self.is_last_word


_ENTRIES = TypeAdapter(tuple[Recovery, ...])


@dataclasses.dataclass(frozen=True, slots=True)
class Ledger:
    """All recoveries of a run, oldest first."""

    recoveries: tuple[Recovery, ...] = ()

    @property
    def life(self) -> int:
        """How often the run has gone back; checkpoints tell in which life they were made."""
        return len(self.recoveries)

    @property
    def remedies(self) -> Remedies:
        """What differs from the settings."""
        return self.recoveries[-1].remedies if self.recoveries else Remedies()

    @property
    def proven_before_kimg(self) -> float:
        """Checkpoints before this were proven good before the last recovery."""
        return self.recoveries[-1].proven_before_kimg if self.recoveries else -1.0

    def holds(self, kimg: float, life: int) -> bool:
        """Whether what the run was at `kimg` of a life is still part of its past."""
        return all(kimg <= each.back_to_kimg for each in self.recoveries[life:])

    def augment_since(self, life: int) -> float:
        """By how much pages are to be changed more often than in a checkpoint of that life."""
        return sum(each.augment for each in self.recoveries[life:])

    def with_recovery(self, recovery: Recovery) -> "Ledger":
        """The ledger with one more entry."""
        return Ledger((*self.recoveries, recovery))

    def with_remedies(self, remedies: Remedies) -> "Ledger":
        """The ledger with other changes in force from now on."""
        *before, last = self.recoveries
        return Ledger((*before, dataclasses.replace(last, remedies=remedies)))

    def write(self, run: Path) -> None:
        """Write guard.json whole.

        Raises:
            StorageError: the disk is full or the place read-only.
        """
        write_json(run / LEDGER, _ENTRIES.dump_python(self.recoveries, mode="json"))

    @classmethod
    def read(cls, run: Path) -> "Ledger":
        """Read a run's ledger, empty where nothing has happened yet.

        Raises:
            TrainingError: the file is damaged.
        """
        path = run / LEDGER
        try:
            return cls(_ENTRIES.validate_python(json.loads(path.read_text("utf-8"))))
        except FileNotFoundError:
            return cls()
        except (OSError, ValueError, ValidationError) as error:
            raise TrainingError(
                f"{path} cannot be read: mend it, or delete it to go on without what the guard "
                "has changed."
            ) from error
