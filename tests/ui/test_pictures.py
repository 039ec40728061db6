"""Arrays become images pixel by pixel."""

import numpy as np
import pytest
from numpy.typing import NDArray
from PySide6.QtCore import QRectF
from PySide6.QtGui import QColor, QImage, QPainter
from pytestqt.qtbot import QtBot

from deepzine_gui.ui.pictures import PageView, draw_page, to_qimage


def picture(*shape: int) -> NDArray[np.uint8]:
    return np.random.default_rng(1).integers(0, 256, shape, np.uint8)


@pytest.mark.parametrize("shape", [(5, 7), (5, 7, 1), (1, 5, 7), (5, 7, 3), (3, 5, 7)])
def test_every_layout_keeps_its_pixels(shape: tuple[int, ...]) -> None:
    pixels = picture(*shape)
    image = to_qimage(pixels)
    assert (image.width(), image.height()) == (7, 5)
    row, column = 3, 6
    channels = {
        2: lambda: [pixels[row, column]] * 3,
        3: lambda: pixels[row, column] if shape[-1] in (1, 3) else pixels[:, row, column],
    }[len(shape)]()
    expected = [int(value) for value in np.resize(channels, 3)]
    assert list(QColor(image.pixel(column, row)).getRgb()[:3]) == expected


def test_the_image_outlives_its_array() -> None:
    pixels = np.full((64, 64), 7, np.uint8)
    image = to_qimage(pixels)
    pixels[:] = 200
    assert QColor(image.pixel(10, 10)).red() == 7


@pytest.mark.parametrize("wrong", [picture(4, 5, 6), np.zeros((4, 4), np.float32), picture(4)])
def test_what_is_no_picture_is_refused(wrong: NDArray[np.uint8]) -> None:
    with pytest.raises(ValueError, match="picture"):
        to_qimage(wrong)


def test_a_small_page_is_shown_sharp_and_whole(qtbot: QtBot) -> None:
    view = PageView("Nothing here.")
    qtbot.addWidget(view)
    view.resize(300, 200)
    pixels = np.zeros((8, 8), np.uint8)
    pixels[:, 4:] = 255
    view.show_page(pixels)
    shown = view.grab().toImage()
    middle = shown.height() // 2
    greys = {QColor(shown.pixel(x, middle)).red() for x in range(shown.width() // 4, 225)}
    assert {0, 255} <= greys
    assert len(greys) <= 4


def test_a_large_page_shrinks_by_area(qtbot: QtBot) -> None:
    # a line every eighth row: most are missed where only four neighbours of a point count
    page = np.full((512, 512), 255, np.uint8)
    page[::8] = 0
    shown = QImage(64, 64, QImage.Format.Format_RGB32)
    painter = QPainter(shown)
    draw_page(painter, to_qimage(page), QRectF(0, 0, 64, 64))
    painter.end()
    tones = {shown.pixelColor(32, row).red() for row in range(2, 62)}
    assert all(abs(tone - 255 * 7 / 8) <= 2 for tone in tones)
