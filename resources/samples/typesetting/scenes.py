"""Scenes drawn like woodcuts to fill a box: landscape, night sky, towers, ship."""

import math
import random

from reportlab.pdfgen.canvas import Canvas

from .marks import disc, hatch, polygon, within
from .setting import Box, frame, rule


def landscape(ink: Canvas, box: Box, chance: random.Random) -> None:
    """Mountains before a hatched sky, with a sun."""
    hatch(ink, box, pitch=box.height / 26, share=chance.uniform(0.2, 0.5))
    with within(ink, box):
        disc(
            ink,
            box.left + box.width * chance.uniform(0.2, 0.8),
            box.bottom + box.height * 0.72,
            box.width * chance.uniform(0.09, 0.16),
            grey=1.0,
        )
        for layer, grey in enumerate((0.45, 0.2, 0.0)):
            level = box.height * (0.55 - 0.18 * layer)
            ridge = [(box.left, box.bottom)]
            steps = 9
            for step in range(steps + 1):
                lift = chance.uniform(-0.14, 0.16) * box.height
                ridge.append((box.left + box.width * step / steps, box.bottom + level + lift))
            polygon(ink, [*ridge, (box.right, box.bottom)], grey=grey)
    frame(ink, box, box.width / 90)


def moon(ink: Canvas, box: Box, chance: random.Random) -> None:
    """A cratered moon in a black sky."""
    rule(ink, box)
    x, y = box.centre
    radius = 0.4 * min(box.width, box.height)
    with within(ink, box):
        for _ in range(40):
            disc(
                ink,
                chance.uniform(box.left, box.right),
                chance.uniform(box.bottom, box.top),
                radius / 60,
                grey=1,
            )
        disc(ink, x, y, radius, grey=0.97)
        for _ in range(14):
            angle, far = chance.uniform(0, math.tau), radius * math.sqrt(chance.uniform(0, 0.7))
            disc(
                ink,
                x + far * math.cos(angle),
                y + far * math.sin(angle),
                radius * chance.uniform(0.04, 0.15),
                grey=chance.choice((0.25, 0.5, 0.7)),
            )
        shadow = radius * chance.uniform(0.45, 0.9) * chance.choice((-1, 1))
        disc(ink, x + shadow * 1.6, y + shadow * 0.5, radius * 1.05)


def tower(ink: Canvas, box: Box, chance: random.Random) -> None:
    """Black towers with lit windows."""
    hatch(
        ink,
        box,
        pitch=box.height / 34,
        share=chance.uniform(0.1, 0.4),
        slope=chance.uniform(-0.5, 0.5),
    )
    count = chance.randint(2, 4)
    for place in box.inset(box.width * 0.06).columns(count, gutter=box.width * 0.05):
        high = place.height * chance.uniform(0.45, 0.82)
        rule(ink, Box(place.left, box.bottom, place.width, high))
        top = box.bottom + high
        polygon(
            ink,
            [
                (place.left - 2, top),
                (place.right + 2, top),
                (place.centre[0], top + place.height * 0.18),
            ],
        )
        pane = place.width * 0.18
        for storey in range(int(high / (pane * 3))):
            for half in (0.27, 0.73):
                rule(
                    ink,
                    Box(
                        place.left + place.width * half - pane / 2,
                        box.bottom + pane + storey * pane * 2.8,
                        pane,
                        pane * 1.5,
                    ),
                    grey=1.0,
                )
    frame(ink, box, box.width / 90)


def ship(ink: Canvas, box: Box, chance: random.Random) -> None:
    """A ship under sail on a hatched sea."""
    sea = Box(box.left, box.bottom, box.width, box.height * 0.26)
    hatch(ink, sea, pitch=sea.height / 7, share=0.6)
    x, deck, wide = box.centre[0], sea.top, box.width * 0.36
    polygon(
        ink,
        [
            (x - wide, deck + wide * 0.3),
            (x + wide * 1.1, deck + wide * 0.35),
            (x + wide * 0.75, deck - wide * 0.2),
            (x - wide * 0.75, deck - wide * 0.2),
        ],
    )
    ink.setLineWidth(box.width / 50)
    masts = chance.randint(1, 3)
    for mast in range(masts):
        foot = x + wide * 1.4 * ((mast + 0.5) / masts - 0.5)
        high = box.height * chance.uniform(0.5, 0.6)
        ink.line(foot, deck, foot, deck + high)
        belly = wide * 1.2 / masts
        for sail in range(2):
            low = deck + high * (0.22 + 0.4 * sail)
            polygon(
                ink,
                [
                    (foot - belly * 0.5, low),
                    (foot + belly * 0.5, low),
                    (foot + belly * 0.42, low + high * 0.33),
                    (foot - belly * 0.3, low + high * 0.33),
                ],
                grey=chance.choice((0.0, 0.15, 0.35)),
            )
    frame(ink, box, box.width / 90)
