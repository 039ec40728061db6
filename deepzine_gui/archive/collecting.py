"""Search, choose and download in one go."""

import contextlib
import dataclasses
from collections.abc import Generator, Iterator, Mapping, Sequence
from pathlib import Path

from deepzine_gui.archive.choosing.costs import SAMPLE, Cost, Planned, Share, cost_of
from deepzine_gui.archive.choosing.picking import NO_LIMITS
from deepzine_gui.archive.choosing.rates import timed
from deepzine_gui.archive.choosing.wishes import Wish
from deepzine_gui.archive.connection.conversation import Archive, UnreachableError
from deepzine_gui.archive.connection.crew import Crew
from deepzine_gui.archive.downloading.download import take
from deepzine_gui.archive.downloading.missing import Told, missing_of, told_by
from deepzine_gui.archive.events import ItemsFound
from deepzine_gui.archive.items import Item
from deepzine_gui.archive.scout.finding import Order, find
from deepzine_gui.archive.scout.looking import weigh
from deepzine_gui.errors import ArchiveError, StorageError
from deepzine_gui.progress import Event, Finished, Notice, Progress
from deepzine_gui.words import count_text

MOST_SPARES = 50
"""So many lists of files more are read, at one a second, to fill what a limit has left."""

UNCAPPED_BYTES = 10_000_000_000
"""More than this is only taken where somebody has set a limit."""


MOST_WEIGHED = 60
"""So many lists of files are read, at one a second, before a download under a limit of bytes."""


@dataclasses.dataclass(frozen=True, slots=True)
class _Plan:
    """What to take, what to take with what that leaves of the limit, and what is missing of it."""

    chosen: list[Item]
    spares: list[Item]
    cost: Cost
    documents_here: int


def search_and_take(
    text: str, folder: Path, wish: Wish, *, parallel: int
) -> Generator[Event, None, None]:
    """See `deepzine_gui.archive.collect`."""
    suited = yield from _search(text, wish)
    plan = yield from _plan(suited, folder, wish)
    cost = plan.cost
    yield Planned(cost, len(plan.chosen))
    told = f"To fetch: {'about ' if plan.spares else ''}{cost}."
    if plan.documents_here:
        told += f" Already here: {count_text(plan.documents_here, 'documents')}."
    too_much = ""
    if wish.budget == NO_LIMITS and cost.size_bytes > UNCAPPED_BYTES:
        too_much = (
            f"{text} holds {count_text(cost.documents, 'documents')}, {cost.size_text}: say how "
            "much of it to take, in documents or gigabytes."
        )
    if wish.plan_only:
        yield Finished(f"{told} {cost.refusal or too_much}".strip())
        return
    if cost.refusal:
        raise StorageError(cost.refusal)
    if too_much:
        raise ArchiveError(too_much)
    yield Notice(told)
    yield from timed(
        take(
            plan.chosen,
            folder,
            max_bytes=wish.budget.size_bytes,
            max_documents=wish.budget.documents,
            parallel=parallel,
            spares=plan.spares,
        )
    )


def _search(text: str, wish: Wish) -> Generator[Event, None, list[Item]]:
    """List what is found until enough of it is; return what suits and may be taken."""
    order: Order = "identifier" if wish.pick == "first" else "downloads"
    suited: list[Item] = []
    closed: list[Item] = []
    count = 0
    with contextlib.closing(find(text, order=order)) as search:
        for event in search:
            if isinstance(event, ItemsFound):
                count += len(event.items)
                for item in event.items:
                    if wish.suits(item):
                        (closed if item.restricted else suited).append(item)
            if not isinstance(event, Finished):
                yield event
            if _is_enough(len(suited), wish):
                break
    yield from _told_closed(closed)
    if count and not suited:
        raise ArchiveError(_why_none(text, count, len(closed), wish))
    return suited


def _told_closed(closed: Sequence[Item]) -> Iterator[Notice]:
    if len(closed) == 1:
        yield Notice(f"{closed[0].identifier} is left out: {closed[0].restricted}", "warning")
    elif closed:
        yield Notice(f"{len(closed):,} items are left out: they may not be downloaded.", "warning")


def _why_none(text: str, count: int, closed: int, wish: Wish) -> str:
    """Why nothing of what was found is taken."""
    found = count_text(count, "items")
    if closed:
        return f"Of the {found} found for {text}, those that are wanted may not be downloaded."
    asked = [f"of the language “{wish.language}”"] if wish.language else []
    if wish.years is not None:
        asked.append("of the years {}-{}".format(*wish.years))
    return (
        f"Of the {found} found for {text} none is {' and '.join(asked)}: leave that out, or write "
        "it as the archive does."
    )


