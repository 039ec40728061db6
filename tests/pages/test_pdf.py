from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from deepzine_gui.errors import DocumentError
from deepzine_gui.pages import (
    BadPage,
    Document,
    Page,
    PageSettings,
    count_pages,
    render_pages,
    rendering,
    typeset,
)
from deepzine_gui.pages.drawing import draw
from deepzine_gui.pages.objects import OpenPage
from deepzine_gui.pages.raw_pages import RawPage
from tests.pages.pdfs import LOCKED, box, pdf

AS_IT_IS: dict[str, object] = {"trim": 0, "split": 0, "straighten": 0}


def _document(tmp_path: Path, content: bytes) -> Document:
    path = tmp_path / "document.pdf"
    path.write_bytes(content)
    return Document(path, "pdf")


def _only(tmp_path: Path, content: bytes, **settings: object) -> Page:
    wanted = PageSettings.model_validate(AS_IT_IS | settings)
    found = list(render_pages(_document(tmp_path, content), wanted))
    assert len(found) == 1
    assert isinstance(found[0], Page)
    return found[0]


def test_a_rectangle_falls_on_its_pixels(tmp_path: Path) -> None:
    # 160 x 320 pt at 32 px: 10 pt a pixel; the page fills columns 8 to 24
    page = _only(tmp_path, pdf([box(40, 200, 20, 60)], size=(160, 320)), resolution=32)
    expected = np.full((1, 32, 32), 255, np.uint8)
    expected[0, 6:12, 12:14] = 0
    assert np.array_equal(page.pixels, expected)
    assert page.aspect == 0.5
    assert page.number == 1


def test_a_pixel_is_the_mean_of_the_ink_in_it(tmp_path: Path) -> None:
    # a quarter of one pixel is covered: 255 * 3/4
    page = _only(tmp_path, pdf([box(50, 50, 5, 5)], size=(320, 320)), resolution=32)
    assert page.pixels[0, 26, 5] == pytest.approx(191, abs=2)
    assert (page.pixels < 255).sum() == 1


def test_crop_keeps_the_middle_and_stretch_everything(tmp_path: Path) -> None:
    content = pdf([box(0, 0, 100, 50)], size=(100, 200))
    cropped = _only(tmp_path, content, resolution=16, fit="crop").pixels
    assert (cropped == 255).all()
    stretched = _only(tmp_path, content, resolution=16, fit="stretch").pixels
    assert (stretched[0, 12:] == 0).all()
    assert (stretched[0, :12] == 255).all()


def test_colours_come_in_the_order_red_green_blue(tmp_path: Path) -> None:
    content = pdf([box(0, 0, 90, 90, "1 0.2 0")], size=(90, 90))
    page = _only(tmp_path, content, resolution=8, colour="rgb")
    assert page.pixels.shape == (3, 8, 8)
    assert page.pixels[:, 4, 4].tolist() == [255, 51, 0]


def test_the_margin_has_the_colour_of_the_paper(tmp_path: Path) -> None:
    paper = box(0, 0, 100, 200, "0.8 0.6 0.4") + b" " + box(20, 20, 60, 160)
    page = _only(tmp_path, pdf([paper]), resolution=64, colour="rgb")
    assert page.pixels[:, 5, 2].tolist() == [204, 153, 102]
    assert page.pixels[:, 32, 32].tolist() == [0, 0, 0]


def test_a_scan_keeps_its_tone(tmp_path: Path) -> None:
    ramp = np.tile(np.arange(256, dtype=np.uint8)[:, None], (1, 256))
    path = tmp_path / "scan.pdf"
    Image.fromarray(ramp).save(path)
    (page,) = render_pages(Document(path, "pdf"), PageSettings(resolution=64))
    assert isinstance(page, Page)
    mean = ramp.reshape(64, 4, 64, 4).mean((1, 3))
    assert np.abs(page.pixels[0].astype(int) - mean).max() <= 4


def test_all_pages_come_in_order(tmp_path: Path) -> None:
    contents = [box(0, 0, 100, 10 * number) for number in range(1, 6)]
    document = _document(tmp_path, pdf(contents, size=(100, 100)))
    pages = list(render_pages(document, PageSettings(resolution=4)))
    assert [page.number for page in pages] == [1, 2, 3, 4, 5]
    means = [page.pixels.mean() for page in pages if isinstance(page, Page)]
    assert means == sorted(means, reverse=True)
    assert count_pages(document) == 5


