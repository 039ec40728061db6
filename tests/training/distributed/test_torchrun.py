"""Runs whose processes torchrun starts, and starts anew where one dies or a machine comes."""

import os
import re
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import psutil
import pytest
from torch.distributed.run import get_args_parser

from deepzine_gui import training
from deepzine_gui.cli.parser import parse
from deepzine_gui.training import TrainingConfig
from tests.processes import gone
from tests.training.launched import ROOT, assert_alike, command, events_of

pytestmark = pytest.mark.usefixtures("nothing_left")
on_linux = pytest.mark.skipif(sys.platform != "linux", reason="the name of the loopback differs")


def torchrun(*words: str, module: str = "deepzine_gui") -> "subprocess.Popen[str]":
    """Start it as a person would: its own options, then those of our command line."""
    at = words.index("train")
    launcher = [sys.executable, "-m", "torch.distributed.run", "--rdzv-backend", "c10d"]
    return subprocess.Popen(
        [*launcher, *words[:at], "-m", module, *words[at:]],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        cwd=ROOT,
        # torch 2.13 tells a machine that comes later nothing of a store that is shared
        env={**os.environ, "GLOO_SOCKET_IFNAME": "lo", "TORCH_DISABLE_SHARE_RDZV_TCP_STORE": "1"},
        text=True,
    )


def test_it_takes_no_option_of_ours_for_one_of_its_own(capsys: pytest.CaptureFixture[str]) -> None:
    # it looks at our words too, and gives up at one that begins two of its own options
    with pytest.raises(SystemExit):
        parse(["train", "--help"])
    options = re.findall(r"(?<![\w-])--[a-z][a-z-]*", capsys.readouterr().out)
    assert "--resume" in options
    found = get_args_parser().parse_args(["-m", "deepzine_gui", "train", *options])
    assert found.training_script_args == ["train", *options]


@on_linux
def test_it_begins_anew_where_a_process_was_killed(
    tmp_path: Path, dataset: Path, shared: TrainingConfig
) -> None:
    run, alone = tmp_path / "run", shared.model_copy(update={"devices": "auto"})
    own = ("--nproc-per-node", "2", "--rdzv-endpoint", "127.0.0.1:0", "--max-restarts", "1")
    words = command(dataset, run, alone)
    with torchrun(*own, *words, module="tests.training.mortal") as process:
        seen = list(events_of(process))
        assert process.stderr is not None
        said = process.stderr.read()
    assert process.returncode == 0, said
    assert "Another process of the run has ended" in said
    # told by one process alone
    assert [event["event"] for event in seen].count("Finished") == 1
    begun = [event["kimg"] for event in seen if event["event"] == "StageChanged"]
    # ten steps of eight pages had been taken, and kept
    assert begun == [0, 0.064, 0.08, 0.128]
    list(training.train(dataset, tmp_path / "whole", config=alone, threads=1))
    assert_alike(tmp_path / "whole", run)


def until(events: Iterator[dict[str, Any]], kind: str) -> dict[str, Any]:
    """The next event of a kind."""
    found = next((event for event in events if event["event"] == kind), None)
    assert found is not None, f"it ended without {kind}"
    return found


@on_linux
@pytest.mark.timeout(400)
def test_it_goes_on_where_a_machine_comes(
    tmp_path: Path, dataset: Path, shared: TrainingConfig
) -> None:
    run = tmp_path / "run"
    long = shared.model_copy(update={"devices": "auto", "stable_kimg": 1000.0})
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    # two launchers on this machine, which are two machines to torchrun; it counts no failure
    own = ["--nnodes", "1:2", "--nproc-per-node", "1", "--max-restarts", "0", "--rdzv-id", "7"]
    own += ["--rdzv-endpoint", f"127.0.0.1:{port}", "--rdzv-conf", "last_call_timeout=1"]
    words = [*own, *command(dataset, run, long)]
    with ExitStack() as stack:
        launchers = []
        for _ in range(2):
            launchers.append(stack.enter_context(torchrun(*words)))
            stack.callback(launchers[-1].kill)
            events = events_of(launchers[0])
            begun = until(events, "StageChanged")["kimg"]
            kept = until(events, "CheckpointSaved")["kimg"]
        assert 0 < begun < kept
        below = [psutil.Process(each.pid).children() for each in launchers]
        assert [len(workers) for workers in below] == [1, 1]
    assert all(gone(worker.pid) for (worker,) in below)
