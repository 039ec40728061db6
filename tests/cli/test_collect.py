"""What `deepzine collect` asks of the archive, and what it leaves in the project."""

from collections.abc import Generator
from pathlib import Path

import pytest

from deepzine_gui import archive
from deepzine_gui.__main__ import main
from deepzine_gui.archive.choosing.picking import Budget
from deepzine_gui.archive.choosing.wishes import Wish
from deepzine_gui.archive.events import State
from deepzine_gui.errors import ArchiveError
from deepzine_gui.progress import Event, Finished
from deepzine_gui.project import Project
from tests.cli.conftest import Calls


def test_collect(calls: Calls, tmp_path: Path) -> None:
    assert main(["collect", "MBLWHOI", "--project", str(tmp_path / "zine"), "--limit", "3"]) == 0
    assert calls.args == ("MBLWHOI", tmp_path / "zine" / "documents")
    assert calls.kwargs == {"wish": Wish(budget=Budget(documents=3)), "parallel": 2}
    words = "--max-gb 1.5 --pick years --seed 4 --years 1880-1930 --language eng --parallel 3"
    main(["collect", "MBLWHOI", "--project", str(tmp_path / "zine"), *words.split()])
    assert calls.kwargs["wish"] == Wish(
        "years", 4, Budget(size_bytes=1_500_000_000), years=(1880, 1930), language="eng"
    )
    assert calls.kwargs["parallel"] == 3


def test_a_plan_to_collect_leaves_no_project(calls: Calls, tmp_path: Path) -> None:
    main(["collect", "MBLWHOI", "--project", str(tmp_path / "zine"), "--plan"])
    assert calls.args == ("MBLWHOI", tmp_path / "zine" / "documents")
    assert calls.kwargs["wish"].plan_only
    assert not (tmp_path / "zine").exists()


@pytest.mark.parametrize(
    ("text", "years"),
    [("1903", (1903, 1903)), ("1880-", (1880, 9999)), ("-1930", (0, 1930)), ("7-9", (7, 9))],
)
def test_years_to_collect(text: str, years: tuple[int, int], calls: Calls, tmp_path: Path) -> None:
    main(["collect", "x", "--project", str(tmp_path), f"--years={text}"])
    assert calls.kwargs["wish"].years == years


def test_collect_keeps_the_name_of_what_is_taken(calls: Calls, tmp_path: Path) -> None:
    def nothing() -> Generator[Event]:
        raise ArchiveError("Nothing in the archive is called lost.")
        yield

    taken = archive.DocumentsWaiting(("one",))
    for name, script in (
        ("zines", lambda: iter([archive.ItemsFound((), 0), taken, Finished("", tmp_path)])),
        ("lost", nothing),
    ):
        calls.script = script
        main(["collect", name, "--project", str(tmp_path / "zine")])
        assert Project.open(tmp_path / "zine").choices.collection == "zines"


def test_a_collect_that_finds_nothing_leaves_no_project(calls: Calls, tmp_path: Path) -> None:
    def nothing() -> Generator[Event]:
        yield archive.ItemsFound((), 0)
        raise ArchiveError("Nothing in the archive is called lost.")

    calls.script = nothing
    assert main(["collect", "lost", "--project", str(tmp_path / "zine")]) == 1
    assert not (tmp_path / "zine").exists()


def test_collect_takes_nothing_back_of_what_a_window_chose_meanwhile(
    calls: Calls, tmp_path: Path
) -> None:
    def amid_a_window() -> Generator[Event]:
        yield archive.ItemsFound((), 2)
        window = Project.open(tmp_path)
        window.choices.sources = [tmp_path / "scans"]
        window.save()
        yield archive.ItemsFound((), 2)
        yield archive.DocumentsWaiting(("one",))
        window.choices.model = "first"
        window.save()
        yield archive.DocumentChanged("one", "done")
        yield Finished("", tmp_path)

    Project.create(tmp_path)
    calls.script = amid_a_window
    assert main(["collect", "zines", "--project", str(tmp_path)]) == 0
    choices = Project.open(tmp_path).choices
    assert (choices.sources, choices.model) == ([tmp_path / "scans"], "first")


@pytest.mark.parametrize(
    ("states", "code"),
    [
        (("failed", "restricted", "skipped"), 1),
        (("failed", "done"), 0),
        (("skipped",), 0),
        ((), 0),
    ],
)
def test_collect_fails_where_nothing_could_be_had(
    calls: Calls, tmp_path: Path, states: tuple[State, ...], code: int
) -> None:
    def ending() -> Generator[Event]:
        yield archive.DocumentsWaiting(tuple(str(number) for number in range(len(states))))
        for number, state in enumerate(states):
            yield archive.DocumentChanged(str(number), state)
        yield Finished("", tmp_path)

    calls.script = ending
    assert main(["collect", "zines", "--project", str(tmp_path)]) == code


def test_collect_tells_what_is_fetched_from_what_was_here(
    calls: Calls, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    def rerun() -> Generator[Event]:
        yield archive.DocumentChanged("old", "done", was_here=True)
        yield archive.DocumentChanged("new", "done")
        yield archive.DocumentChanged("large", "skipped", reason="Passed over: it is large.")
        yield Finished("That was it.", tmp_path)

    calls.script = rerun
    assert main(["collect", "zines", "--project", str(tmp_path)]) == 0
    told = capsys.readouterr()
    lines = (told.out + told.err).splitlines()
    assert [line for line in lines if ":" in line] == [
        "old: already here",
        "new: downloaded",
        "large: Passed over: it is large.",
    ]


@pytest.mark.parametrize("content", ["sources: 3", "{"])
def test_collect_looks_at_the_project_before_it_asks_the_archive(
    calls: Calls, tmp_path: Path, content: str
) -> None:
    (tmp_path / "project.yaml").write_text(content, encoding="utf-8")
    assert main(["collect", "zines", "--project", str(tmp_path)]) == 1
    assert calls.args == ()
