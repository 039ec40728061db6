"""One small document of every kind there is, scanned and typeset, whole and damaged."""

import io
from pathlib import Path

import numpy as np
from PIL import Image

from tests.pages.pdfs import box, pdf, picture_pdf
from tests.pages.sheets import on_ground, spread, turned, typed

LOST = {"lost.pdf": {2}}
"""The pages that cannot be read, by the name of their document."""


def write_every_kind(folder: Path) -> list[Path]:
    """Write the documents into `folder`; return where they lie, 13 pages in all but one lost."""
    bars = [box(15, 20 + 30 * number, 60, 12, f"{0.2 * number} 0 0") for number in range(3)]
    (folder / "lost.pdf").write_bytes(pdf(bars, size=(100, 140), lost=[2]))
    (folder / "wide.pdf").write_bytes(pdf([bars[0], b""], size=(90, 300), page=b"/Rotate 90"))
    sheet = typed(180, 125)
    scan = on_ground(turned(sheet, 2), 20, 15, 10, 5, 20)
    (folder / "scan.pdf").write_bytes(picture_pdf(_jpeg(scan), scan.shape[::-1]))
    Image.fromarray(spread(typed(240, 170))[0]).save(folder / "spread.png")
    yellow = sheet[..., None] * np.array([1, 0.9, 0.6])
    Image.fromarray(yellow.astype(np.uint8)[:60]).save(folder / "yellow.jpg")
    frames = [Image.fromarray(turned(typed(90, 70), degrees)) for degrees in (0, -4)]
    frames[0].save(folder / "frames.tif", save_all=True, append_images=frames[1:])
    plates = folder / "plates"
    plates.mkdir()
    for number, (height, width) in enumerate([(1, 1), (3, 150), (150, 3), (40, 40)]):
        Image.effect_noise((width, height), 80).save(plates / f"{number}.png")
    return sorted(folder.iterdir())


def _jpeg(pixels: np.ndarray) -> bytes:
    file = io.BytesIO()
    Image.fromarray(pixels).save(file, "JPEG")
    return file.getvalue()
