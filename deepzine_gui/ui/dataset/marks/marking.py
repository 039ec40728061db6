"""Marks and labels given in the window: at once on the screen, then in the file, and undone."""

from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QObject, QTimer, Signal, Slot
from PySide6.QtGui import QUndoCommand, QUndoStack

from deepzine_gui import dataset
from deepzine_gui.dataset import KEPT, REASONS, SET_ASIDE, Columns, LabelSource, Rules
from deepzine_gui.ui.dataset.marks.mark_writer import MarkWriter
from deepzine_gui.ui.dataset.table import Change, Indices, Marks, PageTable, those
from deepzine_gui.words import count_text

_BY_HAND = REASONS.index("by hand")
_MOST_STEPS = 200
PAUSE_MS = 100
"""Marks are written, and counted, in a pause this long: a thread at work makes the window wait."""


@dataclass(frozen=True, slots=True)
class Step:
    """What a command does: it changes marks, and the rules where they are others."""

    change: Change
    rules: Rules | None = None


class Marking(QObject):
    """Changes the marks of an open dataset.

    What is on the disk is the undo stack's clean state: when the file cannot be written, the stack
    goes back there.

    Signals:
        changed(): marks are others now.
        rules_changed(Rules): a command, done or undone, has brought these rules.
        saved(): all marks are in the file.
        failed(Exception): the file could not be written, and the marks are as they are in it.
    """

    changed = Signal()
    rules_changed = Signal(object)
    saved = Signal()
    failed = Signal(object)

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self.stack = QUndoStack(self)
        self.stack.setUndoLimit(_MOST_STEPS)
        self._path: Path | None = None
        self._table = PageTable()
        self._rules = Rules()
        self._writer: MarkWriter | None = None
        self._written: Marks | None = None
        self._submitted = self._table.marks
        self._last_judgement = 0
        self._judged_by = self._rules
        self._kept_by_rules: NDArray[np.bool_] | None = None
        self._writes = True
        self._write_soon = QTimer(self, singleShot=True, interval=PAUSE_MS)
        self._write_soon.timeout.connect(self._write_once_idle)

    def open(self, path: Path, table: PageTable, rules: Rules) -> None:
        """Mark the pages of this file; another one is closed."""
        self.close()
        self._path, self._table, self._rules = path, table, rules
        self._written = self._submitted = table.marks
        self._kept_by_rules = None
        self._writer = MarkWriter(self)
        self._writer.done.connect(self._take_done)
        self._writer.failed.connect(self._take_failure)
        self._writer.start()
        self._judge(rules)

    def close(self) -> None:
        """Finish writing; nothing can be marked or undone any more."""
        if self._writer is not None:
            self._write()
            self._writer.stop()
            self._writer.deleteLater()
            self._writer = None
        self.stack.clear()
        self._path = None

    @property
    def is_open(self) -> bool:
        """Whether there are pages to mark."""
        return self._writer is not None

    @property
    def is_saved(self) -> bool:
        """Whether all marks are in the file."""
        return self._writer is None or self._written is self._table.marks

    def set_aside(self, pages: Indices) -> None:
        """Set pages aside by hand."""
        kept = those(pages, self._table.kept[pages])
        self._mark(kept, SET_ASIDE, "Set aside", np.full(len(kept), _BY_HAND, np.uint8))

    def bring_back(self, pages: Indices) -> None:
        """Keep pages whatever the rules say; those the rules keep anyway are no longer by hand."""
        aside, rules = those(pages, ~self._table.kept[pages]), self._kept_by_rules
        reason = np.zeros(len(aside), np.uint8)
        if rules is not None:
            reason[~rules[aside]] = _BY_HAND
        self._mark(aside, KEPT, "Bring back", reason)

    def toggle(self, pages: Indices) -> None:
        """Set aside those of the pages that are kept; where none is, bring all back."""
        if self._table.kept[pages].any():
            self.set_aside(pages)
        else:
            self.bring_back(pages)

    def label(self, pages: Indices, label: str) -> None:
        """Label pages; "" takes their labels off."""
        code = self._table.label_code(label)
        pages = those(pages, self._table.marks.label[pages] != code)
        self._give(pages, np.full(len(pages), code, np.int32), "Label", by_hand=True)

    def label_by(self, source: LabelSource) -> None:
        """Label all pages whose document has this field; "none" takes all labels off."""
        table = self._table
        words = [dataset.label_from(document, source) for document in table.documents]
        codes = table.label_codes(word or "" for word in words)[table.document]
        known = np.array([word is not None for word in words], bool)[table.document]
        pages = np.flatnonzero(known & (codes != table.marks.label))
        self._give(pages, codes[pages], f"Label by {source}", by_hand=source == "none")

    def apply_rules(self, rules: Rules) -> None:
        """Judge all pages by other rules; that takes a moment, and the newest rules count."""
        if self._writer is not None:
            self._judge(rules)

    def undo(self) -> None:
        """Take the last command back."""
        self.stack.undo()

    def redo(self) -> None:
        """Give the command taken back again."""
        self.stack.redo()

    def go(self, step: Step) -> None:
        """Bring about what a command leads to, on the screen and in the file."""
        self._table.change(step.change)
        if step.rules is not None:
            self._rules = step.rules
            self.rules_changed.emit(step.rules)
        self.changed.emit()
        if self._writes:
            self._write_soon.start()

    @Slot()
    def _write_once_idle(self) -> None:
        """Write the marks as they are now; while they are being written, the newest ones wait."""
        if self._written is self._submitted:
            self._write()

    def _write(self) -> None:
        marks = self._table.marks
        if self._writer is not None and self._path is not None and marks is not self._submitted:
            same = marks.label is self._submitted.label
            labels = None if same else list(self._table.labels)
            self._writer.submit(partial(_write, self._path, marks, labels, self._rules))
            self._submitted = marks

    def _judge(self, rules: Rules) -> None:
        assert self._writer is not None
        self._judged_by = rules
        judge = partial(_judgement, self._table.columns(), rules)
        self._last_judgement = self._writer.submit(judge)

    def _mark(self, pages: Indices, state: int, text: str, reason: NDArray[np.uint8]) -> None:
        self._push(Change(pages, np.full(len(pages), state, np.uint8), reason), text)

    def _give(self, pages: Indices, codes: NDArray[np.int32], text: str, *, by_hand: bool) -> None:
        """Give pages labels, (n,) each; what is given or taken off by hand stays so in a build."""
        marked = np.full(len(pages), by_hand, np.uint8)
        self._push(Change(pages, label=codes, label_by_hand=marked), text)

    def _push(self, change: Change, text: str, rules: Rules | None = None) -> None:
        if self._writer is None or not (len(change.pages) or rules):
            return
        before = Step(self._table.way_back(change), None if rules is None else self._rules)
        words = f"{text}: {count_text(len(change.pages), 'pages')}"
        self.stack.push(_Command(self, before, Step(change, rules), words))

    @Slot(int, object)
    def _take_done(self, number: int, result: Any) -> None:
        if self.sender() is not self._writer:
            return
        if isinstance(result, Marks):
            self._written = result
            if self.is_saved:
                self.stack.setClean()
                self.saved.emit()
            self._write_once_idle()
        elif number == self._last_judgement:
            self._take_judgement(result)

    def _take_judgement(self, judged: "Judgement") -> None:
        """Give the pages the marks that rules found, except those marked by hand meanwhile."""
        self._kept_by_rules = judged.kept_by_rules
        marks, state, reason = self._table.marks, judged.state, judged.reason
        differs = (marks.state != state) | (marks.reason != reason)
        pages = np.flatnonzero(differs & (marks.reason != _BY_HAND))
        if self._judged_by != self._rules:
            self._push(Change(pages, state[pages], reason[pages]), "Rules", self._judged_by)

    @Slot(int, object)
    def _take_failure(self, number: int, error: Exception) -> None:
        if self.sender() is not self._writer or self._written is None:
            return
        clean = self.stack.cleanIndex()
        self._writes = False
        if clean >= 0:
            self.stack.setIndex(clean)
        else:
            self.stack.clear()
            self._table.marks = self._written
            self.changed.emit()
        self._writes = True
        self._written = self._submitted = self._table.marks
        self.failed.emit(error)


