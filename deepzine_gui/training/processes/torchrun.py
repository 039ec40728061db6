"""What torchrun tells the processes that it starts; see ``torch.distributed.run``'s own page."""

import dataclasses
import os

_NO_NAME = "none"
"""What torchrun calls every job that was given no name."""


@dataclasses.dataclass(frozen=True, slots=True)
class Torchrun:
    """Where this process stands among those that torchrun started.

    Attributes:
        rank: its number, from 0.
        size: of them in all.
        local_rank: its number on this machine, from 0.
        local_size: of them on this machine.
        restarts: how often torchrun has begun anew, because a process had died; not because
            machines came or went.
        job: its name of the job, the same however often that begins anew; empty where it was given
            none (``--rdzv-id``).
    """

    rank: int
    size: int
    local_rank: int
    local_size: int
    restarts: int
    job: str


def torchrun() -> Torchrun | None:
    """What torchrun told this process; None where something else started it."""
    job = os.environ.get("TORCHELASTIC_RUN_ID")
    if job is None:
        return None
    names = ("RANK", "WORLD_SIZE", "LOCAL_RANK", "LOCAL_WORLD_SIZE", "TORCHELASTIC_RESTART_COUNT")
    rank, size, local_rank, local_size, restarts = (int(os.environ[name]) for name in names)
    job = "" if job == _NO_NAME else job
    return Torchrun(rank, size, local_rank, local_size, restarts, job)


def follows() -> bool:
    """Whether this process only does its share of another one's run, which tells the story."""
    told = torchrun()
    return told is not None and told.rank > 0
