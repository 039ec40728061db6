"""Wandering: the place in the latent space, how every control moves it, and the pages it shows."""

import random

import numpy as np
from PySide6.QtCore import QObject, Signal, Slot

from deepzine_gui.latent import LatentPath, Latents, random_points
from deepzine_gui.networks import ModelInfo
from deepzine_gui.ui.explore.desk import Desk
from deepzine_gui.ui.explore.first_pages import FirstPages
from deepzine_gui.ui.explore.layout import Layout
from deepzine_gui.ui.explore.place import Place
from deepzine_gui.ui.explore.sampling import Pages
from deepzine_gui.ui.journal import log, sentence

WALL_COUNT = 48
"""Random pages to pick from."""

_FIRST_KEYFRAMES = 4


class Wander(QObject):
    """Holds the place, and keeps page, sliders, wall, keyframes and path in step with it.

    Attributes:
        desk: makes the pages.
        place: where the explorer stands; None before the first model.
        is_placed: whether somebody chose that place, be it only the best of the first pages.

    Signals:
        went(): the place, the keyframes or the way between them are others.
    """

    went = Signal()

    def __init__(self, shown: Layout, parent: QObject) -> None:
        super().__init__(parent)
        self._shown = shown
        self.desk = Desk(self)
        self.place: Place | None = None
        self.is_placed = False
        self._first_pages = FirstPages(self.desk, self)
        self._wall_seed = 0
        self._wall: Latents = np.empty((0, 0), np.float32)
        self._connect()

    @property
    def keyframes(self) -> list[Latents]:
        """The latents of the path, each (L,)."""
        return self._shown.keyframes.latents

    def explore(
        self,
        model: ModelInfo,
        directions: Latents,
        *,
        latent: Latents | None,
        keyframes: list[Latents],
        slid: tuple[Latents, Latents] | None = None,
        newer: bool = False,
    ) -> None:
        """Load a model whose most telling directions are (D, L).

        `latent` (L,), the base (L,) and offsets (D,) by which the sliders had `slid` there, and
        `keyframes` are taken where they fit it; else the best of some pages are. The
        pages of a `newer` checkpoint replace those before it as they come.
        """
        size = directions.shape[1]
        self._show_labels(model)
        self.place = Place(size, directions)
        self.is_placed = latent is not None and latent.shape == (size,)
        if latent is not None and self.is_placed:
            self.place.go_to(latent)
            if slid is not None:
                self.place.slide_from(*slid)
        self._shown.set_usable(True)
        if not newer:
            # pages of another model are not those of this one
            self._shown.wall.forget_pages()
            self._shown.keyframes.tiles.forget_pages()
        if not newer or self._shown.view.image is None:
            self._shown.show_working("Loading the model…")
        self.desk.open(model.path)
        fitting = [keyframe for keyframe in keyframes if keyframe.shape == (size,)]
        self._shown.keyframes.show_latents(fitting)
        self._shown.sliders.show_place(self.place)
        if self.is_placed:
            self._ask_page(fresh=True)
        if not (self.is_placed and fitting):
            self._first_pages.ask(size, model.resolution)
        self._show_wall()

    def _show_labels(self, model: ModelInfo) -> None:
        """Offer the labels of a model; the one of before stays where it knows it, too."""
        known = () if model.labels is None else model.labels.names
        if self.desk.label not in known:
            self.desk.label = None
        self._shown.picker.show_labels(model.labels, self.desk.label)

    @Slot(object)
    def show_label(self, label: str | None) -> None:
        """Show all pages with another label; None for the commonest."""
        self.desk.label = label
        if self.place is not None and self.is_placed:
            self.desk.ask("page", self.place.latent[np.newaxis])
        self.desk.ask("wall", self._wall)
        self._take_keyframes()

    @Slot(object)
    def show_broken(self, error: Exception) -> None:
        """Say in the page's place why there is none."""
        log.error("%s", sentence(error), exc_info=error)
        self._shown.path_bar.stop()
        self._shown.set_usable(False)
        self._shown.picker.show_labels(None, None)
        self._shown.show_working(sentence(error))
        self._wall = np.empty((0, 0), np.float32)
        self._shown.wall.set_count([])
        self._shown.keyframes.tiles.forget_pages()

    def close(self) -> None:
        """End the model's process; the place stays."""
        self._shown.path_bar.stop()
        self.desk.close()

    @Slot()
    def new_page(self) -> None:
        """Stand on a random page, at the present radius."""
        if self.place is not None:
            self._shown.path_bar.stop()
            self.place.go_anywhere(random.randrange(2**31))
            self._show_place()

    @Slot()
    def new_wall(self) -> None:
        """Other random pages to pick from."""
        self._wall_seed += 1
        self._show_wall()

    @Slot()
    def keep_page(self) -> None:
        """Add the present page to the keyframes."""
        if self.place is not None:
            self._shown.keyframes.keep(self.place.latent)

    def _connect(self) -> None:
        shown = self._shown
        self.desk.made.connect(self._show_pages)
        self._first_pages.chosen.connect(self._begin_with)
        self.desk.failed.connect(self.show_broken)
        shown.picker.label_chosen.connect(self.show_label)
        shown.new_page.clicked.connect(self.new_page)
        shown.others.clicked.connect(self.new_wall)
        shown.wall.itemClicked.connect(self._stand_on_wall)
        shown.wall.currentRowChanged.connect(self._stand_on_wall)
        shown.wall.itemDoubleClicked.connect(self.keep_page)
        shown.sliders.moved.connect(self._take_sliders)
        shown.keyframes.add_asked.connect(self.keep_page)
        shown.keyframes.chosen.connect(self._stand_on_keyframe)
        shown.keyframes.changed.connect(self._take_keyframes)
        shown.path_bar.moved.connect(self._walk)
        shown.path_bar.changed.connect(self._show_path)

    @Slot()
    def _stand_on_wall(self) -> None:
        row = self._shown.wall.currentRow()
        if 0 <= row < len(self._wall):
            self._shown.path_bar.stop()
            self._stand_on(self._wall[row])
            self._shown.wall.item(row).setSelected(True)

    @Slot(int)
    def _stand_on_keyframe(self, number: int) -> None:
        if 0 <= number < len(self.keyframes):
            self._shown.path_bar.stop()
            self._stand_on(self.keyframes[number])

    @Slot(float)
    def _walk(self, t: float) -> None:
        path = self._path()
        if path is not None and path.pairs:
            self._stand_on(path.at(t), fresh=False)

    @Slot()
    def _take_sliders(self) -> None:
        if self.place is None:
            return
        self._shown.path_bar.stop()
        self.place.radius = self._shown.sliders.radius
        self.place.offsets[:] = self._shown.sliders.offsets
        self._ask_page(fresh=False)

    @Slot()
    def _take_keyframes(self) -> None:
        if self.keyframes:
            self.desk.ask("keyframes", np.stack(self.keyframes))
        self._show_path()

    @Slot()
    def _show_path(self) -> None:
        bar, path = self._shown.path_bar, self._path()
        pairs = path.pairs if path is not None else 0
        bar.show_path(pairs, bar.mode, loop=bar.loop.isChecked())
        self.went.emit()

    def _path(self) -> LatentPath | None:
        if not self.keyframes:
            return None
        bar = self._shown.path_bar
        return LatentPath(np.stack(self.keyframes), bar.mode, bar.loop.isChecked())

    def _stand_on(self, latent: Latents, *, fresh: bool = True) -> None:
        if self.place is not None:
            self.place.go_to(latent)
            self._show_place(fresh=fresh)

    def _show_place(self, *, fresh: bool = True) -> None:
        if self.place is not None:
            self._shown.sliders.show_place(self.place)
            self._ask_page(fresh=fresh)

    def _ask_page(self, *, fresh: bool) -> None:
        if self.place is not None:
            self.is_placed = True
            # its frame says where the explorer stands
            self._shown.wall.clearSelection()
            self.desk.ask("page", self.place.latent[np.newaxis], fresh=fresh)
            self.went.emit()

    def _show_wall(self) -> None:
        if self.place is not None:
            seed = self._wall_seed
            self._wall = random_points(WALL_COUNT, self.place.latent_size, seed=seed)
            self._shown.wall.set_count([""] * WALL_COUNT)
            self.desk.ask("wall", self._wall)

    @Slot(object)
    def _begin_with(self, best: Latents) -> None:
        """Where nothing is kept from before, and the person has not gone elsewhere meanwhile."""
        if not self.keyframes:
            self._shown.keyframes.show_latents(list(best[:_FIRST_KEYFRAMES]))
        if not self.is_placed:
            self._stand_on(best[0])

    @Slot(object)
    def _show_pages(self, pages: Pages) -> None:
        if pages.kind == "first":
            self._first_pages.take(pages)
        elif pages.kind == "page":
            self._shown.view.show_page(pages.images[0])
        elif pages.kind == "wall":
            self._shown.wall.set_pages(pages.first, pages.images)
        else:
            self._shown.keyframes.set_pages(pages.first, pages.images)
