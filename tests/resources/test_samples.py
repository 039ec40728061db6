"""The sample documents: many pages, distinct layouts that survive 32 px, typeset again alike."""

import sys
from itertools import combinations
from pathlib import Path

import numpy as np
import pypdfium2
import pytest
from numpy.typing import NDArray
from PIL import Image

from tests.programs import run_program

SAMPLES = Path(__file__).parents[2] / "resources" / "samples"
NAMES = ("album", "gazette", "novel", "report", "verses")
LONG_SIDE = 384  # px of a rendered page: a multiple of 32, so that 32 px are exact means

Pages = dict[str, list[NDArray[np.uint8]]]


def rendered(path: Path) -> list[NDArray[np.uint8]]:
    pages = []
    with pypdfium2.PdfDocument(path) as document:
        for page in document:
            bitmap = page.render(scale=LONG_SIDE / max(page.get_size()), grayscale=True)
            pages.append(np.array(bitmap.to_numpy()).reshape(bitmap.height, bitmap.width))
            bitmap.close()
            page.close()
    return pages


def script(out: Path, name: str) -> list[str]:
    return [sys.executable, "-B", str(SAMPLES / "typeset.py"), "--out", str(out), name]


@pytest.fixture(scope="module")
def pages() -> Pages:
    return {name: rendered(SAMPLES / f"{name}.pdf") for name in NAMES}


def square(page: NDArray[np.uint8], size: int = 32) -> NDArray[np.float64]:
    """The page in the middle of a white square, reduced to `size` px."""
    sheet = Image.new("L", (LONG_SIDE, LONG_SIDE), 255)
    picture = Image.fromarray(page)
    sheet.paste(picture, ((LONG_SIDE - picture.width) // 2, (LONG_SIDE - picture.height) // 2))
    return np.asarray(sheet.resize((size, size), Image.Resampling.BOX), dtype=float)


def columns(page: NDArray[np.uint8]) -> int:
    """How many columns of ink stand side by side in the lower half of the page."""
    height = page.shape[0]
    profile = page[height // 2 : height * 7 // 8].mean(axis=0)
    inked = np.flatnonzero(np.diff((profile < 235).astype(int), prepend=0, append=0))
    widths = inked[1::2] - inked[::2]
    return int((widths > 12).sum())


def test_there_are_documents_of_at_least_150_pages(pages: Pages) -> None:
    assert sorted(path.stem for path in SAMPLES.glob("*.pdf")) == sorted(NAMES)
    assert sum(len(document) for document in pages.values()) >= 150
    assert all(page.min() < 60 for document in pages.values() for page in document)


def test_documents_are_small_and_carry_no_fonts() -> None:
    contents = [path.read_bytes() for path in SAMPLES.glob("*.pdf")]
    assert sum(map(len, contents)) < 1_500_000
    assert not any(b"/FontFile" in content for content in contents)


def test_the_script_makes_the_shipped_document_again(tmp_path: Path, pages: Pages) -> None:
    pytest.importorskip("reportlab")
    command = script(tmp_path, "verses")
    run_program(command, check=True)
    first = (tmp_path / "verses.pdf").read_bytes()
    run_program(command, check=True)
    assert (tmp_path / "verses.pdf").read_bytes() == first
    if first != (SAMPLES / "verses.pdf").read_bytes():
        # Another zlib or reportlab packs the same page in other bytes; the page is what counts.
        again = rendered(tmp_path / "verses.pdf")
        assert len(again) == len(pages["verses"])
        assert all(map(np.array_equal, again, pages["verses"]))


def test_the_script_refuses_an_unknown_name(tmp_path: Path) -> None:
    pytest.importorskip("reportlab")
    command = script(tmp_path, "atlas")
    ended = run_program(command)
    assert ended.returncode == 2
    assert "there is no document named atlas" in ended.stderr
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize(
    ("name", "count"), [("novel", 1), ("novel", 2), ("novel", 3), ("report", 2), ("gazette", 5)]
)
def test_layouts_have_their_columns(pages: Pages, name: str, count: int) -> None:
    assert sum(columns(page) == count for page in pages[name]) >= 4


def test_book_pages_are_a_dark_mass_with_margins_at_32_px(pages: Pages) -> None:
    plain = [square(page) for page in pages["novel"][4:58] if columns(page) == 1]
    middles = [page[8:24, 10:22].mean() for page in plain]
    assert np.median(middles) < 150
    for page in plain:
        edge = np.concatenate([page[:2].ravel(), page[-1:].ravel(), page[:, :5].ravel()])
        assert edge.mean() > 250


def test_documents_differ_at_32_px(pages: Pages) -> None:
    means = {name: np.mean([square(page) for page in pages[name]], axis=0) for name in NAMES}
    distances = {
        pair: float(np.abs(means[pair[0]] - means[pair[1]]).mean())
        for pair in combinations(NAMES, 2)
    }
    assert min(distances.values()) > 12, distances
