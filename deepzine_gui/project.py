"""A zine project: one folder a person can read, copy and delete."""

from pathlib import Path
from typing import Any

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from deepzine_gui.errors import ProjectError
from deepzine_gui.files import PART, write_text

FILE_NAME = "project.yaml"
FORMAT = 1


class Choices(BaseModel):
    """What was chosen in a project; each room validates its own part."""

    model_config = ConfigDict(extra="forbid")

    format: int = Field(FORMAT, description="Version of this file.")
    collection: str = Field("", description="The last collection or item searched for.")
    sources: list[Path] = Field([], description="Own documents and folders, besides documents/.")
    subfolder_labels: bool = Field(
        False, description="Subfolders of own documents become labels when the dataset is built."
    )
    pages: dict[str, Any] = Field({}, description="Page settings of the dataset.")
    rules: dict[str, Any] = Field({}, description="Which pages of the dataset are set aside.")
    training: dict[str, Any] = Field({}, description="Training settings of the next run.")
    run: str = Field("", description="The current run's name under runs/.")
    model: str = Field("", description="The model chosen to explore.")


class Project:
    """An open project folder: its paths and its choices.

    Attributes:
        folder: absolute path of the project.
        choices: what was chosen; call `save` after changing it.
    """

    def __init__(self, folder: Path, choices: Choices) -> None:
        self.folder = folder
        self.choices = choices
        self._is_new = not (folder / FILE_NAME).exists()

    @classmethod
    def create(cls, folder: Path) -> "Project":
        """Make a new project, or open the one that lies in `folder` already.

        Raises:
            ProjectError: `folder` is a file, or a project in it is damaged.
            StorageError: the place cannot be written.
        """
        project = cls.at(folder)
        if not (project.folder / FILE_NAME).exists():
            project.save()
        return project

    @classmethod
    def at(cls, folder: Path) -> "Project":
        """The project that lies in `folder`, or a new one, which `save` writes first.

        Raises:
            ProjectError: `folder` is a file, or a project in it is damaged.
        """
        folder = folder.expanduser().absolute()
        if (folder / FILE_NAME).exists():
            return cls.open(folder)
        if folder.exists() and not folder.is_dir():
            raise ProjectError(f"{folder} is a file: choose a folder for the project.")
        return cls(folder, Choices())

    @classmethod
    def open(cls, folder: Path) -> "Project":
        """Open an existing project.

        Raises:
            ProjectError: there is none, or its project.yaml cannot be read.
        """
        folder = folder.expanduser().absolute()
        file = folder / FILE_NAME
        if not folder.exists():
            raise ProjectError(
                f"There is no folder {folder}: it was moved, renamed or removed. "
                "File ▸ New project… makes a new one."
            )
        if not file.is_file():
            raise ProjectError(
                f"There is no project in {folder}: it holds no {FILE_NAME}. "
                "File ▸ New project… makes one."
            )
        try:
            written = yaml.safe_load(file.read_text("utf-8")) or {}
            version = written.get("format") if isinstance(written, dict) else None
            if isinstance(version, int) and version > FORMAT:
                raise ProjectError(f"{file} is of a newer DeepZine: update this one to open it.")
            choices = Choices.model_validate(written)
        except (yaml.YAMLError, ValidationError, UnicodeDecodeError, OSError) as error:
            raise ProjectError(
                f"{file} cannot be read as a project: mend it, or move it away to start afresh."
            ) from error
        return cls(folder, choices)

    def save(self) -> None:
        """Write project.yaml whole, into the folder of a new project or one that is still there.

        Raises:
            ProjectError: the folder was moved away.
            StorageError: the disk is full or the folder read-only.
        """
        if not self._is_new:
            self.check_there()
        choices = self.choices.model_dump(mode="json")
        write_text(self.folder / FILE_NAME, yaml.safe_dump(choices, sort_keys=False))
        self._is_new = False

    def check_there(self) -> None:
        """See whether the folder is where it was, so that no second one is begun in its place.

        Raises:
            ProjectError: it was moved away.
        """
        if not self.folder.is_dir():
            raise ProjectError(
                f"The project's folder {self.folder} is not there any more: put it back, or open "
                "it where it is now, by File ▸ Open project…"
            )

    @property
    def name(self) -> str:
        """The folder's name, shown as the window's title."""
        return self.folder.name

    @property
    def documents(self) -> Path:
        """Downloaded documents, one folder an item."""
        return self.folder / "documents"

    @property
    def own(self) -> Path:
        """Own documents that were copied into the project."""
        return self.folder / "own"

    @property
    def dataset(self) -> Path:
        """The dataset file."""
        return self.folder / "dataset.h5"

    @property
    def runs(self) -> Path:
        """One folder a run."""
        return self.folder / "runs"

    @property
    def exports(self) -> Path:
        """Films, pictures, zines."""
        return self.folder / "exports"

    def sources(self) -> list[Path]:
        """Where the project's documents lie: downloaded ones, own copies, own ones elsewhere."""
        downloaded = [self.documents] if any(_children(self.documents)) else []
        return [*downloaded, *_children(self.own), *self.choices.sources]

    def labelled_sources(self) -> list[Path]:
        """Those of `sources` whose subfolders become labels: the own ones, if that was chosen."""
        own = [source for source in self.sources() if source != self.documents]
        return own if self.choices.subfolder_labels else []

    def run_names(self) -> list[str]:
        """Names of the runs, newest first."""
        if not self.runs.is_dir():
            return []
        runs = [run for run in self.runs.iterdir() if (run / "config.yaml").is_file()]
        runs.sort(key=lambda run: (run / "config.yaml").stat().st_mtime, reverse=True)
        return [run.name for run in runs]

    def model_of_run(self, name: str) -> str:
        """What `choices.model` is where the newest model of a run is to be explored."""
        return f"{self.runs.name}/{name}"

    def new_run_name(self) -> str:
        """The first free name of the form ``run-1``."""
        number = 1
        while (self.runs / f"run-{number}").exists():
            number += 1
        return f"run-{number}"


def _children(folder: Path) -> list[Path]:
    """What lies in a folder, without what is hidden or not finished; nothing if it is missing."""
    if not folder.is_dir():
        return []
    found = (path for path in folder.iterdir() if not path.name.startswith("."))
    return sorted(path for path in found if PART not in (path.suffix, Path(path.stem).suffix))