def _is_enough(count: int, wish: Wish) -> bool:
    """Whether the rest of a list would change nothing: it comes in the order of taking."""
    budget = wish.budget
    in_order = wish.pick in ("first", "popular")
    no_passing_over = budget.pages is None and budget.size_bytes is None
    return (
        in_order
        and no_passing_over
        and budget.documents is not None
        and (count >= budget.documents)
    )


def _plan(items: list[Item], folder: Path, wish: Wish) -> Generator[Event, None, _Plan]:
    """Choose, and weigh some where their size matters; what is here already costs nothing.

    Where it can be done in a minute, everything chosen under a limit of bytes is weighed, so that
    exactly what is told is taken.
    """
    told = told_by(folder)
    items = [told[i.identifier].of(i) if i.identifier in told else i for i in items]
    plan = _planned(items, Share(), folder, wish, told)
    matters = wish.plan_only or wish.budget.size_bytes is not None
    is_known = plan.cost.fits and not plan.cost.without_sizes
    if not matters and is_known and plan.cost.size_bytes <= UNCAPPED_BYTES:
        return plan
    whatever_size = dataclasses.replace(wish.budget, size_bytes=None)
    wanted = dataclasses.replace(wish, budget=whatever_size).choose(items, Share())
    unknown = [item for item in wanted if not item.is_weighed]
    to_weigh = Wish("random").choose(unknown, Share())[:SAMPLE]
    weighed = yield from _weigh(to_weigh)
    share = Share()
    for item in to_weigh:
        if item.identifier in weighed:
            share = share.with_item(item, weighed[item.identifier])
    asked = {item.identifier for item in to_weigh}
    while True:
        known = [weighed.get(item.identifier, item) for item in items]
        open_items = [item for item in known if not item.restricted]
        plan = _planned(open_items, share, folder, wish, told)
        unsure = [i for i in plan.chosen if not i.is_weighed and i.identifier not in asked]
        is_too_many = len(asked) + len(unsure) > MOST_WEIGHED
        if wish.budget.size_bytes is None or not unsure or is_too_many:
            yield from _told_closed([item for item in known if item.restricted])
            return plan
        weighed |= yield from _weigh(unsure)
        asked |= {item.identifier for item in unsure}


def _planned(
    items: list[Item], share: Share, folder: Path, wish: Wish, told: Mapping[str, Told]
) -> _Plan:
    chosen = _chosen(items, share, wish, told)
    missing, is_cut = missing_of(chosen, told, wish.budget.documents)
    here = {i.identifier: told[i.identifier].here.documents for i in chosen if i.identifier in told}
    wanted = {item.identifier for item in missing}
    chosen = [i for i in chosen if i.identifier in wanted or here.get(i.identifier)]
    cost = cost_of(missing, folder, share=share)
    if is_cut:
        # which of its documents come, and what each weighs, the download finds out
        cost = dataclasses.replace(cost, certainty="about")
    is_exact = all(item.is_weighed for item in missing)
    spares = [] if is_exact else wish.spares(items, chosen, share)[:MOST_SPARES]
    return _Plan(chosen, spares, cost, sum(here.values()))


def _chosen(items: list[Item], share: Share, wish: Wish, told: Mapping[str, Told]) -> list[Item]:
    """Those to take; of what is here in part that part counts, so that a rerun finds it again."""
    counted = []
    for item in items:
        here = told[item.identifier].here.documents if item.identifier in told else 0
        counted.append(dataclasses.replace(item, documents=here) if here else item)
    by_name = {item.identifier: item for item in items}
    return [by_name[item.identifier] for item in wish.choose(counted, share)]


def _weigh(items: list[Item]) -> Generator[Event, None, dict[str, Item]]:
    weighed: dict[str, Item] = {}
    crew = Crew()
    with Archive(crew) as archive:

        def work() -> None:
            for item in items:
                try:
                    weighed[item.identifier] = weigh(archive, item)
                except UnreachableError:
                    raise
                except ArchiveError:
                    # the download will tell what is wrong with it
                    continue

        yield from crew.run(
            [work], lambda: Progress(len(weighed), len(items), "documents", "weighing some")
        )
    return weighed
