"""A stand-in for CUDA graphs on the processor: what torch's kernels are asked for, on a tape.

As there, recording computes nothing that stays, every tensor keeps its place in memory, and what
the processor decided or reckoned while it recorded is the same in every repetition.
"""

from collections.abc import Callable, Iterator
from typing import Any

import torch
from torch import Tensor
from torch.utils._python_dispatch import TorchDispatchMode
from torch.utils._pytree import tree_leaves

from deepzine_gui.networks.labels import Labels
from deepzine_gui.training import TrainingConfig
from deepzine_gui.training.stepping.graphs import Recorder, Recording
from deepzine_gui.training.stepping.trainer import Trainer
from deepzine_gui.training.stepping.values import StepResult

ADA = {"augment": "ada", "augment_p": 0.3, "augment_kimg": 1.0, "held_out": 0.1}
"""Settings that have a step do all it can."""

_aten = torch.ops.aten
_WAITING = {
    *(_aten._local_scalar_dense, _aten.item, _aten.is_nonzero, _aten.equal, _aten.allclose),
    *(_aten.nonzero, _aten.masked_select, _aten._unique2, _aten.bincount),
}
"""What a processor needs a device's numbers for, and so waits for them."""


class WaitedError(RuntimeError):
    """The processor waited for the device."""


class NoWaiting(TorchDispatchMode):
    """Fails where the processor would wait for a device, as far as torch's operations tell."""

    def __torch_dispatch__(
        self, func: Any, types: Any, args: Any = (), kwargs: dict[str, Any] | None = None
    ) -> Any:
        kwargs = kwargs or {}
        if func.overloadpacket in _WAITING:
            raise WaitedError(f"{func} waits for the device")
        tensors = [each for each in tree_leaves((args, kwargs)) if isinstance(each, Tensor)]
        on_device = [each for each in tensors if each.device.type != "cpu"]
        if on_device and func.overloadpacket is not _aten.copy_:
            for each in tensors:
                if each.device.type == "cpu":
                    raise WaitedError(f"{func} is given a tensor of the processor")
        return func(*args, **kwargs)


class _Tape(NoWaiting):
    def __init__(self) -> None:
        super().__init__()
        self._orders: list[tuple[Any, Any, dict[str, Any], list[tuple[int, Tensor]]]] = []
        self._made: set[int] = set()
        self._before: dict[int, tuple[Any, Any]] = {}
        self._random: tuple[torch.Generator, Tensor] | None = None

    def __torch_dispatch__(
        self, func: Any, types: Any, args: Any = (), kwargs: dict[str, Any] | None = None
    ) -> Any:
        kwargs = kwargs or {}
        for tensor in _written(func, args, kwargs):
            storage = tensor.untyped_storage()
            if storage._cdata not in self._made and storage._cdata not in self._before:
                self._before[storage._cdata] = storage, storage.clone()
        for each in tree_leaves((args, kwargs)):
            if isinstance(each, torch.Generator) and self._random is None:
                self._random = each, each.get_state()
        found = super().__torch_dispatch__(func, types, args, kwargs)
        given = {
            each.untyped_storage()._cdata
            for each in tree_leaves((args, kwargs))
            if isinstance(each, Tensor)
        }
        own = []
        for place, each in enumerate(tree_leaves(found)):
            if isinstance(each, Tensor) and each.untyped_storage()._cdata not in given:
                own.append((place, each))
                self._made.add(each.untyped_storage()._cdata)
        self._orders.append((func, args, kwargs, own))
        return found

    def undo(self) -> None:
        """Leave all that was there before as it was."""
        for storage, before in self._before.values():
            storage.copy_(before)
        if self._random is not None:
            generator, state = self._random
            generator.set_state(state)

    def replay(self) -> None:
        with torch.no_grad():
            for func, args, kwargs, own in self._orders:
                found = tree_leaves(func(*args, **kwargs))
                for place, tensor in own:
                    tensor.copy_(found[place])


def _written(func: Any, args: Any, kwargs: dict[str, Any]) -> Iterator[Tensor]:
    for place, argument in enumerate(func._schema.arguments):
        if argument.alias_info is not None and argument.alias_info.is_write:
            value = args[place] if place < len(args) else kwargs.get(argument.name)
            yield from (each for each in tree_leaves(value) if isinstance(each, Tensor))


class TapeRecorder:
    """Records on tapes.

    Attributes:
        recorded, replayed, forgotten, warmed: how often.
    """

    def __init__(self) -> None:
        self.recorded = self.replayed = self.forgotten = self.warmed = 0

    def warm(self, compute: Callable[[], StepResult]) -> StepResult:
        self.warmed += 1
        return compute()

    def record(self, compute: Callable[[], StepResult]) -> Recording:
        self.recorded += 1
        tape = _Tape()
        try:
            with tape:
                result = compute()
        finally:
            tape.undo()

        def replay() -> None:
            self.replayed += 1
            tape.replay()

        return Recording(replay, result)

    def forget(self) -> None:
        self.forgotten += 1


class NoRecorder(TapeRecorder):
    """A device that lets nothing be recorded."""

    def record(self, compute: Callable[[], StepResult]) -> Recording:
        self.recorded += 1
        raise RuntimeError("operation not permitted when stream is capturing\nmore of it")


def trainer_of(config: TrainingConfig, recorder: Recorder | None, labels: int = 0) -> Trainer:
    """A trainer of grey pages whose steps this records, and who knows so many labels: 0 or 2."""
    named = Labels(("a", "b"), (1, 1)) if labels else None
    return Trainer(config, config.network(1, labels=labels), labels=named, recorder=recorder)
