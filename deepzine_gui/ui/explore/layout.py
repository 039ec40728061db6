"""How the Explore bench is laid out: pages to pick, one large page, sliders, the path."""

from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QHBoxLayout,
    QLabel,
    QPushButton,
    QSplitter,
    QStackedLayout,
    QVBoxLayout,
    QWidget,
)

from deepzine_gui.ui.empty_state import EmptyState
from deepzine_gui.ui.explore.keyframes import Keyframes
from deepzine_gui.ui.explore.path_bar import PathBar
from deepzine_gui.ui.explore.picker import Picker
from deepzine_gui.ui.explore.sliders import Sliders
from deepzine_gui.ui.explore.tiles import Tiles
from deepzine_gui.ui.memory import SplitterMemory
from deepzine_gui.ui.pictures import PageView
from deepzine_gui.ui.theme import GRID, font, make_primary, set_icon

_INVITATION = "There is no model to explore yet: train one on the Train bench, or open a file."


class Layout:
    """The widgets of the bench `owner`, in their places."""

    def __init__(self, owner: QWidget) -> None:
        self.picker = Picker()
        self.new_page = QPushButton("New page")
        self.new_page.setToolTip("A random page (R)")
        set_icon(self.new_page, "dice", "on_spot")
        make_primary(self.new_page)
        self.save = QPushButton("Save picture")
        self.save.setToolTip("Write this page to exports/ as a PNG (Ctrl+S)")
        set_icon(self.save, "save")
        self.wall = Tiles("Random pages", one_row=False)
        self.wall.setToolTip("Click a page to stand on it; double click keeps it as a keyframe")
        self.others = QPushButton("Others")
        self.others.setToolTip("Other random pages (Shift+R)")
        self.view = PageView()
        self.sliders = Sliders()
        self.keyframes = Keyframes()
        self.path_bar = PathBar()
        self.open_film = QPushButton("Open film")
        self.empty = EmptyState(_INVITATION, "Go to Train")
        self._bench = QWidget()
        self._stack = QStackedLayout()
        self._fill(owner)

    def show_empty(self, empty: bool) -> None:
        """Without a model there is only the way to one."""
        self._stack.setCurrentIndex(1 if empty else 0)
        if empty:
            self.set_usable(False)
        for widget in (self.new_page, self.save, self.keyframes, self.path_bar):
            widget.setVisible(not empty)

    def show_working(self, text: str) -> None:
        """Say what is waited for, or what is wrong, in the page's place."""
        self.view.set_empty_text(text)
        self.view.show_image(None)

    def set_usable(self, usable: bool) -> None:
        """A model that cannot be loaded cannot be played with."""
        for widget in (
            self.new_page,
            self.save,
            self.others,
            self.wall,
            self.sliders,
            self.keyframes,
            self.path_bar,
        ):
            widget.setEnabled(usable)

    def show_film(self, film: Path | None) -> None:
        """Offer to open a film that was just made."""
        self.open_film.setVisible(film is not None)
        if film is not None:
            self.open_film.setToolTip(str(film))

    def _fill(self, owner: QWidget) -> None:
        top = QHBoxLayout()
        top.setSpacing(GRID)
        top.addWidget(self.picker, 1)
        top.addWidget(self.save)
        top.addWidget(self.new_page)
        path = QHBoxLayout()
        path.setSpacing(GRID)
        path.addWidget(self.path_bar, 1)
        path.addWidget(self.open_film)
        self.open_film.hide()
        column = QVBoxLayout(owner)
        column.setContentsMargins(2 * GRID, 2 * GRID, 2 * GRID, GRID)
        column.setSpacing(GRID)
        column.addLayout(top)
        column.addLayout(self._stack, 1)
        # only now: a layout without an owner shows what it takes as a window of its own; and before
        # what stands below, as the keyboard goes through all in this order
        self._stack.addWidget(self._middle())
        self._stack.addWidget(self.empty)
        column.addWidget(self.keyframes)
        column.addLayout(path)

    def _middle(self) -> QSplitter:
        left = QWidget()
        left_column = QVBoxLayout(left)
        left_column.setContentsMargins(0, 0, 0, 0)
        left_column.setSpacing(GRID)
        head = QHBoxLayout()
        head.addWidget(_heading("Random pages"), 1)
        head.addWidget(self.others)
        left_column.addLayout(head)
        left_column.addWidget(self.wall, 1)
        splitter = QSplitter(Qt.Orientation.Horizontal)
        splitter.setChildrenCollapsible(False)
        splitter.setHandleWidth(2 * GRID)
        splitter.addWidget(left)
        splitter.addWidget(self.view)
        splitter.addWidget(self.sliders)
        splitter.setStretchFactor(1, 1)
        splitter.setSizes([244, 820, 260])
        SplitterMemory(splitter, "explore")
        return splitter


def _heading(text: str) -> QLabel:
    label = QLabel(text)
    label.setFont(font("normal", bold=True))
    return label
