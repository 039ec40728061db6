"""What the guard changes about the settings of a run that collapsed."""

import dataclasses

from deepzine_gui.training.recipe.config import TrainingConfig

MOST_UPDATES, MOST_PAGES = 16, 1024
LEAST_RATE, MOST_PENALTY = 1e-6, 1000.0
"""The settings' own limits."""


@dataclasses.dataclass(frozen=True, slots=True)
class Remedies:
    """What the guard has changed about the settings, in force until the run ends.

    Attributes:
        learning_rate, penalty: factors.
        discriminator_updates: more of them in a step.
        minibatch: factor.
    """

    learning_rate: float = 1.0
    penalty: float = 1.0
    discriminator_updates: int = 0
    minibatch: int = 1

    def applied(self, config: TrainingConfig) -> TrainingConfig:
        """The settings with these changes, within the settings' limits."""
        pages = {size: self._pages(limit) for size, limit in config.minibatch_limits.items()}
        return config.model_copy(
            update={
                "learning_rate": max(LEAST_RATE, config.learning_rate * self.learning_rate),
                "penalty_weight": min(MOST_PENALTY, config.penalty_weight * self.penalty),
                "discriminator_updates": self._updates(config),
                "minibatch": self._pages(config.minibatch),
                "minibatch_limits": pages,
            }
        )

    def text(self, config: TrainingConfig) -> str:
        """Them in words: "learning rate × 0.5, penalty × 2"."""
        parts = []
        if self.learning_rate != 1:
            parts.append(f"learning rate × {self.learning_rate:g}")
        if self.penalty != 1:
            parts.append(f"penalty × {self.penalty:g}")
        if self.discriminator_updates:
            parts.append(f"{self._updates(config)} discriminator updates a step")
        if self.minibatch != 1:
            parts.append(f"pages a step × {self.minibatch}")
        return ", ".join(parts) or "no changes"

    def without(self, before: TrainingConfig, now: TrainingConfig) -> "Remedies":
        """Those that hold once a person has changed settings: what they chose is as chosen."""
        mine = dataclasses.asdict(Remedies())
        chosen = {
            remedy: mine[remedy]
            for remedy, names in _FIELDS.items()
            if any(getattr(before, name) != getattr(now, name) for name in names)
        }
        return dataclasses.replace(self, **chosen)

    def _updates(self, config: TrainingConfig) -> int:
        return min(MOST_UPDATES, config.discriminator_updates + self.discriminator_updates)

    def _pages(self, pages: int) -> int:
        return min(MOST_PAGES, pages * self.minibatch)


_FIELDS = {
    "learning_rate": ("learning_rate",),
    "penalty": ("penalty_weight",),
    "discriminator_updates": ("discriminator_updates",),
    "minibatch": ("minibatch", "minibatch_limits"),
}
"""The settings that each remedy changes."""
