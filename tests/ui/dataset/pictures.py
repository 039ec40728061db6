"""Pictures no two of which are alike, and what tests do with a bench that has them."""

from PIL import Image, ImageDraw
from PySide6.QtCore import Qt
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from deepzine_gui.dataset import PageSettings
from deepzine_gui.ui.dataset import DatasetBench

PAGES = 40
PLAIN = PageSettings(resolution=16, split=0, trim=0, straighten=0)


def picture(number: int, side: int = 64) -> Image.Image:
    """A page with its number's bits as bars, in a dark that is its own: no two are alike."""
    page = Image.new("L", (side, side), 255)
    draw = ImageDraw.Draw(page)
    for bit in range(8):
        if number >> bit & 1:
            draw.rectangle((8 * bit, 8, 8 * bit + 6, side - 8), fill=60)
    draw.rectangle((0, 0, side, 6), fill=60 + 2 * number)
    return page


def build(qtbot: QtBot, bench: DatasetBench) -> None:
    bench.parts.panel.set_value(PLAIN)
    bench.build()
    wait_for_dataset(qtbot, bench)


def wait_for_dataset(qtbot: QtBot, bench: DatasetBench) -> None:
    qtbot.waitUntil(lambda: not bench.making.is_running and bench._opened is not None)


def thumbnail(bench: DatasetBench, page: int) -> "QColor | None":
    """The colour of a page's first pixel, as the grid has it."""
    image = bench.parts.thumbnails.get(page, bench.parts.grid.page_px, 1.0)
    return None if image is None else QColor(image.pixel(2, 2))


def press(qtbot: QtBot, bench: DatasetBench, key: Qt.Key, *, control: bool = False) -> None:
    held = Qt.KeyboardModifier.ControlModifier if control else Qt.KeyboardModifier.NoModifier
    qtbot.keyClick(QApplication.focusWidget() or bench.parts.grid, key, held)
