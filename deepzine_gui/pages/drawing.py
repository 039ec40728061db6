"""Let PDFium draw a page, or a part of it, into an array."""

import numpy as np
from numpy.typing import NDArray
from pypdfium2 import raw

from deepzine_gui.pages.objects import OpenPage, page_size
from deepzine_gui.pages.raw_pages import WHOLE, Box, BrokenPageError, Colour


def draw(
    page: OpenPage, across: int, down: int, colour: Colour, box: Box = WHOLE
) -> NDArray[np.uint8]:
    """Return the part `box` of an open page on white: uint8 (down, across) or (down, across, 3).

    Its scale is just the one that this asks for, though the whole page may not have whole pixels.

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
    flags = raw.FPDF_ANNOT | (raw.FPDF_GRAYSCALE if grey else raw.FPDF_REVERSE_BYTE_ORDER)
    try:
        if box == WHOLE:
            raw.FPDF_RenderPageBitmap(bitmap, page, 0, 0, across, down, 0, flags)
        else:
            width, height = page_size(page)
            x, y = across / (box[2] - box[0]), down / (box[3] - box[1])
            matrix = raw.FS_MATRIX(x / width, 0, 0, y / height, -box[0] * x, -box[1] * y)
            clip = raw.FS_RECTF(0, 0, across, down)
            raw.FPDF_RenderPageBitmapWithMatrix(bitmap, page, matrix, clip, flags)
    finally:
        raw.FPDFBitmap_Destroy(bitmap)
    return sheet
