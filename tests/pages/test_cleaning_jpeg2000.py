"""Scans in JPEG 2000, as many PDFs hold them, are cleaned like any other scan."""

import io
from pathlib import Path

import numpy as np
import pytest
from PIL import Image, features

from deepzine_gui.pages import Document, Page, PageSettings, render_pages
from tests.pages.pdfs import picture_pdf
from tests.pages.sheets import on_ground, typed

SETTINGS = PageSettings(resolution=128, trim=0.5, straighten=3, split=0.5)


def _pdf(pixels: np.ndarray, kind: str, dictionary: bytes) -> bytes:
    file = io.BytesIO()
    Image.fromarray(pixels).save(file, kind)
    height, width = pixels.shape[:2]
    page = b"/MediaBox [0 0 %d %d]" % (width, height)
    content = b"%d 0 0 %d 0 0 cm /Im Do" % (width, height)
    return picture_pdf(
        file.getvalue(), (width, height), dictionary=dictionary, page=page, content=content
    )


def _only(folder: Path, content: bytes) -> Page:
    path = folder / "scan.pdf"
    path.write_bytes(content)
    (page,) = render_pages(Document(path, "pdf"), SETTINGS)
    assert isinstance(page, Page)
    return page


@pytest.mark.skipif(not features.check("jpg_2000"), reason="Pillow was built without OpenJPEG")
@pytest.mark.parametrize("colour", [b"/ColorSpace /DeviceGray", b""])
def test_a_scan_in_jpeg_2000_is_cleaned_like_one_in_jpeg(tmp_path: Path, colour: bytes) -> None:
    scan = on_ground(typed(), 20, 40, 30, 70, 50)
    other = _only(tmp_path, _pdf(scan, "JPEG", b"/ColorSpace /DeviceGray /Filter /DCTDecode"))
    page = _only(tmp_path, _pdf(scan, "JPEG2000", colour + b" /Filter /JPXDecode"))
    assert page.original_px == other.original_px == scan.shape[1]
    assert page.aspect == pytest.approx(other.aspect, abs=0.02)
    assert np.abs(page.pixels.astype(int) - other.pixels).mean() < 6
    assert page.pixels[0, :4].min() > 150  # the black ground is gone
