"""What a command wants of a search: which items, how many, and whether only their cost."""

import dataclasses

import numpy as np

from deepzine_gui.archive.choosing.costs import Share, expected_bytes
from deepzine_gui.archive.choosing.picking import NO_LIMITS, Budget, Pick, taking_order, within
from deepzine_gui.archive.items import Item


@dataclasses.dataclass(frozen=True, slots=True)
class Wish:
    """Which items of a search to take.

    Attributes:
        pick: how to choose among them; see `picking.taking_order`.
        seed: of a choice by chance.
        budget: what may be taken at most.
        years: first and last, both included; items of no known year are left out then. None: all.
        language: as the archive writes it, in part or whole, upper or lower case; "": all.
        plan_only: tell the cost and take nothing.
    """

    pick: Pick = "first"
    seed: int = 0
    budget: Budget = NO_LIMITS
    years: tuple[int, int] | None = None
    language: str = ""
    plan_only: bool = False

    def suits(self, item: Item) -> bool:
        """Whether an item is of the years and the language wished for."""
        if self.years is not None:
            first, last = self.years
            if item.year is None or not first <= item.year <= last:
                return False
        return self.language.casefold() in item.language.casefold()

    def choose(self, items: list[Item], share: Share) -> list[Item]:
        """Those of `items` to take, the first ones first.

        The last may have more documents than the budget has left; the first of them count.

        Args:
            items: that may be taken and suit.
            share: of items weighed so far, by which the others are reckoned.
        """
        order = taking_order(
            self.pick,
            years=np.array([item.year or 0 for item in items], np.int32),
            downloads=np.array([item.downloads or 0 for item in items], np.int64),
            wanted=self.budget.documents,
            seed=self.seed,
        )
        documents = np.array([item.documents for item in items], np.int64)
        taken = within(
            order,
            dataclasses.replace(self.budget, documents=None),
            documents=documents,
            pages=np.array([item.pages or 0 for item in items], np.int64),
            sizes=np.array([expected_bytes(item, share) or 0 for item in items], np.int64),
        )
        if self.budget.documents is not None:
            before = documents[taken].cumsum() - documents[taken]
            taken = taken[before < self.budget.documents]
        return [items[place] for place in taken]

    def spares(self, items: list[Item], chosen: list[Item], share: Share) -> list[Item]:
        """What to take if the chosen ones weigh less, the first ones first, with expected sizes.

        Without a limit of bytes there are none; with one of pages neither, as a list of files does
        not tell them.

        Args:
            items: as for `choose`.
            chosen: what that returned.
            share: likewise.
        """
        if self.budget.size_bytes is None or self.budget.pages is not None:
            return []
        taken = {item.identifier for item in chosen}
        every = dataclasses.replace(self, budget=NO_LIMITS).choose(items, share)
        spares = (item for item in every if item.identifier not in taken)
        return [
            dataclasses.replace(item, size_bytes=expected_bytes(item, share)) for item in spares
        ]
