"""Labels in both networks, against closed forms."""

import numpy as np
import pytest
import torch

from deepzine_gui.networks import NetworkConfig
from deepzine_gui.networks.discriminator import Discriminator, OutputBlock
from deepzine_gui.networks.generator import Generator, InputBlock
from deepzine_gui.networks.labels import Labels, labels_of
from deepzine_gui.networks.layers import leaky, pixel_norm

SHAPE = {"resolution": 8, "latent_size": 12, "fmap_base": 32, "fmap_max": 8}


def test_the_input_is_a_dense_layer_over_latent_and_embedding() -> None:
    block = InputBlock(12, 8, labels=3)
    latents, labels = torch.randn(5, 12), torch.tensor([0, 2, 1, 1, 0])
    embedded = pixel_norm(block.embedding)[labels]
    together = torch.cat([latents, embedded], dim=1)
    weight = torch.cat([block.dense.weight, block.label_dense.weight], dim=1)
    x = together @ weight.T * (np.sqrt(2) / 4 / np.sqrt(12 + 12))
    x = x.reshape(5, 8, 4, 4) + block.bias
    expected = pixel_norm(leaky(block.conv(pixel_norm(leaky(x)))))
    torch.testing.assert_close(block(latents, labels), expected)


def test_a_latent_keeps_its_length_beside_the_label() -> None:
    # the embedding may be of any length: only its direction counts
    block = InputBlock(12, 8, labels=2)
    latents, labels = torch.randn(4, 12), torch.tensor([0, 1, 0, 1])
    before = block(latents, labels)
    block.embedding.data *= 7
    torch.testing.assert_close(block(latents, labels), before)


def test_a_projection_is_the_product_of_features_and_embedding() -> None:
    block = OutputBlock(8, labels=3)
    x, labels = torch.randn(4, 9, 4, 4), torch.tensor([2, 0, 1, 1])
    assert block.embedding is not None
    features = leaky(block.conv2(leaky(block.conv1(x)))).flatten(1)
    plain = block(x, None)
    expected = [
        plain.scores[page] + features[page] @ block.embedding[label] / np.sqrt(8)
        for page, label in enumerate(labels)
    ]
    judged = block(x, labels)
    torch.testing.assert_close(judged.scores, torch.stack(expected))
    assert judged.classes is None


def test_classes_stand_beside_an_unconditional_score() -> None:
    block = OutputBlock(8, labels=3, label_head="classes")
    x = torch.randn(4, 9, 4, 4)
    judged = block(x, torch.tensor([0, 1, 2, 0]))
    torch.testing.assert_close(judged.scores, block(x, None).scores)
    assert judged.classes is not None
    assert judged.classes.shape == (4, 3)


@pytest.mark.parametrize("head", ["projection", "classes"])
def test_labels_change_pages_and_judgements(head: str) -> None:
    config = NetworkConfig(**SHAPE, labels=2, label_head=head)
    generator, discriminator = Generator(config), Discriminator(config)
    latents = torch.randn(3, 12)
    zeros, ones = torch.zeros(3, dtype=torch.long), torch.ones(3, dtype=torch.long)
    first, second = (generator(latents, labels=labels) for labels in (zeros, ones))
    assert not torch.allclose(first, second)
    torch.testing.assert_close(generator(latents), first)
    generator.label = 1
    torch.testing.assert_close(generator(latents), second)
    judged = [discriminator(first, labels=labels) for labels in (zeros, ones)]
    assert torch.allclose(*judged) == (head == "classes")


def test_without_labels_nothing_is_added() -> None:
    plain = NetworkConfig(**SHAPE)
    names = {*Generator(plain).state_dict(), *Discriminator(plain).state_dict()}
    assert not [name for name in names if "label" in name or "embedding" in name]


def test_labels_are_drawn_as_often_as_they_were_trained_on() -> None:
    labels = Labels(("", "map", "text"), (10, 0, 30))
    drawn = labels.draw(20_000, seed=3)
    assert np.bincount(drawn, minlength=3) / 20_000 == pytest.approx([0.25, 0, 0.75], abs=0.01)
    assert np.array_equal(labels.draw(7, seed=3), drawn[:7])
    assert labels.commonest == 2
    assert labels_of(labels.as_metadata()) == labels


@pytest.mark.parametrize("header", ["[]", "{}", '{"a": -1}', '{"a": 0}', "{", '{"a": "x"}'])
def test_damaged_labels_are_refused(header: str) -> None:
    with pytest.raises(ValueError):  # noqa: PT011 - the caller tells which file it was
        labels_of({"labels": header})
    assert labels_of({}) is None
