"""A project's life, made up: documents come, go, move and change, and a person marks pages.

Each page has a number of its own that can be read off its picture, so that what a dataset should
hold is known page by page, whatever happened.
"""

import random
import shutil
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image

from deepzine_gui.dataset import (
    REASONS,
    PagesAdded,
    PageSettings,
    Rules,
    bring_back,
    open_dataset,
    set_aside,
    set_label,
)
from deepzine_gui.dataset.building.build import build
from deepzine_gui.progress import Notice
from tests.pages.pdfs import box, pdf

_CELLS = 16
_PLAIN = {"resolution": 32, "split": 0, "trim": 0, "straighten": 0, "fit": "stretch"}
SETTINGS = [PageSettings(**_PLAIN), PageSettings(**(_PLAIN | {"resolution": 64}))]
_RULES = Rules(doubles=0, blanks=0, black=0)

Mark = tuple[str, int | None]
"""A label, and the state that was set by hand."""


@dataclass
class Told:
    """A document: what is in it, and what is marked of it, by the numbers of the pages."""

    name: str
    pages: list[int]
    marks: dict[int, Mark] = field(default_factory=dict)


class Story:
    """A project whose documents lie in a folder beside its dataset.

    Args:
        folder: of the project.
        seed: of all that happens.
        looks_alike: pages differ in nothing but their numbers.
    """

    def __init__(self, folder: Path, seed: int, *, looks_alike: bool = False) -> None:
        self.chance = random.Random(seed)
        self.folder = folder
        self.documents: list[Told] = []
        self.settings = SETTINGS[0]
        self._looks_alike = looks_alike
        self._last = 0
        self.notices: list[str] = []
        self._sources.mkdir(parents=True)

    @property
    def out(self) -> Path:
        """The dataset."""
        return self.folder / "dataset.h5"

    @property
    def _sources(self) -> Path:
        return self.folder / "documents"

    def _new(self) -> int:
        self._last += 1
        return self._last

    def write(self, document: Told) -> None:
        """Write a document's file, or its folder of pictures."""
        path = self._sources / document.name
        cells = [self._cells(page) for page in document.pages]
        if path.suffix:
            path.write_bytes(pdf([_drawn(one) for one in cells], size=(128, 128)))
            return
        shutil.rmtree(path, ignore_errors=True)
        path.mkdir()
        for number, one in enumerate(cells):
            Image.fromarray(np.where(np.kron(one, np.ones((4, 4))), 0, 255).astype(np.uint8)).save(
                path / f"{number:02}.png"
            )

    def add(self, name: str = "", pages: int = 0) -> Told:
        """Add a document."""
        suffix = self.chance.choice([".pdf", ".pdf", ""])
        count = pages or self.chance.randint(1, 5)
        document = Told(
            name or f"{self.chance.choice('abcdef')}{self._new()}{suffix}",
            [self._new() for _ in range(count)],
        )
        self.write(document)
        self.documents.append(document)
        return document

    def move(self, document: Told) -> None:
        """Give a document another name."""
        name = f"{self.chance.choice('abcdef')}{self._new()}{Path(document.name).suffix}"
        (self._sources / document.name).rename(self._sources / name)
        document.name = name

    def replace(self, document: Told) -> None:
        """Move a document; another one takes its name."""
        name = document.name
        self.move(document)
        self.add(name)

    def copy_and_edit(self, document: Told) -> None:
        """Copy a document as it is, and add a page to it where it lies."""
        path = self._sources / document.name
        name = f"{self.chance.choice('abcdef')}{self._new()}{path.suffix}"
        (shutil.copy if path.suffix else shutil.copytree)(path, self._sources / name)
        self.documents.append(Told(name, list(document.pages)))
        self.insert(document)

    def insert(self, document: Told) -> None:
        """Add a page to a document."""
        document.pages.insert(self.chance.randint(0, len(document.pages)), self._new())
        self.write(document)

    def take_out(self, document: Told) -> None:
        """Take a page out of a document."""
        if len(document.pages) > 1:
            page = document.pages.pop(self.chance.randrange(len(document.pages)))
            document.marks.pop(page, None)
            self.write(document)

    def remove(self, document: Told) -> None:
        """Delete a document."""
        path = self._sources / document.name
        path.unlink() if path.is_file() else shutil.rmtree(path)
        self.documents.remove(document)

    def copy_project(self, place: Path) -> None:
        """Go on with a copy of the project."""
        shutil.copytree(self.folder, place)
        self.folder = place

    def label(self, document: Told, page: int, label: str) -> None:
        """Label a page."""
        index = self._found()[document.name].index(page)
        set_label(self.out, [self._first[document.name] + index], label)
        document.marks[page] = label, document.marks.get(page, ("", None))[1]

    def mark(self) -> None:
        """Label some page, set it aside, or take that back."""
        document = self.chance.choice(self.documents)
        page = self.chance.choice(document.pages)
        label, state = document.marks.get(page, ("", None))
        index = self._found()[document.name].index(page)
        place = [self._first[document.name] + index]
        what = self.chance.choice(["label", "aside", "back"])
        if what == "label":
            label = self.chance.choice(["map", "plate", ""])
            set_label(self.out, place, label)
        elif what == "aside":
            state = 1
            set_aside(self.out, place)
        else:
            state = None
            bring_back(self.out, place)
        document.marks[page] = label, state

    def build(self, *, stop_after: int | None = None) -> None:
        """Build, or stop when so many documents have come."""
        self.notices = []
        with ThreadPoolExecutor(1) as executor:
            job = build(
                [self._sources], self.out, settings=self.settings, rules=_RULES, executor=executor
            )
            for event in job:
                if isinstance(event, Notice):
                    self.notices.append(event.text)
                if stop_after is not None and isinstance(event, PagesAdded):
                    stop_after -= 1
                    if stop_after <= 0:
                        job.close()
                        return

    def kill(self, monkeypatch: pytest.MonkeyPatch, *, after: int) -> None:
        """Build and stop as a kill would: what is finished lies about."""
        with monkeypatch.context() as patch:
            patch.setattr("deepzine_gui.dataset.building.build.settle", lambda *_, **__: False)
            self.build(stop_after=after)

    def check(self) -> None:
        """See that the dataset holds every page, and each mark where it belongs."""
        found, marks = self._found(), self._marks
        assert found == {document.name: document.pages for document in self.documents}
        wanted = {
            document.name: {
                page: mark for page, mark in document.marks.items() if mark != ("", None)
            }
            for document in self.documents
        }
        assert marks == wanted
        assert sorted(path.name for path in self.folder.iterdir()) == ["dataset.h5", "documents"]

    def _found(self) -> dict[str, list[int]]:
        """Read the numbers of all pages, in order, by documents; and the marks on the way."""
        found: dict[str, list[int]] = {}
        self._marks: dict[str, dict[int, Mark]] = {}
        self._first: dict[str, int] = {}
        with open_dataset(self.out) as dataset:
            columns, rows = dataset.columns(), dataset.documents()
            for index in range(dataset.count):
                name = rows[columns.document[index]].name
                page = _number(dataset.page(index)[0])
                by_hand = REASONS[columns.reason[index]] == "by hand"
                mark = columns.label[index], int(columns.state[index]) if by_hand else None
                found.setdefault(name, []).append(page)
                self._first.setdefault(name, index)
                self._marks.setdefault(name, {})
                if mark != ("", None):
                    self._marks[name][page] = mark
        return found

    def _cells(self, number: int) -> NDArray[np.bool_]:
        """Draw a page: its number in the first line, the opposite below, then some pattern."""
        bits = number >> np.arange(_CELLS) & 1
        pattern = np.random.default_rng(7 if self._looks_alike else number).random((_CELLS, _CELLS))
        cells = pattern > 0.5
        cells[0], cells[1] = bits, 1 - bits
        return cells


def _drawn(cells: NDArray[np.bool_]) -> bytes:
    return b" ".join(box(x * 8, 120 - y * 8, 8, 8) for y, x in np.argwhere(cells).tolist())


def _number(page: NDArray[np.uint8]) -> int:
    side = len(page) // _CELLS
    cells = page.reshape(_CELLS, side, _CELLS, side).mean((1, 3)) < 128
    assert (cells[0] != cells[1]).all()
    return int((cells[0] << np.arange(_CELLS)).sum())
