"""Ctrl-C ends a job tidily, and a second one ends it at once."""

import json
import signal
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from deepzine_gui.signals import ENDING
from tests.programs import Program, run_program


@pytest.fixture(autouse=True)
def heard() -> Iterator[None]:
    """A terminal that hangs up is heard, even where the tests themselves were begun by nohup."""
    if sys.platform == "win32":
        yield
        return
    before = signal.signal(signal.SIGHUP, signal.SIG_DFL)
    yield
    signal.signal(signal.SIGHUP, before)


def begun(source: str, out: Path) -> Program:
    command = [sys.executable, "-m", "tests.cli.endless", "build", source, "--out", str(out)]
    return Program([*command, "--json"])


def goes_on(program: Program) -> None:
    assert json.loads(program.out.line())["event"] == "Progress"


@pytest.mark.parametrize("number", ENDING)
def test_the_first_signal_closes_the_job_and_keeps_what_is_done(
    tmp_path: Path, number: int
) -> None:
    with begun("pages", tmp_path / "out") as program:
        goes_on(program)
        program.send_signal(number)
        assert program.end() == 130
        out, err = list(program.out), "".join(program.err)
    assert (tmp_path / "out").read_text("utf-8") == "everything finished is kept"
    assert "what is finished is kept" in err
    assert "Traceback" not in err
    assert [json.loads(line)["event"] for line in out[-1:]] in ([], ["Progress"])


@pytest.mark.skipif(sys.platform == "win32", reason="terminals do not hang up there")
def test_what_nohup_ignores_stays_ignored(tmp_path: Path) -> None:
    before = signal.signal(signal.SIGHUP, signal.SIG_IGN)
    try:
        program = begun("pages", tmp_path / "out")
    finally:
        signal.signal(signal.SIGHUP, before)
    with program:
        goes_on(program)
        program.send_signal(signal.SIGHUP)
        for _ in range(3):
            goes_on(program)
        program.send_signal(signal.SIGTERM)
        assert program.end() == 130
        assert "".join(program.err).count("what is finished is kept") == 1


def test_a_second_ctrl_c_does_not_wait(tmp_path: Path) -> None:
    with begun("stuck", tmp_path / "out") as program:
        goes_on(program)
        assert program.out.line() == "stuck\n"
        program.send_signal(signal.SIGINT)
        assert any("Stopping" in line for line in program.err)
        program.send_signal(signal.SIGINT)
        assert program.end() == 130
        assert "Traceback" not in "".join(program.err)
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
    ended = run_program([sys.executable, "-c", script])
    assert (ended.returncode, ended.stdout, ended.stderr) == (130, "", "")
