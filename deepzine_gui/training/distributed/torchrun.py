"""What torchrun tells the processes that it starts; see ``torch.distributed.run``'s own page."""

import dataclasses
import os


@dataclasses.dataclass(frozen=True, slots=True)
class Torchrun:
    """Where this process stands among those that torchrun started.

    Attributes:
        rank: its number, from 0.
        size: of them in all.
        local_rank: its number on this machine, from 0.
        local_size: of them on this machine.
        restarts: how often torchrun has begun anew, because a process had died.
    """

    rank: int
    size: int
    local_rank: int
    local_size: int
    restarts: int


def torchrun() -> Torchrun | None:
    """What torchrun told this process; None where something else started it."""
    if "TORCHELASTIC_RUN_ID" not in os.environ:
        return None
    names = ("RANK", "WORLD_SIZE", "LOCAL_RANK", "LOCAL_WORLD_SIZE", "TORCHELASTIC_RESTART_COUNT")
    return Torchrun(*(int(os.environ[name]) for name in names))


def follows() -> bool:
    """Whether this process only does its share of another one's run, which tells the story."""
    told = torchrun()
    return told is not None and told.rank > 0
