"""Pages that are one picture: taken past PDFium where that is safe, and looking the same."""

import io
import zlib
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from deepzine_gui.pages import Document, Page, PageSettings, jpegs, render_pages
from tests.pages.pdfs import picture_pdf

WIDE, HIGH = 400, 800
RGB = b"/ColorSpace /DeviceRGB /Filter /DCTDecode"


def _marked() -> np.ndarray:
    """A page whose every corner is of another tone: 20 and 90 above, 160 and 230 below."""
    tones = np.kron(np.array([[20, 90], [160, 230]], np.uint8), np.ones((HIGH // 2, WIDE // 2)))
    return tones.astype(np.uint8)


def _jpeg(pixels: np.ndarray, **options: object) -> bytes:
    file = io.BytesIO()
    Image.fromarray(pixels).save(file, "JPEG", quality=95, **options)
    return file.getvalue()


def _rendered(folder: Path, content: bytes, **settings: object) -> Page:
    path = folder / "scan.pdf"
    path.write_bytes(content)
    wanted = {"resolution": 32, "trim": 0, "split": 0, "straighten": 0} | settings
    (page,) = render_pages(Document(path, "pdf"), PageSettings.model_validate(wanted))
    assert isinstance(page, Page)
    return page


@pytest.fixture
def decoded(monkeypatch: pytest.MonkeyPatch) -> list[bool]:
    """Whether each page rendered was decoded past PDFium."""
    seen: list[bool] = []
    original = jpegs.Jpegs.decoded

    def noted(*args: object) -> object:
        picture = original(*args)  # type: ignore[arg-type]
        seen.append(picture is not None)
        return picture

    monkeypatch.setattr(jpegs.Jpegs, "decoded", noted)
    return seen


def _corners(page: Page) -> list[list[int]]:
    """The tones in the middle of the four quarters of an upright page of aspect 1/2."""
    quarters = page.pixels[0, :, 8:24].astype(int)
    return [[int(quarters[y, x]) for x in (4, 12)] for y in (8, 24)]


def _near(found: list[list[int]], expected: list[list[int]]) -> bool:
    return bool(np.abs(np.array(found) - expected).max() <= 3)


def test_a_page_that_is_one_jpeg_is_decoded_in_small(tmp_path: Path, decoded: list[bool]) -> None:
    page = _rendered(tmp_path, picture_pdf(_jpeg(_marked()), (WIDE, HIGH)))
    assert decoded == [True]
    assert _near(_corners(page), [[20, 90], [160, 230]])
    assert page.aspect == 0.5
    assert page.original_px == WIDE


@pytest.mark.parametrize(
    ("matrix", "expected"),
    [
        (b"100 0 0 200 0 0", [[20, 90], [160, 230]]),
        (b"-100 0 0 200 100 0", [[90, 20], [230, 160]]),
        (b"100 0 0 -200 0 200", [[160, 230], [20, 90]]),
        (b"-100 0 0 -200 100 200", [[230, 160], [90, 20]]),
        (b"0 200 100 0 0 0", [[230, 90], [160, 20]]),
        (b"0 200 -100 0 100 0", [[90, 230], [20, 160]]),
        (b"0 -200 100 0 0 200", [[160, 20], [230, 90]]),
        (b"0 -200 -100 0 100 200", [[20, 160], [90, 230]]),
    ],
)
@pytest.mark.parametrize("rotation", [0, 90, 180, 270])
def test_matrix_and_rotation_are_honoured(
    tmp_path: Path,
    decoded: list[bool],
    matrix: bytes,
    expected: list[list[int]],
    rotation: int,
) -> None:
    box = b"/MediaBox [0 0 100 200] /Rotate %d" % rotation
    content = picture_pdf(_jpeg(_marked()), (WIDE, HIGH), content=matrix + b" cm /Im Do", page=box)
    page = _rendered(tmp_path, content, fit="stretch")
    turned = np.rot90(np.array(expected), -rotation // 90)
    quarters = page.pixels[0].astype(int)[8::16, 8::16]
    assert decoded == [True]
    assert np.abs(quarters - turned).max() <= 3


def test_a_crop_box_shows_its_part_of_the_picture(tmp_path: Path, decoded: list[bool]) -> None:
    box = b"/MediaBox [0 0 100 200] /CropBox [0 100 50 200]"
    page = _rendered(tmp_path, picture_pdf(_jpeg(_marked()), (WIDE, HIGH), page=box))
    assert decoded == [True]
    assert page.aspect == 0.5
    assert np.abs(page.pixels.astype(int) - 20).max() <= 3


def test_a_picture_smaller_than_its_page_lies_on_white(tmp_path: Path, decoded: list[bool]) -> None:
    content = picture_pdf(
        _jpeg(np.full((HIGH, WIDE), 50, np.uint8)),
        (WIDE, HIGH),
        content=b"75 0 0 200 12.5 0 cm /Im Do",
    )
    page = _rendered(tmp_path, content)
    assert decoded == [True]
    row = page.pixels[0, 16, 8:24].astype(int)
    assert row[0] == row[-1] == 255
    assert np.abs(row[3:-3] - 50).max() <= 3


def test_colours_stay(tmp_path: Path, decoded: list[bool]) -> None:
    red = np.broadcast_to(np.array([200, 60, 20], np.uint8), (HIGH, WIDE, 3)).copy()
    content = picture_pdf(_jpeg(red), (WIDE, HIGH), dictionary=RGB)
    page = _rendered(tmp_path, content, colour="rgb")
    assert decoded == [True]
    assert np.abs(page.pixels[:, 16, 16].astype(int) - [200, 60, 20]).max() <= 3
    grey = _rendered(tmp_path, content)
    # Rec. 601: 0.299 R + 0.587 G + 0.114 B
    assert abs(int(grey.pixels[0, 16, 16]) - 97) <= 3


def test_parameters_that_change_nothing_do_not_hinder(tmp_path: Path, decoded: list[bool]) -> None:
    for space, transform, past in ((b"Gray", 0, True), (b"RGB", 1, True), (b"RGB", 0, False)):
        tone = np.full((HIGH, WIDE) if space == b"Gray" else (HIGH, WIDE, 3), 100, np.uint8)
        dictionary = b"/ColorSpace /Device%b /Filter /DCTDecode" % space
        dictionary += b"/DecodeParms <</ColorTransform %d>>" % transform
        _rendered(tmp_path, picture_pdf(_jpeg(tone), (WIDE, HIGH), dictionary=dictionary))
        assert decoded.pop() is past


def _cmyk() -> bytes:
    file = io.BytesIO()
    Image.new("CMYK", (WIDE, HIGH), (0, 0, 0, 155)).save(file, "JPEG")
    return file.getvalue()


HALF = zlib.compress(bytes([128]) * (WIDE * HIGH))
GREY_JPEG = _jpeg(np.full((HIGH, WIDE), 100, np.uint8))


@pytest.mark.parametrize(
    ("stream", "options", "expected"),
    [
        (
            GREY_JPEG,
            {"dictionary": b"/ColorSpace /DeviceGray /Filter /DCTDecode /Decode [1 0]"},
            155,
        ),
        (
            GREY_JPEG,
            {
                "dictionary": b"/ColorSpace /DeviceGray /Filter /DCTDecode /SMask 6 0 R",
                "extra": bytes([0]) * (WIDE * HIGH),
            },
            255,
        ),
        (GREY_JPEG, {"content": b"q 0 0 1 1 re W n 100 0 0 200 0 0 cm /Im Do Q"}, 255),
        (GREY_JPEG, {"content": b"100 0 0 200 0 0 cm /Im Do 0 g 0 0 1 1 re f"}, 0),
        (_cmyk(), {"dictionary": b"/ColorSpace /DeviceCMYK /Filter /DCTDecode"}, None),
        (
            zlib.compress(bytes([100]) * (WIDE * HIGH)),
            {"dictionary": b"/ColorSpace /DeviceGray /Filter /FlateDecode"},
            100,
        ),
        (
            zlib.compress(GREY_JPEG),
            {"dictionary": b"/ColorSpace /DeviceGray /Filter [/FlateDecode /DCTDecode]"},
            100,
        ),
        (GREY_JPEG, {"content": b"99 5 -5 199 3 0 cm /Im Do"}, 100),
    ],
    ids=["inverted", "masked", "clipped", "drawn over", "cmyk", "flate", "two filters", "tilted"],
)
def test_anything_unusual_is_left_to_pdfium(
    tmp_path: Path,
    decoded: list[bool],
    stream: bytes,
    options: dict[str, bytes],
    expected: int | None,
) -> None:
    page = _rendered(tmp_path, picture_pdf(stream, (WIDE, HIGH), **options))  # type: ignore[arg-type]
    assert decoded == [False]
    if expected is not None:
        assert abs(int(page.pixels[0, 16, 16]) - expected) <= 3
    assert page.original_px == WIDE


def test_text_for_searching_does_not_hinder(tmp_path: Path, decoded: list[bool]) -> None:
    hidden = b"q 100 0 0 200 0 0 cm /Im Do Q BT /F 12 Tf 3 Tr 10 100 Td (found) Tj ET"
    seen = hidden.replace(b"3 Tr", b"0 Tr")
    for content, past in ((hidden, True), (seen, False)):
        page = _rendered(tmp_path, picture_pdf(GREY_JPEG, (WIDE, HIGH), content=content))
        assert decoded.pop() is past
        assert page.original_px == WIDE


def test_a_torn_jpeg_is_drawn_as_far_as_it_goes(tmp_path: Path, decoded: list[bool]) -> None:
    whole = _jpeg(_marked())
    page = _rendered(tmp_path, picture_pdf(whole[: len(whole) * 2 // 3], (WIDE, HIGH)))
    assert decoded == [False]
    assert _near(_corners(page)[:1], [[20, 90]])


def test_strips_make_up_a_scan(tmp_path: Path) -> None:
    strips = b" ".join(b"q 100 0 0 50 0 %d cm /Im Do Q" % (50 * place) for place in range(4))
    strip = _jpeg(np.full((HIGH // 4, WIDE), 70, np.uint8))
    page = _rendered(tmp_path, picture_pdf(strip, (WIDE, HIGH // 4), content=strips))
    assert page.original_px == WIDE
    assert abs(int(page.pixels[0, 16, 16]) - 70) <= 3


def test_a_page_with_a_small_picture_is_no_scan(tmp_path: Path) -> None:
    small = picture_pdf(GREY_JPEG, (WIDE, HIGH), content=b"40 0 0 100 0 0 cm /Im Do")
    assert _rendered(tmp_path, small).original_px == 0


def test_a_picture_with_too_many_pixels_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "bomb.pdf"
    path.write_bytes(
        picture_pdf(
            HALF, (50_000, 50_000), dictionary=b"/ColorSpace /DeviceGray /Filter /FlateDecode"
        )
    )
    (page,) = render_pages(Document(path, "pdf"), PageSettings())
    assert not isinstance(page, Page)
    assert page.reason == "it holds a picture with far too many pixels"
