"""The tabs of the window: benches made one after the other once the window shows."""

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer, Signal, Slot
from PySide6.QtWidgets import QTabWidget, QVBoxLayout, QWidget

from deepzine_gui.ui.bench import Bench
from deepzine_gui.ui.benches import PLACES, Place
from deepzine_gui.ui.roomy import Roomy
from deepzine_gui.ui.wheel import let_wheel_pass

if TYPE_CHECKING:
    from deepzine_gui.project import Project

_BETWEEN_BENCHES_MS = 60


class Workbench(QTabWidget):
    """Four tabs; `made` announces each bench as it comes into being."""

    made = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setDocumentMode(True)
        self.tabBar().setExpanding(False)
        self.setAccessibleName("Benches")
        self._slots = [_Slot(place, self) for place in PLACES]
        self._project: Project | None = None
        self._timer = QTimer(self, singleShot=True, interval=_BETWEEN_BENCHES_MS)
        self._timer.timeout.connect(self._make_next)
        for slot in self._slots:
            self.addTab(slot.page, slot.place.title)
            slot.mark_changed.connect(self._show_marks)
        self.currentChanged.connect(self._activate)

    @property
    def benches(self) -> list[Bench]:
        """The benches made so far."""
        return [slot.bench for slot in self._slots if slot.bench is not None]

    def bench(self, name: str) -> Bench:
        """The bench of this name ("collect", "dataset", "train", "explore"), made if need be."""
        return self._ensure(next(slot for slot in self._slots if slot.place.name == name))

    def current_bench(self) -> Bench:
        """The bench the person looks at."""
        return self._ensure(self._slots[self.currentIndex()])

    @property
    def current_name(self) -> str:
        """The name of the bench the person looks at."""
        return self._slots[self.currentIndex()].place.name

    def turn_to_name(self, name: str) -> None:
        """Show the tab of this name, its bench made or not; none of that name changes nothing."""
        names = [slot.place.name for slot in self._slots]
        if name in names:
            self.setCurrentIndex(names.index(name))

    def turn_to(self, bench: Bench) -> None:
        """Show the tab of a bench."""
        self.setCurrentIndex([slot.bench for slot in self._slots].index(bench))

    def open_project(self, project: "Project") -> None:
        """Show a project on every bench, the current one first."""
        self._project = project
        for bench in self.benches:
            bench.open_project(project)
        self._activate()
        self._timer.start()

    def refresh(self, *, changed_by: Bench | None) -> None:
        """Let the current bench show what another one has changed."""
        if self.current_bench() is not changed_by:
            self._activate()

    def shut_down(self) -> None:
        """End the benches' helpers."""
        self._timer.stop()
        for bench in self.benches:
            bench.shut_down()

    def _ensure(self, slot: "_Slot") -> Bench:
        if slot.bench is None:
            bench = slot.fill()
            bench.next_step.connect(self._turn_to_next)
            bench.previous_step.connect(self._turn_to_previous)
            self.made.emit(bench)
            if self._project is not None:
                bench.open_project(self._project)
        assert slot.bench is not None
        return slot.bench

    @Slot()
    def _activate(self) -> None:
        if self._project is not None:
            self.current_bench().activated()

    @Slot()
    def _make_next(self) -> None:
        for slot in self._slots:
            if slot.bench is None:
                self._ensure(slot)
                self._timer.start()
                return

    @Slot()
    def _turn_to_next(self) -> None:
        self.setCurrentIndex(min(self.currentIndex() + 1, self.count() - 1))

    @Slot()
    def _turn_to_previous(self) -> None:
        self.setCurrentIndex(max(self.currentIndex() - 1, 0))

    @Slot()
    def _show_marks(self) -> None:
        for index, slot in enumerate(self._slots):
            self.setTabText(index, f"{slot.place.title}  {slot.mark}".strip())


class _Slot(QObject):
    """A tab's page: empty paper until its bench is made."""

    mark_changed = Signal()

    def __init__(self, place: Place, parent: QObject) -> None:
        super().__init__(parent)
        self.place = place
        self.page = QWidget()
        self.bench: Bench | None = None
        self.mark = ""
        layout = QVBoxLayout(self.page)
        layout.setContentsMargins(0, 0, 0, 0)

    def fill(self) -> Bench:
        bench = self.place.make()
        self.bench = bench
        bench.mark_changed.connect(self._take_mark)
        layout = self.page.layout()
        assert layout is not None
        layout.addWidget(Roomy(bench))
        let_wheel_pass(bench)
        return bench

    @Slot(str)
    def _take_mark(self, mark: str) -> None:
        self.mark = mark
        self.mark_changed.emit()
