"""How much faster a training step is than the plain one of the same networks, in turns with it.

Usage: ``python benchmarks/plain.py [--resolution 64] [--rounds 9]``.
The plain step is the least that can be written: float32, tensors as torch lays them out, twice or
half the resolution and the convolution one after the other, every penalty at every step with its
whole second-order backward pass, torch's own Adam, an average taken weight by weight. Weights are
scaled when used, as in the paper, and the generator's update leaves out the discriminator's
gradients: both as DeepZine's step does. Before anything is timed, the plain networks are seen to
give the very pages and scores of DeepZine's.

The usual step is that with what PyTorch programs people use do besides, for WGAN-GP, their loss. It
follows akanimax/pro_gan_pytorch (the step of its `gan.py`): older resolutions are blended in with
weight 0 where nothing fades, the generator's update computes the discriminator's gradients as well,
and throws them away, gradients are looked through for what is no number, and the average is made of
products. How such programs read pages is left out.

All run in one process, so that all have what DeepZine sets for it: memory that is kept.

Networks have `fmap_base` 2048 and `fmap_max` 128, a step has eight pages. Every round takes each
variant in turn, for so many steps as its penalty is apart, on one thread by processor time. Ratios
are taken within a round; medians are printed, and the least and largest ratio.
"""

import argparse
import copy
import statistics
import time
from collections.abc import Callable

import torch
from torch import Tensor, nn
from torch.nn import functional
from trainers import small_trainer

from deepzine_gui.networks.discriminator import Discriminator, DownBlock
from deepzine_gui.networks.generator import Generator, UpBlock
from deepzine_gui.networks.layers import DownConv, UpConv, downsample, leaky, pixel_norm, upsample
from deepzine_gui.training.recipe.config import TrainingConfig
from deepzine_gui.training.running.speed import Noise
from deepzine_gui.training.stepping import losses
from deepzine_gui.training.stepping.trainer import Trainer

_LOSSES = {"wgan-gp": (10.0, 1), "ns-r1": (1.0, 8), "rpgan": (1.0, 8)}
"""Weight of each loss's penalty, and the steps between two; plain steps always take it."""

_DECAY = 0.999

_Step = Callable[[], object]


class PlainUp(UpConv):
    """Twice the resolution, then the convolution."""

    def forward(self, x: Tensor) -> Tensor:
        """(N, inputs, H, W) → (N, outputs, 2H, 2W)."""
        return functional.conv2d(upsample(x), self.weight * self.scale, self.bias, padding=1)


class PlainDown(DownConv):
    """The convolution, then half the resolution."""

    def forward(self, x: Tensor) -> Tensor:
        """(N, inputs, 2H, 2W) → (N, outputs, H, W)."""
        return downsample(functional.conv2d(x, self.weight * self.scale, self.bias, padding=1))


class PlainUpBlock(UpBlock):
    """With that, and pixel norm as the paper has it."""

    def __init__(self, inputs: int, outputs: int) -> None:
        super().__init__(inputs, outputs)
        self.conv1 = PlainUp(inputs, outputs)

    def forward(self, x: Tensor) -> Tensor:
        """(N, inputs, H, W) → (N, outputs, 2H, 2W)."""
        for conv in (self.conv1, self.conv2):
            x = leaky(conv(x))
            x = x * (x.square().mean(dim=1, keepdim=True) + 1e-8).rsqrt()
        return x


