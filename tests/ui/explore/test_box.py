"""The box between window and sampler: the newest question wins, the large page goes first."""

import threading

import numpy as np

from deepzine_gui.ui.explore.box import AT_ONCE, Box, Question


def question(kind: str, stamp: int, count: int = 1) -> Question:
    latents = np.arange(count, dtype=np.float32)[:, np.newaxis]
    return Question(kind, stamp, latents)


def test_the_newest_question_of_a_kind_wins() -> None:
    box = Box(("page", "wall"))
    box.put(question("page", 1))
    box.put(question("page", 2))
    taken = box.take()
    assert taken is not None
    assert taken.stamp == 2
    box.close()
    assert box.take() is None


def test_a_wall_comes_in_parts_and_lets_the_page_go_first() -> None:
    box = Box(("page", "wall"))
    box.put(question("wall", 1, count=AT_ONCE + 3))
    first = box.take()
    box.put(question("page", 2))
    page = box.take()
    rest = box.take()
    assert first is not None
    assert page is not None
    assert rest is not None
    assert (first.first, len(first.latents)) == (0, AT_ONCE)
    assert page.kind == "page"
    assert (rest.first, rest.stamp) == (AT_ONCE, 1)
    assert rest.latents[:, 0].tolist() == [AT_ONCE, AT_ONCE + 1, AT_ONCE + 2]


def test_closing_frees_a_taker_that_waits() -> None:
    box = Box(("page",))
    taken: list[Question | None] = []
    taker = threading.Thread(target=lambda: taken.append(box.take()))
    taker.start()
    box.close()
    taker.join(5)
    assert taken == [None]
