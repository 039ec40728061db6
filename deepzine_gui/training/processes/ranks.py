"""What the processes of a run say to each other: torch's collectives, by the names of our room."""

import contextlib
import enum
import os
import sys
import time
from collections.abc import Generator, Iterator, Sequence
from datetime import timedelta
from typing import Any

import torch
from torch import Tensor
from torch import distributed as dist

from deepzine_gui.errors import TrainingError
from deepzine_gui.progress import Event, Progress
from deepzine_gui.training.processes.agreement import Terms
from deepzine_gui.training.processes.meeting import Meeting
from deepzine_gui.training.processes.places import Place

STEP_PATIENCE = timedelta(minutes=10)
"""Longest wait for another process amid a step, which all begin together."""

CARD_PATIENCE = timedelta(minutes=5)
"""Longest wait of a graphics card for the others, which are `device.STEPS_AHEAD` behind at most.

A process that waits for its card hears nothing else: after this time, torch's watchdog ends it.
"""

PAUSE_PATIENCE = timedelta(days=14)
"""Longest wait for the next step: a paused run, a slow disk and a full one hold up all."""

_POLL_S = 0.1
_LOOPBACK = {"linux": "lo", "darwin": "lo0"}


class LostRankError(TrainingError):
    """Another process of the run is gone."""


class Order(enum.IntEnum):
    """What the leading process asks of all."""

    STEP = 0
    TAKE_OVER = 1
    STOP = 2


class Sum:
    """Tensors laid end to end, to be summed over all processes in one go.

    It is made where memory may still run out, and summed when all processes have made theirs.
    """

    def __init__(self, tensors: Sequence[Tensor]) -> None:
        self.tensors = list(tensors)
        self.flat = torch.cat([tensor.reshape(-1) for tensor in self.tensors])

    def spread(self) -> None:
        """Put the sums into the tensors they are made of."""
        pieces = torch.split(self.flat, [tensor.numel() for tensor in self.tensors])
        for tensor, piece in zip(self.tensors, pieces, strict=True):
            tensor.copy_(piece.view(tensor.shape))


