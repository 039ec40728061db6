"""Which items are ticked without the person's hand: so many of those shown, within a budget."""

import dataclasses
from pathlib import Path

import numpy as np

from deepzine_gui.archive.choosing.costs import Cost, price
from deepzine_gui.archive.choosing.picking import NO_LIMITS, Budget, Pick, taking_order, within
from deepzine_gui.ui.collect.listing import Listing, Rows


@dataclasses.dataclass(frozen=True, slots=True)
class Choice:
    """How much to take, and how to choose it; `picking.taking_order` tells of `pick` and `seed`.

    Without a `pick` only what the person ticks is taken, whatever it comes to.
    """

    pick: Pick | None = "first"
    documents: int = 50
    pages: int | None = None
    size_bytes: int = 2_000_000_000
    seed: int = 1


def tick_chosen(listing: Listing, shown: Rows, choice: Choice) -> None:
    """Tick a choice of the rows shown; what was ticked or unticked by hand stays, and counts.

    What the archive refused is left to the hand: it may be given after signing in.

    Args:
        listing: whose ticks are written.
        shown: rows to choose from, in the order shown.
        choice: how many, how large, which.
    """
    if choice.pick is None:
        return
    ticked, by_hand = listing.column("is_ticked"), listing.column("by_hand")
    ticked[~by_hand] = False
    kept = listing.sum(np.flatnonzero(ticked))
    free = shown[(listing.is_open() & ~listing.is_refused() & ~by_hand)[shown]]
    pages = None if choice.pages is None else max(0, choice.pages - kept.pages)
    budget = Budget(
        documents=max(0, choice.documents - kept.documents),
        pages=pages,
        size_bytes=max(0, choice.size_bytes - kept.size_bytes),
    )
    order = taking_order(
        choice.pick,
        years=listing.column("year")[free],
        downloads=listing.column("downloads")[free],
        wanted=budget.documents,
        seed=choice.seed,
    )
    taken = within(
        order,
        budget,
        documents=listing.column("documents")[free],
        pages=listing.column("pages")[free],
        sizes=listing.expected_bytes()[free],
    )
    ticked[free[taken]] = True


def forget_hand(listing: Listing, *, ticks: bool = False) -> None:
    """Let a choice tick and untick everything again; with `ticks`, untick everything now."""
    listing.column("by_hand")[:] = False
    if ticks:
        listing.column("is_ticked")[:] = False


def rows_to_take(listing: Listing, shown: Rows) -> Rows:
    """The rows that are ticked and neither here nor queued: those shown first, in their order."""
    has_come = listing.is_here() | listing.is_queued()
    wanted = listing.column("is_ticked") & listing.is_open() & ~has_come
    rest = wanted.copy()
    rest[shown] = False
    return np.concatenate([shown[wanted[shown]], np.flatnonzero(rest)])


def cost_of_missing(listing: Listing, rows: Rows, folder: Path) -> Cost:
    """What it costs to fetch into a folder what is missing of some rows."""
    missing = listing.sum(rows, only_missing=True)
    return price(
        items=missing.items,
        documents=missing.documents,
        pages=missing.pages,
        without_pages=missing.without_pages,
        size_bytes=missing.size_bytes,
        without_sizes=missing.without_sizes,
        certainty=missing.certainty,
        folder=folder,
    )


def left_of(listing: Listing, choice: Choice) -> Budget:
    """What the ticked items that are here or queued leave of a choice, for the others.

    What is ticked by hand is wanted, even where it goes over the choice.
    """
    if choice.pick is None:
        return NO_LIMITS
    is_ticked = listing.column("is_ticked")
    taken = listing.sum(np.flatnonzero(is_ticked & (listing.is_here() | listing.is_queued())))
    by_hand = listing.sum(np.flatnonzero(is_ticked & listing.column("by_hand")))
    return Budget(
        documents=max(0, max(choice.documents, by_hand.documents) - taken.documents),
        size_bytes=max(0, max(choice.size_bytes, by_hand.size_bytes) - taken.size_bytes),
    )