@dataclass(frozen=True, slots=True)
class Judgement:
    """What rules say of N pages: state and reason, and which they would keep were none by hand."""

    state: NDArray[np.uint8]
    reason: NDArray[np.uint8]
    kept_by_rules: NDArray[np.bool_]


class _Command(QUndoCommand):
    def __init__(self, marking: Marking, before: Step, after: Step, text: str) -> None:
        super().__init__(text)
        self._marking, self._before, self._after = marking, before, after

    def redo(self) -> None:
        self._marking.go(self._after)

    def undo(self) -> None:
        self._marking.go(self._before)


def _judgement(columns: Columns, rules: Rules) -> Judgement:
    state, reason = dataset.judge(columns, rules)
    alone, _ = dataset.judge(replace(columns, reason=np.zeros_like(columns.reason)), rules)
    return Judgement(state, reason, alone == KEPT)


def _write(path: Path, marks: Marks, labels: list[str] | None, rules: Rules) -> Marks:
    """Write all marks into the file, labels only where they are given, and return the marks."""
    given: dict[str, Any] = {}
    if labels is not None:
        given = {
            "label": np.array(labels, object)[marks.label],
            "label_by_hand": marks.label_by_hand,
        }
    dataset.write_marks(path, state=marks.state, reason=marks.reason, rules=rules, **given)
    return marks
