"""A build that is stopped keeps what is finished, and nothing else."""

import shutil
from collections import Counter
from collections.abc import Generator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from deepzine_gui.dataset import PagesAdded, open_dataset, set_label
from deepzine_gui.dataset.building import merging, recovery, spans, work
from deepzine_gui.dataset.building.build import build
from deepzine_gui.dataset.building.parts import parts_of
from deepzine_gui.progress import Notice, Progress
from tests.dataset.building import (
    PAGES,
    SMALL,
    OneBlock,
    built,
    contents,
    everything,
    whole,
    write_pdf,
)
from tests.dataset.test_damage import flip_in_shards
from tests.processes import our_children


def test_stop_keeps_what_is_finished(
    tmp_path: Path, sources: Path, undisturbed: dict[str, object]
) -> None:
    out = tmp_path / "out.h5"
    job = build([sources], out, settings=SMALL, workers=1)
    added: Counter[str] = Counter()
    while not (safe := whole(added)):
        if isinstance(event := next(job), PagesAdded):
            added[event.document] += event.pages
    job.close()
    assert not our_children()
    assert [path.name for path in tmp_path.iterdir()] == ["out.h5"]
    assert {name for name, _ in contents(out)[1]} >= safe
    events = built([sources], out)
    assert not {e.document for e in events if isinstance(e, PagesAdded)} & safe
    assert everything(out) == undisturbed


@pytest.mark.parametrize("workers", [None, 1])
def test_a_build_tells_before_its_last_pages_that_it_only_finishes(
    tmp_path: Path, sources: Path, workers: int | None
) -> None:
    events = built([sources], tmp_path / "out.h5", workers=workers)
    added = [place for place, event in enumerate(events) if isinstance(event, PagesAdded)]
    told = [event.finishes for event in events[: added[-1]] if isinstance(event, Progress)]
    assert told[-1]
    before = [event.finishes for event in events[: added[-2]] if isinstance(event, Progress)]
    assert not any(before)
    after = [event for event in events[added[-1] :] if isinstance(event, Progress)]
    assert all(event.finishes for event in after)


def test_pages_that_came_damaged_are_no_end(
    tmp_path: Path, sources: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    flip_in_shards(monkeypatch, times=1)
    events = built([sources], tmp_path / "out.h5")
    (place,) = (p for p, e in enumerate(events) if isinstance(e, Notice))
    told = [event.finishes for event in events[:place] if isinstance(event, Progress)]
    assert told[-2:] == [True, False]


def test_a_document_stopped_amid_its_pages_is_told_until_it_is_whole(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(spans, "BLOCK_PAGES", 2)
    out = tmp_path / "out.h5"
    sources = [write_pdf(tmp_path / "a.pdf", 5), write_pdf(tmp_path / "b.pdf", 1)]
    job = build(sources, out, settings=SMALL, executor=OneBlock())
    next(event for event in job if isinstance(event, PagesAdded))
    job.close()
    with open_dataset(out) as dataset:
        assert (dataset.count, dataset.unfinished(dataset.columns())) == (2, {"a.pdf": 3})
    built(sources, out)
    with open_dataset(out) as dataset:
        assert dataset.unfinished(dataset.columns()) == {}


def test_stop_keeps_what_was_there_before(tmp_path: Path, sources: Path) -> None:
    out = tmp_path / "out.h5"
    other = write_pdf(tmp_path / "other.pdf", 2)
    built([other], out)
    job = build([sources], out, settings=SMALL, executor=OneBlock())
    first = next(event for event in job if isinstance(event, PagesAdded))
    job.close()
    assert [name for name, _ in contents(out)[1]] == ["other.pdf"] * 2 + [
        first.document
    ] * first.pages


def test_stop_with_other_settings_leaves_the_old_dataset(tmp_path: Path, sources: Path) -> None:
    out = tmp_path / "out.h5"
    built([sources], out)
    before = out.read_bytes()
    larger = SMALL.model_copy(update={"resolution": 32})
    job = build([sources], out, settings=larger, executor=OneBlock())
    first = next(event for event in job if isinstance(event, PagesAdded))
    job.close()
    recovery.recover(out)
    assert out.read_bytes() == before
    set_label(out, [0], "woodcut")
    # but what was rendered waits for the build to go on
    events = built([sources], out, settings=larger)
    assert first.document not in {e.document for e in events if isinstance(e, PagesAdded)}
    assert contents(out)[0].shape == (sum(PAGES), 1, 32, 32)
    with open_dataset(out) as dataset:
        # of the document that was rendered before the stop
        assert first.document == dataset.documents()[0].name
        assert dataset.columns().label.tolist()[:2] == ["woodcut", ""]
    assert not parts_of(out).exists()


def test_stop_amid_the_reading_of_files_leaves_nothing(
    tmp_path: Path, sources: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("deepzine_gui.dataset.building.build._REPORT_S", 0)
    with ThreadPoolExecutor(1) as executor:
        job = build([sources], tmp_path / "out.h5", settings=SMALL, executor=executor)
        event = next(job)
        job.close()
    assert event == Progress(0, None, "pages", "Reading documents")
    assert list(tmp_path.iterdir()) == []


def test_stop_amid_the_writing_writes_it_all_and_once(
    tmp_path: Path, sources: Path, monkeypatch: pytest.MonkeyPatch, undisturbed: dict[str, object]
) -> None:
    begun = []

    def counted(*given: object) -> Generator[None, None, int]:
        begun.append(given)
        return merging.merge(*given)

    for module in (recovery, work):
        monkeypatch.setattr(module, "merge", counted)
    out = tmp_path / "out.h5"
    with ThreadPoolExecutor(1) as executor:
        job = build([sources], out, settings=SMALL, executor=executor)
        next(e for e in job if isinstance(e, Progress) and e.what.startswith("Writing"))
        job.close()
    assert everything(out) == undisturbed
    assert len(begun) == 1
    assert [path.name for path in tmp_path.iterdir()] == ["out.h5"]


def test_what_is_to_replace_an_older_document_waits_for_the_end(
    tmp_path: Path, sources: Path
) -> None:
    out, folder = tmp_path / "out.h5", tmp_path / "in"
    shutil.copytree(sources, folder)
    built([folder], out)
    before = out.read_bytes()
    write_pdf(folder / "0.pdf", 2, step=30)
    with ThreadPoolExecutor(1) as executor:
        job = build([folder], out, settings=SMALL, executor=executor)
        next(event for event in job if isinstance(event, PagesAdded))
        job.close()
    recovery.recover(out)
    assert out.read_bytes() == before
    events = built([folder], out)
    assert not [event for event in events if isinstance(event, PagesAdded)]
    assert len(contents(out)[1]) == sum(PAGES) - 1
    assert not parts_of(out).exists()
