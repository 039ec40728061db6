"""What the explorer shows of a model that was not explored before."""

import numpy as np
import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from deepzine_gui.latent import best_to_show, random_points
from deepzine_gui.latent.sampler import Sampler
from deepzine_gui.project import Project
from deepzine_gui.ui.explore import ExploreBench, first_pages
from tests.ui.explore.conftest import TwoModels


def opened(bench: ExploreBench, project: Project, models: TwoModels) -> ExploreBench:
    project.choices.model = str(models.first)
    bench.open_project(project)
    bench.activated()
    return bench


def test_the_best_of_some_pages_is_shown_and_begins_the_path(
    qtbot: QtBot, bench: ExploreBench, project: Project, two_models: TwoModels
) -> None:
    opened(bench, project, two_models)
    assert bench.wander.keyframes == []
    qtbot.waitUntil(lambda: bench.shown.view.image is not None)
    sampler = Sampler(two_models.first, threads=1)
    latents = random_points(16, sampler.info.latent_size, seed=0)
    best = latents[best_to_show(sampler.images(latents))]
    assert np.allclose(np.stack(bench.wander.keyframes), best[:4])
    assert bench.wander.place is not None
    assert np.allclose(bench.wander.place.latent, best[0], atol=1e-5)


def test_fewer_are_looked_at_where_pages_are_large(
    qtbot: QtBot,
    bench: ExploreBench,
    project: Project,
    two_models: TwoModels,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(first_pages, "_MOST_PIXELS", 3 * 16**2)
    opened(bench, project, two_models)
    qtbot.waitUntil(lambda: bench.shown.view.image is not None)
    sampler = Sampler(two_models.first, threads=1)
    latents = random_points(16, sampler.info.latent_size, seed=0)
    best = latents[best_to_show(sampler.images(latents[:3]))]
    assert np.allclose(np.stack(bench.wander.keyframes), [*best, latents[3]])


def test_who_goes_elsewhere_first_stays_there(
    qtbot: QtBot, bench: ExploreBench, project: Project, two_models: TwoModels
) -> None:
    opened(bench, project, two_models)
    bench.wander.new_page()
    bench.wander.keep_page()
    assert bench.wander.place is not None
    latent = bench.wander.place.latent
    qtbot.waitUntil(lambda: bench.shown.wall.item(47).data(Qt.ItemDataRole.UserRole) is not None)
    assert np.array_equal(bench.wander.place.latent, latent)
    assert len(bench.wander.keyframes) == 1


def test_a_page_nobody_has_seen_is_not_kept(
    bench: ExploreBench, project: Project, two_models: TwoModels
) -> None:
    opened(bench, project, two_models)
    bench.shut_down()
    assert not (project.folder / "path.json").exists()
