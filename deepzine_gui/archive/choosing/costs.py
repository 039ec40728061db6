"""What a plan costs before it is carried out: documents, pages, bytes, time, room on the disk."""

import dataclasses
import shutil
from collections.abc import Iterable
from pathlib import Path
from typing import Literal

from deepzine_gui.archive.choosing.rates import ASSUMED_RATE, measured_rate
from deepzine_gui.archive.connection.manners import METADATA_INTERVAL_S
from deepzine_gui.archive.items import Item
from deepzine_gui.progress import Event
from deepzine_gui.words import count_text, size_text, time_text

Certainty = Literal["exact", "about", "at most"]
"""How a size is known: by its list of files, by that of others like it, or as an upper bound."""

SAMPLE = 12
"""So many items weighed tell about the others."""


@dataclasses.dataclass(frozen=True, slots=True)
class Share:
    """What part of an item's files its documents are, by bytes, as some weighed items have it.

    A ratio estimator: the sum of the ones over the sum of the others (Cochran, Sampling
    Techniques, 3rd ed., ch. 6).
    """

    documents_bytes: int = 0
    all_bytes: int = 0
    items: int = 0

    def with_item(self, before: Item, after: Item) -> "Share":
        """Take an item into account: as the search told of it, and weighed."""
        if not before.size_bytes or after.restricted or after.size_bytes is None:
            return self
        return Share(
            self.documents_bytes + after.size_bytes,
            self.all_bytes + before.size_bytes,
            self.items + 1,
        )

    @property
    def ratio(self) -> float | None:
        """Bytes of documents a byte of files, at most 1; None before any item was weighed."""
        return min(1.0, self.documents_bytes / self.all_bytes) if self.all_bytes else None


@dataclasses.dataclass(frozen=True, slots=True)
class Cost:
    """What is missing of a plan, and what it takes to get it.

    Attributes:
        documents: files to fetch; of items that are not weighed, one each is assumed.
        pages: of those whose number of pages is known.
        without_pages: items whose number of pages is not known.
        size_bytes: of those whose size is known, as sure as `certainty` says.
        free_bytes: on the disk.
        seconds: of what is known, at the rate of the last download, `ASSUMED_RATE` before there was
            one; a second an item at least.
        is_rate_assumed: `seconds` hang on that.
        without_sizes: items of whose size nothing is known.
    """

    documents: int
    pages: int
    without_pages: int
    size_bytes: int
    certainty: Certainty
    free_bytes: int
    seconds: float = 0.0
    is_rate_assumed: bool = False
    without_sizes: int = 0

    @property
    def fits(self) -> bool:
        """Whether there is room for it on the disk."""
        return self.size_bytes <= self.free_bytes

    @property
    def refusal(self) -> str:
        """Why it is not begun, in numbers; "" if it fits."""
        if self.fits:
            return ""
        return (
            f"This takes {self.size_text}, but only {size_text(self.free_bytes)} are free on the "
            "disk: take fewer documents, or make room."
        )

    @property
    def size_text(self) -> str:
        """Its bytes as people read them: "1.9 GB", "about 1.9 GB", "at most 31 GB".

        An unknown size counts as none, and is told beside: "31 GB and 2 of unknown size".
        """
        if self.without_sizes and not self.size_bytes:
            return "of unknown size"
        text = size_text(self.size_bytes)
        text = text if self.certainty == "exact" else f"{self.certainty} {text}"
        if self.without_sizes:
            text += f" and {self.without_sizes:,} of unknown size"
        return text

    def __str__(self) -> str:
        parts = [count_text(self.documents, "documents")]
        if self.pages:
            more = "at least " if self.without_pages else ""
            parts.append(more + count_text(self.pages, "pages"))
        if self.documents:
            parts.append(self.size_text)
            sure = "at least" if self.without_sizes else "about"
            rate = f" at {size_text(ASSUMED_RATE)} a second" if self.is_rate_assumed else ""
            parts.append(f"{sure} {time_text(self.seconds)}{rate}")
        parts.append(f"{size_text(self.free_bytes)} free")
        return " · ".join(parts)


@dataclasses.dataclass(frozen=True, slots=True)
class Planned(Event):
    """What will be taken: its cost, and the number of items chosen, those already here included."""

    cost: Cost
    items: int


def cost_of(items: Iterable[Item], folder: Path, *, share: Share) -> Cost:
    """The cost of fetching `items` into `folder`, none of which is there.

    `folder` need not exist yet; what is not weighed is reckoned by `share`.
    """
    chosen = list(items)
    return price(
        items=len(chosen),
        documents=sum(item.documents for item in chosen),
        pages=sum(item.pages or 0 for item in chosen),
        without_pages=sum(not item.pages for item in chosen),
        size_bytes=sum(expected_bytes(item, share) or 0 for item in chosen),
        without_sizes=sum(not item.is_weighed and item.size_bytes is None for item in chosen),
        certainty=certainty(all(item.is_weighed for item in chosen), share),
        folder=folder,
    )


def price(
    *,
    items: int,
    documents: int,
    pages: int,
    without_pages: int,
    size_bytes: int,
    without_sizes: int,
    certainty: Certainty,
    folder: Path,
) -> Cost:
    """Put the room on the disk and the time beside what is to be fetched."""
    rate = measured_rate()
    transfers_s = size_bytes / (rate or ASSUMED_RATE)
    # every item costs a turn for its metadata
    requests_s = items * METADATA_INTERVAL_S
    return Cost(
        documents,
        pages,
        without_pages,
        size_bytes,
        certainty,
        free_bytes(folder),
        seconds=max(transfers_s, requests_s),
        is_rate_assumed=rate is None and transfers_s > requests_s,
        without_sizes=without_sizes,
    )


def certainty(is_weighed: bool, share: Share) -> Certainty:
    """How sure a sum of sizes is, of items that are all weighed or not."""
    if is_weighed:
        return "exact"
    return "at most" if share.ratio is None else "about"


def expected_bytes(item: Item, share: Share) -> int | None:
    """What an item's documents weigh: exactly if weighed, else by the share of others."""
    if item.is_weighed or item.size_bytes is None or share.ratio is None:
        return item.size_bytes
    return round(item.size_bytes * share.ratio)


def free_bytes(folder: Path) -> int:
    """Bytes free on the disk on which `folder` is, or would be made; 0 where that is not told."""
    for place in (folder, *folder.parents):
        try:
            return shutil.disk_usage(place).free
        except OSError:
            continue
    return 0
