"""Show page pictures: arrays become images, and one large page lies whole on neutral grey."""

from typing import Any

import numpy as np
from PySide6.QtCore import QRectF, QSize, QSizeF, Qt, Slot
from PySide6.QtGui import QImage, QPainter, QPaintEvent, QPen, QTextOption
from PySide6.QtWidgets import QSizePolicy, QWidget

from deepzine_gui.ui.theme import GRID, colour, font, theme

SHARP_UP_TO = 64
"""Pictures of at most this many pixels a side are shown with hard pixels, larger ones smooth."""


def to_qimage(pixels: np.ndarray[Any, Any]) -> QImage:
    """Copy a picture into a QImage.

    Args:
        pixels: uint8 (H, W), (H, W, C) or (C, H, W), C = 1 (grey) or 3 (RGB).

    Raises:
        ValueError: another shape or type.
    """
    if pixels.dtype != np.uint8:
        raise ValueError(f"a picture is uint8, not {pixels.dtype}")
    if pixels.ndim == 3 and pixels.shape[-1] not in (1, 3) and pixels.shape[0] in (1, 3):
        pixels = np.moveaxis(pixels, 0, -1)  # (H, W, C)
    if pixels.ndim == 3 and pixels.shape[-1] == 1:
        pixels = pixels[..., 0]  # (H, W)
    if pixels.ndim not in (2, 3) or (pixels.ndim == 3 and pixels.shape[-1] != 3):
        raise ValueError(f"a picture is (H, W), (H, W, C) or (C, H, W), not {pixels.shape}")
    kind = QImage.Format.Format_Grayscale8 if pixels.ndim == 2 else QImage.Format.Format_RGB888
    whole = np.ascontiguousarray(pixels)
    height, width = whole.shape[:2]
    return QImage(whole.data, width, height, whole.strides[0], kind).copy()


def draw_page(painter: QPainter, image: QImage, target: QRectF) -> None:
    """Draw a page into `target`, sharp or smooth by its size, with a hairline edge."""
    if target.width() < image.width():
        image = _shrunk(image, target.size() * painter.device().devicePixelRatio())
    smooth = max(image.width(), image.height()) > SHARP_UP_TO
    painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, smooth)
    painter.drawImage(target, image)
    edge = QPen(colour("quiet"), 0)
    painter.setPen(edge)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.drawRect(target)


def _shrunk(image: QImage, size: QSizeF) -> QImage:
    """Reduce by area: a painter would leave most pixels of a page out."""
    return image.scaled(
        size.toSize().expandedTo(QSize(1, 1)),
        Qt.AspectRatioMode.IgnoreAspectRatio,
        Qt.TransformationMode.SmoothTransformation,
    )


_ANYWHERE = QTextOption(Qt.AlignmentFlag.AlignCenter)
_ANYWHERE.setWrapMode(QTextOption.WrapMode.WrapAtWordBoundaryOrAnywhere)
"""Names of files may be longer than a line."""


class PageView(QWidget):
    """One large page, whole, on neutral grey; or a sentence when there is none."""

    def __init__(self, empty_text: str = "", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._image: QImage | None = None
        self._empty_text = empty_text
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setMinimumSize(128, 128)
        self.setAccessibleName("Page")
        theme.changed.connect(self._repaint)

    def show_page(self, pixels: np.ndarray[Any, Any] | None) -> None:
        """Show a picture (see `to_qimage`), or nothing."""
        self.show_image(None if pixels is None else to_qimage(pixels))

    def show_image(self, image: QImage | None) -> None:
        """Show an image, or nothing."""
        self._image = image
        self.update()

    def set_empty_text(self, text: str) -> None:
        """Say another sentence when there is no page."""
        self._empty_text = text
        self.update()

    @property
    def image(self) -> QImage | None:
        """The image shown."""
        return self._image

    def sizeHint(self) -> QSize:
        """A page of readable size."""
        return QSize(384, 384)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the grey, the page as large as it fits, and its edge."""
        painter = QPainter(self)
        painter.fillRect(self.rect(), colour("table"))
        if self._image is None or self._image.isNull():
            painter.setPen(colour("ink"))
            painter.setFont(font("normal"))
            space = self.rect().adjusted(2 * GRID, 2 * GRID, -2 * GRID, -2 * GRID)
            painter.drawText(QRectF(space), self._empty_text, _ANYWHERE)
        else:
            draw_page(painter, self._image, self._place(self._image))
        painter.end()

    def _place(self, image: QImage) -> QRectF:
        """The largest centred rectangle; sharp pictures get a whole number of pixels a pixel."""
        room_w, room_h = self.width() - 2 * GRID, self.height() - 2 * GRID
        scale = min(room_w / image.width(), room_h / image.height())
        if max(image.width(), image.height()) <= SHARP_UP_TO and scale > 1:
            scale = int(scale)
        width, height = image.width() * scale, image.height() * scale
        left, top = int((self.width() - width) / 2), int((self.height() - height) / 2)
        return QRectF(left, top, width, height)

    @Slot()
    def _repaint(self) -> None:
        self.update()