def test_a_lost_page_leaves_the_others(tmp_path: Path) -> None:
    document = _document(tmp_path, pdf([b"", b"", b""], lost=[2]))
    pages = list(render_pages(document, PageSettings(resolution=8)))
    assert [type(page) for page in pages] == [Page, BadPage, Page]
    assert pages[1] == BadPage(2, "the page is damaged")


def test_a_fault_of_ours_costs_one_page(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    make = rendering.make_pages

    def faulty(raw: RawPage, number: int, settings: PageSettings) -> list[Page]:
        return [make(raw, number, settings)[0 if number != 2 else 1]]

    monkeypatch.setattr(rendering, "make_pages", faulty)
    document = _document(tmp_path, pdf([b"", b"", b""]))
    first, second, third = render_pages(document, PageSettings(resolution=8))
    assert isinstance(first, Page)
    assert isinstance(third, Page)
    assert second == BadPage(2, "DeepZine cannot take it (IndexError: list index out of range)")


@pytest.mark.parametrize("size", [(1, 5000), (5000, 1)])
def test_a_strip_is_rendered_all_the_same(tmp_path: Path, size: tuple[float, float]) -> None:
    for fit in ("pad", "crop", "stretch"):
        assert _only(tmp_path, pdf(size=size), resolution=128, fit=fit).pixels.shape[1] == 128


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"", "is an empty file"),
        (b"Dear diary, this is no PDF.\n" * 20, "is not a PDF"),
        (pdf(trailer=LOCKED), "is locked with a password"),
        (pdf([]), "has no pages"),
        (pdf([b""] * 9)[:60], "is damaged or incomplete"),
        (b"%PDF-1.7\n" + bytes(range(256)) * 40, "is damaged or incomplete"),
    ],
    ids=["empty", "text", "locked", "no pages", "truncated", "garbage"],
)
def test_what_cannot_be_opened_says_why(tmp_path: Path, content: bytes, sentence: str) -> None:
    document = _document(tmp_path, content)
    with pytest.raises(DocumentError, match=sentence) as caught:
        list(render_pages(document, PageSettings()))
    assert "document.pdf" in str(caught.value)
    with pytest.raises(DocumentError, match=sentence):
        count_pages(document)


def test_a_document_that_vanished_is_named(tmp_path: Path) -> None:
    with pytest.raises(DocumentError, match=r"gone\.pdf is no longer there"):
        list(render_pages(Document(tmp_path / "gone.pdf", "pdf"), PageSettings()))


