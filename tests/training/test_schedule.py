"""The plan against the reference's level-of-detail formula."""

import itertools
import math

import pytest

from deepzine_gui.errors import SettingsError
from deepzine_gui.training import (
    TrainingConfig,
    fit_to_minutes,
    preset,
    seconds_left,
    stage_at,
    stages,
    total_kimg,
)


def reference_level(config: TrainingConfig, kimg: float) -> float:
    """Level of detail after `kimg`, from the formula published with the paper."""
    phase = config.stable_kimg + config.fade_kimg
    index = math.floor(kimg / phase)
    within = kimg - index * phase
    fading = max(within - config.stable_kimg, 0) / config.fade_kimg
    return max(0.0, math.log2(config.resolution / 4) - index - fading)


@pytest.mark.parametrize("kimg", [0, 400, 799, 801, 1200, 1599, 1601, 5000, 9000, 11999])
def test_resolution_and_fade_follow_the_papers_formula(kimg: float) -> None:
    config = preset("paper", resolution=1024)
    stage = stage_at(stages(config), kimg)
    level = math.log2(1024 / stage.resolution) + (1 - stage.alpha(kimg))
    assert level == pytest.approx(reference_level(config, kimg))


def test_the_plan_has_no_gaps_and_skips_empty_stages() -> None:
    plan = stages(preset("paper", resolution=32))
    assert plan[0].start_kimg == 0
    assert all(a.end_kimg == b.start_kimg for a, b in itertools.pairwise(plan))
    assert [(s.resolution, s.fading) for s in plan[:3]] == [(4, False), (8, True), (8, False)]
    without_fades = stages(preset("paper", resolution=32, fade_kimg=0))
    assert [stage.resolution for stage in without_fades] == [4, 8, 16, 32]


def test_minibatches_shrink_as_the_paper_says() -> None:
    config = preset("paper")
    assert [config.minibatch_at(r) for r in (4, 128, 256, 512, 1024)] == [16, 16, 14, 6, 3]


def test_time_left_is_the_sum_over_stages() -> None:
    plan = stages(preset("cpu-demo", resolution=8, stable_kimg=1, fade_kimg=2, final_kimg=3))
    assert seconds_left(plan, 0.5, {4: 100, 8: 50}) == pytest.approx(5 + 40 + 60)
    assert seconds_left(plan, 5.0, {4: 100, 8: 50}) == pytest.approx(20)
    assert seconds_left(plan, 6.0, {4: 100}) == 0


def test_a_plan_fits_the_time_at_hand() -> None:
    config = preset("cpu-demo")
    fast = {4: 2000.0, 8: 1000.0, 16: 300.0, 32: 150.0}
    for minutes in (4, 8):
        fitted = fit_to_minutes(config, fast, minutes)
        assert fitted.resolution == 32
        assert seconds_left(stages(fitted), 0, fast) == pytest.approx(60 * minutes, rel=0.01)
    slow = {size: speed / 3 for size, speed in fast.items()}
    assert fit_to_minutes(config, slow, 4).resolution == 16
    huge = {size: speed * 1000 for size, speed in fast.items()}
    assert total_kimg(fit_to_minutes(config, huge, 60)) == pytest.approx(4 * total_kimg(config))


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"resolution": 48}, "resolution cannot be 48"),
        ({"learning_rate": -1}, "learning_rate cannot be -1"),
        ({"colour": "grey"}, "no setting colour"),
    ],
)
def test_wrong_settings_are_named(changes: dict[str, object], sentence: str) -> None:
    with pytest.raises(SettingsError, match=sentence):
        preset("paper", **changes)
    with pytest.raises(SettingsError, match="no preset quick"):
        preset("quick")


def test_the_average_remembers_less_at_first() -> None:
    config = preset("cpu-demo")
    assert config.ema_at(16, 0) == 0
    assert config.ema_at(1000, 1000) == pytest.approx(0.5**0.5)
    assert config.ema_at(16, 0.16) == pytest.approx(0.5**2)
    assert preset("paper").ema_at(16, 0) == 0.999
