"""The Dataset bench: settings, Build, every page to look at, to keep or to set aside."""

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QTimer, Slot
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QWidget

from deepzine_gui import dataset
from deepzine_gui.ui.bench import Bench
from deepzine_gui.ui.dataset.choices import chosen_in, forget_in, has_chosen_in, keep_in
from deepzine_gui.ui.dataset.dataset_file import DatasetFile
from deepzine_gui.ui.dataset.exporting import Exporting
from deepzine_gui.ui.dataset.importing import Importing
from deepzine_gui.ui.dataset.layout import Parts
from deepzine_gui.ui.dataset.making import Making
from deepzine_gui.ui.dataset.marks.marking import PAUSE_MS, Marking
from deepzine_gui.ui.dataset.marks.page_commands import PageCommands
from deepzine_gui.ui.dataset.newcomers import Newcomers, told_in
from deepzine_gui.ui.dataset.page_reader import Opened
from deepzine_gui.ui.dataset.state import State
from deepzine_gui.ui.dataset.viewing import Viewing
from deepzine_gui.ui.dataset.words import ANOTHER_WAY, summary, under_way
from deepzine_gui.ui.journal import log, sentence

if TYPE_CHECKING:
    from deepzine_gui.project import Project


class DatasetBench(Bench):
    """Documents become a dataset here.

    Attributes:
        parts: the widgets.
        viewing: the pages on the screen.
        marking: what changes their marks, and undoes it.
        making: the job that makes the dataset.
        importing: what asks for another program's dataset.
        exporting: what writes the pages for other programs.
    """

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._opened: Opened | None = None
        self._file: DatasetFile | None = None
        self._trouble = ""
        self._just_built = False
        self._tally_soon = QTimer(self, singleShot=True, interval=PAUSE_MS)
        self._tally_soon.timeout.connect(self._tally)
        self.newcomers = Newcomers(self)
        self.parts = Parts(self)
        self.viewing = Viewing(self.parts, self)
        self.marking = Marking(self)
        self.page_commands = PageCommands(self.parts, self.viewing, self.marking)
        self.making = Making(self)
        self.importing = Importing(self)
        self.exporting = Exporting(self, self.marking)
        self._build_action = QAction("Build", self)
        self.parts.lay_out(self)
        self.parts.empty.offer(ANOTHER_WAY, self.importing.menu)
        self._connect()

    def open_project(self, project: "Project") -> None:
        """Show the project's page settings and dataset."""
        super().open_project(project)
        self._file = DatasetFile(project.dataset)
        settings, rules, refusal = chosen_in(project)
        if refusal:
            self.notice.emit(refusal, "warning")
        self.parts.panel.set_value(settings)
        self.parts.panel.set_rules(rules)
        self.parts.left_out.clear()
        for told in told_in(project.folder):
            self.parts.left_out.add(told)
        self._close_dataset()
        self._open_dataset()

    def activated(self) -> None:
        """Documents may have come, and the dataset may have been replaced, damaged or deleted."""
        if self._file is not None and not self.making.is_running:
            if self.marking.is_saved and self._file.is_another:
                self._open_dataset()
            self.newcomers.look(self._sources())
            self.parts.panel.set_documents(self._sources())
        self.parts.panel.activated()
        self._show_state()

    def commands(self) -> list[QAction]:
        """Build, and what can be done with pages."""
        return [
            self._build_action,
            *self.parts.panel.commands(),
            *self.page_commands.all_commands(),
            self.making.workers.menuAction(),
            self.importing.menu.menuAction(),
            self.exporting.menu.menuAction(),
        ]

    def shut_down(self) -> None:
        """Write what is marked, and close the dataset."""
        self.newcomers.stop()
        self.parts.panel.shut_down()
        self._close_dataset()

    @Slot()
    def undo(self) -> None:
        """Take the last mark or label back."""
        self.marking.undo()

    @Slot()
    def redo(self) -> None:
        """Give the mark or label taken back again."""
        self.marking.redo()

    @Slot()
    def build(self) -> None:
        """Make the dataset from all documents of the project."""
        project, sources = self.project, self._sources()
        if project is None or not sources or not self._make_room():
            return
        self.newcomers.look(sources)
        self.parts.left_out.clear()
        self._keep_settings()
        self.making.build(
            project,
            self.parts.panel.value(),
            self.parts.panel.rules(),
            # what was imported is no document of the project, and cannot be made again
            append=self._opened is not None and self._opened.holds_imported,
        )
        self.viewing.open(None)
        self._show_state()

    @Slot(object)
    def import_from(self, source: Path) -> None:
        """Make the dataset of another program's; one that is there is replaced."""
        if self.project is None or not self._make_room():
            return
        self.making.take_over(source, self.project)
        self.viewing.close()
        self._show_state()

    def _connect(self) -> None:
        panel = self.parts.panel
        panel.settings_changed.connect(self._change_settings)
        panel.rules_changed.connect(self._change_rules)
        panel.build_asked.connect(self.build)
        panel.next_asked.connect(self.next_step)
        self._build_action.triggered.connect(self.build)
        self.importing.chosen.connect(self.import_from)
        self.making.shard_made.connect(self.viewing.add)
        self.making.left_out.connect(self.parts.left_out.add)
        self.making.told.connect(self.notice)
        self.making.ended.connect(self._end_making)
        self.parts.empty.pressed.connect(self._press_empty)
        self.newcomers.changed.connect(self._show_state)
        self.newcomers.failed.connect(self.notice)
        self.parts.ordering.order_chosen.connect(self.viewing.set_order)
        self.page_commands.likeness_asked.connect(self._sort_by_likeness)
        self.page_commands.refused.connect(self._say_why_not)
        self.viewing.opened.connect(self._take_opened)
        self.viewing.failed.connect(self._take_trouble)
        self.marking.changed.connect(self._show_marks)
        self.marking.rules_changed.connect(panel.set_rules)
        self.marking.saved.connect(self._note_stamp)
        self.marking.failed.connect(self._tell_unwritten)

    def _sources(self) -> list[Path]:
        """Downloaded documents first, then own ones."""
        return [] if self.project is None else self.project.sources()

    def _open_dataset(self) -> None:
        """Open the project's dataset; what is on the screen stays there until it is open."""
        if self._file is None:
            return
        path, was_open = self._file.path, self._opened is not None
        self._file.note()
        if dataset.is_there(path):
            self._forget_dataset()
            self.viewing.open(path)
        else:
            self._close_dataset()
            self._trouble = f"{path} is not there any more: build it again." if was_open else ""
        self._show_state()

    def _make_room(self) -> bool:
        """Close what is open, for another dataset to take its place; False where none can now."""
        # what is being opened may be put together from what a killed build left
        if self.making.is_running or self.viewing.is_opening:
            return False
        # a file that is open cannot be replaced everywhere
        self.viewing.stop()
        self.marking.close()
        if self._file is None or not self._trouble or self._opened is not None:
            return True
        # nothing is replaced but datasets: what cannot be opened is kept
        if refusal := self._file.move_aside():
            self.notice.emit(refusal, "error")
        return not refusal

    def _close_dataset(self) -> None:
        self._forget_dataset()
        self.viewing.close()

    def _forget_dataset(self) -> None:
        self.marking.close()
        self._opened = None
        self._trouble = ""
        self.parts.panel.set_dataset(None)

    @Slot(object)
    def _take_opened(self, opened: Opened) -> None:
        """The dataset is there, or a shard of the build that runs."""
        if not self.making.is_running and self.project is not None:
            self._opened = opened
            self.marking.open(self.project.dataset, self.viewing.table, opened.rules)
            self.parts.panel.set_rules(opened.rules)
            if not has_chosen_in(self.project) and opened.knows_its_documents:
                # by the command line: nobody has chosen other settings
                self.parts.panel.set_value(opened.settings)
            self._tally()
            self._compare(self.project, opened)
        self.page_commands.refresh()
        self._show_state()

    @Slot(object)
    def _take_trouble(self, error: Exception) -> None:
        log.error("%s", sentence(error), exc_info=error)
        if self._opened is None and not self.making.is_running:
            self.viewing.close()
        self._trouble = sentence(error)
        self._show_state()

    def _compare(self, project: "Project", opened: Opened) -> None:
        """See which documents the dataset does not hold wholly."""
        told = self.parts.left_out.told if self._just_built else None
        self._just_built = False
        self.newcomers.compare(opened.whole_documents(), project.folder, told=told)
        self.newcomers.look(self._sources())

    @Slot()
    def _show_marks(self) -> None:
        self.viewing.show_marks()
        self._show_state()
        self._tally_soon.start()

    @Slot()
    def _tally(self) -> None:
        """Count anew what the rules set aside, in a pause between marks."""
        if self._opened is not None:
            table = self.viewing.table
            names = [document.name for document in table.documents]
            self.parts.panel.set_dataset(table.columns(), names)

    @Slot()
    def _note_stamp(self) -> None:
        """The file was written to by the window itself: it is still the one that is open."""
        if self._file is not None:
            self._file.note()

    @Slot(object)
    def _tell_unwritten(self, error: Exception) -> None:
        log.error("%s", sentence(error), exc_info=error)
        self.notice.emit(f"{sentence(error)} Marks that are not in the file are undone.", "error")

    @Slot(str)
    def _say_why_not(self, sentence: str) -> None:
        self.notice.emit(sentence, "info")

    @Slot()
    def _sort_by_likeness(self) -> None:
        self.parts.ordering.choose("likeness")

    @Slot()
    def _change_settings(self) -> None:
        self._keep_settings()
        self._show_state()

    @Slot()
    def _change_rules(self) -> None:
        self._keep_settings()
        self.marking.apply_rules(self.parts.panel.rules())

    def _keep_settings(self) -> None:
        if self.project is not None:
            keep_in(self.project, self.parts.panel.value(), self.parts.panel.rules())
            self.save_choices()

    @Slot(bool)
    def _end_making(self, completed: bool) -> None:
        if completed and self.making.imports:
            self._settle_import()
        else:
            self._just_built = completed
        self._open_dataset()

    def _settle_import(self) -> None:
        """What was said and chosen of the dataset before this one does not hold any more."""
        if self.project is not None:
            self.parts.left_out.clear()
            self.newcomers.forget(self.project.folder)
            forget_in(self.project)
            self.save_choices()

    @Slot()
    def _press_empty(self) -> None:
        if self._sources():
            self.build()
        else:
            self.previous_step.emit()

    @Slot()
    def _show_state(self) -> None:
        """Let every part say what there is and what to do next."""
        state = self._state()
        self.parts.show_state(state)
        self.importing.allow(not (state.busy or state.opening), pages=state.pages)
        self.exporting.allow(state.built and not state.busy and state.kept > 0)
        self._build_action.setEnabled(state.can_build and not state.busy)
        self._build_action.setText(self.parts.panel.build.text())
        self.mark_changed.emit(state.mark)

    def _state(self) -> State:
        opened, busy, table = self._opened, self.making.is_running, self.viewing.table
        return State(
            has_documents=bool(self._sources()),
            busy=busy,
            importing=busy and self.making.imports,
            opening=not busy and opened is None and self.viewing.is_opening,
            built=opened is not None,
            current=opened is not None and opened.settings == self.parts.panel.value(),
            trouble=self._trouble,
            newcomers=self.newcomers.count,
            some_in_part=opened is not None and bool(opened.unfinished),
            pages=table.count,
            kept=int(table.kept.sum()),
            summary=self._summary(),
        )

    def _summary(self) -> str:
        if self.making.is_running:
            return under_way(importing=self.making.imports)
        if self._opened is None or self.project is None:
            return ""
        return summary(self.viewing.table, self._opened.settings, self.project.dataset)
