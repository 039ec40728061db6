"""The Explore bench: wander through a model's latent space, keep pages, film the way."""

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QTimer, Slot
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QAbstractButton, QFileDialog, QWidget

from deepzine_gui import latent
from deepzine_gui.errors import DeepZineError
from deepzine_gui.files import free_name, whole_file
from deepzine_gui.latent import Latents
from deepzine_gui.networks import find_model
from deepzine_gui.ui.bench import Bench
from deepzine_gui.ui.explore.filming import Filming
from deepzine_gui.ui.explore.in_step import InStep
from deepzine_gui.ui.explore.keeping import Kept, read_kept, write_kept
from deepzine_gui.ui.explore.layout import Layout
from deepzine_gui.ui.explore.models import Choice, choices, open_file
from deepzine_gui.ui.explore.wander import Wander
from deepzine_gui.ui.journal import sentence

if TYPE_CHECKING:
    from deepzine_gui.project import Project

DIRECTIONS = 8
"""Directions that have a slider."""

_KEEP_AFTER_MS = 1000


class ExploreBench(Bench):
    """One model is played with here."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.choice: Choice | None = None
        self._opened: list[Path] = []
        self.shown = Layout(self)
        self.wander = Wander(self.shown, self)
        self.filming = Filming(self, self.shown)
        self._keep_soon = QTimer(self, singleShot=True, interval=_KEEP_AFTER_MS)
        self._keep_soon.timeout.connect(self._keep)
        self.wander.went.connect(self._keep_soon.start)
        self.filming.busy_changed.connect(self._show_filming)
        self.shown.picker.chosen.connect(self._choose)
        self.shown.picker.file_asked.connect(self._ask_file)
        self.shown.empty.button.clicked.connect(self.previous_step)
        self.shown.save.clicked.connect(self.save_picture)
        self.shown.path_bar.film_asked.connect(self.ask_film)
        bar = self.shown.path_bar
        self._actions = [
            self._action("New page", "R", self.shown.new_page),
            self._action("Other random pages", "Shift+R", self.shown.others),
            self._action("Keep this page as a keyframe", "F", self.shown.keyframes.add),
            self._action("Play or hold", "P", bar.play),
            self._action("Save this page as a picture", "Ctrl+S", self.shown.save),
            self._action("Export film…", "Ctrl+E", bar.film),
        ]
        self.shown.set_usable(False)

    def open_project(self, project: "Project") -> None:
        """Take a project; its model is loaded when the bench is first looked at."""
        self.shut_down()
        super().open_project(project)
        self.choice, self.wander.place = None, None
        self.filming.forget()

    def activated(self) -> None:
        """List the models there are now, and load the one to explore, if it is another one.

        A newer checkpoint of its run is another one, but no walk along the path is broken off for
        it, and no list closed under the pointer.
        """
        busy = self.shown.path_bar.is_playing or self.shown.picker.models.view().isVisible()
        if self.project is None or busy:
            return
        wanted = self.project.choices.model or (self.choice.key if self.choice is not None else "")
        if wanted.endswith(".safetensors") and Path(wanted) not in self._opened:
            self._opened.append(Path(wanted))
        found = choices(self.project, self._opened)
        chosen = next((choice for choice in found if choice.key == wanted), None)
        chosen = chosen or (found[0] if found else None)
        self.shown.picker.show_choices(found, chosen)
        self.shown.show_empty(chosen is None)
        if chosen is None:
            self.choice = None
        if chosen is not None and (
            self.choice is None or chosen.info.path != self.choice.info.path
        ):
            self.explore(chosen)

    def commands(self) -> list[QAction]:
        """New page, keep, play, save, film."""
        return self._actions

    def shut_down(self) -> None:
        """End the sampler, and keep where the explorer stood."""
        self._keep()
        self.wander.close()

    @Slot()
    def undo(self) -> None:
        """Take the last change of the keyframes back."""
        self.shown.keyframes.undo()

    @Slot()
    def redo(self) -> None:
        """Make the change again that was taken back."""
        self.shown.keyframes.redo()

    @Slot(object)
    def explore(self, choice: Choice) -> None:
        """Load a model; the present latent and the keyframes stay where they fit it."""
        if self.project is None:
            return
        before, self.choice = self.choice, choice
        newer = before is not None and before.key == choice.key
        self.shown.picker.models.setToolTip(choice.info.title)
        try:
            count = min(DIRECTIONS, choice.info.latent_size)
            directions = latent.directions(choice.info.path, count)
        except DeepZineError as error:
            self.wander.close()
            self.wander.show_broken(error)
            return
        here: Latents | None
        slid = None
        if before is None:
            kept = read_kept(self.project.folder)
            self.shown.path_bar.show_path(0, kept.mode, loop=kept.loop)
            self.shown.path_bar.stand_at(kept.place)
            here, keyframes = kept.latent_array, kept.keyframe_arrays
            self.wander.desk.label = kept.label
            if kept.model == choice.key:
                slid = kept.base_array, kept.offsets_array
        else:
            place = self.wander.place
            here = place.latent if place is not None and self.wander.is_placed else None
            keyframes = self.wander.keyframes
        self.wander.explore(
            choice.info, directions, latent=here, keyframes=keyframes, slid=slid, newer=newer
        )

    @Slot()
    def save_picture(self) -> None:
        """Write the present page to exports/ as a PNG of the model's own size."""
        image = self.shown.view.image
        if self.project is None or image is None:
            return
        out = free_name(self.project.exports, "page", ".png")
        try:
            self.project.check_there()
            with whole_file(out) as part:
                if not image.save(str(part)):
                    raise OSError(f"{part} was refused by Qt's PNG writer")
        except (DeepZineError, OSError) as error:
            self.notice.emit(sentence(error), "error")
            return
        self.notice.emit(f"Saved as {out}.", "info")

    @Slot()
    def ask_film(self) -> None:
        """Ask what the film of the path is to be like."""
        keyframes = self.wander.keyframes
        if self.project is None or self.choice is None or len(keyframes) < 2:
            return
        try:
            # a run that goes on may have put a newer checkpoint in this one's place
            model = self.choice.info.path
            model = model if model.is_file() else find_model(self.project.folder / self.choice.key)
        except DeepZineError as error:
            self.notice.emit(str(error), "error")
            return
        self.shown.path_bar.stop()
        out = free_name(self.project.exports, "film", ".mp4")
        self.filming.ask(model, keyframes, out, label=self.wander.desk.label)

    @Slot()
    def _ask_file(self) -> None:
        chosen, _ = QFileDialog.getOpenFileName(
            self, "Explore a model", "", "DeepZine models (*.safetensors);;All files (*)"
        )
        if chosen:
            self.open_model(Path(chosen))

    def open_model(self, path: Path) -> None:
        """Explore a model file; if it is none, say so and keep the present one."""
        if self.project is None:
            return
        try:
            choice = open_file(path.absolute())
        except DeepZineError as error:
            self.notice.emit(str(error), "error")
            return
        if path.absolute() not in self._opened:
            self._opened.append(path.absolute())
        self.shown.picker.show_choices(choices(self.project, self._opened), choice)
        self.shown.show_empty(False)
        self._choose(choice)

    @Slot(object)
    def _choose(self, choice: Choice) -> None:
        """The person wants this model, also when the project is opened again."""
        if self.project is not None:
            self.project.choices.model = choice.key
            self.save_choices()
            self.explore(choice)

    @Slot()
    def _keep(self) -> None:
        """Write down where the explorer stands."""
        self._keep_soon.stop()
        place, bar = self.wander.place, self.shown.path_bar
        if self.project is None or self.choice is None:
            return
        if place is None or not self.wander.is_placed:
            return
        kept = Kept(
            model=self.choice.key,
            label=self.wander.desk.label,
            latent=place.latent.tolist(),
            base=place.base.tolist(),
            offsets=place.offsets.tolist(),
            keyframes=[keyframe.tolist() for keyframe in self.wander.keyframes],
            mode=bar.mode,
            loop=bar.loop.isChecked(),
            place=bar.t,
        )
        try:
            self.project.check_there()
            write_kept(self.project.folder, kept)
        except (DeepZineError, OSError) as error:
            self.notice.emit(sentence(error), "error")

    @Slot(bool)
    def _show_filming(self, busy: bool) -> None:
        self.mark_changed.emit("●" if busy else "")
        self.shown.path_bar.set_filming(busy)

    def _action(self, text: str, keys: str, button: QAbstractButton) -> QAction:
        """A command that does what a button does, when it can."""
        action = QAction(text, self)
        action.setShortcut(QKeySequence(keys))
        action.triggered.connect(button.click)
        InStep(action, button)
        return action
