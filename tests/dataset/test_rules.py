import dataclasses

import numpy as np
import pytest
from pydantic import ValidationError

from deepzine_gui.dataset import KEPT, NO_RULES, REASONS, SET_ASIDE, Columns, Rules, judge

BY_HAND = REASONS.index("by hand")


def columns(count: int, pages: list[int] | None = None, **values: object) -> Columns:
    """The table of one document (or several of so many pages each), all else 0."""
    counts = pages or [count]
    given = {
        "document": np.repeat(np.arange(len(counts)), counts),
        "page": np.concatenate([np.arange(1, n + 1) for n in counts]),
        "document_pages": np.array(counts),
        "label": np.full(count, "", object),
        "ink": np.ones(count),
        "fingerprint": [place * 0x9E3779B97F4A7C15 % 2**64 for place in range(count)],
        **values,
    }
    types = {"ink": "f4", "brightness": "f4", "picture": "f4", "black": "f4", "aspect": "f4"}
    types |= {"fingerprint": "u8", "label": "O", "state": "u1", "reason": "u1", "part": "u1"}
    types |= {"label_by_hand": "u1"}
    return Columns(
        **{
            field.name: np.array(
                given.get(field.name, np.zeros(count)), types.get(field.name, "i4")
            )
            for field in dataclasses.fields(Columns)
        }
    )


def reasons(table: Columns, **rules: object) -> list[str]:
    state, reason = judge(table, NO_RULES.model_copy(update=rules))
    assert ((state == SET_ASIDE) == (reason > 0)).all()
    return [REASONS[code] for code in reason]


@pytest.mark.parametrize(
    ("rules", "values", "expected"),
    [
        ({"blanks": 0.01}, {"ink": [0, 0.009, 0.011]}, ["blank", "blank", ""]),
        # the paper of scans has stains
        ({"blanks": 0.01}, {"ink": [0.09, 0.09], "original_px": [0, 500]}, ["", "blank"]),
        ({"black": 0.5}, {"black": [0.49, 0.5, 1]}, ["", "black", "black"]),
        ({"pictures": 0.5}, {"picture": [0.49, 0.5]}, ["", "picture"]),
        ({"small": 600}, {"original_px": [0, 599, 600]}, ["", "small", ""]),
        ({"skip_first": 2}, {}, ["first pages", "first pages", "", ""]),
        ({"skip_last": 1}, {}, ["", "", "last pages"]),
        ({"black": 0.9, "blanks": 0.1}, {"black": [1.0], "ink": [0.0]}, ["black"]),
    ],
)
def test_each_rule(rules: dict, values: dict, expected: list[str]) -> None:
    table = columns(len(expected), **values)
    assert reasons(table, **rules) == expected
    assert reasons(table) == [""] * len(expected)


def test_first_and_last_pages_are_those_of_each_document() -> None:
    table = columns(5, [2, 3])
    assert reasons(table, skip_first=1) == ["first pages", "", "first pages", "", ""]
    # the last page could not be rendered: what counts is the document's
    longer = dataclasses.replace(table, document_pages=np.array([2, 5]))
    assert reasons(longer, skip_last=2) == ["last pages", "last pages", "", "", ""]
    assert reasons(longer, skip_last=3) == ["last pages", "last pages", "", "", "last pages"]


def test_the_first_of_several_doubles_is_kept() -> None:
    prints = [0b0, 0xFFFF << 32, 0b11, 0b1111, 0b0]
    assert reasons(columns(5, fingerprint=prints), doubles=2) == ["", "", "double", "", "double"]
    assert reasons(columns(5, fingerprint=prints), doubles=1) == ["", "", "", "", "double"]


def test_pages_that_are_kept_or_rejected_by_hand_have_doubles() -> None:
    table = columns(3, fingerprint=[5, 5, 5], ink=[0, 1, 1])
    assert reasons(table, doubles=1, blanks=0.5) == ["blank", "", "double"]
    by_hand = dataclasses.replace(
        columns(4, fingerprint=[5, 5, 5, 5]),
        state=np.array([SET_ASIDE, KEPT, KEPT, KEPT], np.uint8),
        reason=np.array([BY_HAND, 0, BY_HAND, 0], np.uint8),
    )
    state, reason = judge(by_hand, Rules(doubles=1, blanks=0))
    assert state.tolist() == [SET_ASIDE, SET_ASIDE, KEPT, SET_ASIDE]
    assert [REASONS[code] for code in reason] == ["by hand", "double", "by hand", "double"]


@pytest.mark.parametrize("bits", [1, 2, 4, 6])
def test_doubles_of_many_pages_are_those_found_one_by_one(bits: int) -> None:
    rng = np.random.default_rng(bits)
    prints = rng.integers(0, 2**63, 60).astype(np.uint64)[rng.integers(0, 60, 1500)]
    for _ in range(3):
        prints ^= np.uint64(1) << rng.integers(0, 64, 1500).astype(np.uint64)
    originals: list[int] = []
    expected = []
    for one in prints.tolist():
        is_double = any((one ^ other).bit_count() <= bits for other in originals)
        originals += [] if is_double else [one]
        expected.append("double" if is_double else "")
    assert reasons(columns(1500, fingerprint=prints), doubles=bits) == expected


def test_very_many_pages_that_are_all_alike() -> None:
    prints = np.arange(40_000) % 2048
    assert reasons(columns(40_000, fingerprint=prints), doubles=6).count("") < 200


def test_limits() -> None:
    for wrong in ({"doubles": 7}, {"blanks": -0.1}, {"black": 2}, {"skip_first": -1}, {"odd": 1}):
        with pytest.raises(ValidationError):
            Rules(**wrong)