class Ranks:
    """The processes of a run, as one of them sees them; alone it says nothing to nobody.

    Each wait for the others is bounded, and ends at once where one of them has died, as its
    connections are then closed.

    Attributes:
        place: where this process stands.
        stop_asked: whether any of them has been asked to stop.
    """

    def __init__(self, place: Place, terms: Terms | None = None) -> None:
        """Know of the others; `gather` meets them, and sees that their terms are these."""
        self.place = place
        self._terms = terms or {}
        self.stop_asked = False
        self._orders: Any = None
        self._sums: Any = None
        self._has_lost = False
        self._in_step = False
        self._silent = False
        self._wants_to_stop = False

    @property
    def leads(self) -> bool:
        """Whether this process gives the orders, writes the run's files and tells its story."""
        return self.place.rank == 0

    @property
    def alone(self) -> bool:
        """Whether there are no others."""
        return self.place.size == 1

    @property
    def joined(self) -> bool:
        """Whether this process has met the others, and not left them."""
        return self._orders is not None

    def gather(self) -> Generator[Event, None, None]:
        """Meet the others, yielding a `Progress` or, where this process follows, a bare `Event`.

        Raises:
            LostRankError: one of them did not come.
            DisagreementError: one of them does not go together with the leading one.
        """
        if self.alone:
            return
        waiting = Progress(0, None, "kimg", f"starting {self.place.size} processes")
        until_s = time.monotonic() + STEP_PATIENCE.total_seconds()
        with self._reaching():
            meeting = Meeting(self.place, self._terms)
            while not meeting.is_complete():
                if time.monotonic() > until_s:
                    raise TimeoutError("not all processes came")
                yield waiting if self.leads else Event()
                time.sleep(_POLL_S)
            self._join(meeting.store())

    def leave(self) -> None:
        """Part from the others; if this process leads and they wait for an order, they end too."""
        if self._orders is None:
            return
        try:
            if self.leads and not self._in_step and not self._silent:
                with contextlib.suppress(LostRankError):
                    self.order(Order.STOP)
        finally:
            sums, self._orders, self._sums = self._sums, None, None
            if sums is not None and self._has_lost:
                # what is under way there waits for the dead, and to destroy it is to wait as well
                dist.distributed_c10d._abort_process_group(sums)
            dist.destroy_process_group()

    def order(self, order: Order) -> None:
        """As the leading process: say what all do next, once all have done what was said last."""
        self._heard(order)

    def hear(self) -> Order:
        """As any other process: wait for the next order."""
        return self._heard(Order.STEP)

    def want_to_stop(self) -> None:
        """Ask the leading process to end the run; it learns of that with its next order."""
        self._wants_to_stop = True

    def end_step(self) -> None:
        """All that a step says to the others is said."""
        self._in_step = False

    def largest(self, number: int) -> int:
        """The largest of all processes' numbers; waits for the processes, not for their devices."""
        if self.alone:
            return number
        told = torch.tensor(number)
        with self._reaching():
            dist.all_reduce(told, dist.ReduceOp.MAX)
        return int(told)

    def add_up(self, parts: Sum | None) -> None:
        """Replace tensors of equal shapes by their sums over all processes, the same to the bit."""
        if parts is None:
            return
        with self._reaching():
            dist.all_reduce(parts.flat, group=self._sums)
        parts.spread()

    def hand_out(self, data: bytes) -> None:
        """As the leading process: give bytes to all others, who `take_in`."""
        self._broadcast(torch.tensor(len(data)))
        self._broadcast(torch.frombuffer(bytearray(data), dtype=torch.uint8))

    def take_in(self) -> bytes:
        """As any other process: the bytes that the leading one hands out."""
        size = self._broadcast(torch.tensor(0))
        return self._broadcast(torch.empty(int(size), dtype=torch.uint8)).numpy().tobytes()

    def _join(self, store: Any) -> None:
        if self.place.meeting is not None:
            _keep_to_loopback()
        on_card = self.place.device.startswith("cuda")
        if on_card:
            torch.cuda.set_device(self.place.device)
        dist.init_process_group(
            "gloo",
            store=store,
            rank=self.place.rank,
            world_size=self.place.size,
            timeout=STEP_PATIENCE,
        )
        self._orders = dist.new_group(backend="gloo", timeout=PAUSE_PATIENCE)
        if on_card and dist.is_nccl_available():
            self._sums = dist.new_group(backend="nccl", timeout=CARD_PATIENCE)

    def _heard(self, order: Order) -> Order:
        told = torch.tensor([order, self._wants_to_stop])
        with self._reaching():
            dist.all_reduce(told, dist.ReduceOp.MAX, group=self._orders)
        self.stop_asked = self.stop_asked or bool(told[1])
        heard = Order(int(told[0]))
        self._in_step, self._silent = heard is Order.STEP, heard is Order.STOP
        return heard

    def _broadcast(self, tensor: Tensor) -> Tensor:
        with self._reaching():
            dist.broadcast(tensor, 0, group=self._orders)
        return tensor

    @contextlib.contextmanager
    def _reaching(self) -> Iterator[None]:
        try:
            yield
        except (RuntimeError, TimeoutError) as error:
            self._silent = self._has_lost = True
            raise LostRankError(
                "Another process of the run has ended or does not answer, so this one ends too. "
                "What was saved of the run is sound: resume it."
            ) from error


def _keep_to_loopback() -> None:
    """Have processes of one machine talk to each other where no other machine can listen."""
    if sys.platform in _LOOPBACK:
        for library in ("GLOO", "NCCL"):
            os.environ.setdefault(f"{library}_SOCKET_IFNAME", _LOOPBACK[sys.platform])
