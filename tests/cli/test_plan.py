"""``deepzine train --plan``: the stages, and no run."""

import json
from pathlib import Path

import pytest

from deepzine_gui.__main__ import main
from deepzine_gui.training import PRESETS, preset, stages, total_kimg
from deepzine_gui.training.story import write_config
from tests.cli.conftest import Calls
from tests.cli.test_commands import usage_error


@pytest.mark.parametrize("name", PRESETS)
def test_every_stage_is_one_line_of_json(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["train", "--plan", "--preset", name, "--resolution", "256", "--json"]) == 0
    *lines, end = map(json.loads, capsys.readouterr().out.splitlines())
    config = preset(name, resolution=256)
    assert end["event"] == "Finished"
    assert {line["event"] for line in lines} == {"StagePlanned"}
    told = [(line["resolution"], line["fading"], line["end_kimg"]) for line in lines]
    assert told == [(s.resolution, s.fading, s.end_kimg) for s in stages(config)]
    for line in lines:
        pages = line["steps"] * line["minibatch"]
        span = 1000 * (line["end_kimg"] - line["start_kimg"])
        assert pages == pytest.approx(span, abs=line["minibatch"])


def test_the_table_draws_the_whole_run(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["train", "--plan", "--preset", "default", "--kimg", "450"]) == 0
    out, err = capsys.readouterr()
    assert err == ""
    title, head, *rows = out.splitlines()
    assert title.startswith("default, rpgan: 450 kimg in about 10,7")
    assert head.split()[:2] == ["px", "stage"]
    assert [row.split()[0] for row in rows] == [
        *("4", "8", "8", "16", "16", "32", "32", "64", "64", "128", "128")
    ]
    assert all(("░" in row) == ("fading in" in row) for row in rows)
    assert len({row.index("0.001") for row in rows}) == 1
    assert rows[-1].endswith("█" * 10)


def test_the_shortest_run_is_a_step_of_a_page(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["train", "--plan", "--kimg", "0.001"]) == 0
    assert capsys.readouterr().out.startswith("cpu-demo, rpgan: 0.001 kimg in about 1 step\n")


def test_a_plan_begins_no_run_and_reads_a_run_s_own(
    calls: Calls, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    saved = preset("cpu-demo", final_kimg=7)
    write_config(tmp_path, saved)
    assert main(["train", "--plan", "--run-dir", str(tmp_path), "--resume"]) == 0
    assert f"{total_kimg(saved):.0f} kimg" in capsys.readouterr().out
    assert calls.args == ()
    assert [file.name for file in tmp_path.iterdir()] == ["config.yaml"]


def test_without_it_dataset_and_run_are_needed(capsys: pytest.CaptureFixture[str]) -> None:
    assert "name a dataset" in usage_error(["train", "--run-dir", "r"], capsys)
    assert "name the run folder" in usage_error(["train", "p.h5"], capsys)
    assert "name the run folder" in usage_error(["train", "--plan", "--resume"], capsys)


def test_the_help_tells_units_limits_and_choices(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main(["train", "--help"])
    out = capsys.readouterr().out
    assert "  resolution=32 (4 to 1024 px): " in out
    assert "  loss=rpgan (wgan-gp|ns-r1|rpgan): " in out
    assert "  minibatch_limits=256:14,512:6,1024:3: " in out
    for name in type(preset("paper")).model_fields:
        assert f"\n  {name}=" in out


def test_limits_are_set_as_they_are_told(calls: Calls) -> None:
    words = ["train", "p.h5", "--run-dir", "r", "--set"]
    assert main([*words, "minibatch_limits=64:8,128:4"]) == 0
    assert calls.kwargs["config"].minibatch_limits == {64: 8, 128: 4}
