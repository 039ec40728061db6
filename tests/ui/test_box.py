"""The box between window and a thread: the newest question wins, the urgent kind goes first."""

import threading

from deepzine_gui.ui.box import Box
from tests.patience import PATIENCE_S


def two_at_once(numbers: list[int]) -> tuple[list[int], list[int] | None]:
    return numbers[:2], numbers[2:] or None


def test_the_newest_question_of_a_kind_wins() -> None:
    box: Box[str] = Box(("page", "wall"))
    box.put("page", "old")
    box.put("page", "new")
    assert box.take() == "new"
    box.close()
    assert box.take() is None


def test_a_long_question_comes_in_parts_and_lets_the_urgent_one_go_first() -> None:
    box: Box[list[int]] = Box(("page", "wall"), two_at_once)
    box.put("wall", [1, 2, 3, 4, 5])
    assert box.take() == [1, 2]
    box.put("page", [9])
    assert [box.take(), box.take(), box.take()] == [[9], [3, 4], [5]]


def test_the_rest_of_a_question_gives_way_to_a_newer_one() -> None:
    box: Box[list[int]] = Box(("wall",), two_at_once)
    box.put("wall", [1, 2, 3])
    assert box.take() == [1, 2]
    box.put("wall", [7])
    assert box.take() == [7]


def test_closing_frees_a_taker_that_waits() -> None:
    box: Box[str] = Box(("page",))
    taken: list[str | None] = []
    taker = threading.Thread(target=lambda: taken.append(box.take()))
    taker.start()
    box.close()
    taker.join(PATIENCE_S)
    assert taken == [None]
