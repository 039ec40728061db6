"""What the guard has changed and a person takes over as a run is resumed."""

from pathlib import Path

from deepzine_gui.progress import Notice
from deepzine_gui.training.guard.ledger import Ledger
from deepzine_gui.training.recipe.config import TrainingConfig
from deepzine_gui.training.recipe.remedies import Remedies
from deepzine_gui.training.story import read_config


def taken_over(run: Path, config: TrainingConfig, told: int) -> tuple[Ledger, list[Notice]]:
    """The ledger of a run that goes on with `config`, and what a person should know of it.

    Where a setting differs from the run's own, the person has chosen it: what the guard had changed
    about it is dropped, and that is written down before the settings are.

    Args:
        run: the run's folder.
        config: the settings it goes on with.
        told: how many of its recoveries were told of; the last one's own words name the changes.

    Raises:
        TrainingError: guard.json or config.yaml is damaged.
        StorageError: the place cannot be written.
    """
    ledger = Ledger.read(run)
    still = ledger.remedies.without(read_config(run), config)
    dropped = still != ledger.remedies
    if dropped:
        ledger = ledger.with_remedies(still)
        ledger.write(run)
    if config.guard == "off" or not (dropped or told >= ledger.life):
        return ledger, []
    if dropped:
        return ledger, [
            Notice(
                "What was set anew holds as it is set, without the guard's changes to it. Of these "
                f"there remain: {still.text(config)}."
            )
        ]
    if still == Remedies():
        return ledger, []
    return ledger, [
        Notice(
            f"The guard's changes to the settings are in force: {still.text(config)}. A value that "
            "is set anew on resuming holds as it is set."
        )
    ]
