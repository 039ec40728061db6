"""``deepzine evaluate``: what it asks for, and the table it shows."""

from collections.abc import Generator
from pathlib import Path

import pytest

from deepzine_gui.__main__ import main
from deepzine_gui.cli.measured import table
from deepzine_gui.progress import Event
from deepzine_gui.training import Evaluated, Measure
from tests.cli.conftest import Calls

FOUND = Evaluated(
    "small is measured against pages.h5.",
    model="small",
    dataset="pages.h5",
    resolution=64,
    count=1024,
    measures=(
        Measure("SWD × 10³ at 64 px", 43.87, 8.812, "As low as between real pages."),
        Measure("near-duplicate pairs", 12345, 25, "About as many as " + "real " * 12 + "pages."),
    ),
)


def test_what_it_asks_for(calls: Calls) -> None:
    assert main(["evaluate", "runs/a", "pages.h5"]) == 0
    assert calls.args == ("runs/a", Path("pages.h5"))
    assert calls.kwargs == {"count": 1024, "seed": 0, "out": None}
    words = "evaluate m p.h5 --count 64 --seed 5 --out found"
    assert main(words.split()) == 0
    assert calls.kwargs == {"count": 64, "seed": 5, "out": Path("found")}


def test_each_measure_is_a_row_with_its_sentence_beside_it() -> None:
    lines = table(FOUND).splitlines()
    assert lines[0] == FOUND.summary
    assert "1,024 made-up pages of 64 px and as many real ones of pages.h5" in lines[1]
    assert " ".join(lines[4].split()) == (
        "SWD × 10³ at 64 px 43.9 8.81 As low as between real pages."
    )
    assert lines[5].split()[:6] == ["near-duplicate", "pairs", "12,345", "25", "About", "as"]
    start = lines[4].index("As low")
    assert lines[5].index("About") == start
    assert lines[6].lstrip() == lines[6][start:]
    assert max(map(len, lines)) <= 110


def test_the_table_is_the_command_s_output(
    calls: Calls, capsys: pytest.CaptureFixture[str]
) -> None:
    def job() -> Generator[Event]:
        yield FOUND

    calls.script = job
    assert main(["evaluate", "m", "p.h5"]) == 0
    assert capsys.readouterr().out == table(FOUND) + "\n"
