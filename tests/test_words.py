"""Numbers read as people write them."""

import pytest

from deepzine_gui.progress import Pace, Progress
from deepzine_gui.words import (
    amount_text,
    count_text,
    plain_text,
    progress_text,
    size_text,
    time_text,
)


@pytest.mark.parametrize(
    ("size", "text"),
    [(900, "900 B"), (1_400_000, "1.4 MB"), (24_000_000, "24 MB"), (312e9, "312 GB")],
)
def test_sizes(size: float, text: str) -> None:
    assert size_text(size) == text


@pytest.mark.parametrize(
    ("seconds", "text"),
    [(0.2, "1 s"), (59, "59 s"), (720, "12 min"), (12_000, "3 h 20 min"), (200_000, "2 days")],
)
def test_times(seconds: float, text: str) -> None:
    assert time_text(seconds) == text


def test_amounts() -> None:
    assert count_text(1, "pages") == "1 page"
    assert count_text(18_204, "pages") == "18,204 pages"
    assert amount_text(12.54, "kimg") == "12.5 kimg"
    assert amount_text(2_000_000, "bytes") == "2.0 MB"


def test_how_far_a_job_is() -> None:
    clock = iter([0.0, 10.0])
    pace = Pace(clock=lambda: next(clock))
    pace.add(Progress(100, 9300, "pages"))
    last = Progress(1204, 9300, "pages")
    pace.add(last)
    assert progress_text(last, pace) == "1,204 of 9,300 pages · 110 pages a second · 1 min left"
    assert progress_text(Progress(3, None, "documents"), Pace()) == "3 documents"


@pytest.mark.parametrize(("done", "told"), [(10, "1 document"), (15, "1.5 documents")])
def test_a_speed_of_one_is_told_in_the_singular(done: int, told: str) -> None:
    clock = iter([0.0, 10.0])
    pace = Pace(clock=lambda: next(clock))
    pace.add(Progress(0, None, "documents"))
    pace.add(Progress(done, None, "documents"))
    text = progress_text(Progress(done, None, "documents"), pace)
    assert text == f"{done} documents · {told} a second"


def test_training_speed_is_told_in_images() -> None:
    clock = iter([0.0, 1.0])
    pace = Pace(clock=lambda: next(clock))
    pace.add(Progress(1.0, 76, "kimg"))
    pace.add(Progress(1.2, 76, "kimg"))
    assert "200 pages a second" in progress_text(Progress(1.2, 76, "kimg"), pace)


def test_names_on_one_line_that_any_file_can_hold() -> None:
    assert (
        plain_text("atlas \udcff\n\x1b[31m\u2028.pdf") == "atlas \ufffd\ufffd\ufffd[31m\ufffd.pdf"
    )
    whole = "Übersicht – گزارش\u200cها 🗺️.pdf"
    assert plain_text(whole) == whole


def test_a_name_with_half_a_character_as_windows_allows_is_put_right() -> None:
    assert plain_text("a\ud83d.pdf") == "a\ufffd.pdf"
    assert plain_text("a\udc41\udfff.pdf") == "a\ufffd\ufffd.pdf"
