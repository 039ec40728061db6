"""Many pages are asked of a model in parts."""

import numpy as np

from deepzine_gui.ui.explore.sampling import AT_ONCE, Question, parted


def test_a_wall_is_parted_without_losing_a_latent() -> None:
    latents = np.arange(2 * AT_ONCE + 3, dtype=np.float32)[:, np.newaxis]
    left: Question | None = Question("wall", 5, latents)
    parts = []
    while left is not None:
        now, left = parted(left)
        parts.append(now)
    assert [part.first for part in parts] == [0, AT_ONCE, 2 * AT_ONCE]
    assert {part.stamp for part in parts} == {5}
    assert np.array_equal(np.concatenate([part.latents for part in parts]), latents)
