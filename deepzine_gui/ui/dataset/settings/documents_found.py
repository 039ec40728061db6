"""Lists the documents of a project, and counts their pages, without the window waiting."""

from collections.abc import Generator
from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import QObject, Signal, Slot

from deepzine_gui.child import Child, in_child
from deepzine_gui.dataset.judging.glances import page_totals
from deepzine_gui.errors import DeepZineError
from deepzine_gui.pages import Document, find_documents
from deepzine_gui.ui.answering import answers_of
from deepzine_gui.ui.asking import Asking


@dataclass(frozen=True, slots=True)
class Found:
    """The documents of some sources, or why they cannot be listed."""

    documents: tuple[Document, ...]
    trouble: str = ""


class DocumentsFound(QObject):
    """Follows the sources.

    Signals:
        listed(Found): the documents of the sources asked for last.
        counted(int): pages of all of them together, once all are counted.
    """

    listed = Signal(object)
    counted = Signal(int)

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._listing = Asking(_listing, name="Documents", parent=self)
        self._listing.answered.connect(self._take_list)
        self._counting = Asking(_counting, name="Page count", parent=self)
        self._counting.answered.connect(self._take_total)
        self._counting.failed.connect(self._pass_over)
        self._documents: tuple[Document, ...] = ()
        self._totals: dict[Document, int] = {}
        self._asked: Document | None = None

    def look(self, sources: list[Path]) -> None:
        """List the documents of `sources` anew; `listed` follows, then `counted`."""
        self._listing.ask(list(sources))

    def close(self) -> None:
        """End what is under way; a later `look` begins again."""
        self._listing.close()
        self._stop_counting()

    @Slot(object)
    def _take_list(self, found: Found) -> None:
        self._documents = found.documents
        self.listed.emit(found)
        if self._asked is None:
            self._count_next()

    def _count_next(self) -> None:
        """Count the pages of the first document whose pages are not known yet."""
        uncounted = (document for document in self._documents if document not in self._totals)
        self._asked = next(uncounted, None)
        if self._asked is not None:
            self._counting.ask(self._asked)
            return
        self._stop_counting()
        self.counted.emit(sum(self._totals[document] for document in self._documents))

    def _stop_counting(self) -> None:
        self._asked = None
        self._counting.close()

    @Slot(int)
    def _take_total(self, total: int) -> None:
        if self._asked is not None:
            self._totals[self._asked] = total
            self._count_next()

    @Slot()
    def _pass_over(self) -> None:
        """A document that ends the process that counts has no pages to count."""
        self._take_total(0)


def _listing() -> Generator[Found | None, list[Path], None]:
    return answers_of(find)


def _counting() -> Child[int]:
    return in_child(page_totals)


def find(sources: list[Path]) -> Found:
    """The documents of the sources that are there."""
    try:
        there = [source for source in sources if source.exists()]
        return Found(tuple(find_documents(there)))
    except (DeepZineError, OSError) as error:
        return Found((), str(error))
