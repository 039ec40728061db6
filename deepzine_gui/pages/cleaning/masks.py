"""Masks of small pictures, and runs of pixels in them: opening, closing, widening along one axis.

A mask is one long integer, row after row, a bit a pixel, as chess programs keep their boards
("bitboards"): Python shifts and joins such integers several times faster than NumPy does arrays.
"""

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray
from PIL import Image

_GUARD = 16
"""So many bits behind every row are 0 at least: what is shifted no further reaches no other row."""


@dataclass(frozen=True, slots=True, eq=False)
class Frame:
    """The size of a mask, and how its pixels lie in its bits.

    Attributes:
        height: rows.
        width: columns.
        pitch: bits from one row to the next, a multiple of 8.
        inside: all pixels.
    """

    height: int
    width: int
    pitch: int
    inside: int

    @property
    def shape(self) -> tuple[int, int]:
        """Height and width."""
        return self.height, self.width

    def step(self, axis: int) -> int:
        """Return how many bits neighbours along `axis` are apart."""
        return 1 if axis else self.pitch


@lru_cache(maxsize=256)
def _frame(height: int, width: int, pitch: int) -> Frame:
    row = ((1 << width) - 1).to_bytes(pitch // 8, "little")
    return Frame(height, width, pitch, int.from_bytes(row * height, "little"))


class Mask:
    """A picture of true and false pixels, joined by `&`, `|` and `~`; true if any pixel is.

    Attributes:
        bits: its pixels, that at the upper left lowest.
        frame: its size.
    """

    __slots__ = ("bits", "frame")

    def __init__(self, bits: int, frame: Frame) -> None:
        self.bits = bits
        self.frame = frame

    @classmethod
    def of(cls, pixels: NDArray[np.bool_], frame: Frame | None = None) -> "Mask":
        """Return the mask of an array (h, w), to be joined with others of that frame."""
        height, width = pixels.shape
        if frame is None:
            frame = _frame(height, width, -(-(width + _GUARD) // 8) * 8)
        rows = np.zeros((height, frame.pitch), np.bool_)
        rows[:, :width] = pixels
        return cls(int.from_bytes(np.packbits(rows, bitorder="little").tobytes(), "little"), frame)

    def array(self) -> NDArray[np.bool_]:
        """Return the pixels, (h, w)."""
        rows = np.unpackbits(self.packed(), bitorder="little").view(np.bool_)
        return rows.reshape(self.frame.height, -1)[:, : self.frame.width]

    def packed(self) -> NDArray[np.uint8]:
        """Return the bits, (h, pitch / 8)."""
        height, pitch = self.frame.height, self.frame.pitch
        raw = self.bits.to_bytes(height * pitch // 8, "little")
        return np.frombuffer(raw, np.uint8).reshape(height, -1)

    def __and__(self, other: "Mask") -> "Mask":
        return Mask(self.bits & other.bits, self.frame)

    def __or__(self, other: "Mask") -> "Mask":
        return Mask(self.bits | other.bits, self.frame)

    def __invert__(self) -> "Mask":
        return Mask(self.bits ^ self.frame.inside, self.frame)

    def __bool__(self) -> bool:
        return self.bits != 0

    def count(self) -> int:
        """Return how many pixels hold."""
        return self.bits.bit_count()

    def empty(self) -> "Mask":
        """Return a mask of the same size in which nothing holds."""
        return Mask(0, self.frame)

    def part(self, box: tuple[int, int, int, int]) -> "Mask":
        """Return what lies in a box: left, top, right, bottom, the last two exclusive."""
        left, top, right, bottom = box
        frame = _frame(bottom - top, right - left, self.frame.pitch)
        return Mask(self.bits >> top * frame.pitch + left & frame.inside, frame)

    def back(self, box: tuple[int, int, int, int], whole: "Mask") -> "Mask":
        """Return a part with its surroundings, empty, in the size of the mask it was taken of."""
        return Mask(self.bits << box[1] * self.frame.pitch + box[0], whole.frame)

    def lines(self, flags: NDArray[np.bool_], axis: int) -> "Mask":
        """Return, in the same size, the whole rows (axis 0) or columns that are flagged."""
        frame = self.frame
        if axis == 1:
            row = np.packbits(flags, bitorder="little").tobytes().ljust(frame.pitch // 8, b"\0")
            return Mask(int.from_bytes(row * frame.height, "little"), frame)
        rows = np.zeros((frame.height, frame.pitch // 8), np.uint8)
        rows[flags] = 255
        return Mask(int.from_bytes(rows.tobytes(), "little") & frame.inside, frame)


def opened(mask: Mask, length: int, axis: int) -> Mask:
    """Return where `mask` holds in runs of at least `length` pixels along `axis`."""
    step, bits = mask.frame.step(axis), mask.bits
    steps = doubling(length)
    for apart in steps:
        bits &= bits >> apart * step
        if not bits:
            return mask.empty()
    for apart in steps:
        bits |= bits << apart * step
    return Mask(bits, mask.frame)


def closed(mask: Mask, length: int, axis: int) -> Mask:
    """Return `mask` with gaps shorter than `length` pixels along `axis` filled."""
    return ~opened(~mask, length, axis)


def widened(mask: Mask, reach: int, axis: int) -> Mask:
    """Return where `mask` holds within `reach` pixels along `axis`, 0…16 along the rows."""
    step, before, after = mask.frame.step(axis), mask.bits, mask.bits
    for apart in doubling(reach + 1):
        before |= before >> apart * step
        after |= after << apart * step
    return Mask((before | after) & mask.frame.inside, mask.frame)


def spread(mask: Mask) -> Mask:
    """Return where `mask` holds in one of the nine pixels around."""
    return widened(widened(mask, 1, 0), 1, 1)


@lru_cache(maxsize=64)
def doubling(length: int) -> tuple[int, ...]:
    """Return the steps by which a window grows from one pixel to `length`."""
    steps, reached = [], 1
    while reached < length:
        steps.append(min(reached, length - reached))
        reached += steps[-1]
    return tuple(steps)


def runs_with(part: Mask, mask: Mask, axis: int) -> Mask:
    """Return those runs of the mask along `axis` in which some of `part`, all of it in it, lies."""
    step = mask.frame.step(axis)
    before = after = part.bits
    down = up = mask.bits
    while down or up:  # twice as far every time (Kogge and Stone's prefix sums)
        before |= down & before >> step
        after |= up & after << step
        down &= down >> step
        up &= up << step
        step *= 2
    return Mask(before | after, mask.frame)


def from_sides(mask: Mask, axis: int) -> Mask:
    """Return what holds all the way to the first or the last pixel along `axis`."""
    return from_side(mask, axis) | from_side(mask, axis, last=True)


def from_side(mask: Mask, axis: int, *, last: bool = False) -> Mask:
    """Return what holds all the way to the first pixel along `axis`, as far as a sixth of all.

    Or, with `last`, to the last pixel.
    """
    height, width = mask.frame.shape
    reach = -(-mask.frame.shape[axis] // 6)
    left, top = (width - reach, 0) if axis else (0, height - reach)
    end = (reach, height) if axis else (width, reach)
    box = (left, top, width, height) if last else (0, 0, *end)
    part = mask.part(box)
    gaps, step = (~part).bits, part.frame.step(axis)
    for apart in doubling(reach):
        gaps |= gaps >> apart * step if last else gaps << apart * step
    return (part & ~Mask(gaps & part.frame.inside, part.frame)).back(box, mask)


def without_specks(mask: Mask) -> Mask:
    """Return the mask (h, w) where it holds beside, too: a speck of dirt is one pixel wide.

    At the sides, where it may go on, it is left as it is.
    """
    bits, frame = mask.bits, mask.frame
    return Mask(
        bits & (bits << 1 | bits >> 1 | _sides(frame.height, frame.width, frame.pitch)), frame
    )


@lru_cache(maxsize=256)
def _sides(height: int, width: int, pitch: int) -> int:
    """Return the bits of the first and the last column."""
    inside = _frame(height, width, pitch).inside
    return inside & ~(inside << 1 & inside >> 1)


def counts(mask: Mask, axis: int) -> NDArray[np.int64]:
    """Return how many pixels of `mask` hold along `axis`."""
    if axis == 0:
        return sums(mask.array(), 0)
    number = np.add.reduce(np.bitwise_count(mask.packed()), axis=1, dtype=np.int64)
    return np.asarray(number, np.int64)


def sums(pixels: NDArray[np.bool_], axis: int) -> NDArray[np.int64]:
    """Return how many pixels of an array (h, w) hold along `axis`."""
    number = np.add.reduce(pixels.view(np.uint8), axis=axis, dtype=np.uint16)
    return np.asarray(number, np.int64)


def mean_along(values: NDArray[np.uint8], axis: int) -> NDArray[np.uint8]:
    """Return the mean of `values` (h, w) over about 16 pixels before and after along `axis`."""
    image = Image.fromarray(values)
    factors = (1, 16) if axis == 0 else (16, 1)
    return np.asarray(image.reduce(factors).resize(image.size, Image.Resampling.BILINEAR))
