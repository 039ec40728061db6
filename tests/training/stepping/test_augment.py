"""Changes that leave text readable, and the rule that says how often they are made."""

import math

import pytest
import torch

from deepzine_gui.training import preset
from deepzine_gui.training.stepping import augment
from deepzine_gui.training.stepping.augment import Augment
from deepzine_gui.training.stepping.draws import Draws
from deepzine_gui.training.stepping.warp import warp

CPU = torch.device("cpu")


def pipe(p: float, mode: str = "fixed") -> Augment:
    return Augment(preset("paper", augment=mode, augment_p=p), CPU)


def generator(seed: int = 0) -> torch.Generator:
    return torch.Generator().manual_seed(seed)


def draws(seed: int = 0) -> Draws:
    return Draws(generator(seed))


def page(count: int = 64, size: int = 32) -> torch.Tensor:
    """White pages with black lines flush left, the first of them a heading: unlike its mirrors."""
    pages = torch.ones(count, 1, size, size)
    pages[:, :, 4:8, 6:26] = -1
    for row, end in zip(range(11, 28, 4), (24, 20, 22, 16, 10), strict=True):
        pages[:, :, row : row + 2, 6:end] = -1
    return pages


def test_never_is_the_identity() -> None:
    pages = page()
    assert torch.equal(pipe(0.0)(pages, draws()), pages)
    assert Augment(preset("paper"), CPU)(pages, draws()) is pages


def test_no_page_is_mirrored_or_turned_by_more_than_two_degrees() -> None:
    random = generator()
    spread = 2 * torch.rand(20_000, 7, generator=random) - 1
    normal = torch.randn(20_000, 3, generator=random).clamp(-2, 2) / 2
    where = augment.matrices(torch.ones(20_000, 7, dtype=torch.bool), spread, normal)
    across, down = where[:, :, 0], where[:, :, 1]
    assert (across[:, 0] * down[:, 1] - across[:, 1] * down[:, 0] > 0).all()
    for angle in (
        torch.atan2(across[:, 1], across[:, 0]),
        torch.atan2(-down[:, 0], down[:, 1]),
    ):
        assert angle.abs().max() <= math.radians(2.0) + 1e-6
        assert angle.abs().max() > math.radians(1.9)
    for length in (across.norm(dim=1), down.norm(dim=1)):
        assert length.min() > 0.75
        assert length.max() < 1.33
    assert where[:, :, 2].abs().max() <= 0.25


def test_changed_pages_look_like_themselves_and_not_like_any_mirror_image() -> None:
    pages = page(256)
    changed = pipe(1.0)(pages, draws(1))
    candidates = {
        "itself": pages,
        "left for right": pages.flip(3),
        "top for bottom": pages.flip(2),
        "half a turn": pages.rot90(2, (2, 3)),
        "a quarter": pages.rot90(1, (2, 3)),
        "the other quarter": pages.rot90(3, (2, 3)),
        "black for white": -pages,
    }
    likeness = {name: _correlation(changed, other) for name, other in candidates.items()}
    best = max(likeness, key=lambda name: float(likeness[name].mean()))
    assert best == "itself"
    assert (likeness["black for white"] < likeness["itself"]).all()


def _correlation(one: torch.Tensor, other: torch.Tensor) -> torch.Tensor:
    """The best over shifts of up to an eighth of the page, (N,)."""
    best = []
    for down in range(-4, 5):
        for across in range(-4, 5):
            moved = torch.roll(other, (down, across), (2, 3)).flatten(1)
            first = one.flatten(1)
            pair = (each - each.mean(dim=1, keepdim=True) for each in (first, moved))
            a, b = (each / each.norm(dim=1, keepdim=True) for each in pair)
            best.append((a * b).sum(dim=1))
    return torch.stack(best).amax(dim=0)


def test_contrast_and_brightness_stay_within_their_limits() -> None:
    black_and_white = torch.ones(5000, 1, 4, 4)
    black_and_white[:, :, :, :2] = -1
    chosen = torch.zeros(5000, 7, dtype=torch.bool)
    chosen[:, 4:6] = True
    spread = 2 * torch.rand(5000, 7, generator=generator()) - 1
    normal = torch.randn(5000, 3, generator=generator(1)).clamp(-2, 2) / 2
    toned = augment._toned(black_and_white, chosen, spread, normal)
    half = (toned[:, 0, 0, 3] - toned[:, 0, 0, 0]) / 2
    middle = (toned[:, 0, 0, 3] + toned[:, 0, 0, 0]) / 2
    assert half.min() >= 2**-0.5 - 1e-6
    assert half.max() <= 2**0.5 + 1e-6
    assert 0.15 < middle.abs().max() <= 0.2 + 1e-6


