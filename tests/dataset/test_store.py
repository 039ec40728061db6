import json
from pathlib import Path

import h5py
import numpy as np
import pytest

from deepzine_gui.dataset import (
    NO_RULES,
    REASONS,
    DocumentRow,
    MissingPage,
    Provenance,
    Rules,
    open_dataset,
    set_aside,
)
from deepzine_gui.dataset.storage.batches import Batches
from deepzine_gui.dataset.storage.store import Writer, open_file
from deepzine_gui.errors import DatasetError
from deepzine_gui.pages import PageSettings

SETTINGS = PageSettings(resolution=8)
ATLAS = DocumentRow(
    "atlas.pdf", "k1", "/in/atlas.pdf", "https://x/a", "CC0", "maps", 1751, "fre", "old", 9
)
ROWS = [
    Provenance("atlas.pdf", 1, 1, "https://x/a", "CC0", 0.75, 900, 0.25, 0.5, 0.125, 0.0, 2**63),
    Provenance("atlas.pdf", 1, 2, "https://x/a", "CC0", label="é" * 60, state=1, reason="by hand"),
    Provenance("b", 3, fingerprint=7),
]


def _page(tone: int) -> np.ndarray:
    return np.full((1, 8, 8), tone, np.uint8)


@pytest.fixture
def path(folder: Path) -> Path:
    path = folder / "pages.h5"
    with Writer(path, SETTINGS) as writer:
        writer.add_document(ATLAS)
        for tone, row in enumerate(ROWS):
            writer.add(_page(tone), row)
        writer.add_missing(MissingPage("b", 5, "torn"))
        writer.finish()
    return path


def test_the_columns_are_plain_hdf5_in_one_piece(path: Path) -> None:
    with h5py.File(path) as file:
        assert file.attrs["version"] == 2
        assert {name: file["pages"][name][:].tolist() for name in ("document", "page", "part")} == {
            "document": [0, 0, 1],
            "page": [1, 1, 3],
            "part": [1, 2, 0],
        }
        assert file["pages/fingerprint"][:].tolist() == [2**63, 0, 7]
        # cut at 96 bytes, where a letter ends
        assert file["pages/label"].asstr()[:].tolist() == ["", "é" * 48, ""]
        by_name = h5py.check_enum_dtype(file["pages/reason"].dtype)
        assert by_name == {name or "none": code for code, name in enumerate(REASONS)}
        assert file["pages/reason"][:].tolist() == [0, by_name["by hand"], 0]
        assert all(column.id.get_offset() for column in file["pages"].values())
        assert file["documents/name"].asstr()[:].tolist() == ["atlas.pdf", "b"]
        assert file["documents/year"][:].tolist() == [1751, 0]
        assert Rules.model_validate_json(file["rules"][()]) == NO_RULES


def test_what_was_written_is_read(path: Path) -> None:
    with open_dataset(path) as dataset:
        assert dataset.provenance(0) == ROWS[0]
        assert dataset.provenance(1).label == "é" * 48
        assert (dataset.provenance(1).state, dataset.provenance(1).reason) == (1, "by hand")
        # a document that was not told of has the pages that were seen, or missed
        assert dataset.documents() == (ATLAS, DocumentRow("b", pages=5))
        assert dataset.missing() == (MissingPage("b", 5, "torn"),)
        assert dataset.columns().document_pages.tolist() == [9, 5]
        assert dataset.columns().label.tolist() == ["", "é" * 48, ""]


def test_a_file_in_which_no_lost_page_is_told_apart_is_read(path: Path) -> None:
    with h5py.File(path, "r+") as file:
        del file["missing/lost"]
    with open_dataset(path) as dataset:
        assert dataset.missing() == (MissingPage("b", 5, "torn"),)


def test_documents_beside_the_file_are_told_from_there(path: Path) -> None:
    inside, outside = path.parent / "documents/a.pdf", path.parent.parent / "b.pdf"
    with Writer(path, SETTINGS) as writer:
        for place in (inside, outside):
            writer.add_document(DocumentRow(place.name, path=str(place)))
            writer.add(_page(1), Provenance(place.name, 1))
        writer.finish()
    with h5py.File(path) as file:
        assert file["documents/path"].asstr()[:].tolist() == ["documents/a.pdf", str(outside)]
    moved = path.parent / "elsewhere/pages.h5"
    moved.parent.mkdir()
    path.rename(moved)
    with open_dataset(moved) as dataset:
        places = [row.path for row in dataset.documents()]
    assert places == [str(moved.parent / "documents/a.pdf"), str(outside)]


