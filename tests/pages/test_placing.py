import contextlib
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from deepzine_gui.pages import PageSettings
from deepzine_gui.pages.drawing import draw
from deepzine_gui.pages.fitting import FitName, fit_page, squared
from deepzine_gui.pages.making import make_pages
from deepzine_gui.pages.objects import OpenPage, object_bounds
from deepzine_gui.pages.pdf import open_pdf
from deepzine_gui.pages.placing import STEP, placed
from deepzine_gui.pages.raw_pages import WHOLE, Box, Colour, TypesetPage
from deepzine_gui.pages.scans import on_page
from tests.pages.pdfs import box, pdf

A4 = 595.276, 841.89
_DISC = (
    b"q 100 100 m 100 155 78 200 50 200 c 22 200 0 155 0 100 c "
    b"0 45 22 0 50 0 c 78 0 100 45 100 100 c "
)
FITS: tuple[FitName, ...] = ("pad", "crop", "stretch")

_shares = st.lists(st.floats(0, 1), min_size=4, max_size=4)


@contextlib.contextmanager
def _opened(tmp_path: Path, content: bytes) -> Iterator[OpenPage]:
    path = tmp_path / "document.pdf"
    path.write_bytes(content)
    with open_pdf(path) as pages, pages.page(1) as page:
        assert isinstance(page, TypesetPage)
        yield page.handle  # type: ignore[attr-defined]


class _Noting(TypesetPage):
    """A page with print in a given box, that notes the scales it is drawn at."""

    def __init__(self, print_box: Box) -> None:
        self.width, self.height = A4
        self._box = print_box
        self.scales: list[tuple[float, float]] = []

    def content(self) -> Box:
        return self._box

    def render(self, part: Box, across: int, down: int, colour: Colour) -> np.ndarray:
        x, y = across / (part[2] - part[0]), down / (part[3] - part[1])
        self.scales.append((x / self.width, y / self.height))
        return np.full((down, across), 255, np.uint8)


@pytest.mark.parametrize("resolution", [128, 512, 1024])
@pytest.mark.parametrize("fit", FITS)
def test_pages_of_slightly_other_print_are_drawn_at_one_scale(
    resolution: int, fit: FitName
) -> None:
    pages = [_Noting((0.2, 0.2, 0.79 + 0.001 * extra, 0.8 - 0.001 * extra)) for extra in range(20)]
    for page in pages:
        make_pages(page, 1, PageSettings(resolution=resolution, fit=fit))
    scales = np.concatenate([page.scales for page in pages])
    assert len(scales) == 20
    # print that differs by 4 % lies in three steps at most
    for along in scales.T:
        assert len(set(np.round(along / along.min(), 9).tolist())) <= 3


@given(
    size=st.tuples(st.floats(0.01, 1e5), st.floats(0.01, 1e5)),
    shares=_shares,
    resolution=st.sampled_from([4, 64, 1024]),
    fit=st.sampled_from(FITS),
)
@example(size=A4, shares=[0, 0, 1, 1], resolution=128, fit="pad")
@example(size=(10, 5000), shares=[0.1, 0.4, 0.9, 0.41], resolution=128, fit="crop")
def test_what_is_drawn_holds_what_stays_and_lies_on_the_page(
    size: tuple[float, float], shares: list[float], resolution: int, fit: FitName
) -> None:
    (x0, x1), (y0, y1) = sorted(shares[::2]), sorted(shares[1::2])
    kept = x0, y0, max(x1, min(1, x0 + 1e-3)), max(y1, min(1, y0 + 1e-3))
    kept = min(kept[0], kept[2] - 1e-3), min(kept[1], kept[3] - 1e-3), kept[2], kept[3]
    part, fitted = placed(*size, kept, resolution=resolution, fit=fit)
    tiny = 1e-6
    assert -tiny <= part[0] <= kept[0] + tiny
    assert -tiny <= part[1] <= kept[1] + tiny
    assert kept[2] - tiny <= part[2] <= 1 + tiny
    assert kept[3] - tiny <= part[3] <= 1 + tiny
    longer = max if fit == "pad" else min
    assert fitted.resolution == resolution
    assert longer(fitted.width, fitted.height) == resolution
    lengths = [(kept[axis + 2] - kept[axis]) * size[axis] for axis in (0, 1)]
    grown = [(part[axis + 2] - part[axis]) * size[axis] for axis in (0, 1)]
    if fit != "stretch":
        assert longer(grown) <= longer(lengths) * (STEP + tiny)
    else:
        assert all(g <= n * (STEP + tiny) for g, n in zip(grown, lengths, strict=True))


@pytest.mark.parametrize("fit", FITS)
def test_a_page_that_loses_nothing_is_drawn_as_it_is(fit: FitName) -> None:
    part, fitted = placed(*A4, WHOLE, resolution=128, fit=fit)
    assert part == WHOLE
    expected = {"pad": (91, 128), "crop": (128, 181), "stretch": (128, 128)}
    assert (fitted.width, fitted.height) == expected[fit]


