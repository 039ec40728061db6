"""Pages that cannot be rendered: told in every build, tried again, and stood in for."""

from collections.abc import Generator
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from deepzine_gui.dataset import NO_RULES, PagesAdded, open_dataset, set_aside
from deepzine_gui.dataset.building import executors, shards
from deepzine_gui.dataset.building.noted import Number
from deepzine_gui.dataset.building.tasks import Loss, Task
from deepzine_gui.progress import Notice
from tests.dataset.building import SMALL, built, contents, warnings_of, write_pdf
from tests.pages.pdfs import box, pdf


def numbers(out: Path) -> list[int]:
    return [page for _, page in contents(out)[1]]


def lose_workers_at_page_2(task: Task, noted: Number) -> Generator[Any, None, Any]:
    """As the crew goes on when page 2 has cost workers."""
    lost = None if task.span is None else Loss(2, "ended its worker")
    return shards.work_on(replace(task, lost=lost), noted)


def test_pages_lost_with_a_worker_are_tried_again_until_they_come(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    source, out = write_pdf(tmp_path / "a.pdf", 3), tmp_path / "out.h5"
    told = [f"2 of 3 pages of {source} were left out (page 2, 3): page 2 ended its worker."]
    with monkeypatch.context() as patch:
        patch.setattr(executors, "work_on", lose_workers_at_page_2)
        for _ in range(2):
            assert warnings_of(built([source], out)) == told
            assert numbers(out) == [1]
            with open_dataset(out) as dataset:
                assert [(page.page, page.is_lost) for page in dataset.missing()] == [
                    (2, True),
                    (3, True),
                ]
    assert warnings_of(built([source], out)) == []
    assert numbers(out) == [1, 2, 3]
    with open_dataset(out) as dataset:
        assert dataset.missing() == ()


def test_pages_that_are_damaged_are_told_in_every_build_and_not_tried_again(tmp_path: Path) -> None:
    source, out = tmp_path / "a.pdf", tmp_path / "out.h5"
    source.write_bytes(pdf([box(0, 0, 50, 50), b"", b""], lost=[2]))
    first = warnings_of(built([source], out))
    assert len(first) == 1
    assert f"1 of 3 pages of {source} was left out (page 2): " in first[0]
    before = out.stat().st_mtime_ns
    events = built([source], out)
    assert warnings_of(events) == first
    assert not [event for event in events if isinstance(event, PagesAdded)]
    assert out.stat().st_mtime_ns == before


@pytest.fixture
def scans(tmp_path: Path) -> Path:
    """A folder of three pictures."""
    folder = tmp_path / "scans"
    folder.mkdir()
    for number in range(1, 4):
        write_scan(folder / f"{number}.png", number)
    return folder


def write_scan(path: Path, seed: int) -> None:
    tones = np.random.default_rng(seed).integers(0, 256, (4, 4), dtype=np.uint8)
    Image.fromarray(tones).resize((64, 64)).save(path)


def built_from(scans: Path, **more: Any) -> tuple[Path, list[str]]:
    out = scans.with_name("out.h5")
    events = built([scans], out, rules=NO_RULES, **more)
    return out, [event.text for event in events if isinstance(event, Notice)]


def marked(out: Path) -> list[int]:
    with open_dataset(out) as dataset:
        columns = dataset.columns()
    return columns.page[columns.state == 1].tolist()


def test_the_older_page_and_its_mark_stand_in_for_a_picture_that_was_damaged(scans: Path) -> None:
    out, _ = built_from(scans)
    set_aside(out, [1])
    before = contents(out)[0]
    good = (scans / "2.png").read_bytes()
    (scans / "2.png").write_bytes(good[:60])
    _, told = built_from(scans)
    assert f"1 of 3 pages of {scans} was left out (page 2): " in told[0]
    assert told[1:] == [f"{scans} keeps its older pages here (page 2)."]
    assert (contents(out)[0] == before).all()
    assert (numbers(out), marked(out)) == ([1, 2, 3], [2])
    # also where another picture joins behind
    write_scan(scans / "4.png", 4)
    built_from(scans)
    assert (numbers(out), marked(out)) == ([1, 2, 3, 4], [2])
    (scans / "2.png").write_bytes(good)
    assert built_from(scans)[1] == []
    assert (numbers(out), marked(out)) == ([1, 2, 3, 4], [2])


def test_an_older_page_does_not_stand_in_where_numbers_have_shifted(scans: Path) -> None:
    out, _ = built_from(scans)
    write_scan(scans / "0.png", 9)
    (scans / "2.png").write_bytes(b"\x89PNG\r\n\x1a\ntorn")
    built_from(scans)
    assert numbers(out) == [1, 2, 4]


def test_a_document_of_which_every_page_was_damaged_keeps_them(scans: Path) -> None:
    out, _ = built_from(scans)
    set_aside(out, [0])
    before = out.read_bytes()
    for picture in scans.iterdir():
        picture.write_bytes(b"\x89PNG\r\n\x1a\ntorn")
    _, told = built_from(scans)
    assert f"{scans} gives no page: " in told[0]
    assert out.read_bytes() == before


def test_with_other_settings_no_older_page_can_stand_in(scans: Path) -> None:
    out, _ = built_from(scans)
    set_aside(out, [1])
    (scans / "2.png").write_bytes(b"\x89PNG\r\n\x1a\ntorn")
    larger = SMALL.model_copy(update={"resolution": 32})
    _, told = built_from(scans, settings=larger)
    assert numbers(out) == [1, 3]
    assert told[-1] == "1 page marked or labelled was not found again in scans, as changed."
