"""The names and flags other tools call, and what they ask of the engine."""

import shlex
import sys
from collections.abc import Generator
from pathlib import Path

import pytest

from deepzine_gui import __version__, training
from deepzine_gui.__main__ import main
from deepzine_gui.cli.parser import COMMANDS
from deepzine_gui.progress import Event, Progress
from deepzine_gui.training import preset, total_kimg
from deepzine_gui.training.story import write_config
from tests.cli.conftest import Calls


def usage_error(argv: list[str], capsys: pytest.CaptureFixture[str]) -> str:
    with pytest.raises(SystemExit) as caught:
        main(argv)
    assert caught.value.code == 2
    return capsys.readouterr().err


@pytest.mark.skipif(sys.platform == "win32", reason="words are quoted otherwise there")
def test_a_stopped_run_says_how_to_go_on(
    calls: Calls,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    def interrupted() -> Generator[Event]:
        yield Progress(0, None, "kimg")
        raise KeyboardInterrupt

    calls.script = interrupted
    run = tmp_path / "a run"
    words = ["train", "my pages.h5", "--run-dir", str(run)]
    assert main(words) == 130
    assert "Nothing of the run is saved yet" in capsys.readouterr().err
    for name in ("000021.376", "000030.000.damaged", "a copy"):
        (run / "checkpoints" / name).mkdir(parents=True)
    assert main([*words, "--json"]) == 130
    (line,) = capsys.readouterr().err.splitlines()
    begin = "The run is saved at 21.4 kimg; to go on: deepzine "
    assert line.startswith(begin)
    # the very words that are told go on with it
    calls.script = calls.finish
    write_config(run, preset("cpu-demo", seed=5))
    assert main(shlex.split(line.removeprefix(begin))) == 0
    assert calls.args == (Path("my pages.h5"), run)
    assert calls.kwargs == {"config": preset("cpu-demo", seed=5), "resume": True}
    # of several processes one speaks
    calls.script = interrupted
    capsys.readouterr()
    monkeypatch.setattr(training, "follows", lambda: True)
    assert main([*words, "--json"]) == 130
    assert capsys.readouterr().err == ""


def test_train(calls: Calls) -> None:
    assert main(["train", "pages.h5", "--run-dir", "runs/a"]) == 0
    assert calls.args == (Path("pages.h5"), Path("runs/a"))
    assert calls.kwargs == {
        "config": preset("cpu-demo"),
        "resume": False,
    }
    # its name in earlier versions
    assert main(["train", "pages.h5", "--run", "runs/b"]) == 0
    assert calls.args == (Path("pages.h5"), Path("runs/b"))
    words = (
        "train p.h5 --run-dir r --preset paper --resolution 64 --seed 7 --set learning_rate=0.002"
    )
    assert main([*words.split(), "--set", "minibatch-limits={}", "--set", "loss=rpgan"]) == 0
    assert calls.kwargs["config"] == preset(
        "paper", resolution=64, seed=7, learning_rate=0.002, minibatch_limits={}, loss="rpgan"
    )


def test_devices_are_those_of_this_run_and_of_a_resumed_one(
    calls: Calls, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    words = ["train", "p.h5", "--run-dir", str(tmp_path)]
    assert main([*words, "--devices", "all"]) == 0
    assert calls.kwargs["config"].devices == "all"
    write_config(tmp_path, preset("cpu-demo"))
    assert main([*words, "--resume", "--devices", "2"]) == 0
    assert calls.kwargs["config"] == preset("cpu-demo", devices="2")
    for wrong in ("0", "two", "-1", "100"):
        assert "--devices" in usage_error([*words, f"--devices={wrong}"], capsys)


def test_a_process_that_follows_needs_no_settings_and_says_nothing(
    calls: Calls,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    told = {"RANK": 1, "WORLD_SIZE": 2, "LOCAL_RANK": 0, "LOCAL_WORLD_SIZE": 1}
    told |= {"TORCHELASTIC_RESTART_COUNT": 0, "TORCHELASTIC_RUN_ID": 7}
    for name, value in told.items():
        monkeypatch.setenv(name, str(value))
    calls.script = lambda: (Event() for _ in range(2))
    words = ["train", "p.h5", "--run-dir", str(tmp_path / "on another machine"), "--resume"]
    for more in ([], ["--json"]):
        assert main([*words, *more]) == 0
        assert calls.kwargs["config"] is None
        assert capsys.readouterr() == ("", "")
    # what the command asks for is compared with what the leading process was asked for
    assert main(["train", "p.h5", "--run-dir", "r", "--preset", "paper"]) == 0
    assert calls.kwargs["config"] == preset("paper")


def test_kimg_shortens_every_stage_alike(calls: Calls) -> None:
    assert main(["train", "p.h5", "--run-dir", "r", "--kimg", "10", "--set", "seed=5"]) == 0
    config = calls.kwargs["config"]
    assert total_kimg(config) == pytest.approx(10, abs=0.01)
    usual = preset("cpu-demo")
    ratio = usual.fade_kimg / usual.final_kimg
    assert config.fade_kimg / config.final_kimg == pytest.approx(ratio, rel=0.01)
    assert config.seed == 5


def test_resume_keeps_the_run_s_own_settings(calls: Calls, tmp_path: Path) -> None:
    saved = preset("cpu-demo", resolution=16, drift=0.5)
    write_config(tmp_path, saved)
    words = ["train", "p.h5", "--run-dir", str(tmp_path), "--resume"]
    assert main(words) == 0
    assert calls.kwargs == {"config": saved, "resume": True}
    longer = total_kimg(saved) + 5
    assert main([*words, "--kimg", str(longer), "--set", "learning_rate=0.0005"]) == 0
    config = calls.kwargs["config"]
    assert total_kimg(config) == pytest.approx(longer)
    assert (config.fade_kimg, config.learning_rate, config.drift) == (saved.fade_kimg, 0.0005, 0.5)


def test_resume_refuses_another_preset_and_a_past_end(
    calls: Calls, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    write_config(tmp_path, preset("cpu-demo"))
    words = ["train", "p.h5", "--run-dir", str(tmp_path), "--resume"]
    assert "leave out --preset" in usage_error([*words, "--preset", "paper"], capsys)
    assert "leave out --seed" in usage_error([*words, "--seed", "4"], capsys)
    assert "before the run's last stage" in usage_error([*words, "--kimg", "3"], capsys)
    assert calls.args == ()


def test_resuming_nothing_is_said(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["train", "p.h5", "--run-dir", str(tmp_path / "none"), "--resume"]) == 1
    assert "none" in capsys.readouterr().err


def test_sample(calls: Calls) -> None:
    assert main(["sample", "runs/a", "--out", "pictures"]) == 0
    assert calls.args == ("runs/a", Path("pictures"))
    assert calls.kwargs == {
        "count": 64,
        "seed": 0,
        "resolution": None,
        "radius": 1.0,
        "label": None,
    }
    words = "sample m --out d --count 9 --seed 2 --resolution 16 --radius .5 --label 1900"
    assert main(words.split()) == 0
    assert calls.kwargs == {"count": 9, "seed": 2, "resolution": 16, "radius": 0.5, "label": "1900"}


def test_film(calls: Calls) -> None:
    usual = {"keyframes": 8, "frames": 60, "fps": 30, "mode": "spherical", "loop": False}
    assert main(["film", "book-pages", "--out", "film.mp4"]) == 0
    assert calls.args == ("book-pages", Path("film.mp4"))
    assert calls.kwargs == {**usual, "size": None, "seed": 0, "label": None}
    words = "film m --out f.mp4 --keyframes 3 --frames 5 --fps 12 --mode origin --loop --size 64"
    assert main([*words.split(), "--seed", "4", "--label", "maps"]) == 0
    changed = {"keyframes": 3, "frames": 5, "fps": 12, "mode": "origin", "loop": True}
    assert calls.kwargs == {**changed, "size": 64, "seed": 4, "label": "maps"}


def test_version(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as caught:
        main(["--version"])
    assert caught.value.code == 0
    assert capsys.readouterr().out == f"deepzine {__version__}\n"


@pytest.mark.parametrize("command", ["", *COMMANDS])
def test_help_explains_itself(command: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as caught:
        main([*command.split(), "--help"])
    assert caught.value.code == 0
    told = capsys.readouterr().out
    assert all(name in told for name in ([] if command else COMMANDS))
    assert "PydanticUndefined" not in told


@pytest.mark.parametrize(
    ("words", "told"),
    [
        ("build a --out", "--out"),
        ("build --out b.h5", "SOURCE"),
        ("build a", "--out"),
        ("build a --out b.h5 --resolution 100", "power of two"),
        ("build a --out b.h5 --resolution 2048", "less than or equal to 1024"),
        ("build a --out b.h5 --colour red", "'grey' or 'rgb'"),
        ("build a --out b.h5 --workers 0", "at least 1"),
        ("build a --out b.h5 --labels colour", "invalid choice: 'colour'"),
        ("build a --out b.h5 --blanks 2", "less than or equal to 1"),
        ("dataset", "ACTION"),
        ("dataset look a.h5", "invalid choice: 'look'"),
        ("dataset info", "FILE.h5"),
        ("dataset export a.h5 --to pdf --out b", "invalid choice: 'pdf'"),
        ("dataset export a.h5 --to folder", "--out"),
        ("dataset exclude a.h5", "say which pages"),
        ("dataset include a.h5", "say which pages"),
        ("dataset exclude a.h5 3-", "'3-' is no page number"),
        ("dataset exclude a.h5 0", "pages count from 1"),
        ("dataset exclude a.h5 9-3", "'9-3' is no range"),
        ("dataset label a.h5", "say the LABEL to give"),
        ("dataset label a.h5 map", "say which pages"),
        ("dataset label a.h5 map --by year", "leave out LABEL"),
        ("dataset label a.h5 map 1 --by colour", "invalid choice: 'colour'"),
        ("dataset label a.h5 " + 97 * "x" + " 1", "longer than 96 bytes"),
        ("dataset rules a.h5 --doubles 65", "less than or equal to"),
        ("collect x --project d --limit none", "“none” is no whole number"),
        ("collect x --project d --max-gb 0", "above 0"),
        ("collect x --project d --pick best", "invalid choice: 'best'"),
        ("collect x --project d --parallel 5", "invalid choice: 5"),
        ("collect x --project d --seed -1", "at least 0"),
        ("collect x --project d --years 1930-1880", "the first year comes first"),
        ("collect x --project d --years soon", "no range of years like 1880-1930"),
        ("train p.h5 --run-dir r --kimg -1", "above 0"),
        ("train p.h5 --run-dir r --preset best", "invalid choice: 'best'"),
        ("train p.h5 --run-dir r --set learning_rat=1", "did you mean learning_rate?"),
        ("train p.h5 --run-dir r --set zzz=1", "there are preset, resolution"),
        ("train p.h5 --run-dir r --set drift", "KEY=VALUE"),
        ("train p.h5 --run-dir r --set learning_rate=fast", "valid number"),
        ("train p.h5 --run-dir r --set learning_rate=5", "less than or equal to 1"),
        ("train p.h5 --run-dir r --set devices=gpu", "write auto, all, cpu, or a number from 1"),
        ("train p.h5 --run-dir r --devices 0", "write auto, all, cpu, or a number from 1 to 99"),
        ("evaluate m", "FILE.h5"),
        ("evaluate m p.h5 --count 31", "greater than or equal to 32"),
        ("film m --out f.mp4 --keyframes 1", "greater than or equal to 2"),
        ("sample m --out d --radius nan", "finite"),
        ("one two", "There is no command one"),
        (". two", "unrecognized arguments: two"),
    ],
)
def test_wrong_usage(
    words: str, told: str, calls: Calls, capsys: pytest.CaptureFixture[str]
) -> None:
    assert told in usage_error(words.split(), capsys)
    assert calls.args == ()
