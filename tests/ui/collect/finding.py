"""Made-up search results for the scout, and looks at them without a child process."""

from collections.abc import Iterator

from PySide6.QtCore import QBuffer, QByteArray
from PySide6.QtGui import QColor, QImage

from deepzine_gui.archive import Item, ItemsFound
from deepzine_gui.archive.scout.looking import Look, Seen
from deepzine_gui.ui.collect.columns import Column
from deepzine_gui.ui.collect.scout import Scout

LENT = "This item can only be borrowed."
GB = 10**9


class Looks:
    """Answers looks in place of the child process: every document weighs a tenth of its item."""

    def __init__(self) -> None:
        self.asked: list[Look] = []
        self.troubles: dict[str, Seen] = {}
        self.closed: set[str] = set()

    def answer(self) -> Iterator[Seen | None]:
        seen: Seen | None = None
        while True:
            look = yield seen
            self.asked.append(look)
            seen = self.troubles.get(look.identifier) or self._seen(look)

    def _seen(self, look: Look) -> Seen:
        item = Item(
            look.identifier,
            look.identifier,
            size_bytes=100_000_000,
            restricted=LENT if look.identifier in self.closed else "",
            is_weighed=True,
        )
        url = f"https://archive.org/details/{look.identifier}"
        return Seen(
            look.identifier, item, "About it.", "1903-05-01", "algae", url, cover(),
            is_whole=not look.weigh_only,
        )  # fmt: skip

    @property
    def weighed(self) -> list[str]:
        return [look.identifier for look in self.asked if look.weigh_only]


def cover() -> bytes:
    image = QImage(12, 18, QImage.Format.Format_RGB32)
    image.fill(QColor("teal"))
    data = QByteArray()
    buffer = QBuffer(data)
    buffer.open(QBuffer.OpenModeFlag.WriteOnly)
    image.save(buffer, "PNG")  # type: ignore[call-overload]
    return bytes(data.data())


def items(count: int, start: int = 0) -> tuple[Item, ...]:
    return tuple(
        Item(
            f"item-{n:03}",
            f"Title {n:03}",
            creator="Nobody",
            year=1900 + n % 100,
            language="eng" if n % 2 else "spa",
            pages=10,
            size_bytes=GB,
            downloads=1000 - n,
            restricted=LENT if n % 5 == 4 else "",
        )
        for n in range(start, start + count)
    )


def find(scout: Scout, *pages: tuple[Item, ...], total: int | None = None) -> None:
    """What a search of these pages does to the scout."""
    scout.begin_search("zines")
    for page in pages:
        scout.take_found(ItemsFound(page, total or sum(map(len, pages))))
    scout.end_search(completed=True, was_stopped=False)


def ticked(scout: Scout) -> list[str]:
    listing = scout.model.listing
    return [n for n, on in zip(listing.identifiers, listing.column("is_ticked"), strict=True) if on]


def shown(scout: Scout) -> list[str]:
    model = scout.model
    return [model.index(row, Column.TITLE).data() for row in range(model.rowCount())]
