from pathlib import Path

import pytest

from deepzine_gui.errors import DocumentError
from deepzine_gui.pages import find_documents


def _touch(*paths: Path) -> None:
    for path in paths:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(b"x")


def test_folders_give_pdfs_and_one_document_for_their_pictures(tmp_path: Path) -> None:
    root = tmp_path / "papers"
    _touch(root / "b10.pdf", root / "b2.PDF", root / "scan/1.jpg", root / "scan/2.TIF")
    _touch(root / "cover.png", root / "scan/deep/x.pdf", root / "notes.txt")
    found = find_documents([root])
    assert [(d.name, d.kind) for d in found] == [
        ("papers", "folder"),
        ("b2.PDF", "pdf"),
        ("b10.pdf", "pdf"),
        ("scan", "folder"),
        ("scan/deep/x.pdf", "pdf"),
    ]
    assert found[3].path == root / "scan"
    assert [d.folder for d in found] == ["", "", "", "scan", "scan/deep"]


def test_hidden_and_unfinished_files_are_passed_over(tmp_path: Path) -> None:
    _touch(tmp_path / ".a.pdf", tmp_path / ".cache/b.pdf", tmp_path / "c.part.pdf")
    _touch(tmp_path / "d.pdf.part")
    assert find_documents([tmp_path]) == []


def test_the_order_is_that_of_the_sources_and_nothing_is_taken_twice(tmp_path: Path) -> None:
    one, two = tmp_path / "z/same.pdf", tmp_path / "a/same.pdf"
    picture = tmp_path / "p.jpg"
    _touch(one, two, picture)
    found = find_documents([one, picture, two, one, two.parent])
    assert [d.path for d in found] == [one, picture, two]
    assert [d.name for d in found] == ["same.pdf", "p.jpg", "same.pdf (2)"]


def test_links_that_lead_back_are_followed_once(tmp_path: Path) -> None:
    _touch(tmp_path / "in/a.pdf")
    (tmp_path / "in/back").symlink_to(tmp_path, target_is_directory=True)
    names = [d.path.name for d in find_documents([tmp_path])]
    assert names == ["a.pdf"]


def test_a_missing_or_foreign_source_is_named(tmp_path: Path) -> None:
    with pytest.raises(DocumentError, match=r"gone\.pdf does not exist"):
        find_documents([tmp_path / "gone.pdf"])
    _touch(tmp_path / "song.mp3")
    with pytest.raises(DocumentError, match=r"song\.mp3 is neither a PDF nor a picture"):
        find_documents([tmp_path / "song.mp3"])