@pytest.mark.parametrize("rotation", [0, 90, 180, 270])
def test_rotation_and_crop_box_are_honoured(tmp_path: Path, rotation: int) -> None:
    # of 100 x 200 pt the lower left 40 x 80 are shown, with a black quarter at their lower left
    kept = b"/CropBox [0 0 40 80] /Rotate %d" % rotation
    page = _only(tmp_path, pdf([box(0, 0, 20, 40)], page=kept), resolution=16, fit="stretch")
    upright = np.array([[255, 255], [0, 255]])
    assert (page.pixels[0, 4::8, 4::8] == np.rot90(upright, -rotation // 90)).all()
    assert page.aspect == (2.0 if rotation % 180 else 0.5)


def test_margins_are_trimmed_to_the_print(tmp_path: Path) -> None:
    # two bars far apart, so that 60 x 160 of 100 x 200 pt hold all print
    bars = box(20, 30, 60, 4) + b" " + box(20, 186, 60, 4)
    whole = _only(tmp_path, pdf([bars]), resolution=64)
    page = _only(tmp_path, pdf([bars]), resolution=64, trim=1)
    half = _only(tmp_path, pdf([bars]), resolution=64, trim=0.5)
    assert page.aspect == pytest.approx(60 / 160, abs=0.035)
    rows = [np.flatnonzero((p.pixels[0] < 200).any(1)) for p in (whole, half, page)]
    extents = [(r[-1] - r[0] + 1) / 64 for r in rows]
    assert extents[0] == pytest.approx(160 / 200, abs=0.03)
    assert extents[2] == pytest.approx(1, abs=0.06)
    assert extents[0] < extents[1] < extents[2]
    assert page.original_px == 0
    assert page.part == 0


def test_print_on_white_boxes_is_found_all_the_same(tmp_path: Path) -> None:
    # a white rectangle over the whole page hides where the print is
    ground = box(0, 0, 100, 200, "1 1 1") + b" " + box(20, 40, 60, 120)
    plain = box(20, 40, 60, 120)
    found = [_only(tmp_path, pdf([c]), resolution=64, trim=1) for c in (ground, plain)]
    assert found[0].aspect == pytest.approx(found[1].aspect, abs=0.01)
    assert np.abs(found[0].pixels - found[1].pixels.astype(float)).mean() < 4
    assert (found[0].pixels[0, 32] == 0).sum() >= 29


def test_dark_paper_is_trimmed_too_and_a_blank_page_stays_whole(tmp_path: Path) -> None:
    dark = box(0, 0, 100, 200, "0.1 0.1 0.1") + b" " + box(20, 40, 60, 120, "1 1 1")
    page = _only(tmp_path, pdf([dark]), resolution=64, trim=1)
    assert (page.pixels[0] == 255).mean() > 0.4
    blank = _only(tmp_path, pdf([b""]), resolution=64, trim=1)
    assert (blank.pixels == 255).all()
    assert blank.aspect == 0.5


def test_pages_are_told_before_they_are_rendered_and_can_end_early(tmp_path: Path) -> None:
    document = _document(tmp_path, pdf([b""] * 5, lost=[2]))
    begun: list[int] = []
    pages = render_pages(document, PageSettings(resolution=8), last=3, begun=begun.append)
    story = [(type(page).__name__, page.number, begun[-1]) for page in pages]
    assert story == [("Page", 1, 1), ("BadPage", 2, 2), ("Page", 3, 3)]
    assert begun == [1, 2, 3]
    assert list(render_pages(document, PageSettings(), last=0)) == []
    assert len(list(render_pages(document, PageSettings(), last=99))) == 5


@pytest.mark.parametrize(
    "media_box",
    [
        b"[0 0 0 0]",
        b"[0 0 1e30 1e30]",
        b"[0 0 20000 20000]",
        b"[0 0 0.001 0.001]",
        b"[nan nan inf inf]",
        b"[100 200 0 0]",
        b"[5 5 5 900]",
        b"[-1e9 -1e9 1e9 1e9]",
        b"(none)",
        b"[0 0 2147483648 1]",
    ],
)
@pytest.mark.parametrize("fit", ["pad", "crop", "stretch"])
def test_any_page_box_gives_a_page_or_words(tmp_path: Path, media_box: bytes, fit: str) -> None:
    content = pdf([box(10, 10, 50, 50)], page=b"/MediaBox " + media_box)
    settings = PageSettings.model_validate({"resolution": 64, "fit": fit})
    (page,) = render_pages(_document(tmp_path, content), settings)
    if isinstance(page, Page):
        assert page.pixels.shape == (1, 64, 64)
        assert page.aspect > 0
    else:
        assert page.reason == "the page has no size"


def test_many_objects_are_no_hindrance(tmp_path: Path) -> None:
    bars = b" ".join(box(20, 40 + i % 120, 60, 0.5) for i in range(20_000))
    page = _only(tmp_path, pdf([bars]), resolution=64, trim=1)
    assert page.pixels[0, 32].min() < 128
    assert page.aspect == pytest.approx(0.5, abs=0.05)


def test_a_page_of_some_thousand_objects_is_drawn_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    drawn: list[tuple[int, int]] = []

    def noted(page: OpenPage, across: int, down: int, *given: Any) -> np.ndarray:
        drawn.append((across, down))
        return draw(page, across, down, *given)

    monkeypatch.setattr(typeset, "draw", noted)
    bars = b" ".join(box(20, 40 + i % 120, 60, 0.5) for i in range(3000))
    page = _only(tmp_path, pdf([bars]), resolution=64, trim=1)
    assert len(drawn) == 1
    assert page.aspect == pytest.approx(0.5, abs=0.05)
