"""What is shown while a job runs, and the code it ends with."""

import io
import json
import math
import os
import signal
import sys
from collections.abc import Generator
from pathlib import Path

import pytest

from deepzine_gui.__main__ import main
from deepzine_gui.cli.show import Bar
from deepzine_gui.errors import DatasetError
from deepzine_gui.progress import Event, Finished, Notice, Progress, as_record
from deepzine_gui.training.events import StepReport
from tests.cli.conftest import Calls
from tests.programs import run_program

BUILD = ["build", "a.pdf", "--out", "b.h5"]


def pages() -> Generator[Event]:
    yield Progress(0, 1200, "pages", "a.pdf")
    yield Notice("b.pdf is encrypted and was left out.", "warning")
    yield Progress(1200, 1200, "pages", "a.pdf")
    yield Finished("1,200 pages in b.h5.", Path("b.h5"))


def test_json_prints_one_line_per_event(calls: Calls, capsys: pytest.CaptureFixture[str]) -> None:
    calls.script = pages
    assert main([*BUILD, "--json"]) == 0
    out, err = capsys.readouterr()
    assert [json.loads(line) for line in out.splitlines()] == [as_record(e) for e in pages()]
    assert err == ""


def test_json_has_no_nan(calls: Calls, capsys: pytest.CaptureFixture[str]) -> None:
    def report() -> Generator[Event]:
        yield StepReport(1, 2, 8, 1.0, math.nan, math.inf, 0, 0, 0, -math.inf, 5.0, None)
        yield Finished("Done.")

    calls.script = report
    assert main(["train", "p.h5", "--run-dir", "r", "--json"]) == 0
    record = json.loads(capsys.readouterr().out.splitlines()[0], parse_constant=pytest.fail)
    assert (record["d_loss"], record["g_loss"], record["diversity"]) == (None, None, None)


def test_without_a_terminal_plain_lines(calls: Calls, capsys: pytest.CaptureFixture[str]) -> None:
    calls.script = pages
    assert main(BUILD) == 0
    out, err = capsys.readouterr()
    assert out == "1,200 pages in b.h5.\n"
    assert err.splitlines() == [
        "0 of 1,200 pages: a.pdf",
        "Warning: b.pdf is encrypted and was left out.",
    ]


def test_on_a_terminal_a_bar_with_sentences_above(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    terminal = io.StringIO()
    monkeypatch.setattr(sys, "stderr", terminal)
    with Bar() as bar:
        for event in pages():
            bar.take(event)
    assert "0 of 1,200 pages" in terminal.getvalue()
    assert "Warning: b.pdf is encrypted and was left out.\n" in terminal.getvalue()
    assert capsys.readouterr().out == "1,200 pages in b.h5.\n"


def test_an_error_is_one_sentence_and_its_traceback_is_logged(
    calls: Calls, own_state: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    def fail() -> Generator[Event]:
        yield Progress(0, None, "pages")
        raise DatasetError("b.h5 is no dataset: build it again.")

    calls.script = fail
    assert main([*BUILD, "--json"]) == 1
    assert capsys.readouterr().err == "b.h5 is no dataset: build it again.\n"
    log = (own_state / "deepzine.log").read_text("utf-8")
    assert "Traceback" in log
    assert "DatasetError: b.h5 is no dataset" in log


def test_a_fault_of_ours_names_the_log(
    calls: Calls, own_state: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    def fail() -> Generator[Event]:
        yield Progress(0, None, "pages")
        raise ZeroDivisionError("by\nzero")

    calls.script = fail
    assert main([*BUILD, "--json"]) == 70
    (line,) = capsys.readouterr().err.splitlines()
    assert "(ZeroDivisionError: by zero)" in line
    assert str(own_state / "deepzine.log") in line


def test_a_log_that_cannot_be_written_hides_no_error(
    calls: Calls, own_state: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    def fail() -> Generator[Event]:
        yield Progress(0, None, "pages")
        raise DatasetError("broken.")

    own_state.touch()
    calls.script = fail
    assert main([*BUILD, "--json"]) == 1
    assert capsys.readouterr().err == "broken.\n"


def test_an_interrupted_job_ends_with_130(calls: Calls) -> None:
    def interrupted() -> Generator[Event]:
        yield Progress(0, None, "pages")
        raise KeyboardInterrupt

    calls.script = interrupted
    assert main([*BUILD, "--json"]) == 130


@pytest.mark.parametrize(("goes_on", "code"), [(False, 0), (True, 130)])
def test_a_job_that_only_finishes_is_not_interrupted(
    calls: Calls, goes_on: bool, code: int
) -> None:
    def nearly_done() -> Generator[Event]:
        yield Progress(2, 2, "pages", finishes=True)
        signal.raise_signal(signal.SIGINT)
        yield Notice("It is written.")
        if goes_on:
            yield Progress(1, 2, "pages")
            pytest.fail("it was asked to stop")
        yield Finished("Done.")

    calls.script = nearly_done
    assert main(BUILD) == code


def test_a_reader_that_leaves_ends_the_job_quietly(tmp_path: Path) -> None:
    reader = """
import subprocess, sys
with subprocess.Popen(sys.argv[1:], stdout=subprocess.PIPE) as job:
    job.stdout.readline()
    job.stdout.close()
sys.exit(job.returncode)
"""
    command = [sys.executable, "-m", "tests.cli.endless", "build", "a", "--json", "--out"]
    done = run_program([sys.executable, "-c", reader, *command, str(tmp_path / "out")])
    assert (done.returncode, done.stderr) == (1, "")
    assert (tmp_path / "out").exists()


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="elsewhere there is a display")
def test_without_a_display_one_sentence(own_state: Path) -> None:
    hidden = ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM")
    environment = {name: value for name, value in os.environ.items() if name not in hidden}
    done = run_program([sys.executable, "-m", "deepzine_gui"], env=environment)
    assert done.returncode == 1
    assert done.stdout == ""
    assert done.stderr == (
        "There is no display to open the window on: "
        "deepzine demo DIR does the main job without one.\n"
    )


def test_a_missing_project_is_said(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main([str(tmp_path / "nowhere")]) == 1
    assert "deepzine alone opens the window" in capsys.readouterr().err
    assert main(["biuld"]) == 1
    assert "did you mean the command deepzine build?" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["biuld", "book.pdf", "--out", "x.h5"], "no command biuld: did you mean deepzine build?"),
        (["frobnicate", "--all"], "no command frobnicate: deepzine --help lists them."),
        (["--jsn"], "unrecognized arguments: --jsn"),
    ],
)
def test_a_mistyped_command_with_words_behind_it_is_named(
    words: list[str], said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as ended:
        main(words)
    assert ended.value.code == 2
    assert said in capsys.readouterr().err
