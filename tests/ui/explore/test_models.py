"""The list of models to explore."""

import logging
from pathlib import Path

import pytest

from deepzine_gui import networks
from deepzine_gui.project import Project
from deepzine_gui.ui.explore import models
from tests.latent.tiny import save_tiny_model


def test_a_damaged_shipped_model_hides_no_other(
    project: Project,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    for name in ("first", "third"):
        save_tiny_model(tmp_path / f"{name}.safetensors", resolution=16)
    (tmp_path / "second.safetensors").write_bytes(b"torn")
    monkeypatch.setattr(networks.models, "pretrained_models", lambda: tmp_path)
    with caplog.at_level(logging.WARNING, "deepzine_gui"):
        found = models.choices(project, [])
    assert [choice.key for choice in found] == ["first", "third"]
    assert "second.safetensors" in caplog.text


def test_of_shipped_models_that_with_the_largest_pages_comes_first(
    project: Project, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, resolution in (("a", 8), ("b", 32), ("c", 32), ("d", 16)):
        save_tiny_model(tmp_path / f"{name}.safetensors", resolution=resolution)
    monkeypatch.setattr(networks.models, "pretrained_models", lambda: tmp_path)
    assert [choice.key for choice in models.choices(project, [])] == ["b", "c", "d", "a"]
