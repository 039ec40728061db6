import numpy as np
import pytest

from deepzine_gui.dataset.judging.measures import Measures, measure, measure_all

SIDES = [16, 64, 128, 512]


def _page(side: int, *, paper: int = 255) -> np.ndarray:
    return np.full((1, side, side), paper, np.uint8)


def _printed(seed: int, side: int = 512) -> np.ndarray:
    """Lines of words of a given page, drawn at 512 px and reduced by area."""
    rng = np.random.default_rng(seed)
    page = np.full((512, 512), 245.0)
    for top in range(64, 448, 16):
        left = 64
        while left < (448 if rng.random() < 0.8 else 250):
            width = int(rng.integers(8, 40))
            page[top : top + 8, left : min(448, left + width)] = 30
            left += width + 6
    k = 512 // side
    return page.reshape(side, k, side, k).mean((1, 3)).round().astype(np.uint8)[None]


def _bits(one: Measures, other: Measures) -> int:
    return (one.fingerprint ^ other.fingerprint).bit_count()


@pytest.mark.parametrize("side", [4, *SIDES, 1024])
@pytest.mark.parametrize("tone", [0, 90, 255])
def test_a_page_of_one_tone(side: int, tone: int) -> None:
    black = float(tone < 51)
    assert measure(_page(side, paper=tone)) == Measures(
        0.0, pytest.approx(tone / 255), 0.0, black, 0
    )


@pytest.mark.parametrize("side", SIDES)
def test_the_shares_of_a_page_of_known_areas(side: int) -> None:
    page = _page(side, paper=240)
    page[:, : side // 4] = 0  # a quarter is black, a quarter toned
    page[:, side // 2 : side * 3 // 4] = 100
    found = measure(page)
    assert found.black == 0.25
    assert found.picture == 0.25
    assert found.brightness == pytest.approx((240 * 2 + 100) / 4 / 255, abs=1e-6)
    # the paper deep within a dark area counts as three quarters of the page's, less the grain
    shaded = int(240 * 0.75) - 14
    assert found.ink >= (shaded + (shaded - 100)) / 4 / 255 - 1e-6


def test_ink_is_measured_against_the_paper_of_the_page() -> None:
    page = _page(128, paper=200)
    page[:, ::8, ::8] = 60
    assert measure(page).ink == pytest.approx((200 - 14 - 60) / 64 / 255)


def test_shade_and_grain_are_no_ink_but_a_line_of_print_is() -> None:
    rng = np.random.default_rng(0)
    shade = np.linspace(250, 190, 128)[None, :] + rng.normal(0, 2, (128, 128))
    blank = shade.round().astype(np.uint8)[None]
    assert measure(blank).ink < 0.0003
    line = blank.copy()
    line[:, 60, 20:100] //= 2
    assert measure(line).ink > 0.001


def test_colour_is_measured_as_its_mean() -> None:
    page = np.stack([_printed(1, 128)[0], np.full((128, 128), 200), _printed(2, 128)[0]])
    page = page.astype(np.uint8)
    assert measure(page) == measure(page.mean(0).astype(np.uint8)[None])


@pytest.mark.parametrize("side", [64, 128])
def test_measures_hardly_depend_on_the_resolution(side: int) -> None:
    for seed in range(10):
        large, small = measure(_printed(seed)), measure(_printed(seed, side))
        assert small.ink == pytest.approx(large.ink, rel=0.25)
        assert small.brightness == pytest.approx(large.brightness, abs=0.002)
        assert _bits(large, small) <= 2


def test_the_same_page_again_is_like_itself_and_other_pages_of_its_book_are_not() -> None:
    rng = np.random.default_rng(0)
    pages = [_printed(seed, 128) for seed in range(40)]
    prints = [measure(page) for page in pages]
    for page, known in zip(pages, prints, strict=True):
        again = np.clip(page * 0.9 + rng.normal(8, 3, page.shape), 0, 255).astype(np.uint8)
        assert _bits(measure(again), known) <= 6
    apart = [_bits(a, b) for i, a in enumerate(prints) for b in prints[:i]]
    assert min(apart) > 6


def test_the_fingerprint_is_that_of_the_formula() -> None:
    grey = _printed(3, 64)[0].astype(float)
    x = (np.arange(64) + 0.5) / 64 * np.pi
    found = [
        sum(grey[i, j] * np.cos(u * x[i]) * np.cos(v * x[j]) for i in range(64) for j in range(64))
        for u in range(1, 9)
        for v in range(1, 9)
    ]
    above = [value > sorted(found)[31] for value in found]
    expected = int("".join("1" if bit else "0" for bit in above), 2)
    assert measure(_printed(3, 64)).fingerprint == expected


@pytest.mark.parametrize("side", SIDES)
@pytest.mark.parametrize("across", [False, True])
def test_what_only_rounding_tells_apart_is_the_same(side: int, across: bool) -> None:
    # bars from edge to edge have no waves along them: each processor would add up another noise
    for bars in range(0, side, side // 16):
        page = np.full((1, side, side), 230, np.uint8)
        page[:, bars : bars + 3] = 20
        assert measure(page.transpose(0, 2, 1) if across else page).fingerprint == 0


@pytest.mark.parametrize("side", [4, *SIDES])
@pytest.mark.parametrize("channels", [1, 3])
def test_a_page_is_measured_alike_in_any_company(side: int, channels: int) -> None:
    rng = np.random.default_rng(side)
    lows = rng.integers(0, 250, 12)
    pages = [rng.integers(low, 256, (channels, side, side), np.uint8) for low in lows]
    # blank, of one tone, bright but for some blocks, and one that lies otherwise in memory
    pages += [np.full((channels, side, side), tone, np.uint8) for tone in (255, 90)]
    pages += [np.maximum(pages[0], np.where(np.arange(side) % 16 < 11, 255, 0).astype(np.uint8))]
    pages += [pages[1].transpose(0, 2, 1)]
    assert measure_all(pages) == [measure(page) for page in pages]


@pytest.mark.parametrize("pale", range(0, 65, 4))
def test_paper_is_what_a_quarter_of_a_block_reaches(pale: int) -> None:
    # blocks of 8 by 8, all alike: so many white pixels, the others at 200
    block = np.full(64, 200, np.uint8)
    block[:pale] = 255
    page = np.tile(block.reshape(8, 8), (16, 16))[None]
    dark = (64 - pale) / 64 * (255 - 14 - 200) / 255 if pale >= 16 else 0
    assert measure(page).ink == pytest.approx(dark)
