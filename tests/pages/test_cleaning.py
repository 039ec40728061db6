"""Pages with known borders, tilt, gutter and margins come out as they were drawn."""

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image

from deepzine_gui.pages import PageSettings
from deepzine_gui.pages.cleaning import Cleaned, clean
from tests.pages.sheets import (
    INK,
    PAPER,
    on_ground,
    print_of,
    similar,
    spread,
    turned,
    typed,
)

OFF = PageSettings(split=0, trim=0, straighten=0)
DEFAULTS = PageSettings()


def only(pieces: list[Cleaned]) -> NDArray[np.uint8]:
    (piece,) = pieces
    assert piece.part == 0
    return piece.pixels


def test_all_off_gives_back_the_very_pixels() -> None:
    page = on_ground(typed(), 20, 30, 30, 30, 30)
    assert np.array_equal(only(clean(page, OFF)), page)


@pytest.mark.parametrize("ground", [0, 30, 90, 245])
def test_ground_around_the_paper_is_cut_away(ground: int) -> None:
    page = typed()
    scan = on_ground(page, ground, 40, 30, 70, 50)
    found = only(clean(scan, OFF.model_copy(update={"trim": 0.02})))
    assert found.shape == pytest.approx(page.shape, abs=20)
    assert similar(found, page) > 0.8
    rim = np.concatenate([found[:3].ravel(), found[-3:].ravel()])
    assert abs(float(np.median(rim)) - PAPER) < 15


def test_colour_bar_beside_the_page_is_cut_away() -> None:
    page = np.stack([typed()] * 3, axis=2)
    bar = np.empty((len(page), 60, 3), np.uint8)
    colours = [(200, 30, 40), (30, 160, 60), (40, 60, 170), (20, 20, 20), (120, 120, 120)]
    for patch, colour in zip(np.array_split(bar, 5), colours, strict=True):
        patch[:] = colour
    grain = np.random.default_rng(0).integers(-4, 5, bar.shape)
    bar = np.clip(bar + grain, 0, 255).astype(np.uint8)
    found = only(clean(np.concatenate([page, bar], axis=1), OFF.model_copy(update={"trim": 0.02})))
    assert found.shape[1] == pytest.approx(page.shape[1], abs=12)
    assert found.shape[2] == 3


def test_stray_scanner_lines_around_small_print_are_cut_away() -> None:
    scan = np.full((900, 640), 255, np.uint8)
    scan[200:560, 180:440] = page = typed(360, 260, paper=255)
    rng = np.random.default_rng(3)
    for row in range(190, 570):  # ragged, as no printer's rule is
        scan[row, 150 : 154 + int(rng.integers(0, 4))] = 0
    for column in range(150, 460):
        scan[190 : 195 + int(rng.integers(0, 3)), column] = 0
    found = only(clean(scan, OFF.model_copy(update={"trim": 0.8})))
    dark = found < 128
    assert dark.mean(0).max() < 0.6
    assert dark.mean(1).max() < 0.9
    assert dark.sum() == pytest.approx((page < 128).sum(), rel=0.01)
    assert (np.array(found.shape) < (420, 300)).all()


def test_black_blots_that_grow_in_from_the_rim_are_cut_away() -> None:
    page = typed()
    page[:40, 150:260] = 5  # the strap that holds a book open
    found = only(clean(page, OFF.model_copy(update={"trim": 0.02})))
    assert found.shape == pytest.approx((page.shape[0] - 40, page.shape[1]), abs=8)
    assert (found < 20).sum() < 0.05 * 40 * 110


def test_margins_shrink_with_the_strength_down_to_the_ink() -> None:
    page = typed()
    left, top, right, bottom = print_of(*page.shape)
    margin_before = left
    for strength, share in ((0.1, 0.9), (0.5, 0.5), (1.0, 0.05)):
        found = only(clean(page, OFF.model_copy(update={"trim": strength})))
        margin = (found.shape[1] - (right - left)) / 2
        assert margin == pytest.approx(share * margin_before, abs=14)
        assert (found < 128).sum() > 0.98 * (page < 128).sum()
    height, width = found.shape
    assert width >= right - left
    assert height >= bottom - top


def test_a_page_with_one_line_stays_a_page() -> None:
    page = np.full((720, 500), 255, np.uint8)
    page[100:112, 70:430:9] = 0
    page[100:112, 73:430:9] = 0
    found = only(clean(page, DEFAULTS))
    height, width = found.shape
    assert width / height < 1.3
    assert (found < 128).sum() == (page < 128).sum()


