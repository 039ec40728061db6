"""Specimens drawn on bare paper, from herb to portrait; and the choice of a plate."""

import math
import random
from collections.abc import Callable

from reportlab.pdfgen.canvas import Canvas

from .marks import Point, disc, hatch, polygon
from .scenes import landscape, moon, ship, tower
from .setting import Box, rule

Drawing = Callable[[Canvas, Box, random.Random], None]


def _upright(box: Box) -> Box:
    """The middle of a wide box: a specimen is never wider than high."""
    width = min(box.width, box.height)
    return Box(box.centre[0] - width / 2, box.bottom, width, box.height)


def plant(ink: Canvas, box: Box, chance: random.Random) -> None:
    """A herb with its leaves and a flower, on bare paper."""
    box = _upright(box)
    foot, height = box.centre[0], box.height * 0.78
    ink.setStrokeGray(0)
    ink.setLineWidth(box.width / 40)
    ink.line(foot, box.bottom, foot, box.bottom + height)
    pairs = chance.randint(3, 6)
    for pair in range(pairs):
        y = box.bottom + height * (0.1 + 0.75 * pair / pairs)
        length = box.width * (0.48 - 0.25 * pair / pairs)
        for side in (-1.0, 1.0):
            _leaf(
                ink,
                foot,
                y + height * 0.05 * (side > 0),
                side * length,
                box.height * chance.uniform(0.08, 0.16),
            )
    x, y, petals = foot, box.bottom + height, chance.randint(5, 9)
    for petal in range(petals):
        angle = math.tau * petal / petals
        disc(
            ink,
            x + box.width * 0.12 * math.cos(angle),
            y + box.width * 0.12 * math.sin(angle),
            box.width * 0.075,
        )
    disc(ink, x, y, box.width * 0.06, grey=1.0)


def _leaf(ink: Canvas, x: float, y: float, length: float, lift: float) -> None:
    leaf = ink.beginPath()
    leaf.moveTo(x, y)
    leaf.curveTo(
        x + length * 0.3, y + lift * 1.6, x + length * 0.8, y + lift * 1.5, x + length, y + lift
    )
    leaf.curveTo(x + length * 0.8, y - lift * 0.5, x + length * 0.3, y - lift * 0.4, x, y)
    ink.drawPath(leaf, stroke=0, fill=1)


def beetle(ink: Canvas, box: Box, chance: random.Random) -> None:
    """A mirrored blot with six legs."""
    box = _upright(box)
    x, y = box.centre
    wide, high = box.width * chance.uniform(0.22, 0.32), box.height * chance.uniform(0.3, 0.36)
    ink.setStrokeGray(0)
    ink.setLineWidth(box.width / 34)
    ink.setLineJoin(1)
    for side in (-1.0, 1.0):
        for leg in (-1, 0, 1):
            path = ink.beginPath()
            path.moveTo(x, y + leg * high * 0.35)
            path.lineTo(x + side * wide * 1.3, y + leg * high * 0.6 + high * 0.12)
            path.lineTo(x + side * box.width * 0.47, y + leg * high * chance.uniform(0.9, 1.2))
            ink.drawPath(path, stroke=1, fill=0)
        ink.line(x, y + high, x + side * wide * 0.8, box.top - box.height * 0.02)
    ink.ellipse(x - wide, y - high, x + wide, y + high * 0.75, stroke=0, fill=1)
    disc(ink, x, y + high * 0.8, wide * 0.55)
    ink.setStrokeGray(1)
    ink.setLineWidth(box.width / 70)
    ink.line(x, y - high, x, y + high * 0.6)
    spots = chance.randint(1, 4)
    for spot in range(spots):
        for side in (-1, 1):
            disc(
                ink,
                x + side * wide * 0.45,
                y - high * 0.6 + high * spot * 1.1 / spots,
                wide * 0.17,
                grey=1.0,
            )
    ink.setStrokeGray(0)


