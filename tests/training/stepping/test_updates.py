"""Minibatches in parts, and updates that come to no numbers."""

import math
from typing import Any

import numpy as np
import pytest
import torch
from torch import Tensor

from deepzine_gui.errors import TrainingError
from deepzine_gui.networks import NetworkConfig
from deepzine_gui.networks.discriminator import Discriminator
from deepzine_gui.networks.labels import Labels
from deepzine_gui.networks.layers import EqualizedConv
from deepzine_gui.training import TrainingConfig
from deepzine_gui.training.stepping import losses
from deepzine_gui.training.stepping.accumulation import (
    halved,
    is_out_of_memory,
    is_out_of_memory_for_good,
    parts,
)
from deepzine_gui.training.stepping.draws import Draws
from deepzine_gui.training.stepping.trainer import Trainer
from deepzine_gui.training.stepping.updates import Scalars, Updates
from tests.training.noise import Pages
from tests.training.runs import short_of_memory


@pytest.mark.parametrize(
    ("count", "most", "group", "sizes"),
    [
        (16, None, 4, [16]),
        (16, 16, 4, [16]),
        (16, 8, 4, [8, 8]),
        (16, 7, 4, [4, 4, 4, 4]),
        (12, 8, 4, [8, 4]),
        (16, 2, 4, [2] * 8),
        (14, 7, 16, [7, 7]),
        (14, 4, 16, [4, 4, 3, 3]),
        (6, 4, 4, [4, 2]),
        (3, 1, 16, [1, 1, 1]),
    ],
)
def test_every_page_is_in_one_part(
    count: int, most: int | None, group: int, sizes: list[int]
) -> None:
    pages, labels = torch.randn(count, 2), torch.arange(count)
    some = parts((pages, labels), most, group)
    assert [len(part[1]) for part in some] == sizes
    assert torch.cat([part[1] for part in some]).sort().values.equal(labels)
    assert all(torch.equal(part[0], pages[part[1]]) for part in some)


@pytest.mark.parametrize(
    ("most", "group", "half"),
    [(16, 4, 8), (8, 4, 4), (4, 4, 2), (2, 4, 1), (14, 16, 7), (7, 16, 4), (12, 4, 4), (3, 4, 2)],
)
def test_half_as_many_pages_are_whole_groups_where_they_can_be(
    most: int, group: int, half: int
) -> None:
    assert halved(most, group) == half


def judged(network: Discriminator, updates: Updates, real: Tensor, fake: Tensor) -> Scalars:
    real, fake = real.requires_grad_(), fake.requires_grad_()
    d_real, d_fake = network(real), network(fake)
    penalty = losses.zero_centred_penalty(d_real, real) + losses.zero_centred_penalty(d_fake, fake)
    mixed = losses.gradient_penalty(network, real.detach(), fake.detach(), torch.full((1,), 0.3))
    loss = losses.rpgan_discriminator(d_real, d_fake) + penalty + mixed
    updates.descend(loss)
    return {"loss": loss, "d_real": d_real.mean()}


@pytest.mark.parametrize("most", [8, 5, 4])
def test_gradients_of_parts_add_up_to_those_of_the_whole(most: int) -> None:
    # with minibatch deviation and penalties, which go through it
    torch.manual_seed(0)
    network = Discriminator(
        NetworkConfig(resolution=8, channels=1, latent_size=8, fmap_base=64, fmap_max=16),
        deviation_group=4,
    )
    real, fake = torch.rand(16, 1, 8, 8) * 2 - 1, torch.rand(16, 1, 8, 8) * 2 - 1
    found = []
    for pages_at_once in (None, most):
        updates = Updates(
            Draws(torch.Generator()), torch.device("cpu"), group=4, pages_at_once=pages_at_once
        )
        # a step of no length leaves the weights as they are
        adam = torch.optim.Adam(network.parameters(), lr=0.0, fused=True)
        told = updates.update(
            adam, lambda *pages, by=updates: judged(network, by, *pages), real, fake
        )
        gradients = [w.grad.clone() for w in network.parameters() if w.grad is not None]
        found.append((told, gradients))
    (told, gradients), (told_in_parts, gradients_in_parts) = found
    squares = [float(np.square(each.double().numpy()).sum()) for each in gradients]
    assert told["norm"].item() == pytest.approx(math.sqrt(sum(squares)), rel=1e-5)
    for name, value in told.items():
        assert told_in_parts[name].item() == pytest.approx(value.item(), rel=1e-5), name
    for whole, added in zip(gradients, gradients_in_parts, strict=True):
        torch.testing.assert_close(added, whole, rtol=1e-4, atol=1e-6)