def test_a_strip_of_one_edge_is_greyed() -> None:
    chosen = torch.zeros(400, 7, dtype=torch.bool)
    chosen[:200, 6] = True
    grey = augment._margins(chosen, torch.rand(400, 7, generator=generator()), 64) == 0
    assert not grey[200:].any()
    assert not grey[:, :, 8:56, 8:56].any()
    edges = [grey[:, 0, 32, 0], grey[:, 0, 32, 63], grey[:, 0, 0, 32], grey[:, 0, 63, 32]]
    touched = torch.stack(edges).sum(dim=0)
    assert touched.max() == 1
    assert all(edge.sum() > 20 for edge in edges)


@pytest.mark.parametrize("p", [0.3, 0.8])
def test_pages_are_left_alone_as_often_as_chance_says(p: float) -> None:
    pages = page(4000, 32)
    untouched = (pipe(p)(pages, draws(3)) == pages).flatten(1).all(dim=1).float().mean()
    assert untouched.item() == pytest.approx((1 - p) ** 7, abs=0.02)


def test_gradients_flow_once_and_twice() -> None:
    pages = torch.randn(3, 1, 8, 8, dtype=torch.float64, requires_grad=True)
    matrix = torch.tensor([[[0.9, -0.1, 0.2], [0.05, 1.1, -0.1]]], dtype=torch.float64)
    grid = augment._grid(matrix.expand(3, 2, 3), 8)
    expected = torch.nn.functional.grid_sample(
        pages, grid, "bilinear", "border", align_corners=False
    )
    torch.testing.assert_close(warp(pages, grid), expected)
    assert torch.autograd.gradcheck(lambda x: warp(x, grid), (pages,))
    assert torch.autograd.gradgradcheck(lambda x: warp(x, grid).square(), (pages,))


def test_a_gradient_penalty_reaches_weights_through_changed_pages() -> None:
    weight = torch.randn(1, 1, 8, 8, requires_grad=True)
    pages = torch.randn(16, 1, 8, 8, requires_grad=True)
    scores = (pipe(1.0)(pages, draws()) * weight).square().sum(dim=(1, 2, 3))
    (slope,) = torch.autograd.grad(scores.sum(), pages, create_graph=True)
    slope.square().sum().backward()
    assert weight.grad is not None
    assert weight.grad.abs().min() > 0


def test_pages_are_changed_more_often_only_where_they_are_known_by_heart() -> None:
    ada = Augment(preset("default", augment_p=0.1, augment_kimg=1.0), CPU)

    def after(real: float, held_out: float, fake: float) -> float:
        before = float(ada.p)
        ada.adapt(torch.tensor(real), torch.tensor(held_out), torch.tensor(fake), 16)
        return round(float(ada.p) - before, 6)

    # (real − held out) / (real − fake) against one half
    assert after(1.0, 0.4, 0.0) == 0.016
    assert after(1.0, 0.6, 0.0) == -0.016
    # the same scores, all shifted
    assert after(-9.0, -9.6, -10.0) == 0.016
    # made-up pages score higher: nothing is known by heart
    assert after(0.0, -1.0, 1.0) == -0.016


def test_chance_stays_between_never_and_its_limit() -> None:
    ada = Augment(preset("default", augment_kimg=0.01), CPU)
    scores = torch.tensor(1.0), torch.tensor(-1.0), torch.tensor(0.0)
    for _ in range(3):
        ada.adapt(*scores, 64)
    assert float(ada.p) == pytest.approx(0.6)
    ada.adapt(scores[0], scores[0], scores[2], 10_000)
    assert float(ada.p) == 0
    fixed = pipe(0.25)
    fixed.adapt(*scores, 64)
    assert float(fixed.p) == 0.25


def test_its_state_goes_on_only_where_it_adapts() -> None:
    state = {"p": torch.tensor(0.375)}
    ada, fixed = Augment(preset("default"), CPU), pipe(0.25)
    for each in (ada, fixed):
        each.load_state_dict(state)
    assert ada.state_dict() == state
    assert float(fixed.p) == 0.25
    ada.load_state_dict({})
    assert float(ada.p) == 0.375