def spiral(ink: Canvas, box: Box, chance: random.Random) -> None:
    """A shell: a spiral line that grows heavier outwards."""
    x, y = box.centre
    turns, most = chance.uniform(2.5, 4.0), 0.46 * min(box.width, box.height)
    hand = chance.choice((-1, 1))
    ink.setLineCap(1)
    steps = 90
    places = [(x, y)]
    for step in range(1, steps + 1):
        part = step / steps
        angle = hand * math.tau * turns * part
        radius = most * part**1.3
        places.append((x + radius * math.cos(angle), y + radius * math.sin(angle)))
        ink.setLineWidth(most * 0.02 + most * 0.2 * part / turns * 2)
        ink.line(*places[-2], *places[-1])
    ink.setLineCap(0)


def portrait(ink: Canvas, box: Box, chance: random.Random) -> None:
    """A head and shoulders before a hatched oval."""
    box = _upright(box)
    x, y = box.centre
    ink.saveState()
    oval = ink.beginPath()
    oval.ellipse(box.left, box.bottom, box.width, box.height)
    ink.clipPath(oval, stroke=0, fill=0)
    hatch(ink, box, pitch=box.height / 30, share=chance.uniform(0.35, 0.6), slope=0.4)
    wide = box.width * chance.uniform(0.17, 0.21)
    ink.ellipse(
        x - box.width * 0.36,
        box.bottom - box.height * 0.4,
        x + box.width * 0.36,
        y - box.height * 0.1,
        stroke=0,
        fill=1,
    )
    ink.ellipse(
        x - wide * 1.2, y - wide * 1.1, x + wide * 1.2, y + wide * 2.1, stroke=0, fill=1
    )  # hair
    ink.setFillGray(1)
    ink.ellipse(x - wide * 0.85, y - wide * 1.2, x + wide * 0.85, y + wide * 1.3, stroke=0, fill=1)
    ink.setFillGray(0)
    for side in (-1, 1):
        disc(ink, x + side * wide * 0.36, y + wide * 0.3, wide * 0.13)
    rule(ink, Box(x - wide * 0.3, y - wide * 0.65, wide * 0.6, wide * 0.14))
    if chance.random() < 0.5:
        rule(ink, Box(x - wide * 1.7, y + wide * 1.1, wide * 3.4, wide * 0.3))
        rule(ink, Box(x - wide, y + wide * 1.1, wide * 2, wide * 1.6))
    ink.restoreState()
    ink.setLineWidth(box.width / 45)
    ink.ellipse(box.left, box.bottom, box.right, box.top, stroke=1, fill=0)


def wheels(ink: Canvas, box: Box, chance: random.Random) -> None:
    """Toothed wheels of a machine."""
    for half in (0.3, 0.72):
        radius = min(box.width, box.height) * chance.uniform(0.2, 0.28)
        x, y = box.left + box.width * half, box.bottom + box.height * chance.uniform(0.3, 0.7)
        teeth = chance.randint(9, 16)
        rim: list[Point] = []
        for tooth in range(teeth * 4):
            angle = math.tau * tooth / (teeth * 4)
            far = radius * (1.18 if tooth % 4 < 2 else 0.95)
            rim.append((x + far * math.cos(angle), y + far * math.sin(angle)))
        polygon(ink, rim)
        disc(ink, x, y, radius * 0.62, grey=1.0)
        ink.setLineWidth(radius * 0.16)
        spokes = chance.randint(3, 5)
        for spoke in range(spokes):
            angle = math.tau * spoke / spokes
            ink.line(x, y, x + radius * 0.7 * math.cos(angle), y + radius * 0.7 * math.sin(angle))
        disc(ink, x, y, radius * 0.22)


_PLATES: tuple[Drawing, ...] = (
    landscape,
    moon,
    plant,
    beetle,
    spiral,
    tower,
    portrait,
    ship,
    wheels,
)


def plate(ink: Canvas, box: Box, chance: random.Random) -> None:
    """Draw one of the scenes or specimens, by chance."""
    chance.choice(_PLATES)(ink, box, chance)
