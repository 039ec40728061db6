from typing import Any

from deepzine_gui.dataset import KEPT, SET_ASIDE, Provenance
from deepzine_gui.dataset.building.marks import Mark, marks_of_changed, marks_of_same

ASIDE: Any = {"state": SET_ASIDE, "reason": "by hand"}
STAYS: Any = {"state": KEPT, "reason": "by hand"}


def whole(number: int = 1, **marks: Any) -> Provenance:
    return Provenance("a", number, **marks)


def halves(left: dict[str, Any], right: dict[str, Any]) -> list[Provenance]:
    return [Provenance("a", 1, 1, **left), Provenance("a", 1, 2, **right)]


def test_both_halves_have_the_marks_of_their_page() -> None:
    marks = marks_of_same([whole(label="map", **ASIDE)], halves({}, {}))
    assert marks.placed == dict.fromkeys([(1, 1), (1, 2)], Mark("map", SET_ASIDE))
    assert not marks.lost


def test_a_whole_page_has_the_marks_its_halves_agree_on() -> None:
    agreed = marks_of_same(halves({"label": "map", **ASIDE}, {"label": "map", **ASIDE}), [whole()])
    assert (agreed.placed, agreed.lost) == ({(1, 0): Mark("map", SET_ASIDE)}, ())


def test_one_half_set_aside_does_not_take_the_other_with_it() -> None:
    split = halves({"label": "map", **ASIDE}, {})
    marks = marks_of_same(split, [whole()])
    assert marks.placed == {}
    # and that is told
    assert marks.lost == (split[0],)


def test_a_half_that_a_person_kept_keeps_the_page() -> None:
    marks = marks_of_same(halves(ASIDE, STAYS), [whole()])
    assert marks.placed == {(1, 0): Mark("", KEPT)}
    assert [row.part for row in marks.lost] == [1]


def test_a_label_taken_off_stays_off_a_page_and_its_halves() -> None:
    marks = marks_of_same([whole(label_by_hand=1)], halves({}, {}))
    assert marks.placed == dict.fromkeys([(1, 1), (1, 2)], Mark(label_by_hand=1))
    assert marks.on(halves({"label": "map"}, {})[0]) == halves({"label_by_hand": 1}, {})[0]
    # of halves that do not agree a hand has touched one
    together = marks_of_same(halves({"label_by_hand": 1}, {"label": "map"}), [whole()])
    assert together.placed == {(1, 0): Mark(label_by_hand=1)}
    both = marks_of_same(halves({"label": "map"}, {"label": "map"}), [whole()])
    assert both.placed == {(1, 0): Mark("map")}


def test_a_page_that_is_gone_loses_its_marks_and_says_so() -> None:
    old = [whole(1, label="map"), whole(2), whole(3, label="map")]
    assert marks_of_same(old, [whole(1), whole(2)]).lost == (old[2],)
    changed = marks_of_changed(old, {(1, 0): (2, 0), (2, 0): (3, 0)})
    assert (changed.placed, changed.lost) == ({(2, 0): Mark("map")}, (old[0],))


def test_a_page_has_its_mark_and_no_other() -> None:
    marks = marks_of_changed([whole(label="map", **STAYS)], {(2, 0): (1, 0)})
    assert marks.on(whole(2, **ASIDE)) == whole(2, label="map", **STAYS)
    assert marks.on(whole(1, label="old", **ASIDE)) == whole(1)
    # what the rules found stays theirs
    assert marks.on(whole(1, state=SET_ASIDE, reason="blank")).reason == "blank"
