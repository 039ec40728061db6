"""Ctrl-C ends a job tidily, and a second one ends it at once."""

import json
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from deepzine_gui.signals import ENDING
from tests.patience import PATIENCE_S


def start(source: str, out: Path) -> "subprocess.Popen[str]":
    command = [sys.executable, "-m", "tests.cli.endless", "build", source, "--out", str(out)]
    process = subprocess.Popen(
        [*command, "--json"], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    assert process.stdout is not None
    assert json.loads(process.stdout.readline())["event"] == "Progress"
    return process


@pytest.mark.parametrize("number", ENDING)
def test_the_first_signal_closes_the_job_and_keeps_what_is_done(
    tmp_path: Path, number: int
) -> None:
    with start("pages", tmp_path / "out") as process:
        process.send_signal(number)
        out, err = process.communicate(timeout=PATIENCE_S)
    assert process.returncode == 130
    assert (tmp_path / "out").read_text("utf-8") == "everything finished is kept"
    assert "what is finished is kept" in err
    assert "Traceback" not in err
    assert [json.loads(line)["event"] for line in out.splitlines()[-1:]] in ([], ["Progress"])


@pytest.mark.skipif(sys.platform == "win32", reason="terminals do not hang up there")
def test_what_nohup_ignores_stays_ignored(tmp_path: Path) -> None:
    before = signal.signal(signal.SIGHUP, signal.SIG_IGN)
    try:
        process = start("pages", tmp_path / "out")
    finally:
        signal.signal(signal.SIGHUP, before)
    with process:
        assert process.stdout is not None
        process.send_signal(signal.SIGHUP)
        for _ in range(3):
            assert json.loads(process.stdout.readline())["event"] == "Progress"
        process.send_signal(signal.SIGTERM)
        _, err = process.communicate(timeout=PATIENCE_S)
    assert process.returncode == 130
    assert err.count("what is finished is kept") == 1


def test_a_second_ctrl_c_does_not_wait(tmp_path: Path) -> None:
    with start("stuck", tmp_path / "out") as process:
        assert process.stdout is not None
        assert process.stderr is not None
        assert process.stdout.readline() == "stuck\n"
        process.send_signal(signal.SIGINT)
        while "Stopping" not in process.stderr.readline():
            pass
        process.send_signal(signal.SIGINT)
        _, err = process.communicate(timeout=PATIENCE_S)
    assert process.returncode == 130
    assert "Traceback" not in err
    assert (tmp_path / "out").exists()


def test_ctrl_c_amid_an_import_ends_at_once_and_quietly() -> None:
    script = """
import os, signal, sys
from deepzine_gui.__main__ import main
class Swallows:
    def find_spec(self, name, *_):
        if name == "deepzine_gui.cli":
            try:
                os.kill(os.getpid(), signal.SIGINT)
            except KeyboardInterrupt:
                pass
sys.meta_path.insert(0, Swallows())
main(["build", "nothing", "--out", "nothing.h5"])
"""
    ended = subprocess.run([sys.executable, "-c", script], capture_output=True, check=False)
    assert (ended.returncode, ended.stdout, ended.stderr) == (130, b"", b"")
