"""Let PDFium draw a page, or a part of it, into an array."""

import numpy as np
import pypdfium2
from numpy.typing import NDArray
from pypdfium2 import raw

from deepzine_gui.pages.raw_pages import WHOLE, Box, BrokenPageError, Colour


def draw(
    page: pypdfium2.PdfPage, across: int, down: int, colour: Colour, box: Box = WHOLE
) -> NDArray[np.uint8]:
    """Return the part `box` of an open page on white: uint8 (down, across) or (down, across, 3).

    Raises:
        BrokenPageError: there is no memory for it.
    """
    grey = colour == "grey"
    sheet = np.full((down, across) if grey else (down, across, 3), 255, np.uint8)
    bitmap = raw.FPDFBitmap_CreateEx(
        across,
        down,
        raw.FPDFBitmap_Gray if grey else raw.FPDFBitmap_BGR,
        sheet.ctypes.data,
        sheet.strides[0],
    )
    if not bitmap:
        raise BrokenPageError("there is too little memory to render the page")
    width, height = round(across / (box[2] - box[0])), round(down / (box[3] - box[1]))
    left, top = -round(box[0] * width), -round(box[1] * height)
    flags = raw.FPDF_ANNOT | (raw.FPDF_GRAYSCALE if grey else raw.FPDF_REVERSE_BYTE_ORDER)
    try:
        raw.FPDF_RenderPageBitmap(bitmap, page, left, top, width, height, 0, flags)
    finally:
        raw.FPDFBitmap_Destroy(bitmap)
    return sheet
