"""What a build does by the clock, it does at a test's word; documents to build from."""

import math
from collections.abc import Callable
from pathlib import Path

import pytest

from deepzine_gui.dataset.building import crew, shards
from tests.dataset.building import PAGES, built, everything, write_pdf


@pytest.fixture(autouse=True)
def _a_block_at_a_time(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing that is rendered here is made safe amid a block because it takes long."""
    monkeypatch.setattr(shards, "_KEEP_S", math.inf)


TimeIsUp = Callable[[str, int], None]


@pytest.fixture
def time_is_up(monkeypatch: pytest.MonkeyPatch) -> TimeIsUp:
    """Says of which document and page a worker shall be found to have taken too long."""
    places: set[tuple[str, int]] = set()
    look_at = crew._Seat.end_if_limits_are_broken

    def aged(seat: crew._Seat) -> None:
        if seat.task is not None and (seat.task.document.name, seat.page) in places:
            seat.watch._since_s = -math.inf
        look_at(seat)

    monkeypatch.setattr(crew._Seat, "end_if_limits_are_broken", aged)
    return lambda document, page: places.add((document, page))


@pytest.fixture(scope="module")
def sources(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("documents")
    for number, pages in enumerate(PAGES):
        write_pdf(folder / f"{number}.pdf", pages)
    return folder


@pytest.fixture(scope="module")
def undisturbed(sources: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, object]:
    out = tmp_path_factory.mktemp("whole") / "out.h5"
    built([sources], out)
    return everything(out)
