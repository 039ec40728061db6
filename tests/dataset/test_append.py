from pathlib import Path

import numpy as np
import pytest

from deepzine_gui.dataset import (
    NO_RULES,
    PagesAdded,
    Rules,
    bring_back,
    open_dataset,
    set_aside,
    set_label,
)
from deepzine_gui.dataset.storage.store import Writer
from deepzine_gui.dataset.values import Provenance
from deepzine_gui.errors import DatasetError
from deepzine_gui.pages import PageSettings
from tests.dataset.building import SMALL, built, contents, everything, write_pdf


@pytest.fixture
def documents(tmp_path: Path) -> list[Path]:
    """Five documents, two of one name, one with a page that cannot be read."""
    found = [
        write_pdf(tmp_path / place, pages, step=step)
        for place, pages, step in [
            ("one/a.pdf", 3, 7),
            ("two/a.pdf", 2, 11),
            ("two/b.pdf", 4, 5),
            ("c.pdf", 1, 50),
            ("three/a.pdf", 2, 13),
        ]
    ]
    broken = tmp_path / "d.pdf"
    broken.write_bytes((tmp_path / "c.pdf").read_bytes()[:-200])
    return [*found, broken]


@pytest.mark.parametrize("first", [[0], [0, 1], [0, 1, 2, 3]])
@pytest.mark.parametrize("again", [False, True], ids=["new only", "all again"])
def test_adding_is_building_in_one_go(
    tmp_path: Path, documents: list[Path], first: list[int], again: bool
) -> None:
    rules = Rules(blanks=0.01, doubles=2)
    built(documents, tmp_path / "once.h5", rules=rules)
    out = tmp_path / "out.h5"
    built([documents[place] for place in first], out, rules=rules)
    rest = documents if again else documents[len(first) :]
    events = built(rest, out, settings=None, append=True)
    new = {event.document for event in events if isinstance(event, PagesAdded)}
    assert len(new) == len(documents) - 1 - len(first)
    assert everything(out) == everything(tmp_path / "once.h5")
    assert out.read_bytes() == (tmp_path / "once.h5").read_bytes()


def test_a_subfolder_that_is_added_again_keeps_names_and_places(tmp_path: Path) -> None:
    root, out = tmp_path / "in", tmp_path / "out.h5"
    for place, step in [("a.pdf", 7), ("sub/b.pdf", 11), ("sub/c.pdf", 5), ("z.pdf", 50)]:
        write_pdf(root / place, 2, step=step)
    built([root], out)
    before = everything(out)
    names = [row[0] for row in contents(out)[1]]
    assert names[2] == "sub/b.pdf"
    assert built([root / "sub"], out, append=True)
    assert everything(out) == before
    # one that has changed, one that is new, and one that takes a name which is not free
    write_pdf(root / "sub/c.pdf", 3, step=9)
    write_pdf(root / "sub/d.pdf", 1, step=13)
    write_pdf(root / "sub/sub/b.pdf", 1, step=17)
    built([root / "sub"], out, append=True)
    named = list(dict.fromkeys(row[0] for row in contents(out)[1]))
    assert named == ["a.pdf", "sub/b.pdf", "sub/c.pdf", "z.pdf", "d.pdf", "sub/b.pdf (2)"]


def test_without_append_the_sources_are_the_content(tmp_path: Path, documents: list[Path]) -> None:
    out = tmp_path / "out.h5"
    built(documents, out)
    events = built(documents[2:4], out)
    assert not any(isinstance(event, PagesAdded) for event in events)
    assert [row[0] for row in contents(out)[1]] == ["b.pdf"] * 4 + ["c.pdf"]


def test_a_document_that_changed_takes_its_older_place(
    tmp_path: Path, documents: list[Path]
) -> None:
    out = tmp_path / "out.h5"
    built(documents[:3], out)
    write_pdf(documents[0], 5, step=9)
    built(documents[:1], out, append=True)
    assert [row[0] for row in contents(out)[1]] == ["a.pdf"] * 5 + ["a.pdf (2)"] * 2 + ["b.pdf"] * 4


def test_what_a_person_marked_stays(tmp_path: Path, documents: list[Path]) -> None:
    out = tmp_path / "out.h5"
    blanks = Rules(blanks=1, doubles=0, black=0)
    built(documents[:2], out, rules=blanks)
    bring_back(out, [1])
    set_label(out, [2, 3], "woodcut")
    larger = SMALL.model_copy(update={"resolution": 32})
    for settings in (SMALL, larger):
        built(documents[:3], out, settings=settings, rules=blanks)
        with open_dataset(out) as dataset:
            assert dataset.resolution == settings.resolution
            columns = dataset.columns()
        assert columns.state.tolist() == [1, 0, 1, 1, 1, 1, 1, 1, 1]
        assert columns.label.tolist() == ["", "", "woodcut", "woodcut", "", "", "", "", ""]
    set_aside(out, [8])
    built(documents, out, settings=None, rules=NO_RULES, append=True)
    with open_dataset(out) as dataset:
        columns = dataset.columns()
    assert columns.state.tolist() == [0] * 8 + [1] + [0] * 3
    assert columns.label.tolist()[2:4] == ["woodcut"] * 2


def test_other_settings_cannot_be_added(tmp_path: Path, documents: list[Path]) -> None:
    out = tmp_path / "out.h5"
    built(documents[:1], out)
    before = out.read_bytes()
    with pytest.raises(DatasetError, match="made with other page settings"):
        built(documents[:2], out, settings=PageSettings(resolution=32), append=True)
    assert out.read_bytes() == before


def test_pages_that_came_from_elsewhere_stay(tmp_path: Path, documents: list[Path]) -> None:
    out = tmp_path / "out.h5"
    with Writer(out, SMALL) as writer:
        writer.add(np.full((1, 16, 16), 9, np.uint8), Provenance("digits", 1, label="seven"))
        writer.finish()
    built(documents[:1], out, settings=None, append=True)
    images, rows = contents(out)
    assert rows[0] == ("digits", 1)
    assert (images[0] == 9).all()
    assert len(rows) == 4


def test_a_build_of_nothing_new_leaves_the_file_alone(
    tmp_path: Path, documents: list[Path]
) -> None:
    out = tmp_path / "out.h5"
    built(documents[:3], out)
    before = out.stat().st_mtime_ns
    events = built(documents[:3], out)
    assert out.stat().st_mtime_ns == before
    assert not (tmp_path / "out.h5.parts").exists()
    assert "out.h5 holds 9 pages from 3 documents." in str(events[-1])
