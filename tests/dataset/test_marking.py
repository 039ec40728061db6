import os
import sys
from pathlib import Path

import h5py
import numpy as np
import pytest

from deepzine_gui.dataset import (
    REASONS,
    DocumentRow,
    Provenance,
    Rules,
    apply_rules,
    bring_back,
    label_by,
    open_dataset,
    set_aside,
    set_label,
    write_marks,
)
from deepzine_gui.dataset.storage.store import Writer
from deepzine_gui.errors import DatasetError, StorageError
from deepzine_gui.pages import PageSettings
from tests.dataset import kill_marks
from tests.programs import run_program

DOCUMENTS = [
    DocumentRow("a", folder="maps", year=1751, language="fre", collection="old"),
    DocumentRow("b", folder="plants", language="x" * 200),
]


def write(path: Path, count: int = 10, **values: object) -> Path:
    with Writer(path, PageSettings(resolution=4)) as writer:
        for document in DOCUMENTS:
            writer.add_document(document)
        for number in range(count):
            row = Provenance("ab"[number % 2], number + 1, ink=number / 100, **values)
            writer.add(np.full((1, 4, 4), number % 256, np.uint8), row)
        writer.finish()
    return path


@pytest.fixture
def path(folder: Path) -> Path:
    return write(folder / "pages.h5", fingerprint=1)


def _marks(path: Path) -> list[tuple[int, str]]:
    with h5py.File(path) as file:
        states, codes = file["pages/state"][:].tolist(), file["pages/reason"][:].tolist()
    return [(state, REASONS[code]) for state, code in zip(states, codes, strict=True)]


def test_pages_are_set_aside_and_come_back(path: Path) -> None:
    before = path.read_bytes()
    set_aside(path, [2, 9])
    assert [index for index, (state, _) in enumerate(_marks(path)) if state] == [2, 9]
    assert _marks(path)[2] == (1, "by hand")
    bring_back(path, np.array([2, 9]))
    assert path.read_bytes() == before
    assert list(path.parent.iterdir()) == [path]


def test_what_is_brought_back_against_the_rules_stays_by_hand(path: Path) -> None:
    apply_rules(path, Rules(blanks=0.025, doubles=0, black=0))
    assert [reason for _, reason in _marks(path)[:4]] == ["blank", "blank", "blank", ""]
    bring_back(path, [1, 5])
    set_aside(path, [7])
    apply_rules(path, Rules(blanks=0.045, doubles=0, black=0))
    assert _marks(path) == [
        *((1, "blank"), (0, "by hand"), (1, "blank"), (1, "blank"), (1, "blank")),
        *((0, ""), (0, ""), (1, "by hand"), (0, ""), (0, "")),
    ]


def test_an_open_dataset_shows_marks_made_since(path: Path) -> None:
    with open_dataset(path) as dataset:
        assert not dataset.columns().state.any()
        assert dataset.provenance(3).state == 0
        set_aside(path, [3])
        set_label(path, [3], "carte")
        apply_rules(path, Rules(skip_last=1))
        assert dataset.columns().state[3] == 1
        assert dataset.provenance(3).label == "carte"
        assert dataset.rules == Rules(skip_last=1)


def test_labels_by_hand_and_by_document(path: Path) -> None:
    def labels() -> list[str]:
        with open_dataset(path) as dataset:
            return dataset.columns().label.tolist()

    set_label(path, [0, 4], "Blüte")
    assert labels()[:5] == ["Blüte", "", "", "", "Blüte"]
    label_by(path, "folder")
    assert labels()[:3] == ["maps", "plants", "maps"]
    set_label(path, [0], "Blüte")
    assert label_by(path, "year", only_unlabelled=True) == 0
    assert label_by(path, "year") == 5
    assert labels()[:2] == ["1751", "plants"]
    # a label that was taken off by hand stays off, but where all are asked for
    set_label(path, [0], "")
    assert label_by(path, "year", only_unlabelled=True) == 0
    assert labels()[0] == ""
    label_by(path, "language")
    assert labels()[:2] == ["fre", "x" * 96]
    label_by(path, "none")
    assert labels() == [""] * 10


def test_columns_that_were_read_can_be_put_back(path: Path) -> None:
    with open_dataset(path) as dataset:
        before, rules = dataset.columns(), dataset.rules
        file = path.read_bytes()
        apply_rules(path, Rules(blanks=1))
        set_label(path, [1], "x")
        assert path.read_bytes() != file
        columns = "state", "reason", "label", "label_by_hand"
        write_marks(path, **{name: getattr(before, name) for name in columns}, rules=rules)
    assert path.read_bytes() == file


def test_marks_that_cannot_be_are_refused(path: Path, tmp_path: Path) -> None:
    before = path.read_bytes()
    for wrong in ([10], [-1]):
        with pytest.raises(IndexError):
            set_aside(path, wrong)
    for marks in (
        {"state": np.zeros(9, np.uint8)},
        {"state": np.full(10, 2, np.uint8)},
        {"reason": np.full(10, len(REASONS), np.uint8)},
        {"label": np.full(10, "é" * 49, object)},
    ):
        with pytest.raises(ValueError, match=r"must|may"):
            write_marks(path, **marks)
    assert path.read_bytes() == before
    for place, sentence in (
        (tmp_path / "none.h5", "There is no dataset"),
        (tmp_path, "no dataset"),
    ):
        with pytest.raises(DatasetError, match=sentence):
            set_aside(place, [0])
    assert list(path.parent.iterdir()) == [path]


def test_a_full_disk_leaves_the_marks_as_they_were(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = path.read_bytes()

    def full(handle: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(StorageError, match="disk is full"):
        set_aside(path, [1])
    monkeypatch.undo()
    assert path.read_bytes() == before
    assert list(path.parent.iterdir()) == [path]


def test_another_file_put_in_place_after_a_kill_is_left_alone(path: Path) -> None:
    ended = run_program([sys.executable, kill_marks.__file__, path, "before writing"])
    assert ended.returncode == 9
    assert len(list(path.parent.iterdir())) > 1
    path.unlink()
    write(path, fingerprint=2)
    before = path.read_bytes()
    with open_dataset(path):
        assert path.read_bytes() == before
    assert list(path.parent.iterdir()) == [path]


@pytest.mark.parametrize("moment", ["before journal", "before writing", "half written"])
def test_a_kill_at_a_known_moment_leaves_old_or_new(path: Path, moment: str) -> None:
    ended = run_program([sys.executable, kill_marks.__file__, path, moment])
    assert ended.returncode == 9
    with open_dataset(path) as dataset:
        columns = dataset.columns()
    new = moment != "before journal"
    assert columns.state.tolist() == [int(new)] * 10
    assert columns.reason.tolist() == [REASONS.index("by hand") * new] * 10
    assert list(path.parent.iterdir()) == [path]


@pytest.mark.skipif(os.name == "nt", reason="needs fork")
def test_kills_at_random_moments_leave_old_or_new(tmp_path: Path) -> None:
    path = write(tmp_path / "pages.h5", 5_000)
    asked = [sys.executable, kill_marks.__file__, path, "60"]
    ended = run_program(asked, check=True)
    found = ended.stdout.splitlines()
    assert len(found) == 60
    assert set(found) <= {'[[0, 0, ""]]', '[[0, 0, "old"]]', '[[1, 1, "new"]]'}
    assert len(set(found)) >= 2
    assert list(tmp_path.iterdir()) == [path]
