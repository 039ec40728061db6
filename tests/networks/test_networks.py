"""The networks against the paper's table and NumPy."""

import numpy as np
import pytest
import torch

from deepzine_gui.networks import NetworkConfig, layers, widths
from deepzine_gui.networks.discriminator import Discriminator
from deepzine_gui.networks.generator import Generator
from deepzine_gui.networks.layers import (
    DownConv,
    EqualizedConv,
    UpConv,
    downsample,
    leaky,
    minibatch_deviation,
    pixel_norm,
    upsample,
)

SMALL = NetworkConfig(resolution=16, channels=3, latent_size=12, fmap_base=64, fmap_max=16)


def count(network: torch.nn.Module) -> int:
    return sum(parameter.numel() for parameter in network.parameters())


def test_the_full_networks_have_the_papers_number_of_parameters() -> None:
    # arXiv 1710.10196, table 2: 23.1 M each
    paper = NetworkConfig(resolution=1024, channels=3)
    with torch.device("meta"):
        assert round(count(Generator(paper)) / 1e6, 1) == 23.1
        assert round(count(Discriminator(paper)) / 1e6, 1) == 23.1


def test_widths_are_the_papers() -> None:
    assert widths(NetworkConfig(resolution=1024)) == {
        4: 512, 8: 512, 16: 512, 32: 512, 64: 256, 128: 128, 256: 64, 512: 32, 1024: 16,
    }  # fmt: skip


@pytest.mark.parametrize("resolution", [4, 8, 16])
def test_shapes_at_every_stage(resolution: int) -> None:
    pages = Generator(SMALL)(torch.randn(5, 12), resolution=resolution, alpha=0.5)
    assert pages.shape == (5, 3, resolution, resolution)
    assert Discriminator(SMALL)(pages, alpha=0.5).shape == (5,)


def test_a_fade_begins_at_the_older_picture_and_ends_at_the_newer() -> None:
    generator = Generator(SMALL)
    latents = torch.randn(3, 12)
    older = generator(latents, resolution=8)
    newer = generator(latents, resolution=16)
    torch.testing.assert_close(generator(latents, resolution=16, alpha=0.0), upsample(older))
    mixed = generator(latents, resolution=16, alpha=0.25)
    torch.testing.assert_close(mixed, 0.75 * upsample(older) + 0.25 * newer)


def test_a_discriminators_fade_begins_with_what_it_knew_of_smaller_pages() -> None:
    discriminator = Discriminator(SMALL)
    pages = torch.randn(4, 3, 16, 16)
    torch.testing.assert_close(
        discriminator(pages, alpha=0.0), discriminator(downsample(pages)), atol=1e-5, rtol=1e-5
    )


def test_equalized_weights_give_unit_variance() -> None:
    torch.manual_seed(0)
    conv = EqualizedConv(64, 64, 3, gain=1)
    out = conv(torch.randn(64, 64, 8, 8))[:, :, 1:-1, 1:-1]
    assert out.var().item() == pytest.approx(1, abs=0.1)
    assert conv.weight.var().item() == pytest.approx(1, abs=0.05)


@pytest.mark.parametrize("size", [16, 32])
@pytest.mark.parametrize("make", [UpConv, DownConv])
def test_scaling_and_convolution_in_one_step_equal_two(
    make: type[UpConv | DownConv], size: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    torch.manual_seed(0)
    conv = make(3, 5).double()
    torch.nn.init.normal_(conv.bias)
    pages = torch.randn(2, 3, size, size, dtype=torch.float64, requires_grad=True)

    def outcome(fused_from: int) -> list[torch.Tensor]:
        monkeypatch.setattr(layers, "FUSED_FROM", fused_from)
        out = conv(pages)
        changes = torch.autograd.grad(out.square().sum(), [pages, conv.weight, conv.bias])
        return [out, *changes]

    for one, two in zip(outcome(4), outcome(10_000), strict=True):
        torch.testing.assert_close(one, two)


def test_pixel_norm_against_numpy() -> None:
    x = np.random.default_rng(0).normal(size=(2, 5, 3, 3))
    expected = x / np.sqrt((x**2).mean(axis=1, keepdims=True) + 1e-8)
    np.testing.assert_allclose(pixel_norm(torch.tensor(x)), expected, rtol=1e-6)


@pytest.mark.parametrize(
    ("pages", "group", "size"),
    [(8, 4, 4), (6, 4, 2), (3, 4, 3), (2, 4, 2), (14, 16, 14), (3, 16, 3)],
)
def test_minibatch_deviation_against_numpy(pages: int, group: int, size: int) -> None:
    x = np.random.default_rng(0).normal(size=(pages, 3, 4, 4))
    out = minibatch_deviation(torch.tensor(x), group).numpy()
    groups = pages // size
    for page in range(pages):
        members = x[page % groups :: groups]
        expected = np.sqrt(members.var(axis=0) + 1e-8).mean()
        np.testing.assert_allclose(out[page, 3], np.full((4, 4), expected), rtol=1e-6)
    np.testing.assert_array_equal(out[:, :3], x)


def test_leaky_relu_is_the_papers() -> None:
    torch.testing.assert_close(leaky(torch.tensor([-1.0, 2.0])), torch.tensor([-0.2, 2.0]))


@pytest.mark.parametrize("shape", [(3, 5), (2, 5, 3, 4)])
def test_pixel_norms_gradient_against_finite_differences(shape: tuple[int, ...]) -> None:
    torch.manual_seed(0)
    x = torch.randn(shape, dtype=torch.float64, requires_grad=True)
    assert torch.autograd.gradcheck(pixel_norm, (x,))


def test_pixel_norm_leaves_layout_and_precision_as_they_are() -> None:
    x = torch.randn(2, 4, 3, 3, dtype=torch.bfloat16).contiguous(memory_format=torch.channels_last)
    x.requires_grad_()
    out = pixel_norm(x)
    out.square().sum().backward()
    assert x.grad is not None
    for tensor in (out, x.grad):
        assert tensor.dtype == torch.bfloat16
        assert tensor.is_contiguous(memory_format=torch.channels_last)


def test_pixel_norm_says_that_it_is_not_differentiated_twice() -> None:
    x = torch.randn(2, 4, requires_grad=True)
    # torch would take the scale for a constant
    with pytest.raises(RuntimeError, match="differentiated once only"):
        torch.autograd.grad(pixel_norm(x)[:, 0].sum(), x, create_graph=True)
