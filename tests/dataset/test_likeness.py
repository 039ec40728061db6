import pytest

from deepzine_gui.dataset import Provenance
from deepzine_gui.dataset.building.likeness import are_versions, same_pages
from deepzine_gui.dataset.building.page_files import Leaf

FAR = 0x0F0F_3333_5555_00FF


def leaves(word: str, prints: dict[str, int] | None = None) -> list[Leaf]:
    """A document whose pages are letters, equal where their letters are; each looks otherwise."""
    known = prints or {}
    return [
        Leaf(
            Provenance("a", number, fingerprint=known.get(letter, FAR * ord(letter) % 2**64)),
            letter.encode(),
        )
        for number, letter in enumerate(word, 1)
    ]


def told(old: str, new: str, prints: dict[str, int] | None = None) -> list[int]:
    """Of each new page, the number of the old one it is, 0 for none."""
    same = same_pages(leaves(old, prints), leaves(new, prints))
    return [same.get((number, 0), (0, 0))[0] for number in range(1, len(new) + 1)]


@pytest.mark.parametrize(
    ("old", "new", "same"),
    [
        ("abcd", "abcd", [1, 2, 3, 4]),
        ("abcd", "xabcd", [0, 1, 2, 3, 4]),
        ("abcd", "acd", [1, 3, 4]),
        ("abcd", "bcda", [2, 3, 4, 1]),
        # equal pages keep to their neighbours
        ("-a-b-", "-a--b-", [1, 2, 3, 0, 4, 5]),
        ("-a-b-", "a-b-", [2, 3, 4, 5]),
        ("--", "---", [1, 2, 0]),
        ("", "ab", [0, 0]),
        ("ab", "", []),
    ],
)
def test_equal_pages_are_found_in_the_order_that_fits(old: str, new: str, same: list[int]) -> None:
    assert told(old, new) == same


def test_a_page_whose_pixels_changed_a_little_is_known_by_its_looks() -> None:
    assert told("abc", "aBc", {"b": 0b0011, "B": 0b0111}) == [1, 2, 3]
    assert told("abc", "aBc", {"b": 0b0011, "B": FAR}) == [1, 0, 3]


def test_looks_tell_nothing_among_pages_that_all_look_alike() -> None:
    alike = {letter: 1 << place for place, letter in enumerate("abcdxy")}
    assert told("abcd", "abxd", alike) == [1, 2, 0, 4]
    # where settings differ, no page is equal
    assert told("abcd", "xy", alike) == [0, 0]


def test_pages_of_the_same_looks_are_told_by_their_place_alone() -> None:
    blank = dict.fromkeys("abcABC", 0)
    assert told("abc", "ABC", blank) == [1, 2, 3]
    assert told("abc", "ABCd", blank) == [1, 2, 3, 0]
    assert told("a", "AB", blank) == [1, 0]


def test_no_page_is_two() -> None:
    assert sorted(told("ab", "aaAab", {"a": 7, "A": 7})) == [0, 0, 0, 1, 2]


def test_versions_share_half_of_the_shorter_one() -> None:
    assert are_versions(leaves("abcd"), leaves("abcdx"))
    assert are_versions(leaves("abcd"), leaves("ab"))
    assert are_versions(leaves("abcd"), leaves("abxy"))
    assert not are_versions(leaves("abcd"), leaves("axyz"))
    # however many blank pages both have
    assert not are_versions(leaves("abc-----"), leaves("xyz-----"))
    assert not are_versions([], leaves("a"))