def test_packed_pages_go_from_file_to_file_as_they_are(path: Path, tmp_path: Path) -> None:
    copy = tmp_path / "copy.h5"
    opened = open_file(path)
    with Writer(copy, opened.settings) as writer:
        for document in opened.documents:
            writer.add_document(document)
        for index, row in enumerate(opened.rows()):
            writer.add_packed(opened.packed(index), row)
        for page in opened.missing:
            writer.add_missing(page)
        writer.finish()
    opened.close()
    assert copy.read_bytes() == path.read_bytes()


def test_so_do_the_pages_of_a_document_together(path: Path, tmp_path: Path) -> None:
    copy = tmp_path / "copy.h5"
    opened = open_file(path)
    columns = opened.columns()
    assert len(opened.documents) > 1
    assert (np.diff(columns.document) >= 0).all()
    with Writer(copy, opened.settings) as writer:
        for place, document in enumerate(opened.documents):
            writer.add_document(document)
            places = np.flatnonzero(columns.document == place)
            writer.add_copies(map(opened.packed, places.tolist()), columns.at(places))
        for page in opened.missing:
            writer.add_missing(page)
        writer.finish()
    opened.close()
    assert copy.read_bytes() == path.read_bytes()


def test_two_documents_of_one_name_stay_apart(tmp_path: Path) -> None:
    with Writer(tmp_path / "a.h5", SETTINGS) as writer:
        for key in ("k1", "k2"):
            writer.add_document(DocumentRow("same", key=key, source=key))
            writer.add(_page(1), Provenance("same", 1))
        writer.finish()
    with open_dataset(tmp_path / "a.h5") as dataset:
        assert [dataset.provenance(index).source for index in (0, 1)] == ["k1", "k2"]


def test_a_writer_with_rules_judges_at_the_end(tmp_path: Path) -> None:
    with Writer(tmp_path / "a.h5", SETTINGS, Rules(skip_first=1)) as writer:
        for number in (1, 2):
            writer.add(_page(0), Provenance("a", number, ink=0.5, fingerprint=2**number - 1))
        writer.finish()
    with open_dataset(tmp_path / "a.h5") as dataset:
        assert dataset.rules == Rules(skip_first=1)
        assert [row.reason for row in map(dataset.provenance, (0, 1))] == ["first pages", ""]


def test_an_empty_file_can_be_opened_and_marked(tmp_path: Path) -> None:
    with Writer(tmp_path / "a.h5", SETTINGS) as writer:
        writer.finish()
    set_aside(tmp_path / "a.h5", [])
    with open_dataset(tmp_path / "a.h5") as dataset:
        assert (dataset.count, dataset.documents(), dataset.columns().count) == (0, (), 0)


def _first_version(path: Path) -> np.ndarray:
    """Write a file as DeepZine 0.1 did."""
    pages = np.random.default_rng(0).integers(0, 256, (4, 1, 8, 8), dtype=np.uint8)
    text = h5py.string_dtype()
    settings = {"resolution": 8, "colour": "grey", "fit": "pad"}
    with h5py.File(path, "w") as file:
        file.attrs.update(format="deepzine-dataset", version=1, deepzine="0.1.0", missing="[[4,0]]")
        file.attrs["settings"] = json.dumps(settings)
        file.create_dataset(
            "images", data=pages, chunks=(1, 1, 8, 8), compression="gzip", compression_opts=1
        )
        table = file.create_group("pages")
        table["document"] = np.array(["a", "a", "b", "a"], text)
        table["source"] = np.array(["s", "s", "t", "s"], text)
        for name in ("rights", "label", "reason"):
            table[name] = np.array(["", "", "x", ""] if name != "reason" else [""] * 4, text)
        table["page"] = np.array([1, 2, 1, 3], np.int32)
        table["aspect"] = np.array([0.5, 1, 1, 1], np.float32)
        table["state"] = np.array([0, 1, 0, 0], np.uint8)
    return pages


def test_files_of_the_first_version_still_open_and_train(tmp_path: Path) -> None:
    path = tmp_path / "old.h5"
    pages = _first_version(path)
    with open_dataset(path) as dataset:
        assert np.array_equal(dataset.page(2), pages[2])
        assert dataset.provenance(2) == Provenance("b", 1, 0, "t", "x", label="x")
        assert dataset.provenance(0).aspect == 0.5
        assert [document.pages for document in dataset.documents()] == [3, 1]
        assert dataset.columns().state.tolist() == [0, 1, 0, 0]
        assert dataset.columns().document.tolist() == [0, 0, 1, 0]
        # what its pages never went through
        assert (dataset.settings.trim, dataset.settings.split, dataset.rules) == (0, 0, NO_RULES)
    assert Batches(path, resolution=8).count == 3
    with pytest.raises(DatasetError, match=r"old\.h5 was built by an older DeepZine: build it"):
        set_aside(path, [0])
