import pickle
import sys

import numpy as np
import psutil
import pytest
import torch

from deepzine_gui.child import in_child
from deepzine_gui.errors import ModelError, SettingsError
from deepzine_gui.latent import READY, Request, answer, random_points
from deepzine_gui.latent.sampler import Sampler
from deepzine_gui.networks import load_generator
from deepzine_gui.networks.generator import Generator
from deepzine_gui.networks.weights import save_generator
from tests.latent.tiny import save_tiny_model
from tests.programs import run_program


@pytest.fixture
def model(tmp_path):
    return save_tiny_model(tmp_path / "tiny.safetensors")


@pytest.mark.parametrize("channels", [1, 3])
def test_pages_are_the_networks_output_in_fixed_grey_levels(tmp_path, channels):
    model = save_tiny_model(tmp_path / "tiny.safetensors", channels=channels)
    latents = random_points(70, 16, seed=1, radius=2.0)
    pages = Sampler(model, threads=1).images(latents)
    assert pages.dtype == np.uint8
    assert pages.shape == (70, 8, 8, channels)
    generator, _ = load_generator(model)
    with torch.no_grad():
        raw = generator(torch.tensor(latents)).numpy().astype(np.float64)
    expected = np.clip((raw + 1) / 2 * 255, 0, 255).transpose(0, 2, 3, 1)
    assert np.abs(pages - expected).max() <= 0.51
    assert raw.min() < -1
    assert raw.max() > 1


def test_a_page_does_not_depend_on_its_neighbours(model):
    sampler = Sampler(model)
    latents = random_points(65, 16, seed=1)
    assert sampler.batch < 65
    one_by_one = np.concatenate([sampler.images(latent[np.newaxis]) for latent in latents])
    apart = np.abs(sampler.images(latents).astype(int) - one_by_one)
    assert apart.max() <= 1


def test_a_smaller_resolution_is_the_box_mean(model):
    sampler = Sampler(model)
    latents = random_points(3, 16, seed=1)
    whole, half = sampler.images(latents), sampler.images(latents, 4)
    means = whole.reshape(3, 4, 2, 4, 2, 1).astype(float).mean(axis=(2, 4))
    assert np.abs(half - means).max() <= 1


def test_sampling_leaves_torchs_threads_and_seed_alone(model):
    threads, state = torch.get_num_threads(), torch.get_rng_state()
    Sampler(model, threads=1).images(random_points(1, 16, seed=0))
    assert torch.get_num_threads() == threads
    assert torch.equal(torch.get_rng_state(), state)


def test_no_latents_give_no_pages(model):
    assert Sampler(model).images(np.empty((0, 16), np.float32)).shape == (0, 8, 8, 1)


@pytest.mark.parametrize("resolution", [16, 3, 0, -4])
def test_an_impossible_resolution_is_refused(model, resolution):
    with pytest.raises(SettingsError, match="8 px"):
        Sampler(model).images(random_points(1, 16, seed=0), resolution)


@pytest.mark.parametrize("shape", [(1, 15), (16,), (1, 1, 16)])
def test_latents_of_another_model_are_refused(model, shape):
    with pytest.raises(ModelError, match="16 numbers"):
        Sampler(model).images(np.zeros(shape, np.float32))


def test_weights_that_are_no_numbers_are_a_damaged_model(model):
    generator, _ = load_generator(model)
    assert isinstance(generator, Generator)
    for weight in generator.parameters():
        weight.fill_(float("nan"))
    save_generator(model, generator)
    with pytest.raises(ModelError, match="damaged"):
        Sampler(model).images(random_points(1, 16, seed=0))


class Bomb:
    def __reduce__(self):
        return (exec, ("raise SystemExit('a pickle was loaded')",))


@pytest.mark.parametrize("name", ["model.safetensors", "model.pt"])
def test_a_pickle_is_refused_and_never_loaded(tmp_path, name):
    (tmp_path / name).write_bytes(pickle.dumps(Bomb()))
    with pytest.raises(ModelError, match="never loaded"):
        Sampler(tmp_path / name)


def test_answers_in_a_child_carry_their_requests_stamp(model):
    child = in_child(answer, model, 1)
    try:
        ready = next(child)
        assert ready.stamp == READY
        assert len(ready.images) == 0
        latents = random_points(2, 16, seed=4)
        replies = [child.send(Request(stamp, latents[stamp : stamp + 1])) for stamp in (0, 1)]
        assert next(child).stamp == READY
        process = psutil.Process(child.pid)
    finally:
        child.close()
    assert not process.is_running()
    assert [reply.stamp for reply in replies] == [0, 1]
    here = Sampler(model, threads=1).images(latents)
    np.testing.assert_array_equal(np.concatenate([reply.images for reply in replies]), here)


def test_a_bad_model_reaches_the_parent_as_itself(tmp_path):
    (tmp_path / "text.safetensors").write_text("no model at all")
    child = in_child(answer, tmp_path / "text.safetensors")
    with pytest.raises(ModelError, match="is not a"):
        next(child)


def test_importing_the_rooms_loads_nothing_heavy():
    code = (
        "import sys, deepzine_gui.latent, deepzine_gui.export\n"
        "heavy = {'torch', 'h5py', 'imageio', 'imageio_ffmpeg', 'PIL', 'pypdfium2', 'PySide6'}\n"
        "sys.exit(str(heavy & set(sys.modules)) if heavy & set(sys.modules) else 0)"
    )
    done = run_program([sys.executable, "-c", code])
    assert done.returncode == 0, done.stderr
