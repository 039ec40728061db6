"""Marks of the engraver: filled outlines, discs, hatching, clipping; tone 0 is black, 1 paper."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from reportlab.pdfgen.canvas import Canvas

from .setting import Box

Point = tuple[float, float]


@contextmanager
def within(ink: Canvas, box: Box) -> Iterator[None]:
    """Clip to the box what is drawn inside the block."""
    ink.saveState()
    edge = ink.beginPath()
    edge.rect(box.left, box.bottom, box.width, box.height)
    ink.clipPath(edge, stroke=0, fill=0)
    yield
    ink.restoreState()


def polygon(ink: Canvas, points: Sequence[Point], *, grey: float = 0.0) -> None:
    """Fill a closed outline with one tone."""
    outline = ink.beginPath()
    outline.moveTo(*points[0])
    for point in points[1:]:
        outline.lineTo(*point)
    outline.close()
    ink.setFillGray(grey)
    ink.drawPath(outline, stroke=0, fill=1)
    ink.setFillGray(0)


def disc(ink: Canvas, x: float, y: float, radius: float, *, grey: float = 0.0) -> None:
    """Fill a circle with one tone."""
    ink.setFillGray(grey)
    ink.circle(x, y, radius, stroke=0, fill=1)
    ink.setFillGray(0)


def hatch(ink: Canvas, box: Box, *, pitch: float, share: float, slope: float = 0.0) -> None:
    """Cover the box with parallel strokes `pitch` points apart, `share` of each pitch black."""
    ink.setLineWidth(pitch * share)
    ink.setStrokeGray(0)
    rise = slope * box.width
    with within(ink, box):
        y = box.bottom - abs(rise)
        while y < box.top + abs(rise):
            ink.line(box.left, y, box.right, y + rise)
            y += pitch