def state(trainer: Trainer) -> dict[str, Tensor]:
    """Copies of all weights and moments."""
    found = {}
    for name in ("generator", "discriminator", "average"):
        for key, value in getattr(trainer, name).state_dict().items():
            found[f"{name}.{key}"] = value.clone()
    for name, adam in (("generator", trainer.g_optimiser), ("discriminator", trainer.d_optimiser)):
        for number, moments in adam.state_dict()["state"].items():
            found |= {f"{name}.{number}.{key}": value.clone() for key, value in moments.items()}
    return found


def assert_equal(one: dict[str, Tensor], other: dict[str, Tensor]) -> None:
    assert one.keys() == other.keys()
    for name, value in one.items():
        assert torch.equal(value, other[name]), name


@pytest.mark.parametrize(
    "changes",
    [
        {"loss": "rpgan"},
        {"loss": "wgan-gp"},
        {"loss": "ns-r1", "l1_weight": 1e-3, "l2_weight": 1e-3, "discriminator_updates": 2},
        # the first to find no room are pages held out
        {"loss": "rpgan", "augment": "ada", "augment_p": 0.3, "held_out": 0.1},
        {"loss": "wgan-gp", "label_head": "classes", "generator_updates": 2},
    ],
)
@pytest.mark.parametrize("labels", [None, Labels(("a", "b"), (1, 1))])
def test_an_attempt_that_found_no_memory_leaves_no_trace(
    quick: TrainingConfig,
    changes: dict[str, Any],
    labels: Labels | None,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    config = quick.model_copy(update={"minibatch": 16, **changes})
    known = config.model_copy(update={"pages_at_once": 4})
    tried, spared = (
        Trainer(each, each.network(1, labels=2 if labels else 0), labels=labels)
        for each in (config, known)
    )
    short_of_memory(monkeypatch, 4)
    for trainer in (tried, spared):
        for _ in range(3):
            trainer.step(Pages(4))
    assert tried.updates.pages_at_once == spared.updates.pages_at_once == 4
    assert_equal(state(tried), state(spared))
    assert torch.equal(tried.noise.get_state(), spared.noise.get_state())
    assert torch.equal(tried.augment.p, spared.augment.p)


@pytest.mark.parametrize("loss", ["wgan-gp", "ns-r1", "rpgan"])
@pytest.mark.parametrize(("minibatch", "pages_at_once"), [(16, 8), (14, 4)])
def test_a_step_in_parts_is_a_step_of_the_whole(
    quick: TrainingConfig, loss: Any, minibatch: int, pages_at_once: int
) -> None:
    # each page with its own random numbers, each group of 4, or of 2 where 4 do not come out even;
    # penalties on weights count once
    changes = {"minibatch": minibatch, "loss": loss, "l1_weight": 1.0, "l2_weight": 1.0}
    changes |= {"learning_rate": 1e-3, "adam_epsilon": 0.1, "penalty_interval": 2}
    changes |= {"augment": "ada", "augment_p": 0.3, "held_out": 0.1, "augment_kimg": 1.0}
    config = quick.model_copy(update=changes)
    in_parts = config.model_copy(update={"pages_at_once": pages_at_once})
    one, other = (Trainer(each, each.network(1)) for each in (config, in_parts))
    for trainer in (one, other):
        pages = Pages(4)
        for _ in range(3):
            trainer.step(pages)
    assert other.augment.p != torch.tensor(0.3)
    for name, value in state(one).items():
        torch.testing.assert_close(state(other)[name], value, rtol=1e-4, atol=1e-5)


@pytest.mark.parametrize("pages_at_once", [0, 4])
def test_penalties_on_weights_are_added_once_an_update(
    quick: TrainingConfig, pages_at_once: int
) -> None:
    config = quick.model_copy(update={"minibatch": 16, "pages_at_once": pages_at_once})
    penalised = config.model_copy(update={"l1_weight": 0.3, "l2_weight": 0.2})
    bare, heavy = (Trainer(each, each.network(1)) for each in (config, penalised))
    layers = {
        name: layer.weight.detach().clone()
        for name, layer in bare.discriminator.named_modules()
        if isinstance(layer, EqualizedConv)
    }
    for trainer in (bare, heavy):
        trainer.step(Pages(4))
    compared = 0
    for name, weight in layers.items():
        one, other = (each.discriminator.get_submodule(name) for each in (bare, heavy))
        if one.weight.grad is not None:
            added = 0.3 * one.scale * weight.sign() + 2 * 0.2 * one.scale**2 * weight
            torch.testing.assert_close(other.weight.grad - one.weight.grad, added)
            compared += 1
    assert compared


def test_scores_that_are_no_numbers_do_not_say_how_often_pages_are_changed(
    quick: TrainingConfig,
) -> None:
    changes = {"augment": "ada", "augment_p": 0.3, "held_out": 0.1, "augment_kimg": 1.0}
    config = quick.model_copy(update=changes)
    trainer = Trainer(config, config.network(1))
    # the discriminator's own pages, and those held out, of which each fourth step draws some
    for spoilt in (0, 1):
        trainer.steps = 0
        trainer.step(Pages(4, spoilt=frozenset({spoilt})))
        assert trainer.augment.p == torch.tensor(0.3)
    trainer.steps = 0
    trainer.step(Pages(4))
    assert trainer.augment.p != torch.tensor(0.3)


def test_each_update_in_half_precision_sees_the_biases_of_the_one_before(
    quick: TrainingConfig, monkeypatch: pytest.MonkeyPatch
) -> None:
    # torch would keep them, once cast, as long as autocast lasts
    changes = {"precision": "bf16", "discriminator_updates": 2, "learning_rate": 0.01}
    config = quick.model_copy(update=changes)
    one, other = (Trainer(config, config.network(1)) for _ in range(2))
    one.step(Pages(4))
    take = Updates._take

    def forgetting(self: Updates, *given: Any) -> Tensor:
        norm = take(self, *given)
        torch.clear_autocast_cache()
        return norm

    monkeypatch.setattr(Updates, "_take", forgetting)
    other.step(Pages(4))
    assert_equal(state(one), state(other))


def test_too_little_memory_for_one_page_is_one_sentence(
    quick: TrainingConfig, monkeypatch: pytest.MonkeyPatch
) -> None:
    trainer = Trainer(quick, quick.network(1))
    short_of_memory(monkeypatch, 0)
    with pytest.raises(TrainingError, match="too small for a single page"):
        trainer.step(Pages(4))


def test_what_the_processor_says_when_memory_is_out_is_known() -> None:
    with pytest.raises(RuntimeError) as caught:
        torch.empty(2**60)
    assert is_out_of_memory(caught.value)
    assert is_out_of_memory(torch.OutOfMemoryError("CUDA out of memory."))
    assert is_out_of_memory(RuntimeError("CUDA error: CUBLAS_STATUS_ALLOC_FAILED"))
    assert is_out_of_memory(
        RuntimeError("[enforce fail at alloc_cpu.cpp:96] data. DefaultCPUAllocator: not enough me…")
    )
    assert is_out_of_memory(RuntimeError("std::bad_alloc"))
    assert is_out_of_memory(MemoryError())
    assert not is_out_of_memory(RuntimeError("could not create a memory descriptor using strides"))
    assert not is_out_of_memory(RuntimeError("mat1 and mat2 shapes cannot be multiplied"))
    assert not is_out_of_memory(ValueError("DefaultCPUAllocator: can't allocate memory"))


def test_what_onednn_says_when_it_makes_nothing_more_is_known() -> None:
    assert is_out_of_memory_for_good(RuntimeError("could not create a primitive"))
    assert not is_out_of_memory_for_good(
        RuntimeError("could not create a primitive descriptor for the matmul primitive")
    )


def test_other_errors_are_no_reason_to_try_again(
    quick: TrainingConfig, monkeypatch: pytest.MonkeyPatch
) -> None:
    trainer = Trainer(quick, quick.network(1))
    short_of_memory(monkeypatch, 1, RuntimeError("shapes cannot be multiplied"))
    with pytest.raises(RuntimeError, match="shapes"):
        trainer.step(Pages(4))
    assert trainer.updates.pages_at_once is None


@pytest.mark.parametrize("pages_at_once", [0, 2])
def test_a_step_that_comes_to_no_numbers_changes_nothing(
    quick: TrainingConfig, pages_at_once: int
) -> None:
    config = quick.model_copy(update={"pages_at_once": pages_at_once})
    trainer = Trainer(config, config.network(1))
    pages = Pages(4, spoilt=frozenset({1, 2}))
    trainer.step(pages)
    before = state(trainer)
    for in_a_row in (1, 2):
        trainer.step(pages)
        assert_equal(state(trainer), before)
        assert int(trainer.updates.in_a_row) == in_a_row
    trainer.step(pages)
    assert (int(trainer.updates.skipped), int(trainer.updates.in_a_row)) == (2, 0)
    after = state(trainer)
    for network in ("generator.", "discriminator.", "average."):
        assert any(
            not torch.equal(after[key], before[key]) for key in before if key.startswith(network)
        )
    assert trainer.is_finite
    assert trainer.images == 16


def test_an_update_too_large_for_adam_is_skipped() -> None:
    # the square of such a gradient is infinite, and would stay in Adam's memory for ever
    weight = torch.nn.Parameter(torch.ones(3))
    adam = torch.optim.Adam([weight], lr=0.1, fused=True)
    updates = Updates(Draws(torch.Generator()), torch.device("cpu"), group=4, pages_at_once=None)

    def phase(pages: Tensor) -> Scalars:
        updates.descend((weight * pages).mean())
        return {}

    updates.update(adam, phase, torch.full((3,), 1e30))
    assert updates.finish().item() == 0
    assert weight.tolist() == [1, 1, 1]
    updates.update(adam, phase, torch.full((3,), 1e3))
    assert updates.finish().item() == 1
    assert torch.stack([adam.state[weight]["exp_avg_sq"]]).isfinite().all()
    assert weight.tolist() != [1, 1, 1]


def test_the_discriminator_keeps_a_sound_update_when_the_generator_has_none(
    quick: TrainingConfig, monkeypatch: pytest.MonkeyPatch
) -> None:
    trainer = Trainer(quick, quick.network(1))
    trainer.step(Pages(4))
    before = state(trainer)
    monkeypatch.setattr(
        losses, "rpgan_generator", lambda real, fake: (real - fake).sum() * math.nan
    )
    trainer.step(Pages(4))
    assert_equal(
        {key: value for key, value in state(trainer).items() if not key.startswith("discr")},
        {key: value for key, value in before.items() if not key.startswith("discr")},
    )
    after = state(trainer)
    assert any(not torch.equal(after[key], before[key]) for key in before)
    assert int(trainer.updates.skipped) == 1