class PlainTrainer:
    """A training step without any of DeepZine's ways to make it quick.

    It begins with the weights of `trainer`, and trains at its stage by the same loss.
    """

    def __init__(self, trainer: Trainer) -> None:
        self._config = config = trainer.config
        network = trainer.generator.config
        self.generator = Generator(network)
        for size, up in self.generator.blocks.items():
            assert isinstance(up, UpBlock)
            self.generator.blocks[size] = PlainUpBlock(*up.conv1.weight.shape[1::-1])
        self.discriminator = Discriminator(network, deviation_group=config.deviation_group)
        for down in self.discriminator.blocks.values():
            assert isinstance(down, DownBlock)
            down.conv2 = PlainDown(*down.conv2.weight.shape[1::-1])
        self.generator.load_state_dict(trainer.generator.state_dict())
        self.discriminator.load_state_dict(trainer.discriminator.state_dict())
        self._average = copy.deepcopy(self.generator).requires_grad_(False)
        self._g_optimiser = _adam(self.generator, config)
        self._d_optimiser = _adam(self.discriminator, config)
        shape = config.minibatch, network.channels, config.resolution, config.resolution
        self._pages = torch.rand(shape) * 2 - 1

    def step(self) -> None:
        """Update the discriminator, the generator and its average."""
        self.discriminator.requires_grad_(True)
        with torch.no_grad():
            fake = self.generator(self._latents())
        self._descend(self._d_optimiser, self._discriminator_loss(self._pages, fake))
        self.discriminator.requires_grad_(False)
        scores = self.discriminator(self.generator(self._latents()))
        self._descend(self._g_optimiser, self._generator_loss(scores))
        with torch.no_grad():
            weights = zip(self._average.parameters(), self.generator.parameters(), strict=True)
            for average, weight in weights:
                average.lerp_(weight, 1 - _DECAY)

    def _latents(self) -> Tensor:
        return pixel_norm(torch.randn(self._config.minibatch, self._config.latent_size))

    def _discriminator_loss(self, real: Tensor, fake: Tensor) -> Tensor:
        weight, kind = self._config.penalty_weight, self._config.loss
        real, fake = real.requires_grad_(kind != "wgan-gp"), fake.requires_grad_(kind == "rpgan")
        on_real: Tensor = self.discriminator(real)
        on_fake: Tensor = self.discriminator(fake)
        if kind == "wgan-gp":
            mix = torch.rand(len(real), 1, 1, 1)
            loss = losses.wgan_discriminator(on_real, on_fake)
            penalty = losses.gradient_penalty(self.discriminator, real, fake, mix)
        elif kind == "ns-r1":
            loss = losses.saturating_discriminator(on_real, on_fake)
            penalty = losses.zero_centred_penalty(on_real, real)
        else:
            loss = losses.rpgan_discriminator(on_real, on_fake)
            penalty = losses.zero_centred_penalty(on_real, real)
            penalty = penalty + losses.zero_centred_penalty(on_fake, fake)
        return loss + self._config.drift * on_real.square().mean() + weight * penalty

    def _generator_loss(self, scores: Tensor) -> Tensor:
        if self._config.loss == "wgan-gp":
            return losses.wgan_generator(scores)
        if self._config.loss == "ns-r1":
            return losses.non_saturating_generator(scores)
        with torch.no_grad():
            on_real = self.discriminator(self._pages)
        return losses.rpgan_generator(on_real, scores)

    @staticmethod
    def _descend(optimiser: torch.optim.Optimizer, loss: Tensor) -> None:
        optimiser.zero_grad()
        loss.backward()  # type: ignore[no-untyped-call]
        optimiser.step()


class UsualTrainer(PlainTrainer):
    """A WGAN-GP step as PyTorch programs people use have it."""

    def step(self) -> None:
        """Update the discriminator, the generator and its average."""
        fake = self._made_up().detach()
        self._descend(self._d_optimiser, self._judged(fake))
        self._descend(self._g_optimiser, losses.wgan_generator(self._scored(self._made_up())))
        with torch.no_grad():
            weights = zip(self._average.parameters(), self.generator.parameters(), strict=True)
            for average, weight in weights:
                average.copy_(_DECAY * average + (1 - _DECAY) * weight)

    def _made_up(self) -> Tensor:
        # a tensor is not looked at: both resolutions are computed
        pages: Tensor = self.generator(self._latents(), alpha=torch.ones(()))
        return pages

    def _scored(self, pages: Tensor) -> Tensor:
        scores: Tensor = self.discriminator(pages, alpha=torch.ones(()))
        return scores

    def _judged(self, fake: Tensor) -> Tensor:
        on_real, on_fake = self._scored(self._pages), self._scored(fake)
        mix = torch.rand(len(fake), 1, 1, 1)
        penalty = losses.gradient_penalty(self._scored, self._pages, fake, mix)
        loss = losses.wgan_discriminator(on_real, on_fake)
        drift = self._config.drift * on_real.square().mean()
        return loss + drift + self._config.penalty_weight * penalty

    @staticmethod
    def _descend(optimiser: torch.optim.Optimizer, loss: Tensor) -> None:
        optimiser.zero_grad()
        loss.backward()  # type: ignore[no-untyped-call]
        weights = [weight for group in optimiser.param_groups for weight in group["params"]]
        gradients = [weight.grad for weight in weights if weight.grad is not None]
        if not any(each.isnan().any() or each.isinf().any() for each in gradients):
            optimiser.step()


