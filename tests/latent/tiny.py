"""A model small enough for a test: random weights, pages of a few pixels."""

from pathlib import Path

import torch

from deepzine_gui.networks import Labels, NetworkConfig
from deepzine_gui.networks.generator import Generator
from deepzine_gui.networks.weights import save_generator


def save_tiny_model(
    path: Path,
    *,
    resolution: int = 8,
    channels: int = 1,
    seed: int = 0,
    labels: Labels | None = None,
) -> Path:
    """Write a model of random weights with latents of 16 numbers; return `path`."""
    config = NetworkConfig(
        resolution=resolution,
        channels=channels,
        latent_size=16,
        fmap_base=64,
        fmap_max=16,
        labels=0 if labels is None else len(labels.names),
    )
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        generator = Generator(config)
    save_generator(path, generator, kimg=1.5, title="A tiny model", labels=labels)
    return path
