"""How pages become squares and which are set aside, shown on one page while it is chosen."""

from collections.abc import Generator, Sequence
from pathlib import Path

from PySide6.QtCore import Signal, Slot
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QWidget

from deepzine_gui.dataset.judging.rules import Rules
from deepzine_gui.dataset.values import Columns
from deepzine_gui.pages import PageSettings
from deepzine_gui.ui.answering import answers_of
from deepzine_gui.ui.asking import Asking
from deepzine_gui.ui.dataset.settings.documents_found import DocumentsFound, Found
from deepzine_gui.ui.dataset.settings.layout import SettingsLayout
from deepzine_gui.ui.dataset.settings.originals import Originals
from deepzine_gui.ui.dataset.settings.plan_words import outcome_text, plan_text, size_to_come
from deepzine_gui.ui.dataset.settings.scales import STEPS
from deepzine_gui.ui.dataset.settings.tally import Tally, count
from deepzine_gui.ui.theme import make_primary, set_icon


class SettingsPanel(QWidget):
    """A line that is always there, and behind its fold the steps, the rules and one page.

    Signals:
        settings_changed(): the page settings, by the person; they wait for the next build.
        rules_changed(): the rules, by the person; they hold at once for a dataset that is there.
        build_asked(): the button was pressed that makes the dataset.
        next_asked(): the button was pressed that leads on to training.
    """

    settings_changed = Signal()
    rules_changed = Signal()
    build_asked = Signal()
    next_asked = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._columns: Columns | None = None
        self._tally: Tally | None = None
        self._total = 0
        self._fold_is_chosen = False
        self._is_built = False
        self._found = DocumentsFound(self)
        self._found.listed.connect(self._take_documents)
        self._found.counted.connect(self._take_total)
        self._counting = Asking(_counting, name="Counting", parent=self)
        self._counting.answered.connect(self._take_tally)
        self.shown = SettingsLayout(self)
        self.build, self.next = self.shown.build, self.shown.next
        self.preview = self.shown.preview
        self._connect()
        self._show_choices()

    def value(self) -> PageSettings:
        """The page settings, what is being typed included."""
        cleaning = self.shown.cleaning.value()
        changes = {name: getattr(cleaning, name) for name in STEPS}
        return self.shown.shape.value().model_copy(update=changes)

    def set_value(self, settings: PageSettings) -> None:
        """Show page settings."""
        self.shown.shape.set_value(settings)
        self.shown.cleaning.set_value(settings)
        self._show_choices()

    def rules(self) -> Rules:
        """What is to be set aside."""
        return self.shown.rules.form.value()

    def set_rules(self, rules: Rules) -> None:
        """Show rules."""
        self.shown.rules.form.set_value(rules)
        self._show_choices()
        self._count()

    def set_documents(self, sources: list[Path]) -> None:
        """Offer pages of the documents of these files and folders; they are listed anew."""
        self._found.look(sources)

    def set_dataset(self, columns: Columns | None, documents: Sequence[str] = ()) -> None:
        """Count on this dataset what the rules set aside; None where there is none.

        The names of its documents are those of `columns.document`.
        """
        self._columns = columns
        self.preview.show_originals(None if columns is None else Originals(columns, documents))
        if columns is None:
            self._take_tally(None)
        else:
            self._count()

    def fold(self) -> None:
        """Show the line alone."""
        self._fold_is_chosen = True
        self.shown.fold.setChecked(False)

    def commands(self) -> list[QAction]:
        """For the Run menu."""
        return [self.preview.another_action]

    def activated(self) -> None:
        """The bench came to the front: show the page again."""
        self.preview.look()

    def shut_down(self) -> None:
        """End what works for this panel; it begins again when it is needed."""
        self._found.close()
        self._counting.close()
        self.preview.close_engine()

    def show_state(
        self,
        *,
        can_build: bool,
        busy: bool,
        built: bool,
        current: bool,
        whole: bool,
        usable: bool,
    ) -> None:
        """Make what to do next the primary button.

        Args:
            can_build: there are documents.
            busy: a build is running.
            built: there is a dataset.
            current: that dataset was made with the settings shown.
            whole: it can be read, and no document has come since.
            usable: some of its pages are kept.
        """
        shown = self.shown
        for form in (shown.shape, shown.cleaning, shown.rules):
            form.setEnabled(not busy)
        shown.build.setEnabled(can_build and not busy)
        shown.build.setText("Build again" if built and current else "Build")
        shown.next.setVisible(built and not busy)
        build_next = can_build and not busy and not (current and whole)
        make_primary(shown.build, build_next)
        make_primary(shown.next, built and usable and not build_next)
        set_icon(shown.build, "grid", "on_spot" if build_next else "ink")
        shown.steps_when.setText("not built yet: press Build" if built and not current else "")
        shown.rules_when.setText("at once; nothing is deleted" if built else "")
        self._is_built = built and current
        self._show_plan()
        if not self._fold_is_chosen:
            shown.fold.setChecked(can_build and not built and not busy)

    def _connect(self) -> None:
        shown = self.shown
        shown.shape.changed.connect(self._change_settings)
        shown.cleaning.changed.connect(self._change_settings)
        shown.rules.changed.connect(self._change_rules)
        shown.build.clicked.connect(self.build_asked)
        shown.next.clicked.connect(self.next_asked)
        shown.fold.toggled.connect(self._unfold)
        shown.fold.clicked.connect(self._choose_fold)

    @Slot()
    def _change_settings(self) -> None:
        self._show_choices()
        self.settings_changed.emit()

    @Slot()
    def _change_rules(self) -> None:
        self._show_choices()
        self._count()
        self.rules_changed.emit()

    @Slot()
    def _choose_fold(self) -> None:
        self._fold_is_chosen = True

    @Slot(bool)
    def _unfold(self, wanted: bool) -> None:
        self.shown.unfold(wanted)
        if wanted:
            self.preview.look()
        else:
            self.preview.close_engine()

    def _show_choices(self) -> None:
        self.preview.show_settings(self.value())
        self.preview.show_rules(self.rules())
        self._show_plan()

    def _show_plan(self) -> None:
        settings = self.value()
        outcome = outcome_text(self._tally, self._total)
        pages = self._total if self._tally is None else self._tally.pages
        if pages and not self._is_built:
            outcome += f" · {size_to_come(pages, settings)}"
        self.shown.show_plan(plan_text(settings, self.rules()), outcome)

    def _count(self) -> None:
        if self._columns is not None:
            self._counting.ask((self._columns, self.rules()))

    @Slot(object)
    def _take_tally(self, tally: Tally | None) -> None:
        self._tally = tally if self._columns is not None else None
        self.shown.rules.show_tally(self._tally)
        self._show_plan()

    @Slot(object)
    def _take_documents(self, found: Found) -> None:
        self.preview.show_documents(found)

    @Slot(int)
    def _take_total(self, pages: int) -> None:
        self._total = pages
        self._show_plan()


def _counting() -> Generator[Tally | None, tuple[Columns, Rules], None]:
    return answers_of(count)
