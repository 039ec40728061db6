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
from deepzine_gui.pages.objects import page_size
from deepzine_gui.pages.raw_pages import BrokenPageError, RawPage
from deepzine_gui.pages.scans import find_scan
from deepzine_gui.pages.typeset import PdfTypesetPage

_MOST_PAGES_AT_ONCE = 1000
"""After so many pages a PDF is opened anew: PDFium keeps a little of each until it is closed."""


class PdfPages:
    """The pages of an open PDF, a context manager; see `raw_pages.RawPages`."""

    def __init__(self, path: Path, jpegs: Jpegs) -> None:
        self._path = path
        self._jpegs = jpegs
        self._pdf = _opened(path)
        self._shown = 0

    def __len__(self) -> int:
        return len(self._pdf)

    def __enter__(self) -> "PdfPages":
        return self

    def __exit__(self, *_: object) -> None:
        self._pdf.close()

    @contextlib.contextmanager
    def page(self, number: int) -> Iterator[RawPage]:
        """Open page `number`, from 1."""
        if self._shown >= _MOST_PAGES_AT_ONCE:
            self._open_anew()
        self._shown += 1
        page = raw.FPDF_LoadPage(self._pdf, number - 1)
        if not page:
            raise BrokenPageError("the page is damaged")
        try:
            width, height = page_size(page)
            if not (0 < width < math.inf and 0 < height < math.inf):
                raise BrokenPageError("the page has no size")
            scan = find_scan(page, width * height)
            if scan is None:
                yield PdfTypesetPage(page, width, height)
            else:
                yield PdfScannedPage(page, scan, self._jpegs)
        finally:
            raw.FPDF_ClosePage(page)

    def _open_anew(self) -> None:
        self._shown = 0
        # a file that has gone or changed meanwhile is read on as it was
        with contextlib.suppress(DocumentError):
            anew = _opened(self._path)
            if len(anew) != len(self._pdf):
                anew.close()
                return
            self._pdf.close()
            self._pdf = anew


@contextlib.contextmanager
def open_pdf(path: Path) -> Iterator[PdfPages]:
    """Open the PDF `path`.

    Raises:
        DocumentError: it cannot be opened: locked, damaged, empty or no PDF at all.
    """
    with Jpegs(path) as jpegs, PdfPages(path, jpegs) as pages:
        yield pages


def _opened(path: Path) -> pypdfium2.PdfDocument:
    # by hand, because for a PDF without pages PDFium still tells the error of an earlier one
    handle = raw.FPDF_LoadDocument(os.fsencode(path) + b"\0", None)
    if not handle:
        raise DocumentError(_why_not(path, raw.FPDF_GetLastError()))
    if raw.FPDF_GetPageCount(handle) < 1:
        raw.FPDF_CloseDocument(handle)
        raise DocumentError(f"{path} has no pages.")
    return pypdfium2.PdfDocument(handle)


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
