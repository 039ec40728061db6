"""Thumbnails at hand: those looked at last stay in memory, others are read again."""

from collections import OrderedDict
from collections.abc import Sequence

from PySide6.QtCore import QObject, QSize, Qt, Signal
from PySide6.QtGui import QImage

from deepzine_gui.ui.dataset.page_reader import PageReader, ThumbnailsRead
from deepzine_gui.ui.pictures import SHARP_UP_TO

_READ_LIMIT_BYTES = 96_000_000
_SCALED_LIMIT_BYTES = 48_000_000


class ImageCache:
    """Images by number; the ones used longest ago go when they take more than `limit_bytes`."""

    def __init__(self, limit_bytes: int) -> None:
        self._limit_bytes = limit_bytes
        self._used_bytes = 0
        self._images: OrderedDict[int, QImage] = OrderedDict()

    def __contains__(self, number: int) -> bool:
        return number in self._images

    def __len__(self) -> int:
        return len(self._images)

    def get(self, number: int) -> QImage | None:
        """The image, if it is still there."""
        image = self._images.get(number)
        if image is not None:
            self._images.move_to_end(number)
        return image

    def put(self, number: int, image: QImage) -> None:
        """Keep an image."""
        old = self._images.pop(number, None)
        if old is not None:
            self._used_bytes -= old.sizeInBytes()
        self._images[number] = image
        self._used_bytes += image.sizeInBytes()
        while self._used_bytes > self._limit_bytes and len(self._images) > 1:
            self._used_bytes -= self._images.popitem(last=False)[1].sizeInBytes()

    def clear(self) -> None:
        """Forget all."""
        self._images.clear()
        self._used_bytes = 0


class Thumbnails(QObject):
    """The thumbnails of a dataset, at the size the grid shows them.

    Signals:
        arrived(list[int]): thumbnails of these pages have been read.
    """

    arrived = Signal(object)

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._reader: PageReader | None = None
        self._read = ImageCache(_READ_LIMIT_BYTES)
        self._scaled = ImageCache(_SCALED_LIMIT_BYTES)
        self._side_px = 0

    def read_from(self, reader: PageReader | None) -> None:
        """Take new thumbnails from another reader, or none."""
        self._reader = reader

    def clear(self) -> None:
        """Forget all: the pages are others now."""
        self._read.clear()
        self._scaled.clear()

    def take(self, read: ThumbnailsRead) -> None:
        """Keep thumbnails that were read."""
        for page, image in read.images.items():
            self._read.put(page, image)
        self.arrived.emit(list(read.images))

    def want(self, pages: Sequence[int]) -> None:
        """Have those of the pages read that are not there, the first ones first."""
        if self._reader is not None:
            self._reader.want_thumbnails([page for page in pages if page not in self._read])

    def get(self, page: int, side: int, ratio: float, *, in_haste: bool = False) -> QImage | None:
        """A page's thumbnail, `side` px on a screen of so many device pixels a pixel.

        In haste one that has not been scaled yet comes as it was read, to be scaled later.
        """
        side_px = round(side * ratio)
        if side_px != self._side_px:
            self._side_px = side_px
            self._scaled.clear()
        scaled = self._scaled.get(page)
        if scaled is None:
            image = self._read.get(page)
            if image is None or in_haste:
                return image
            scaled = _scaled(image, side_px)
            scaled.setDevicePixelRatio(ratio)
            self._scaled.put(page, scaled)
        return scaled


def _scaled(image: QImage, side_px: int) -> QImage:
    """The image at another size, with hard pixels or smooth by its size, ready to be drawn."""
    smooth = image.width() > SHARP_UP_TO or side_px < image.width()
    way = (
        Qt.TransformationMode.SmoothTransformation
        if smooth
        else Qt.TransformationMode.FastTransformation
    )
    size = QSize(side_px, side_px)
    scaled = image.scaled(size, Qt.AspectRatioMode.IgnoreAspectRatio, way)
    return scaled.convertToFormat(QImage.Format.Format_RGB32)
