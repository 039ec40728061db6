"""The models there are to explore: of the project's runs, shipped, and opened by hand."""

import dataclasses
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

from deepzine_gui.errors import DeepZineError
from deepzine_gui.networks import ModelInfo, find_model, read_info, shipped_models
from deepzine_gui.ui.journal import log

if TYPE_CHECKING:
    from deepzine_gui.project import Project


@dataclasses.dataclass(frozen=True, slots=True)
class Choice:
    """A model in the list.

    Attributes:
        key: what the project keeps: a run's folder within it, a shipped model's name, or a path.
        info: what the model says of itself.
        origin: where it is from, if that must be told.
    """

    key: str
    info: ModelInfo
    origin: str = ""

    @property
    def title(self) -> str:
        """For example "run-3 · 64 px · kimg 212", and the origin."""
        name = Path(self.key).stem if self.key.endswith(".safetensors") else Path(self.key).name
        told = [name, f"{self.info.resolution} px", f"kimg {self.info.kimg:,.0f}", self.origin]
        return " · ".join(filter(None, told))


def choices(project: "Project", opened: list[Path]) -> list[Choice]:
    """The newest model of each run, the current run's first; then shipped, then opened ones.

    Of shipped ones those of the largest pages come first. Runs without a model yet, and models that
    cannot be read, are left out.
    """
    current = project.choices.run
    names = sorted(project.run_names(), key=lambda name: name != current)
    shipped = _there(map(_of_shipped, shipped_models()))
    return [
        *_there(_of_run(project, name) for name in names),
        *sorted(shipped, key=lambda choice: -choice.info.resolution),
        *_there(map(_of_file, opened)),
    ]


def open_file(path: Path) -> Choice:
    """A model by its file.

    Raises:
        ModelError: it is missing, damaged, or not a model of ours.
    """
    return Choice(str(path), read_info(find_model(path)))


def _there(found: Iterable[Choice | None]) -> list[Choice]:
    return [choice for choice in found if choice is not None]


def _of_run(project: "Project", name: str) -> Choice | None:
    try:
        return Choice(project.model_of_run(name), read_info(find_model(project.runs / name)))
    except DeepZineError:
        return None


def _of_file(path: Path) -> Choice | None:
    try:
        return open_file(path)
    except DeepZineError:
        return None


def _of_shipped(path: Path) -> Choice | None:
    try:
        info = read_info(path)
    except DeepZineError as error:
        log.warning("A shipped model is left out: %s", error)
        return None
    return Choice(info.name, info, "comes with DeepZine")