@pytest.mark.parametrize("degrees", [-2.4, -1.1, 0.7, 1.8])
def test_tilted_pages_are_turned_upright(degrees: float) -> None:
    page = typed()
    large = OFF.model_copy(update={"straighten": 3, "resolution": 1024})
    straight = only(clean(turned(page, degrees), large))
    assert straight.shape == page.shape
    assert similar(straight, page) > 0.9
    assert similar(turned(page, degrees), page) < similar(straight, page)


@pytest.mark.parametrize("degrees", [-2.4, 0.7])
def test_a_tilted_page_is_turned_at_hardly_more_than_the_size_it_will_have(degrees: float) -> None:
    page = typed()
    straight = only(clean(turned(page, degrees), OFF.model_copy(update={"straighten": 3})))
    assert straight.shape == (256, 178)
    small = np.asarray(Image.fromarray(page).resize((178, 256), Image.Resampling.BOX))
    assert similar(straight, small) > 0.9


@pytest.mark.parametrize("fit", ["crop", "stretch"])
def test_a_tilted_page_that_fills_its_square_keeps_enough_of_its_shorter_side(fit: str) -> None:
    page = typed()
    filling = OFF.model_copy(update={"straighten": 3, "fit": fit})
    straight = only(clean(turned(page, 1.8), filling))
    assert straight.shape == (round(256 * page.shape[0] / page.shape[1]), 256)
    assert straight.size < page.size


@pytest.mark.parametrize("degrees", [0.0, 0.15])
def test_upright_pages_are_left_alone(degrees: float) -> None:
    page = turned(typed(), degrees)
    assert np.array_equal(only(clean(page, OFF.model_copy(update={"straighten": 3}))), page)


def test_no_page_is_turned_further_than_allowed() -> None:
    page = turned(typed(), 2.4)
    assert np.array_equal(only(clean(page, OFF.model_copy(update={"straighten": 1}))), page)


def test_turning_fills_with_the_colour_of_the_paper() -> None:
    page = np.stack([turned(typed(), 2.0)] * 3, axis=2)
    page = np.clip(page * np.array([1, 0.9, 0.7]), 0, 255).astype(np.uint8)
    straight = only(clean(page, OFF.model_copy(update={"straighten": 3})))
    corner = straight[:4, :4].reshape(-1, 3).mean(0)
    assert corner == pytest.approx(np.array([1, 0.9, 0.7]) * PAPER, abs=12)


def test_a_spread_is_cut_at_the_gutter() -> None:
    page = typed()
    both, gutter = spread(page)
    left, right = clean(both, OFF.model_copy(update={"split": 0.5}))
    assert (left.part, right.part) == (1, 2)
    assert left.pixels.shape[1] == pytest.approx(gutter, abs=10)
    assert left.pixels.shape[1] + right.pixels.shape[1] == both.shape[1]


def test_a_white_gap_is_a_gutter_only_at_great_strength() -> None:
    both = np.concatenate([typed(paper=255)] * 2, axis=1)
    assert len(clean(both, OFF.model_copy(update={"split": 0.5}))) == 1
    assert len(clean(both, OFF.model_copy(update={"split": 1}))) == 2


def test_no_single_page_is_cut_in_two() -> None:
    split = OFF.model_copy(update={"split": 0.7})
    two_columns = typed(480, 720)
    two_columns[:, 350:375] = PAPER
    slide = np.full((540, 960), 255, np.uint8)
    slide[:, 478:482] = 0  # a rule that a computer drew
    slide[120:420:20, 80:430] = slide[120:420:20, 520:880] = 40
    sideways = np.ascontiguousarray(np.rot90(typed()))
    upright = spread(typed(1100, 500))[0][:, 250:750]
    for page in (two_columns, slide, sideways, upright):
        assert len(clean(page, split)) == 1


def test_each_half_of_a_spread_is_cleaned_by_itself() -> None:
    page = typed()
    both, _ = spread(page)
    scan = on_ground(both, 10, 50, 40, 50, 40)
    pieces = clean(scan, DEFAULTS)
    assert [piece.part for piece in pieces] == [1, 2]
    for piece in pieces:
        assert piece.pixels.shape[0] <= page.shape[0] + 8
        assert piece.pixels.shape[1] <= page.shape[1] + 8
        assert (piece.pixels < 100).sum() > 0.9 * (page < 100).sum()


