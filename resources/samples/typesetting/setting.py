"""Setting type in points, y upwards: boxes, faces, justified columns, headings, rules."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Literal

from reportlab.pdfbase.pdfmetrics import stringWidth
from reportlab.pdfgen.canvas import Canvas

from .language import Tongue

Align = Literal["justify", "left", "centre", "right"]


@dataclass(frozen=True, slots=True)
class Box:
    """A rectangle on the sheet, in points."""

    left: float
    bottom: float
    width: float
    height: float

    @property
    def right(self) -> float:
        """The x of the right edge."""
        return self.left + self.width

    @property
    def top(self) -> float:
        """The y of the upper edge."""
        return self.bottom + self.height

    @property
    def centre(self) -> tuple[float, float]:
        """The point in the middle."""
        return self.left + self.width / 2, self.bottom + self.height / 2

    def inset(self, amount: float) -> "Box":
        """The box without a border of that width."""
        return Box(
            self.left + amount,
            self.bottom + amount,
            self.width - 2 * amount,
            self.height - 2 * amount,
        )

    def cut(self, height: float, *, gap: float = 0.0) -> tuple["Box", "Box"]:
        """An upper box of that height, and what is left below a gap."""
        upper = Box(self.left, self.top - height, self.width, height)
        return upper, Box(self.left, self.bottom, self.width, self.height - height - gap)

    def columns(self, count: int, *, gutter: float) -> list["Box"]:
        """Equal boxes side by side."""
        width = (self.width - gutter * (count - 1)) / count
        return [
            Box(self.left + i * (width + gutter), self.bottom, width, self.height)
            for i in range(count)
        ]

    def rows(self, count: int, *, gap: float) -> list["Box"]:
        """Equal boxes, the uppermost first."""
        height = (self.height - gap * (count - 1)) / count
        return [
            Box(self.left, self.top - height - i * (height + gap), self.width, height)
            for i in range(count)
        ]


@dataclass(frozen=True, slots=True)
class Face:
    """A base font with its size and leading in points; `weight` thickens the strokes, in ems."""

    font: str
    size: float
    leading: float
    weight: float = 0.08
    light: bool = False  # white type, for dark grounds

    def width(self, text: str) -> float:
        """The width of a line set without extra space, in points."""
        return float(stringWidth(text, self.font, self.size))


@dataclass(frozen=True, slots=True)
class Room:
    """What a page is made with: the canvas, the language and the sheet."""

    ink: Canvas
    tongue: Tongue
    sheet: Box


def rule(ink: Canvas, box: Box, *, grey: float = 0.0) -> None:
    """Fill the box with one tone; 0 is black, 1 is paper."""
    ink.setFillGray(grey)
    ink.rect(box.left, box.bottom, box.width, box.height, stroke=0, fill=1)
    ink.setFillGray(0)


def frame(ink: Canvas, box: Box, thickness: float) -> None:
    """Draw the edge of the box."""
    ink.setStrokeGray(0)
    ink.setLineWidth(thickness)
    ink.rect(box.left, box.bottom, box.width, box.height, stroke=1, fill=0)


def line(
    ink: Canvas,
    text: str,
    face: Face,
    x: float,
    y: float,
    *,
    spacing: float = 0.0,
    stretch: float = 1.0,
) -> None:
    """Set one line with its base line at `y`.

    `stretch` widens letters and spaces; `spacing` is added before that to every word
    space, in points.
    """
    tone = 1.0 if face.light else 0.0
    ink.setFillGray(tone)
    ink.setStrokeGray(tone)
    ink.setLineWidth(face.size * face.weight)
    written = ink.beginText(x, y)
    written.setFont(face.font, face.size)
    written.setTextRenderMode(2 if face.weight else 0)
    written.setHorizScale(stretch * 100)
    written.setWordSpace(spacing)
    written.textOut(text)
    ink.drawText(written)
    ink.setFillGray(0)
    ink.setStrokeGray(0)


def placed(ink: Canvas, text: str, face: Face, box: Box, y: float, align: Align = "centre") -> None:
    """Set one line in the width of the box at base line `y`; too long a line is set smaller."""
    natural = face.width(text)
    if natural > box.width:
        face = Face(
            face.font, face.size * box.width / natural, face.leading, face.weight, face.light
        )
        natural = box.width
    slack = {"left": 0.0, "justify": 0.0, "centre": 0.5, "right": 1.0}[align]
    line(ink, text, face, box.left + (box.width - natural) * slack, y)


def heading(ink: Canvas, text: str, face: Face, box: Box, align: Align = "centre") -> Box:
    """Set a heading in lines from the top of the box; return the box below it."""
    y = box.top
    for words in broken(text, face, box.width):
        y -= face.leading
        placed(ink, " ".join(words), face, box, y + face.leading - face.size * 0.85, align)
    return Box(box.left, box.bottom, box.width, max(0.0, y - box.bottom))


def broken(text: str, face: Face, width: float, *, indent: float = 0.0) -> Iterator[list[str]]:
    """Break a paragraph into lines of words, each as full as the width (points) allows."""
    space = face.width(" ")
    words: list[str] = []
    used = indent
    for word in text.split():
        needed = face.width(word)
        if words and used + space + needed > width:
            yield words
            words, used = [], 0.0
        used += needed + (space if words else 0.0)
        words.append(word)
    if words:
        yield words


def fill(
    room: Room,
    face: Face,
    box: Box,
    *,
    align: Align = "justify",
    indent: float = 1.4,
    paragraphs: Callable[[Tongue], str] | None = None,
) -> None:
    """Fill the box with invented paragraphs, down to the last line that fits; `indent` in ems."""
    speak = paragraphs or (lambda tongue: tongue.paragraph(tongue.random.randint(35, 110)))
    y = box.top - face.size * 0.76
    first = 0.0  # the first paragraph of a column goes on from the one before
    while y >= box.bottom:
        setting = list(broken(speak(room.tongue), face, box.width, indent=first))
        for number, words in enumerate(setting):
            if y < box.bottom:
                return
            start = first if number == 0 else 0.0
            last = number == len(setting) - 1 and y - face.leading >= box.bottom
            _set(
                room.ink,
                words,
                face,
                Box(box.left + start, y, box.width - start, 0.0),
                align="left" if last and align == "justify" else align,
            )
            y -= face.leading
        first = indent * face.size


def _set(ink: Canvas, words: list[str], face: Face, place: Box, *, align: Align) -> None:
    text = " ".join(words)
    if align in ("centre", "right"):
        placed(ink, text, face, place, place.bottom, align)
        return
    gaps = len(words) - 1 if align == "justify" else 0
    if not gaps:
        line(ink, text, face, place.left, place.bottom)
        return
    natural = face.width(text)
    # A loose line is set in wider letters, so that a narrow column stays dark.
    loose = place.width - natural > gaps * face.size * 0.25
    stretch = min(1.25, place.width / natural) if loose else 1.0
    spacing = (place.width / stretch - natural) / gaps
    line(ink, text, face, place.left, place.bottom, spacing=spacing, stretch=stretch)
