"""The icons: every one drawn, in black lines that the window can tint."""

from pathlib import Path
from xml.etree import ElementTree

import pytest

ICONS = Path(__file__).parents[2] / "resources" / "icons"
NAMES = [
    "search",
    "download",
    "add",
    "folder",
    "play",
    "pause",
    "stop",
    "film",
    "picture",
    "grid",
    "dice",
    "star",
    "refresh",
    "settings",
    "warning",
    "info",
    "check",
    "close",
    "next",
    "previous",
    "log",
    "help",
    "book",
    "path",
    "loop",
    "sun",
    "moon",
    "undo",
    "trash",
    "label",
    "zoom",
    "save",
    "open",
]


def test_all_icons_are_there() -> None:
    assert {path.stem for path in ICONS.glob("*.svg")} == {*NAMES, "deepzine"}


@pytest.mark.parametrize("name", NAMES)
def test_an_icon_is_lines_of_one_tintable_colour(name: str) -> None:
    drawing = ElementTree.parse(ICONS / f"{name}.svg").getroot()
    assert drawing.get("viewBox") == "0 0 20 20"
    assert (drawing.get("stroke"), drawing.get("fill")) == ("#000000", "none")
    assert len(drawing)
    for part in drawing.iter():
        assert part is drawing or (part.get("fill"), part.get("stroke")) == (None, None)
