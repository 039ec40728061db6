"""Looks closer at items: at the one in the preview, and at some to tell what the plan weighs."""

from collections import OrderedDict

import numpy as np
from PySide6.QtCore import QObject, QTimer, Signal, Slot

from deepzine_gui.archive.choosing.costs import SAMPLE
from deepzine_gui.archive.scout.looking import Seen, completed
from deepzine_gui.ui.collect.desk import Desk
from deepzine_gui.ui.collect.items_model import ItemsModel
from deepzine_gui.ui.collect.preview_pane import PreviewPane

_SETTLED_MS = 600
_REMEMBERED = 64


class CloserLook(QObject):
    """Feeds a preview, and weighs a sample of what is ticked.

    Signals:
        weighed(): sizes are known better now.
        settled(): nothing more is weighed for the plan as it is.
    """

    weighed = Signal()
    settled = Signal()

    def __init__(self, model: ItemsModel, preview: PreviewPane, parent: QObject) -> None:
        super().__init__(parent)
        self._model = model
        self._preview = preview
        self._seen: OrderedDict[str, Seen] = OrderedDict()
        self._in_vain: set[str] = set()
        self._is_online = True
        self._may_weigh = False
        self._settle = QTimer(self, singleShot=True, interval=_SETTLED_MS)
        self._settle.timeout.connect(self._weigh_some)
        self._desk = Desk(self)
        self._desk.seen.connect(self._take)
        self._desk.idle.connect(self._weigh_some)
        preview.wanted.connect(self._desk.look)

    def begin(self) -> None:
        """Other items come: what was seen of earlier ones counts no more."""
        self._seen.clear()
        self._in_vain.clear()
        self._is_online = True
        self._desk.weigh([])
        self._preview.clear()

    def let_weigh(self, may: bool) -> None:
        """Weigh what is ticked, or leave the archive to a search or a download."""
        self._may_weigh = may
        if may:
            self._settle.start()
        else:
            self._desk.weigh([])

    def plan_changed(self) -> None:
        """Others may be ticked now."""
        if not self._desk.is_weighing:
            self._settle.start()

    @property
    def is_weighing(self) -> bool:
        """Whether sizes will soon be known better."""
        return self._may_weigh and (self._desk.is_weighing or self._settle.isActive())

    @Slot(str)
    def turn_to(self, identifier: str) -> None:
        """Show an item in the preview; "": none."""
        row = self._model.listing.row_of(identifier)
        if row is None:
            self._preview.clear()
            return
        item = self._model.listing.item(row)
        seen = self._seen.get(identifier)
        self._preview.show_item(item, is_online=seen is None)
        if seen is not None:
            self._preview.show_seen(item, seen)

    def close(self) -> None:
        """End the process that asks; a later look starts another one."""
        self._settle.stop()
        self._desk.close()

    @Slot()
    def _weigh_some(self) -> None:
        """Weigh all that is ticked if it is little, else a sample drawn by chance."""
        if self._desk.is_weighing:
            return
        names = self._wanted() if self._may_weigh and self._is_online else []
        if names:
            self._desk.weigh(names)
        else:
            self.settled.emit()

    def _wanted(self) -> list[str]:
        """The items to weigh next."""
        listing = self._model.listing
        ticked = listing.column("is_ticked") & ~listing.column("is_weighed")
        ticked &= ~(listing.is_here() | listing.is_queued())
        rows = np.flatnonzero(ticked)
        if len(rows) > SAMPLE:
            wanted = max(0, SAMPLE - listing.share.items - len(self._in_vain))
            rows = np.random.default_rng(len(rows)).permutation(rows)[:wanted]
        names = [listing.identifiers[row] for row in rows.tolist()]
        return [name for name in names if name not in self._in_vain]

    @Slot(object)
    def _take(self, seen: Seen) -> None:
        self._is_online = not seen.is_offline
        if seen.is_whole and not seen.trouble:
            self._remember(seen)
        listing = self._model.listing
        row = listing.row_of(seen.identifier)
        if row is None:
            return
        if seen.item is None:
            self._in_vain.add(seen.identifier)
        else:
            before = listing.item(row)
            self._model.weigh(completed(before, seen.item))
            self.weighed.emit()
        if seen.is_whole:
            self._preview.show_seen(listing.item(row), seen)

    def _remember(self, seen: Seen) -> None:
        self._seen[seen.identifier] = seen
        while len(self._seen) > _REMEMBERED:
            self._seen.popitem(last=False)
