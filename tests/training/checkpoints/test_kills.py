"""However often a run is killed, it loses no checkpoint, and ends as one that never was."""

import contextlib
import os
import random
import signal
import sys
import time
from pathlib import Path

import pytest

from deepzine_gui import training
from deepzine_gui.networks import find_model, load_generator
from deepzine_gui.networks.models import checkpoint_folders
from deepzine_gui.progress import Finished, Notice
from deepzine_gui.training.checkpoints import checkpoint
from tests.programs import Program
from tests.training.killed_run import CONFIG
from tests.training.runs import assert_same_end

ROOT = Path(__file__).parents[3]
KILLS = int(os.environ.get("DEEPZINE_KILLS", "20"))
"""More of them for a thorough proof."""


def kill(program: Program, dataset: Path, run: Path, after_s: float) -> list[str]:
    """Go on with a run, kill it so long after it has begun, and return what it had said."""
    program.say(f"{dataset}\t{run}")
    pid, said = int(program.out.line().split()[1]), []
    for line in program.out:
        said.append(line.strip())
        if len(said) == 1:
            time.sleep(after_s)
            # it may have come to its end
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        if line == "gone\n":
            break
    return said


@pytest.mark.skipif(os.name == "nt", reason="needs fork")
def test_kills_at_random_moments_lose_no_checkpoint(tmp_path: Path, dataset: Path) -> None:
    run, chance = tmp_path / "run", random.Random(0)
    safe: set[str] = set()
    newest = ""
    with Program([sys.executable, "-m", "tests.training.killed_run"], cwd=ROOT) as program:
        for number in range(KILLS):
            said = kill(program, dataset, run, chance.uniform(0, 0.15))
            assert said[0] == "begun", number
            safe |= {line.split()[1] for line in said if line.startswith("ended")}
            newest = max([newest, *(line.split()[1] for line in said if "ed 0" in line)])
            _look_through(run, newest, safe)
    undisturbed = CONFIG.model_copy(update={"checkpoint_minutes": 5.0})
    events = list(training.train(dataset, run, config=undisturbed, resume=True))
    assert isinstance(events[-1], Finished)
    assert not [event for event in events if isinstance(event, Notice)]
    assert not list(run.rglob("*.part*"))
    list(training.train(dataset, tmp_path / "whole", config=undisturbed, threads=1))
    assert_same_end(tmp_path / "whole", run, at="000000.480")


def _look_through(run: Path, newest: str, safe: set[str]) -> None:
    """What was told to be saved is there, whole, and nothing else is taken for a checkpoint."""
    found = {folder.name: folder for folder in checkpoint_folders(run)}
    assert safe <= found.keys()
    assert not newest or max(found) >= newest
    for folder in found.values():
        checkpoint.read(folder)
    if found:
        load_generator(find_model(run))