@pytest.mark.parametrize("rotation", [0, 90, 180, 270])
@pytest.mark.parametrize("colour", ["grey", "rgb"])
@pytest.mark.parametrize("size", [(40, 80), (40.7, 79.3)])
def test_a_part_is_drawn_as_it_is_on_the_whole_page(
    tmp_path: Path, rotation: int, colour: Colour, size: tuple[float, float]
) -> None:
    # print within the crop box and across its edge, and a note that PDFium draws by itself
    content = b" ".join([box(12, 13, 9, 31), box(30, 50, 40, 7, "0.8 0 0"), box(20, 70, 7, 9)])
    note = b"/Annots [<< /Type /Annot /Subtype /Square /Rect [24 18 38 33] /C [0 0 1] /F 4 >>]"
    crop = b"/CropBox [5 7 %g %g] /Rotate %d " % (5 + size[0], 7 + size[1], rotation)
    across, down = (320, 160) if rotation % 180 else (160, 320)
    with _opened(tmp_path, pdf([content], page=crop + note)) as page:
        whole = draw(page, across, down, colour)
        part = draw(page, across // 2, down // 4, colour, (0.25, 0.375, 0.75, 0.625))
    expected = whole[down * 3 // 8 : down * 5 // 8, across // 4 : across * 3 // 4]
    assert len(np.unique(part)) > 1
    assert np.abs(part.astype(int) - expected).max() <= 2


@pytest.mark.parametrize("count", [1, 5, 300])
def test_the_bounds_of_every_object_are_told(tmp_path: Path, count: int) -> None:
    places = [(i % 20, i // 20, 1 + i % 7, 2 + i % 5) for i in range(count)]
    content = b" ".join(box(*place) for place in places)
    with _opened(tmp_path, pdf([content])) as page:
        bounds = object_bounds(page, count)
        again = object_bounds(page, count)
    expected = [(x, y, x + w, y + h) for x, y, w, h in places]
    assert np.abs(bounds.T - expected).max() <= 1
    assert np.array_equal(bounds, again)
    assert not np.shares_memory(bounds, again)


def test_notes_count_as_content(tmp_path: Path) -> None:
    note = b"/Annots [<< /Type /Annot /Subtype /Square /Rect [20 30 60 150] /C [0 0 1] /F 4 >>]"
    path = tmp_path / "document.pdf"
    path.write_bytes(pdf([box(30, 100, 10, 80)], page=note))
    with open_pdf(path) as pages, pages.page(1) as page:
        assert isinstance(page, TypesetPage)
        assert page.content() == pytest.approx((0.2, 0.1, 0.6, 0.85), abs=0.006)
        assert on_page(page.handle, 20, 30) == pytest.approx((0.2, 0.85))  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    ("below", "is_paper"),
    [
        (box(0, 0, 100, 200, "1 1 1"), True),
        (box(0, 0, 100, 200, "1 .9 .9"), True),
        (box(0, 0, 100, 200, "1 .9 .9") + b" " + box(0, 0, 100, 200, "1 1 1"), True),
        # a second ground that has a colour, one with an outline, and one that is too small
        (box(20, 50, 9, 9) + b" " + box(0, 0, 100, 200, "1 .9 .9"), False),
        (b"1 1 1 rg 0 0 100 200 re B", False),
        (box(0, 0, 100, 150, "1 1 1"), False),
        # shapes that are no paper: a triangle, a frame, a lozenge
        (b"1 .9 .9 rg 0 0 m 100 0 l 50 200 l h f", False),
        (b"1 .9 .9 rg 0 0 100 200 re 5 5 90 190 re f*", False),
        (b"1 .9 .9 rg 50 0 m 100 100 l 50 200 l 0 100 l h f", False),
        # of which a clip leaves all, or a disc, or a lozenge
        (b"q 0 0 100 200 re W n " + box(0, 0, 100, 200, "1 .9 .9") + b" Q", True),
        (_DISC + b"W n " + box(0, 0, 100, 200, "1 .9 .9") + b" Q", False),
        (b"q 50 0 m 100 100 l 50 200 l 0 100 l h W n 0 0 100 200 re f Q", False),
    ],
)
def test_the_ground_of_a_page_is_no_print(tmp_path: Path, below: bytes, is_paper: bool) -> None:
    path = tmp_path / "document.pdf"
    path.write_bytes(pdf([below + b" " + box(20, 50, 30, 60)], size=(100, 200)))
    with open_pdf(path) as pages, pages.page(1) as page:
        assert isinstance(page, TypesetPage)
        found = page.content()
    if is_paper:
        assert found == pytest.approx((0.2, 0.45, 0.5, 0.75), abs=0.01)
    else:
        assert found[2] - found[0] == pytest.approx(1, abs=0.01)


@pytest.mark.parametrize(
    ("left", "right", "share_of_print", "tone"),
    [
        (240, 240, 0.0, 240),  # paper
        (240, 240, 0.6, 240),  # print reaches both edges
        (170, 230, 0.0, 230),  # one edge lies in shadow
        (20, 20, 0.0, 20),  # a border
    ],
)
def test_margins_have_the_tone_of_the_paper(
    left: int, right: int, share_of_print: float, tone: int
) -> None:
    page = np.full((64, 32), 240, np.uint8)
    page[:, :2], page[:, -2:] = left, right
    page[: round(64 * share_of_print)] = 60
    square = squared(page, fit_page(32, 64, resolution=64, fit="pad"))
    assert set(square[0, :, [0, 15, 48, 63]].ravel().tolist()) == {tone}