def test_frames_drawn_by_a_computer_are_no_borders() -> None:
    page = np.full((720, 500), 255, np.uint8)
    page[60:660, 50:450] = typed(600, 400, paper=255)
    page[40:680, 40:42] = page[40:680, 458:460] = 0
    page[40:42, 40:460] = page[678:680, 40:460] = 0
    found = only(clean(page, OFF.model_copy(update={"trim": 0.02})))
    assert found.shape == pytest.approx(page.shape, abs=8)


def test_whitening_lifts_paper_in_any_light_and_keeps_ink() -> None:
    page = typed().astype(np.float64)
    light = np.linspace(1, 0.6, page.shape[1])
    shaded = np.clip(page * light, 0, 255).astype(np.uint8)
    white = only(clean(shaded, OFF.model_copy(update={"whiten": 1})))
    paper = page > (PAPER + INK) / 2
    assert white[paper].mean() > 245
    assert white[~paper].mean() < 110
    columns = np.where(paper, white, np.nan)
    assert np.nanmean(columns[:, :60]) == pytest.approx(np.nanmean(columns[:, -60:]), abs=6)


def test_whitening_works_channel_by_channel() -> None:
    yellow = np.clip(typed()[..., None] * np.array([1.1, 1.0, 0.7]), 0, 255).astype(np.uint8)
    white = only(clean(yellow, OFF.model_copy(update={"whiten": 1})))
    tones = white.reshape(-1, 3)[yellow[..., 1].ravel() > 150].mean(0)
    assert tones.min() > 243
    half = only(clean(yellow, OFF.model_copy(update={"whiten": 0.5})))
    assert (half.mean((0, 1)) > yellow.mean((0, 1))).all()
    assert (half.mean((0, 1)) < white.mean((0, 1))).all()


def test_ink_darkens_greys_and_keeps_black_and_white() -> None:
    page = np.tile(np.arange(256, dtype=np.uint8), (16, 1))
    dark = only(clean(page, OFF.model_copy(update={"ink": 1})))
    assert (dark[:, 0] == 0).all()
    assert (dark[:, 255] == 255).all()
    assert dark[0, 128] == round(255 * (128 / 255) ** 3)
    assert (np.diff(dark[0].astype(int)) >= 0).all()


SHAPES = [(1, 1), (1, 700), (700, 1), (4, 4), (3, 5), (9, 2000), (2000, 9), (40, 40), (257, 513)]


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("channels", [0, 3])
@pytest.mark.parametrize("kind", ["black", "white", "noise", "speck", "stripes"])
def test_no_page_is_too_odd(shape: tuple[int, int], channels: int, kind: str) -> None:
    page = np.zeros(shape, np.uint8)
    if kind == "white":
        page[:] = 255
    elif kind == "noise":
        page[:] = np.random.default_rng(0).integers(0, 256, shape)
    elif kind == "speck":
        page[:] = 255
        page[shape[0] // 2, shape[1] // 2] = 0
    elif kind == "stripes":
        page[::4] = 255
    if channels:
        page = np.repeat(page[..., None], channels, axis=2)
    before = page.copy()
    for strength in (0.02, 0.5, 1.0):
        settings = PageSettings(
            split=strength, trim=strength, straighten=10 * strength, whiten=strength, ink=strength
        )
        pieces = clean(page, settings)
        assert [piece.part for piece in pieces] in ([0], [1, 2])
        for piece in pieces:
            assert piece.pixels.dtype == np.uint8
            assert piece.pixels.ndim == page.ndim
            assert min(piece.pixels.shape) >= 1
    assert np.array_equal(page, before)


@pytest.mark.parametrize("tone", [0, 128, 255])
def test_an_empty_page_stays_whole(tone: int) -> None:
    page = np.full((600, 420), tone, np.uint8)
    assert only(clean(page, DEFAULTS)).shape == page.shape


def test_paper_seen_in_one_row_of_squares_only_does_not_fail() -> None:
    rng = np.random.default_rng(0)
    for _ in range(200):
        squares = rng.integers(60, 256, (6, 5)).astype(np.uint8)
        page = np.kron(squares, np.ones((8, 8), np.uint8))
        assert only(clean(page, DEFAULTS)).size