def main() -> None:
    """Measure and print one table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--resolution", type=int, default=64)
    parser.add_argument("--rounds", type=int, default=9)
    arguments = parser.parse_args()
    torch.set_num_threads(1)
    print(f"{arguments.resolution} px, images/s of processor time, medians; ratios to plain")
    print("| loss | plain | usual WGAN-GP | float32 | times plain | times usual | bf16 | … | … |")
    print("|---|---|---|---|---|---|---|---|---|")
    for loss, (_, interval) in _LOSSES.items():
        trainers = [_trainer(arguments.resolution, loss, way) for way in ("float32", "bf16")]
        plain = PlainTrainer(trainers[0])
        usual = UsualTrainer(_trainer(arguments.resolution, "wgan-gp", "float32"))
        _see_that_networks_agree(plain, trainers[0])
        noise = Noise(1, arguments.resolution, trainers[0].device)
        steps: list[tuple[_Step, int]] = [(plain.step, 1), (usual.step, 1)]
        steps += [(_step_of(trainer, noise), interval) for trainer in trainers]
        rounds = [[_speed(step, count) for step, count in steps] for _ in range(arguments.rounds)]
        print(f"| {loss} | {_row(rounds)} |", flush=True)


def _trainer(resolution: int, loss: str, precision: str) -> Trainer:
    weight, interval = _LOSSES[loss]
    return small_trainer(
        resolution, loss, precision, penalty_weight=weight, penalty_interval=interval
    )


def _adam(network: nn.Module, config: TrainingConfig) -> torch.optim.Adam:
    betas = config.beta1, config.beta2
    return torch.optim.Adam(
        network.parameters(), lr=config.learning_rate, betas=betas, eps=config.adam_epsilon
    )


def _see_that_networks_agree(plain: PlainTrainer, trainer: Trainer) -> None:
    with torch.no_grad():
        latents = pixel_norm(torch.randn(8, trainer.config.latent_size))
        pages = plain.generator(latents)
        torch.testing.assert_close(pages, trainer.generator(latents), rtol=1e-3, atol=1e-4)
        scores, others = plain.discriminator(pages), trainer.discriminator(pages)
        torch.testing.assert_close(scores, others, rtol=1e-3, atol=1e-4)


def _step_of(trainer: Trainer, noise: Noise) -> _Step:
    return lambda: trainer.step(noise)


def _speed(step: _Step, count: int) -> float:
    """Images a second, eight a step."""
    start_s = time.process_time()
    for _ in range(count):
        step()
    return 8 * count / (time.process_time() - start_s)


def _row(rounds: list[list[float]]) -> str:
    """Speeds and ratios of what was taken; the first round is there to warm up."""
    plain, usual, *others = zip(*rounds[1:], strict=True)
    cells = [f"{statistics.median(each):.1f}" for each in (plain, usual)]
    for speeds in others:
        cells.append(f"{statistics.median(speeds):.1f}")
        for bases in (plain, usual):
            ratios = [speed / base for speed, base in zip(speeds, bases, strict=True)]
            spread = f"{min(ratios):.1f} to {max(ratios):.1f}"
            cells.append(f"{statistics.median(ratios):.1f} ({spread})")
    return " | ".join(cells)


if __name__ == "__main__":
    main()
