"""Let PDFium draw a page, or a part of it, into an array."""

import numpy as np
from numpy.typing import NDArray
from pypdfium2 import raw

from deepzine_gui.pages.objects import OpenPage, page_size
from deepzine_gui.pages.raw_pages import WHOLE, Box, BrokenPageError, Colour

_LARGEST = 2**20
"""Of larger pages, as of those below one point, PDFium draws parts only at rounded sizes."""


def draw(
    page: OpenPage, across: int, down: int, colour: Colour, box: Box = WHOLE
) -> NDArray[np.uint8]:
    """Return the part `box` of an open page on white: uint8 (down, across) or (down, across, 3).

    The scale is just the one that this asks for, not rounded so that the page had whole pixels.

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
    width, height = across / (box[2] - box[0]), down / (box[3] - box[1])
    left, top = -box[0] * width, -box[1] * height
    points = [int(side) if 1 <= side <= _LARGEST else 0 for side in page_size(page)]
    try:
        if box == WHOLE or not all(points):
            whole = round(left), round(top), round(width), round(height)
            raw.FPDF_RenderPageBitmap(bitmap, page, *whole, 0, flags)
        else:
            # PDFium first fits the page into whole points, and then lays this matrix on it
            matrix = raw.FS_MATRIX(width / points[0], 0, 0, height / points[1], left, top)
            clip = raw.FS_RECTF(0, 0, across, down)
            raw.FPDF_RenderPageBitmapWithMatrix(bitmap, page, matrix, clip, flags)
    finally:
        raw.FPDFBitmap_Destroy(bitmap)
    return sheet
