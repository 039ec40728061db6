"""The plan against the reference's level-of-detail formula."""

import itertools
import math

import pytest

from deepzine_gui.errors import SettingsError
from deepzine_gui.networks import widths
from deepzine_gui.training import (
    ABOUT,
    PRESETS,
    TrainingConfig,
    at,
    fit_to_minutes,
    preset,
    scaled,
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


@pytest.mark.parametrize("half_life", [2.0, 10.0])
@pytest.mark.parametrize("minibatch", [16, 25])
def test_the_averages_memory_halves_over_its_half_life(half_life: float, minibatch: int) -> None:
    config = preset("paper", ema_half_life_kimg=half_life, minibatch=minibatch)
    start = 1_000_000
    weight = 1.0
    for images in range(start, start + round(1000 * half_life), minibatch):
        weight *= at(config, images).ema_decay
    assert weight == pytest.approx(0.5)


def test_a_plain_decay_holds_for_each_update_of_the_discriminator() -> None:
    config = preset("paper", discriminator_updates=5)
    now = at(config, 0)
    assert now.ema_decay == pytest.approx(0.999**5)
    assert (now.minibatch, now.pages) == (16, 80)


def test_the_papers_plan_in_full() -> None:
    # arXiv 1710.10196, appendix A.1
    config = preset("paper", resolution=1024)
    assert total_kimg(config) == 800 * 17
    assert {s.end_kimg - s.start_kimg for s in stages(config)} == {800}
    seen = {(s.resolution, at(config, int(1000 * s.start_kimg)).minibatch) for s in stages(config)}
    usual = {(size, 16) for size in (4, 8, 16, 32, 64, 128)}
    assert seen == usual | {(256, 14), (512, 6), (1024, 3)}
    now = at(config, 0)
    assert (now.learning_rate, now.ema_decay, now.gamma, now.penalty_interval) == (
        *(0.001, 0.999, 10, 1),
    )
    assert (config.loss, config.drift) == ("wgan-gp", 0.001)
    assert (config.beta1, config.beta2, config.adam_epsilon) == (0, 0.99, 1e-8)
    assert config.reset_moments
    assert widths(config.network(3))[1024] == 16
    assert (config.augment, config.held_out) == ("none", 0)


def test_the_first_deepzines_plan_in_full() -> None:
    config = preset("seed-deepzine", resolution=512)
    width = widths(config.network(3))
    assert [width[size] for size in (4, 8, 16, 32, 64, 128, 256, 512)] == [
        *(128, 128, 128, 128, 64, 32, 16, 8)
    ]
    steps = [
        1000 * (s.end_kimg - s.start_kimg) / config.minibatch_at(s.resolution)
        for s in stages(config)[:-1]
    ]
    assert steps == [10_000] * (len(stages(config)) - 1)
    assert [config.minibatch_at(size) for size in (128, 256, 512)] == [16, 4, 4]
    usual = preset("seed-deepzine")
    assert len(stages(usual)) == 11
    assert total_kimg(usual) == 110_000 * 16 / 1000
    assert (usual.learning_rate, usual.latent_size, usual.resolution) == (0.0001, 128, 128)
    assert scaled(usual, 0.1).stage_steps == 1000
    assert total_kimg(scaled(usual, 0.1)) == pytest.approx(176)


def test_the_default_plan() -> None:
    config = preset("default", resolution=1024)
    gammas = {s.resolution: at(config, round(1000 * s.start_kimg)).gamma for s in stages(config)}
    assert gammas == {4: 0.5, 8: 0.5, 16: 0.5, 32: 0.5, 64: 1, 128: 4, 256: 16, 512: 50, 1024: 50}
    assert [config.minibatch_at(size) for size in (32, 64, 256, 512, 1024)] == [64, 32, 32, 16, 16]
    for stage in stages(config):
        now = at(config, round(1000 * stage.start_kimg))
        assert now.penalty_interval == (1 if stage.fading else 4)


def test_the_learning_rate_warms_up_at_each_stage() -> None:
    config = preset("default", learning_rate=0.01)
    for stage in stages(config):
        first = round(1000 * stage.start_kimg)
        pages = config.minibatch_at(stage.resolution)
        assert at(config, first).learning_rate == pytest.approx(0.01 * pages / 10_000)
        assert at(config, first + 5000 - pages).learning_rate == pytest.approx(0.005)
        assert at(config, first + 10_000).learning_rate == 0.01


def test_the_schedule_is_a_pure_function_of_the_pages_shown() -> None:
    config = preset("cpu-demo")
    images = [0, 5999, 6000, 9000, 20_000, 75_999, 10**6]
    once = [at(config, shown) for shown in images]
    assert [at(config, shown) for shown in reversed(images)] == once[::-1]
    assert [now.stage.resolution for now in once] == [4, 4, 8, 8, 16, 32, 32]
    assert [now.alpha for now in once] == pytest.approx([1, 1, 0, 0.5, 1 / 3, 1, 1])


def test_without_growth_there_is_one_stage() -> None:
    (stage,) = stages(preset("default", growth="none"))
    assert (stage.resolution, stage.fading, stage.end_kimg) == (128, False, 1500)


def test_presets_are_told_of_and_the_quickest_comes_first() -> None:
    assert set(ABOUT) == set(PRESETS)

    def work(name: str) -> float:
        """Multiplications of the generator's second convolutions, for the whole plan."""
        config = preset(name)
        width = widths(config.network(1))
        return sum(
            (s.end_kimg - s.start_kimg)
            * sum((size * width[size]) ** 2 for size in width if size <= s.resolution)
            for s in stages(config)
        )

    assert sorted(PRESETS, key=work) == list(PRESETS)


def test_limits_are_written_as_pairs() -> None:
    config = preset("paper", minibatch_limits="256:8, 512:4")
    assert config.minibatch_limits == {256: 8, 512: 4}
    assert preset("paper", minibatch_limits="{256: 8}").minibatch_limits == {256: 8}
    assert preset("paper", minibatch_limits="").minibatch_limits == {}
    for wrong in ("256", "256:8 512:4", "250:8", "256:1", "256:8;"):
        with pytest.raises(SettingsError, match="minibatch_limits"):
            preset("paper", minibatch_limits=wrong)


def test_settings_of_older_runs_still_open() -> None:
    # as config.yaml of a run begun before these settings were told apart
    older = {
        "preset": "cpu-demo", "resolution": 32, "latent_size": 64, "fmap_base": 512,
        "fmap_max": 64, "loss": "rpgan", "penalty_weight": 0.5, "penalty_interval": 8,
        "drift": 0.001, "learning_rate": 0.001, "beta2": 0.99, "minibatch": 16,
        "minibatch_limits": {"256": 14, "512": 6, "1024": 3}, "fade_kimg": 6.0,
        "stable_kimg": 6.0, "final_kimg": 40.0, "ema_decay": 0.999, "ema_half_life_kimg": 2.0,
        "deviation_group": 4, "sample_kimg": 2.0, "checkpoint_minutes": 5.0, "precision": "auto",
        "seed": 0,
    }  # fmt: skip
    config = TrainingConfig.model_validate(older)
    assert (config.augment, config.held_out, config.conditional) == ("none", 0, "off")
    for images in (0, 7000, 30_000, 70_000):
        assert at(config, images) == at(preset("cpu-demo"), images)
