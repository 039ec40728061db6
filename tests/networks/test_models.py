"""Model files: found by any of their names, refused when they are anything else."""

import pickle
from pathlib import Path

import pytest
import torch

from deepzine_gui import networks
from deepzine_gui.errors import ModelError
from deepzine_gui.networks import NetworkConfig, find_model, load_generator, read_info
from deepzine_gui.networks.generator import Generator
from deepzine_gui.networks.weights import save_generator

CONFIG = NetworkConfig(resolution=16, channels=1, latent_size=12, fmap_base=64, fmap_max=16)


@pytest.fixture
def generator() -> Generator:
    torch.manual_seed(1)
    return Generator(CONFIG)


def test_a_model_comes_back_as_it_was(tmp_path: Path, generator: Generator) -> None:
    path = tmp_path / "mine.safetensors"
    generator.alpha = 0.5
    save_generator(path, generator, kimg=12.5, title="Mine", notes={"data": "a box of letters"})
    loaded, info = load_generator(path)
    latents = torch.randn(2, 12)
    torch.testing.assert_close(loaded(latents), generator(latents))
    assert (info.name, info.title, info.kimg, info.alpha) == ("mine", "Mine", 12.5, 0.5)
    assert info.config == CONFIG
    assert info.metadata["data"] == "a box of letters"


def test_only_trained_layers_are_kept(tmp_path: Path, generator: Generator) -> None:
    path = tmp_path / "small.safetensors"
    save_generator(path, generator, resolution=8)
    loaded, info = load_generator(path)
    assert info.resolution == 8
    latents = torch.randn(2, 12)
    torch.testing.assert_close(loaded(latents), generator(latents, resolution=8))


def test_the_random_numbers_of_the_caller_are_left_alone(
    tmp_path: Path, generator: Generator
) -> None:
    save_generator(tmp_path / "m.safetensors", generator)
    torch.manual_seed(5)
    expected = torch.rand(1)
    torch.manual_seed(5)
    load_generator(tmp_path / "m.safetensors")
    assert torch.rand(1) == expected


class Trap:
    def __reduce__(self) -> tuple[object, tuple[str]]:
        return (Path.touch, (Path("sprung"),))  # type: ignore[return-value]


@pytest.mark.parametrize("name", ["trap.safetensors", "trap.pt", "trap.pkl"])
def test_a_pickle_is_refused_and_never_opened(
    tmp_path: Path, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / name).write_bytes(pickle.dumps(Trap()))
    with pytest.raises(ModelError, match="never loaded"):
        load_generator(tmp_path / name)
    assert not (tmp_path / "sprung").exists()


def test_damaged_and_foreign_files_are_named(tmp_path: Path, generator: Generator) -> None:
    good = tmp_path / "good.safetensors"
    save_generator(good, generator)
    cut = tmp_path / "cut.safetensors"
    cut.write_bytes(good.read_bytes()[:-100])
    with pytest.raises(ModelError, match=r"cut\.safetensors is damaged"):
        load_generator(cut)
    (tmp_path / "empty.safetensors").touch()
    with pytest.raises(ModelError, match=r"empty\.safetensors is not"):
        read_info(tmp_path / "empty.safetensors")
    with pytest.raises(ModelError, match=r"no model file"):
        read_info(tmp_path / "none.safetensors")


def test_shipped_models_are_named_by_their_sizes_in_order(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(networks.models, "pretrained_models", lambda: tmp_path)
    for name in ("books-16", "books-4", "books-128", "atlas", "pages-64"):
        (tmp_path / f"{name}.safetensors").touch()
    with pytest.raises(ModelError, match="atlas, books-4, books-16, books-128, pages-64"):
        find_model("none")


def test_a_model_is_found_by_run_checkpoint_file_and_shipped_name(
    tmp_path: Path, generator: Generator, monkeypatch: pytest.MonkeyPatch
) -> None:
    shipped = tmp_path / "shipped" / "old.safetensors"
    monkeypatch.setattr(networks.models, "pretrained_models", lambda: shipped.parent)
    for kimg in ("000001.000", "000010.000"):
        path = tmp_path / "run" / "checkpoints" / kimg / "model.safetensors"
        save_generator(path, generator)
    save_generator(shipped, generator)
    assert find_model(tmp_path / "run") == path
    assert read_info(path).name == "run · 000010.000"
    assert find_model(path.parent) == path
    assert find_model(path.parent.parent) == path
    assert find_model(path) == path
    assert find_model("old") == shipped
    assert networks.shipped_models() == [shipped]
    (tmp_path / "new-run").mkdir()
    with pytest.raises(ModelError, match="no model yet"):
        find_model(tmp_path / "new-run")
    with pytest.raises(ModelError, match="with DeepZine: old"):
        find_model("young")
