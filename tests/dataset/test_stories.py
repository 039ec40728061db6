"""Whole lives of projects, from fixed seeds: no page and no mark is lost, and none spreads."""

from pathlib import Path

import pytest

from deepzine_gui.dataset.building import spans
from tests.dataset.story import SETTINGS, Story


def begun(folder: Path, seed: int, *, looks_alike: bool = False) -> Story:
    """A story with a first build, some of whose pages are marked."""
    story = Story(folder / "zine", seed, looks_alike=looks_alike)
    for _ in range(3):
        story.add()
    story.build()
    for _ in range(5):
        story.mark()
    return story


@pytest.mark.parametrize("seed", range(6))
def test_a_life_with_stops_and_kills(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, seed: int
) -> None:
    monkeypatch.setattr(spans, "BLOCK_PAGES", 2)
    story = begun(tmp_path, seed, looks_alike=bool(seed % 2))
    for turn in range(2):
        for happens in story.chance.sample(["move", "replace", "add", "insert", "settings"], 2):
            document = story.chance.choice(story.documents)
            if happens == "settings":
                # what changed is known again by its pixels, which other settings change as well
                story.settings = SETTINGS[turn]
            elif happens == "add":
                story.add()
            elif happens != "insert" or story.settings == SETTINGS[0]:
                getattr(story, happens)(document)
        story.build(stop_after=story.chance.randint(1, 2))
        story.kill(monkeypatch, after=story.chance.randint(1, 2))
        story.build()
        story.check()
        story.mark()


@pytest.mark.parametrize("looks_alike", [False, True])
@pytest.mark.parametrize("settings", SETTINGS, ids=["as before", "larger"])
@pytest.mark.parametrize("happens", ["replace", "copy_and_edit"])
def test_a_name_taken_by_another_and_a_copy_edited_are_told_apart(
    tmp_path: Path, happens: str, settings: object, looks_alike: bool
) -> None:
    story = Story(tmp_path / "zine", 1, looks_alike=looks_alike)
    document = story.add("x.pdf", pages=4)
    story.build()
    for _ in range(6):
        story.mark()
    assert any(mark != ("", None) for mark in document.marks.values())
    getattr(story, happens)(document)
    story.settings = settings
    story.build()
    story.check()


@pytest.mark.parametrize("cut_short", ["stop", "kill"])
def test_stop_and_kill_take_nothing_from_a_document_that_moved(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, cut_short: str
) -> None:
    story = begun(tmp_path, 3)
    story.replace(story.chance.choice(story.documents))
    if cut_short == "stop":
        story.build(stop_after=1)
    else:
        story.kill(monkeypatch, after=1)
    story.build()
    story.check()


def test_pages_put_into_a_document_of_look_alikes_leave_the_marks_in_place(tmp_path: Path) -> None:
    story = Story(tmp_path / "zine", 4, looks_alike=True)
    document = story.add("forms.pdf", pages=8)
    story.build()
    for _ in range(6):
        story.mark()
    for _ in range(2):
        story.insert(document)
    story.take_out(document)
    story.build()
    story.check()


def test_a_copy_of_the_project_goes_on_as_the_project(tmp_path: Path) -> None:
    story = begun(tmp_path, 5)
    story.copy_project(tmp_path / "copy")
    for document in story.documents:
        story.insert(document)
    story.build()
    story.check()
    assert story.notices == []


def test_what_becomes_of_a_document_taken_out_of_the_folder_is_told(tmp_path: Path) -> None:
    story = begun(tmp_path, 7)
    (document, *_) = (one for one in story.documents if set(one.marks.values()) - {("", None)})
    story.remove(document)
    story.build()
    story.check()
    (told,) = story.notices
    assert told.startswith(f"No longer in dataset.h5, as not among the sources: {document.name} (")


def test_a_document_renamed_and_changed_at_once_keeps_the_marks_of_its_pages(
    tmp_path: Path,
) -> None:
    story = begun(tmp_path, 8)
    for document in story.documents:
        story.move(document)
        story.insert(document)
    story.build()
    story.check()


def test_a_document_cut_in_two_keeps_its_marks(tmp_path: Path) -> None:
    story = Story(tmp_path / "zine", 9)
    whole = story.add("whole.pdf", pages=6)
    story.build()
    for _ in range(6):
        story.mark()
    story.remove(whole)
    for name, pages in (("one.pdf", whole.pages[:3]), ("two.pdf", whole.pages[3:])):
        half = story.add(name)
        half.pages = pages
        half.marks = {page: whole.marks[page] for page in pages if page in whole.marks}
        story.write(half)
    story.build()
    story.check()
    assert story.notices == ["No longer in dataset.h5, as not among the sources: whole.pdf."]


def test_a_version_moved_over_another_one_has_the_marks_of_both(tmp_path: Path) -> None:
    story = Story(tmp_path / "zine", 9)
    document = story.add("b.pdf", pages=5)
    story.copy_and_edit(document)
    story.build()
    (copy,) = (one for one in story.documents if one is not document)
    first, second, *_ = copy.pages
    story.label(document, first, "map")
    story.label(copy, second, "plate")
    story.remove(copy)
    document.pages, document.marks[second] = copy.pages, copy.marks[second]
    story.write(document)
    story.build()
    story.check()
    # the pages without a mark were in both
    assert not any("marked" in notice for notice in story.notices)
