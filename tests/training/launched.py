"""Runs of several processes, as a person starts them, and what they come to."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import safetensors.torch
import torch

from deepzine_gui.training import TrainingConfig, preset
from tests.programs import Told

ROOT = Path(__file__).parents[2]
_END = "checkpoints/000000.192/state.safetensors"


def assert_alike(one: Path, other: Path) -> None:
    """Two runs have come to the same, but for roundings."""
    first, second = (safetensors.torch.load_file(run / _END) for run in (one, other))
    assert first.keys() == second.keys()
    assert torch.equal(first["noise"], second["noise"])
    for name, value in first.items():
        torch.testing.assert_close(second[name], value, rtol=1e-3, atol=2e-5)


def command(dataset: Path, run: Path, config: TrainingConfig, *options: str) -> list[str]:
    """``train`` with these settings, as words after the program's name."""
    usual, words = preset(config.preset).model_dump(), []
    for name, value in config.model_dump().items():
        if value != usual[name]:
            words += ["--set", f"{name}={value}"]
    return ["train", str(dataset), "--run-dir", str(run), "--json", *words, *options]


def events_in(told: Told) -> Iterator[dict[str, Any]]:
    """The events that one or several processes tell, line by line."""
    for line in told:
        yield json.loads(line)


def until(events: Iterator[dict[str, Any]], kind: str) -> list[dict[str, Any]]:
    """All events up to the next one of a kind."""
    seen = []
    for event in events:
        seen.append(event)
        if event["event"] == kind:
            return seen
    raise AssertionError(f"it ended without {kind}, after {seen}")
