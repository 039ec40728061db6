import os
import zipfile
from pathlib import Path

import h5py
import pytest
from PIL import Image

from deepzine_gui.errors import DocumentError
from deepzine_gui.pages import (
    Page,
    PageSettings,
    count_pages,
    documents,
    find_documents,
    render_pages,
)
from deepzine_gui.pages.documents import pictures_in
from tests.fakes.small_pdf import small_pdf

_FORMATS = ("AVIF", "BMP", "GIF", "JPEG", "JPEG2000", "PNG", "PPM", "TIFF", "WEBP")


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
    # a download that has just begun: its first bytes are those of a PDF
    (tmp_path / "d.pdf.part").write_bytes(b"%PDF-1.4 and more to come")
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


def test_links_in_a_circle_cost_no_other_document(tmp_path: Path) -> None:
    _touch(tmp_path / "a.pdf")
    (tmp_path / "b.pdf").symlink_to("c.pdf")
    (tmp_path / "c.pdf").symlink_to("b.pdf")
    assert [d.path.name for d in find_documents([tmp_path])] == ["a.pdf", "b.pdf", "c.pdf"]


def test_a_missing_or_foreign_source_is_named(tmp_path: Path) -> None:
    with pytest.raises(DocumentError, match=r"gone\.pdf does not exist"):
        find_documents([tmp_path / "gone.pdf"])
    _touch(tmp_path / "song.mp3")
    with pytest.raises(DocumentError, match=r"song\.mp3 is neither a PDF nor a picture"):
        find_documents([tmp_path / "song.mp3"])


@pytest.mark.parametrize(
    ("name", "entry", "told"),
    [
        ("scans.zip", "1.png", r"scans\.zip is an archive: unpack it"),
        ("empty.cbz", "", r"empty\.cbz is an archive"),
        ("letter.docx", "[Content_Types].xml", r"letter\.docx is neither a PDF nor .* save it as"),
        ("book.epub", "mimetype", r"book\.epub is neither"),
    ],
)
def test_what_to_do_with_an_archive_depends_on_what_it_holds(
    tmp_path: Path, name: str, entry: str, told: str
) -> None:
    with zipfile.ZipFile(tmp_path / name, "w") as archive:
        if entry:
            archive.writestr(entry, b"x")
    with pytest.raises(DocumentError, match=told):
        find_documents([tmp_path / name])


def test_an_archive_that_was_cut_short_is_not_to_be_unpacked(tmp_path: Path) -> None:
    place = tmp_path / "scans.zip"
    with zipfile.ZipFile(place, "w") as archive:
        archive.writestr("1.png", b"x" * 5000)
    os.truncate(place, 4000)
    with pytest.raises(DocumentError, match=r"scans\.zip is an archive that was cut short: fetch"):
        find_documents([place])


def test_a_dataset_is_no_document(tmp_path: Path) -> None:
    place = tmp_path / "pages.h5"
    with h5py.File(place, "w"):
        pass
    for size in (place.stat().st_size, 100):
        os.truncate(place, size)
        with pytest.raises(DocumentError, match=r"pages\.h5 is no dataset that can be imported"):
            find_documents([place])


def test_files_given_by_name_are_what_they_hold(tmp_path: Path) -> None:
    for place, name in enumerate(("report.txt", "report.bin", "report", "scan.jpg")):
        (tmp_path / name).write_bytes(small_pdf(place + 1))
    paths = [tmp_path / name for name in ("report.txt", "report.bin", "report", "scan.jpg")]
    found = find_documents(paths)
    assert [(d.kind, count_pages(d)) for d in found] == [("pdf", n) for n in (1, 2, 3, 4)]


@pytest.mark.parametrize(
    ("written_as", "named"),
    [(form, f"{form.lower()}.{end}") for form in _FORMATS for end in ("pdf", "dat")],
)
def test_a_picture_is_one_whatever_its_name(tmp_path: Path, written_as: str, named: str) -> None:
    Image.new("RGB", (12, 9), "red").save(tmp_path / named, written_as)
    (found,) = find_documents([tmp_path / named])
    assert found.kind == "picture"
    (page,) = render_pages(found, PageSettings(resolution=8, colour="rgb", trim=0))
    assert isinstance(page, Page)
    assert page.aspect == pytest.approx(12 / 9)


def test_the_pages_of_a_tiff_are_found_whatever_its_name(tmp_path: Path) -> None:
    sheets = [Image.new("L", (20, 30), shade) for shade in (10, 200, 90)]
    sheets[0].save(tmp_path / "scan.pdf", "TIFF", save_all=True, append_images=sheets[1:])
    (found,) = find_documents([tmp_path / "scan.pdf"])
    assert count_pages(found) == 3


def test_what_the_first_bytes_do_not_tell_the_name_does(tmp_path: Path) -> None:
    late = tmp_path / "late.dat"
    late.write_bytes(b"\n" * 900 + small_pdf())
    (tmp_path / "later.dat").write_bytes(b"\n" * 1100 + small_pdf())
    _touch(tmp_path / "torn.pdf", tmp_path / "torn.png")
    found = find_documents([late, tmp_path / "torn.pdf", tmp_path / "torn.png"])
    assert [d.kind for d in found] == ["pdf", "pdf", "picture"]
    with pytest.raises(DocumentError, match=r"later\.dat is neither"):
        find_documents([tmp_path / "later.dat"])


def test_in_a_folder_only_pdfs_are_looked_for_behind_foreign_names(tmp_path: Path) -> None:
    (tmp_path / "a.bin").write_bytes(small_pdf())
    (tmp_path / "b.png").write_bytes(small_pdf())
    (tmp_path / "c.eml").write_bytes(b"Subject: see %PDF-1.4 below")
    Image.new("L", (9, 9)).save(tmp_path / "d.dat", "PNG")
    found = find_documents([tmp_path])
    assert [(d.kind, d.name) for d in found] == [("pdf", "a.bin"), ("pdf", "b.png")]
    Image.new("L", (9, 9)).save(tmp_path / "e.pdf", "PNG")
    found = find_documents([tmp_path])
    assert [d.kind for d in found] == ["folder", "pdf", "pdf"]
    assert [path.name for path in pictures_in(tmp_path)] == ["e.pdf"]
    assert count_pages(found[0]) == 1


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no pipes")
def test_a_pipe_is_not_waited_for(tmp_path: Path) -> None:
    names = "pipe", "pipe.jpg", "pipe.pdf"
    for name in names:
        os.mkfifo(tmp_path / name)
    assert find_documents([tmp_path]) == []
    for name in names:
        with pytest.raises(DocumentError, match=f"{name} is no file: save what comes from it"):
            find_documents([tmp_path / name])


def test_a_file_that_cannot_be_read_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(path: Path) -> bytes:
        raise PermissionError(13, "Permission denied", str(path))

    monkeypatch.setattr(documents, "first_bytes", refuse)
    _touch(tmp_path / "secret", tmp_path / "secret.pdf")
    with pytest.raises(DocumentError, match="secret cannot be read: Permission denied"):
        find_documents([tmp_path / "secret"])
    assert [d.name for d in find_documents([tmp_path, tmp_path / "secret.pdf"])] == ["secret.pdf"]
