"""A project is a folder that opens as it was left."""

import os
from pathlib import Path

import pytest
import yaml

from deepzine_gui.errors import ProjectError
from deepzine_gui.project import Project


def test_choices_survive_closing_and_opening(tmp_path: Path) -> None:
    project = Project.create(tmp_path / "märchen zine")
    project.choices.collection = "MBLWHOI"
    project.choices.sources = [tmp_path / "böse Pfade"]
    project.choices.pages = {"resolution": 64}
    project.choices.rules = {"blanks": 0.01}
    project.save()
    again = Project.open(tmp_path / "märchen zine")
    assert again.choices == project.choices
    assert again.name == "märchen zine"
    assert yaml.safe_load((again.folder / "project.yaml").read_text("utf-8"))["format"] == 1


def test_create_opens_what_is_there(tmp_path: Path) -> None:
    Project.create(tmp_path).choices.run = "lost"
    first = Project.create(tmp_path)
    first.choices.run = "kept"
    first.save()
    assert Project.create(tmp_path).choices.run == "kept"


def test_a_missing_project_is_named(tmp_path: Path) -> None:
    with pytest.raises(ProjectError, match=r"no folder .*missing: it was moved"):
        Project.open(tmp_path / "missing")
    (tmp_path / "empty").mkdir()
    with pytest.raises(ProjectError, match=r"no project in .*empty.*project\.yaml"):
        Project.open(tmp_path / "empty")


def test_a_file_is_no_place_for_a_project(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(ProjectError, match="is a file"):
        Project.create(tmp_path / "file")


@pytest.mark.parametrize(
    "content", [b"runs: [", b"\xff\xfe\x00", b"- a\n- list\n", b"surprise: 1\n", b"format: many\n"]
)
def test_a_damaged_project_is_not_overwritten(tmp_path: Path, content: bytes) -> None:
    file = tmp_path / "project.yaml"
    file.write_bytes(content)
    for opening in (Project.open, Project.create):
        with pytest.raises(ProjectError, match=r"project\.yaml cannot be read"):
            opening(tmp_path)
    assert file.read_bytes() == content


def test_a_project_of_a_newer_version_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "project.yaml").write_text("format: 2\ncolour_of_cover: red\n")
    with pytest.raises(ProjectError, match="of a newer DeepZine: update this one"):
        Project.open(tmp_path)


def test_an_empty_file_is_a_project_without_choices(tmp_path: Path) -> None:
    (tmp_path / "project.yaml").touch()
    assert Project.open(tmp_path).choices.collection == ""


def test_runs_are_listed_newest_first_and_names_are_free(tmp_path: Path) -> None:
    project = Project.create(tmp_path)
    assert project.run_names() == []
    assert project.new_run_name() == "run-1"
    for number, name in enumerate(("run-1", "b")):
        (project.runs / name).mkdir(parents=True)
        config = project.runs / name / "config.yaml"
        config.touch()
        os.utime(config, (number, number))
    (project.runs / "no run").mkdir()
    assert project.run_names() == ["b", "run-1"]
    assert project.new_run_name() == "run-2"


def test_a_project_moved_away_is_not_begun_anew_in_its_old_place(tmp_path: Path) -> None:
    project = Project.create(tmp_path / "zine")
    project.folder.rename(tmp_path / "moved")
    with pytest.raises(ProjectError, match="zine is not there any more: put it back, or open"):
        project.save()
    assert not project.folder.exists()
    (tmp_path / "moved").rename(project.folder)
    project.save()
