"""The choice of files, against listings as the archive gives them."""

import pytest

from deepzine_gui.archive.scout.choice import ArchiveFile, choose_files


def listed(name: str, kind: str, original: str = "", **more: str) -> dict[str, str]:
    source = {"source": "derivative", "original": original} if original else {"source": "original"}
    return {"name": name, "format": kind, "size": "10", "md5": "A1", **source, **more}


def names(*files: dict[str, str]) -> list[str]:
    return [file.name for file in choose_files(files)]


def test_a_scanned_book_gives_its_text_pdf_and_no_twin() -> None:
    book = [
        listed("book_orig_jp2.tar", "Single Page Original JP2 Tar"),
        listed("book_scandata.xml", "Scandata"),
        listed("book_bw.pdf", "Additional Text PDF", "book_scandata.xml"),
        listed("book.pdf", "Text PDF", "book_jp2.zip"),
        listed("book_jp2.zip", "Single Page Processed JP2 ZIP", "book_orig_jp2.tar"),
        listed("book_djvu.txt", "DjVuTXT", "book.pdf"),
    ]
    assert choose_files(book) == (ArchiveFile("book.pdf", 10, "a1"),)


def test_every_original_gives_one() -> None:
    upload = [
        listed("Vol 2.pdf", "Image Container PDF"),
        listed("Vol 2_text.pdf", "Additional Text PDF", "Vol 2.pdf"),
        listed("Vol 1.pdf", "Image Container PDF"),
        listed("Vol 1 other.pdf", "Text PDF", "Vol 1.pdf"),
        listed("leaflet.PDF", "Unknown"),
    ]
    assert names(*upload) == ["Vol 1 other.pdf", "Vol 2.pdf", "leaflet.PDF"]


@pytest.mark.parametrize(
    "file",
    [
        listed("a.pdf", "Text PDF", private="true"),
        listed("a_encrypted.pdf", "Encrypted Text PDF"),
        listed("a.pdf", "ACS Encrypted PDF"),
        listed("a.pdf", "Grayscale PDF", "a_jp2.zip"),
        listed("a.pdf", "Text PDF") | {"size": "0"},
        listed("a.epub", "EPUB"),
        {},
    ],
)
def test_what_cannot_be_read_is_not_chosen(file: dict[str, str]) -> None:
    assert names(file) == []


def test_a_ring_of_originals_ends() -> None:
    ring = [listed("a.pdf", "Text PDF", "b.pdf"), listed("b.pdf", "Text PDF", "a.pdf")]
    assert len(names(*ring)) == 2


@pytest.mark.parametrize(
    ("name", "local"),
    [
        ("../../etc/passwd.pdf", "passwd.pdf"),
        ("sub/folder/Page 1.PDF", "Page 1.pdf"),
        ("a: b?.pdf", "a_ b_.pdf"),
        ("con.pdf", "_con.pdf"),
        ("...pdf", "_.pdf"),
        ("青空文庫.pdf", "青空文庫.pdf"),
        ("x" * 200 + ".pdf", "x" * 150 + ".pdf"),
        ("空" * 100 + ".pdf", "空" * 50 + ".pdf"),
    ],
)
def test_local_names_fit_every_system(name: str, local: str) -> None:
    assert ArchiveFile(name, 1, "").local_name == local
