"""Render the pages of a PDF with PDFium, straight at the size they are wanted."""

import contextlib
import math
import os
from collections.abc import Iterator
from pathlib import Path

import pypdfium2
from pypdfium2 import raw

from deepzine_gui.errors import DocumentError
from deepzine_gui.pages.jpegs import Jpegs, PdfScannedPage
from deepzine_gui.pages.raw_pages import BrokenPageError, RawPage
from deepzine_gui.pages.scans import find_scan
from deepzine_gui.pages.typeset import PdfTypesetPage


class PdfPages:
    """The pages of an open PDF; see `raw_pages.RawPages`."""

    def __init__(self, pdf: pypdfium2.PdfDocument, jpegs: Jpegs) -> None:
        self._pdf = pdf
        self._jpegs = jpegs

    def __len__(self) -> int:
        return len(self._pdf)

    @contextlib.contextmanager
    def page(self, number: int) -> Iterator[RawPage]:
        """Open page `number`, from 1."""
        try:
            page = self._pdf[number - 1]
        except pypdfium2.PdfiumError:
            raise BrokenPageError("the page is damaged") from None
        with contextlib.closing(page):
            width, height = page.get_size()
            if not (0 < width < math.inf and 0 < height < math.inf):
                raise BrokenPageError("the page has no size")
            scan = find_scan(page, width * height)
            if scan is None:
                yield PdfTypesetPage(page, width, height)
            else:
                yield PdfScannedPage(page, scan, self._jpegs)


@contextlib.contextmanager
def open_pdf(path: Path) -> Iterator[PdfPages]:
    """Open the PDF `path`.

    Raises:
        DocumentError: it cannot be opened: locked, damaged, empty or no PDF at all.
    """
    # by hand, because for a PDF without pages PDFium still tells the error of an earlier one
    handle = raw.FPDF_LoadDocument(os.fsencode(path) + b"\0", None)
    if not handle:
        raise DocumentError(_why_not(path, raw.FPDF_GetLastError()))
    if raw.FPDF_GetPageCount(handle) < 1:
        raw.FPDF_CloseDocument(handle)
        raise DocumentError(f"{path} has no pages.")
    with contextlib.closing(pypdfium2.PdfDocument(handle)) as pdf, Jpegs(path) as jpegs:
        yield PdfPages(pdf, jpegs)


def _why_not(path: Path, code: int) -> str:
    try:
        with path.open("rb") as file:
            head = file.read(1024)
    except OSError as error:
        return f"{path} cannot be read: {error.strerror}."
    if not head:
        return f"{path} is an empty file: download or copy it again."
    if b"%PDF-" not in head:
        return f"{path} is not a PDF, whatever its name says."
    if code in (raw.FPDF_ERR_PASSWORD, raw.FPDF_ERR_SECURITY):
        return f"{path} is locked with a password: save an unlocked copy and add that."
    return f"{path} is damaged or incomplete: download or copy it again."
