"""Where a run goes on: what its folder holds, and how a trainer takes that up."""

from deepzine_gui.progress import Notice
from deepzine_gui.training.checkpoints import checkpoint, keeping
from deepzine_gui.training.guard.ledger import Ledger
from deepzine_gui.training.guard.recovery import life_of, remove_abandoned
from deepzine_gui.training.stepping.trainer import Trainer
from deepzine_gui.training.story import Story


def taken_up(
    trainer: Trainer, story: Story, ledger: Ledger, *, resume: bool
) -> tuple[checkpoint.Contents | None, list[Notice]]:
    """Clear away what is void, and put the trainer where the newest whole checkpoint left off.

    Args:
        trainer: of the run, as it begins.
        story: of the run; it is forgotten unless the run is resumed.
        ledger: what the guard has done; where that was after the checkpoint, the trainer turns
            aside.
        resume: whether the run goes on.

    Returns:
        The checkpoint, or None where the run has none yet; and what a person should know.

    Raises:
        TrainingError: every checkpoint is damaged, or they belong to other settings.
        StorageError: the place cannot be read or written.
    """
    keeping.remove_unfinished(story.run)
    if not resume:
        story.forget()
    remove_abandoned(story.run, ledger)
    newest, damaged = keeping.newest_whole(story.run)
    if newest is not None:
        checkpoint.restore(newest, trainer)
        trainer.enter_stage()
        life = life_of(newest.facts)
        if life < ledger.life:
            trainer.turn_aside(ledger.life, augment=ledger.augment_since(life))
    return newest, damaged
