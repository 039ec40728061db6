"""The two networks of a Progressive Growing GAN, and the files their weights live in.

Importing this package loads no torch; `load_generator` and the classes in its modules do.
"""

from pathlib import Path
from typing import TYPE_CHECKING

from deepzine_gui.networks.config import NetworkConfig, resolutions_to, widths
from deepzine_gui.networks.labels import Labels
from deepzine_gui.networks.models import ModelInfo, find_model, read_info, shipped_models

if TYPE_CHECKING:
    from deepzine_gui.networks.generator import Generator

__all__ = [
    "Labels",
    "ModelInfo",
    "NetworkConfig",
    "find_model",
    "load_generator",
    "read_info",
    "resolutions_to",
    "shipped_models",
    "widths",
]


def load_generator(path: Path) -> "tuple[Generator, ModelInfo]":
    """Load a model for use; see `networks.weights.load_generator`."""
    from deepzine_gui.networks.weights import load_generator as load

    return load(path)
