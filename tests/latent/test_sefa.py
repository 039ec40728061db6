import numpy as np
import pytest
from safetensors.numpy import load_file, save_file

from deepzine_gui.errors import ModelError
from deepzine_gui.latent import directions
from deepzine_gui.networks import read_info
from tests.latent.tiny import save_tiny_model


@pytest.fixture
def model(tmp_path):
    return save_tiny_model(tmp_path / "tiny.safetensors")


def with_first_layer(model, change):
    """Rewrite the model with another first layer."""
    tensors = load_file(model)
    tensors["input.dense.weight"] = change(tensors["input.dense.weight"])
    save_file(tensors, model, read_info(model).metadata)


def test_directions_are_unit_orthogonal_and_repeatable(model):
    found = directions(model, 16)
    assert found.dtype == np.float32
    np.testing.assert_allclose(found @ found.T, np.eye(16), atol=1e-5)
    np.testing.assert_array_equal(found[:3], directions(model, 3))


def test_directions_agree_with_a_singular_value_decomposition(model):
    weight = load_file(model)["input.dense.weight"].astype(np.float64)
    weight /= np.linalg.norm(weight, axis=1, keepdims=True)
    right = np.linalg.svd(weight)[2]
    matches = np.abs(np.sum(directions(model, 16) * right, axis=1))
    np.testing.assert_allclose(matches, 1, atol=1e-4)


def test_the_direction_most_outputs_listen_to_comes_first(model):
    def listens(weight):
        # Loudness must not count: the lone outputs of axis 5 are a thousand times louder.
        weight = np.zeros_like(weight)
        weight[:, 2] = 0.1
        weight[: len(weight) // 4] = 0
        weight[: len(weight) // 4, 5] = -100
        return weight

    with_first_layer(model, listens)
    np.testing.assert_allclose(directions(model, 2), np.eye(16)[[2, 5]], atol=1e-6)


def test_too_many_directions_or_a_damaged_layer_are_model_errors(model):
    with pytest.raises(ModelError, match="16 directions, not 17"):
        directions(model, 17)
    with_first_layer(model, lambda weight: weight * np.float32("nan"))
    with pytest.raises(ModelError, match="damaged"):
        directions(model, 1)
