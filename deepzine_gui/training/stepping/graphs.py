"""Steps of small pages as one order to a graphics card, instead of a thousand.

At small sizes a card computes faster than a processor can ask it to. A CUDA graph is the list of
what was asked for, with the places in memory it was asked for; the card goes through it by itself.
So a step that is recorded may depend on nothing that lies elsewhere the next time, and on no
decision of the processor: `Work` is all it depends on.
"""

import collections
import dataclasses
from collections.abc import Callable
from typing import Protocol

import torch

from deepzine_gui.training.stepping.accumulation import is_out_of_memory
from deepzine_gui.training.stepping.draws import Draws
from deepzine_gui.training.stepping.values import Kind, StepResult, Work

LARGEST = 64
"""Pixels of the largest pages whose steps are recorded."""

WARM_UP = 3
"""Ordinary steps of a kind before it is recorded, in which libraries choose what suits it best."""


class Computation(Protocol):
    """What computes steps; `computation.Computation` is one."""

    def step(self, work: Work) -> StepResult:
        """Compute a step in whatever way is needed."""

    def recorded(self, work: Work) -> StepResult:
        """Compute a step in the one way that can be repeated, or raise a RuntimeError."""


@dataclasses.dataclass(frozen=True, slots=True)
class Recording:
    """A step that can be repeated.

    Attributes:
        replay: computes it anew, from what now lies where it was recorded.
        result: where it leaves its scalars.
    """

    replay: Callable[[], None]
    result: StepResult


class Recorder(Protocol):
    """Records what a device is asked for."""

    def warm(self, compute: Callable[[], StepResult]) -> StepResult:
        """Compute a step as it will be recorded, but at once."""

    def record(self, compute: Callable[[], StepResult]) -> Recording:
        """Record a step without computing it.

        Raises:
            RuntimeError: it cannot be recorded; all that lies on the device is as before.
        """

    def forget(self) -> None:
        """Know that none of the recordings made so far is needed any more."""


class CudaRecorder:
    """Records CUDA graphs; the rules are those of the PyTorch manual, section CUDA graphs."""

    def __init__(self, device: torch.device, draws: Draws) -> None:
        """Record steps whose random numbers are those of `draws`."""
        self._device, self._draws = device, draws
        self._stream = torch.cuda.Stream(device)  # type: ignore[no-untyped-call]
        self.forget()

    def warm(self, compute: Callable[[], StepResult]) -> StepResult:
        """Compute a step on the stream that recordings are made on."""
        usual = torch.cuda.current_stream(self._device)
        self._stream.wait_stream(usual)
        with torch.cuda.stream(self._stream):
            result = compute()
        usual.wait_stream(self._stream)
        return result

    def record(self, compute: Callable[[], StepResult]) -> Recording:
        """Record a step as a CUDA graph; its memory is that of the recordings before.

        Sharing it is sound in any order: what a step needs lies outside, and what it tells is
        copied before the next one begins.
        """
        usual = torch.cuda.current_stream(self._device)
        graph = torch.cuda.CUDAGraph()
        graph.register_generator_state(self._draws.generator)
        try:
            with torch.cuda.graph(graph, pool=self._pool, stream=self._stream):
                result = compute()
        except RuntimeError:
            # where not even the end of a recording succeeds, torch stays on its stream
            torch.cuda.set_stream(usual)
            raise
        return Recording(graph.replay, result)

    def forget(self) -> None:
        """Take other memory from now on; torch does not lend memory of a dead graph again."""
        self._pool = torch.cuda.graph_pool_handle()


class Graphs:
    """Computes steps, and repeats recordings of those whose kind is well known.

    Attributes:
        failure: why steps are no longer recorded; empty while they are.
    """

    def __init__(self, recorder: Recorder) -> None:
        self._recorder = recorder
        self._seen: collections.Counter[Kind] = collections.Counter()
        self._recordings: dict[Kind, tuple[Work, Recording]] = {}
        self.failure = ""

    @property
    def recordings(self) -> int:
        """Kinds of steps that are repeated."""
        return len(self._recordings)

    def step(self, work: Work, computation: Computation) -> StepResult:
        """Compute a step; its kind has stood for the same computation since the last `drop`."""
        if self.failure:
            return computation.step(work)
        if work.kind not in self._recordings:
            self._seen[work.kind] += 1
            if self._seen[work.kind] <= WARM_UP:
                return self._recorder.warm(lambda: computation.step(work))
            own = work.copy()
            try:
                recording = self._recorder.record(lambda: computation.recorded(own))
            except RuntimeError as error:
                self._give_up(error)
                return computation.step(work)
            self._recordings[work.kind] = own, recording
        own, recording = self._recordings[work.kind]
        own.take(work)
        recording.replay()
        return recording.result.copy()

    def drop(self) -> None:
        """Forget all recordings, as weights, moments or sizes are no longer those recorded."""
        self._seen.clear()
        if self._recordings:
            self._recordings.clear()
            self._recorder.forget()

    def _give_up(self, error: RuntimeError) -> None:
        self.drop()
        short = "its memory ran out" if is_out_of_memory(error) else str(error).partition("\n")[0]
        self.failure = short or type(error).__name__


def recorder_for(device: torch.device, draws: Draws) -> Recorder | None:
    """What records steps on a device; None where nothing is to be gained."""
    return CudaRecorder(device, draws) if device.type == "cuda" else None
