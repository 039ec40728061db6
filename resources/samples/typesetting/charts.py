"""Tables, charts and printers' ornaments."""

import math

from reportlab.pdfgen.canvas import Canvas

from .marks import disc, hatch, polygon
from .setting import Box, Face, Room, frame, placed, rule

_SMALL = Face("Helvetica-Bold", 8.5, 9.5)
_SMALL_LIGHT = Face("Helvetica-Bold", 8.5, 9.5, light=True)


def ornament(ink: Canvas, box: Box, *, beads: int) -> None:
    """A band of diamonds between two rules."""
    rule(ink, Box(box.left, box.top - box.height * 0.16, box.width, box.height * 0.16))
    rule(ink, Box(box.left, box.bottom, box.width, box.height * 0.16))
    step = box.width / beads
    y, half = box.centre[1], box.height * 0.3
    for bead in range(beads):
        x = box.left + step * (bead + 0.5)
        polygon(ink, [(x - step * 0.5, y), (x, y + half), (x + step * 0.5, y), (x, y - half)])


def rosette(ink: Canvas, x: float, y: float, radius: float, *, petals: int) -> None:
    """A round flower of petals, for title pages."""
    for petal in range(petals):
        angle = math.tau * petal / petals
        far = radius * 0.68
        disc(ink, x + far * math.cos(angle), y + far * math.sin(angle), radius * 1.7 / petals)
    disc(ink, x, y, radius * 0.55)
    disc(ink, x, y, radius * 0.28, grey=1.0)
    disc(ink, x, y, radius * 0.14)


def table(room: Room, box: Box, *, rows: int, columns: int) -> None:
    """Figures under a black head line; every other row is tinted."""
    ink, chance = room.ink, room.tongue.random
    for number, row in enumerate(box.rows(rows, gap=0)):
        if number == 0:
            rule(ink, row)
        elif number % 2 == 0:
            rule(ink, row, grey=0.72)
        face = _SMALL_LIGHT if number == 0 else _SMALL
        base = row.centre[1] - face.size * 0.33
        for place, cell in enumerate(row.columns(columns, gutter=4)):
            text = (
                room.tongue.title(1)
                if place == 0 or number == 0
                else f"{chance.uniform(0, 999):.1f}"
            )
            placed(ink, text, face, cell.inset(2), base, "left" if place == 0 else "right")
    frame(ink, box, 1.5)


def line_chart(room: Room, box: Box, *, curves: int) -> None:
    """Random walks between two heavy axes; the first has its area filled."""
    ink, chance = room.ink, room.tongue.random
    for level in range(1, 5):
        rule(ink, Box(box.left, box.bottom + box.height * level / 5, box.width, 0.7), grey=0.5)
    points = 14
    for curve in range(curves):
        height = chance.uniform(0.2, 0.7)
        walk: list[tuple[float, float]] = []
        for point in range(points):
            height = min(0.96, max(0.06, height + chance.uniform(-0.16, 0.18)))
            walk.append(
                (box.left + box.width * point / (points - 1), box.bottom + box.height * height)
            )
        if curve == 0:
            polygon(
                ink,
                [(box.left, box.bottom), *walk, (box.right, box.bottom)],
                grey=chance.choice((0.3, 0.5, 0.6)),
            )
        ink.setLineWidth(3.2)
        ink.setStrokeGray(0)
        path = ink.beginPath()
        path.moveTo(*walk[0])
        for step in walk[1:]:
            path.lineTo(*step)
        ink.drawPath(path, stroke=1, fill=0)
    _axes(ink, box)


def bar_chart(room: Room, box: Box, *, bars: int) -> None:
    """Upright bars, black and grey by turns."""
    chance = room.tongue.random
    trend = chance.uniform(-0.4, 0.4)
    for number, place in enumerate(box.columns(bars, gutter=box.width / bars * 0.25)):
        height = 0.5 + trend * (number / bars - 0.5) + chance.uniform(-0.25, 0.4)
        rule(
            room.ink,
            Box(
                place.left + 2, place.bottom, place.width, box.height * min(1.0, max(0.08, height))
            ),
            grey=0.0 if number % 2 == 0 else 0.4,
        )
    _axes(room.ink, box)


def pie_chart(room: Room, box: Box) -> None:
    """A disc cut in wedges of several tones."""
    ink, chance = room.ink, room.tongue.random
    x, y = box.centre
    radius = min(box.width, box.height) * 0.48
    start = 0.0
    for grey in (0.0, 0.55, 0.25, 0.8):
        extent = 360.0 - start if grey == 0.8 else chance.uniform(50, 130) * (360 - start) / 360
        ink.setFillGray(grey)
        ink.setStrokeGray(1)
        ink.setLineWidth(2)
        ink.wedge(x - radius, y - radius, x + radius, y + radius, start, extent, stroke=1, fill=1)
        start += extent
    ink.setFillGray(0)
    ink.setStrokeGray(0)


def steps_chart(room: Room, box: Box) -> None:
    """Lying bars with hatching, like a timetable."""
    chance = room.tongue.random
    for row in box.rows(7, gap=box.height / 40):
        start, length = chance.uniform(0, 0.4), chance.uniform(0.25, 0.6)
        bar = Box(row.left + row.width * start, row.bottom, row.width * length, row.height)
        if chance.random() < 0.6:
            rule(room.ink, bar)
        else:
            hatch(room.ink, bar, pitch=3.2, share=0.55, slope=0.3)
            frame(room.ink, bar, 1.2)
    _axes(room.ink, box)


def _axes(ink: Canvas, box: Box) -> None:
    rule(ink, Box(box.left - 3, box.bottom - 3, 3, box.height + 3))
    rule(ink, Box(box.left - 3, box.bottom - 3, box.width + 3, 3))


def figure(room: Room, box: Box) -> None:
    """One of the charts, by chance."""
    chance = room.tongue.random
    kind = chance.randrange(5)
    if kind == 0:
        line_chart(room, box, curves=chance.randint(1, 3))
    elif kind == 1:
        bar_chart(room, box, bars=chance.randint(5, 11))
    elif kind == 2:
        pie_chart(room, box)
    elif kind == 3:
        steps_chart(room, box)
    else:
        table(room, box, rows=max(4, int(box.height / 13)), columns=3)
