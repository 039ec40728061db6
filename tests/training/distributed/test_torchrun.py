"""Runs whose processes torchrun starts, and starts anew where one dies or a machine comes."""

import os
import re
import socket
import sys
from contextlib import ExitStack
from pathlib import Path

import psutil
import pytest
from torch.distributed.run import get_args_parser

from deepzine_gui import training
from deepzine_gui.cli.parser import parse
from deepzine_gui.training import TrainingConfig
from tests.processes import gone
from tests.programs import Program, Told
from tests.training.launched import ROOT, assert_alike, command, events_in, until

pytestmark = pytest.mark.usefixtures("nothing_left")
on_linux = pytest.mark.skipif(sys.platform != "linux", reason="the name of the loopback differs")


def torchrun(*words: str, module: str = "deepzine_gui", out: Told | None = None) -> Program:
    """Start it as a person would: its own options, then those of our command line."""
    at = words.index("train")
    launcher = [sys.executable, "-m", "torch.distributed.run", "--rdzv-backend", "c10d"]
    return Program(
        [*launcher, *words[:at], "-m", module, *words[at:]],
        out=out,
        cwd=ROOT,
        # torch 2.13 tells a machine that comes later nothing of a store that is shared
        env={**os.environ, "GLOO_SOCKET_IFNAME": "lo", "TORCH_DISABLE_SHARE_RDZV_TCP_STORE": "1"},
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
    with torchrun(*own, *words, module="tests.training.mortal") as program:
        seen = list(events_in(program.out))
        assert program.end() == 0
        said = "".join(program.err)
    assert "Another process of the run has ended" in said
    # told by one process alone
    assert [event["event"] for event in seen].count("Finished") == 1
    begun = [event["kimg"] for event in seen if event["event"] == "StageChanged"]
    # ten steps of eight pages had been taken, and kept
    assert begun == [0, 0.064, 0.08, 0.128]
    list(training.train(dataset, tmp_path / "whole", config=alone, threads=1))
    assert_alike(tmp_path / "whole", run)


@on_linux
@pytest.mark.parametrize("leads", ["the first", "the one that comes"])
def test_it_goes_on_where_a_machine_comes(
    tmp_path: Path, dataset: Path, shared: TrainingConfig, leads: str
) -> None:
    long = shared.model_copy(update={"devices": "auto", "stable_kimg": 1000.0})
    words = command(dataset, tmp_path / "run", long)
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    # two launchers on this machine, which are two machines to torchrun; it counts no failure
    own = ["--nnodes", "1:2", "--nproc-per-node", "1", "--max-restarts", "0", "--rdzv-id", "7"]
    own += ["--rdzv-endpoint", f"127.0.0.1:{port}", "--rdzv-conf", "last_call_timeout=1"]
    # it numbers machines in the order of their addresses, and of those on one by process number
    addresses = ["127.0.0.1", "127.0.0.2"]
    if leads != "the first":
        addresses.reverse()
    told, launchers = Told(), []
    with ExitStack() as stack:
        for address in addresses:
            launcher = torchrun("--local-addr", address, *own, *words, out=told)
            launchers.append(stack.enter_context(launcher))
            stack.callback(launcher.kill)
            begun = until(events_in(told), "StageChanged")[-1]["kimg"]
            kept = until(events_in(told), "CheckpointSaved")[-1]["kimg"]
        assert 0 < begun < kept
        below = [psutil.Process(each.pid).children() for each in launchers]
        assert [len(workers) for workers in below] == [1, 1]
        ranks = [worker.environ()["RANK"] for (worker,) in below]
        assert ranks == (["0", "1"] if leads == "the first" else ["1", "0"])
    assert all(gone(worker) for (worker,) in below)
