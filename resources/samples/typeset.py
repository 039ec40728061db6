"""Typeset the sample documents: `python typeset.py [--out FOLDER] [NAME …]`.

Every page is made of invented words and drawings, set in the PDF base fonts; the same
script gives the same bytes each time. Needs reportlab (`pip install deepzine[dev]`).
"""

import argparse
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from reportlab import rl_config
from reportlab.pdfgen.canvas import Canvas
from typesetting.books import album, novel, verses
from typesetting.language import Tongue
from typesetting.papers import gazette, report
from typesetting.setting import Box, Room


@dataclass(frozen=True, slots=True)
class Kind:
    """A document: how its pages are made, on what sheet (points), in which dialect."""

    pages: Callable[[Room], None]
    width: float
    height: float
    seed: int


DOCUMENTS = {
    "novel": Kind(novel, 420, 560, 11),
    "report": Kind(report, 460, 640, 23),
    "gazette": Kind(gazette, 500, 640, 37),
    "album": Kind(album, 480, 560, 41),
    "verses": Kind(verses, 380, 540, 59),
}


def typeset(name: str, path: Path) -> None:
    """Write the named document to `path`; KeyError if there is none of that name."""
    kind = DOCUMENTS[name]
    rl_config.useA85 = 0  # binary streams are a fifth smaller
    ink = Canvas(str(path), pagesize=(kind.width, kind.height), pageCompression=1, invariant=1)
    tongue = Tongue(kind.seed)
    ink.setTitle(tongue.title(2))
    ink.setAuthor("DeepZine")
    ink.setSubject("Invented text and drawings, CC0-1.0")
    kind.pages(Room(ink, tongue, Box(0, 0, kind.width, kind.height)))
    ink.save()


def main() -> None:
    """Typeset the documents named on the command line, or all."""
    parser = argparse.ArgumentParser(description="Typeset the sample documents.")
    parser.add_argument(
        "names", nargs="*", metavar="NAME", help=f"one of {', '.join(DOCUMENTS)}; all if none"
    )
    parser.add_argument(
        "--out", type=Path, default=Path(__file__).resolve().parent, help="folder for the PDFs"
    )
    chosen = parser.parse_args()
    unknown = sorted(set(chosen.names) - set(DOCUMENTS))
    if unknown:
        parser.error(f"there is no document named {unknown[0]}")
    for name in chosen.names or DOCUMENTS:
        typeset(name, chosen.out / f"{name}.pdf")


if __name__ == "__main__":
    main()
