"""Where the explorer stands, in numbers."""

import numpy as np
import pytest

from deepzine_gui.ui.explore.place import Place

L = 16


def place() -> Place:
    return Place(L, np.eye(L, dtype=np.float32)[:3])


def test_the_radius_is_the_norm_whatever_the_offsets() -> None:
    here = place()
    here.radius = 0.5
    here.offsets[1] = 4.0
    assert np.linalg.norm(here.latent) == pytest.approx(0.5 * np.sqrt(L), rel=1e-5)
    here.radius = 0.0
    assert not here.latent.any()


def test_an_offset_moves_along_its_direction() -> None:
    here = place()
    before = here.latent
    here.offsets[2] = 3.0
    moved = before + 3.0 * np.eye(L)[2]
    assert np.allclose(here.latent, moved / np.linalg.norm(moved) * np.sqrt(L), atol=1e-5)


def test_going_to_a_latent_arrives_there() -> None:
    here = place()
    there = np.linspace(-1, 1, L).astype(np.float32)
    here.offsets[0] = 2.0
    here.go_to(there)
    assert np.allclose(here.latent, there, atol=1e-6)
    assert not here.offsets.any()


def test_through_the_origin_the_view_is_kept() -> None:
    here = place()
    before = here.latent
    here.go_to(np.zeros(L, np.float32))
    assert here.radius == 0.0
    here.radius = 1.0
    assert np.allclose(here.latent, before, atol=1e-5)
