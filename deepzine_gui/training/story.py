"""A run's story: its settings and the lines of metrics.jsonl, for plots and any other reader."""

import contextlib
import io
import json
import os
import re
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import yaml
from pydantic import ValidationError

from deepzine_gui.errors import StorageError, TrainingError
from deepzine_gui.files import keep_text, storage_errors, write_text
from deepzine_gui.networks.models import checkpoint_folders
from deepzine_gui.progress import Event, Notice, as_record
from deepzine_gui.settings import explain
from deepzine_gui.training.events import (
    Alarmed,
    CheckpointSaved,
    Recovered,
    SamplesSaved,
    StageChanged,
    StepReport,
    Vitals,
)
from deepzine_gui.training.recipe.config import TrainingConfig

CONFIG = "config.yaml"
METRICS = "metrics.jsonl"
LAUNCH = "torchrun"
SAMPLES = "samples"
SAMPLE_COLUMNS = 8
"""Pages side by side in a grid of samples."""
REAL_SAMPLES = "real.png"
"""A grid of real pages, for comparison, among the samples."""

_KIMG = re.compile(r"\d+\.\d+")
_STAGE, _RECOVERY = "stage", "recovery"

_KINDS: dict[type[Event], str] = {
    StepReport: "step",
    Vitals: "vitals",
    StageChanged: _STAGE,
    SamplesSaved: "samples",
    CheckpointSaved: "checkpoint",
    Notice: "notice",
    Alarmed: "alarm",
    Recovered: _RECOVERY,
}


class Story:
    """Writes metrics.jsonl, one whole line an event.

    Attributes:
        run: the run's folder.
    """

    def __init__(self, run: Path) -> None:
        self.run = run
        self._path = run / METRICS

    def tell(self, event: Event) -> None:
        """Append an event; kinds that are not part of the story are left out.

        Raises:
            DiskFullError: the disk is full; nothing was written.
            StorageError: the run's folder is gone, or may not be written any more.
        """
        kind = _KINDS.get(type(event))
        if kind is None:
            return
        record = as_record(event)
        del record["event"]
        if "path" in record:
            record["path"] = Path(record["path"]).relative_to(self.run).as_posix()
        line = json.dumps({"kind": kind, "time": round(time.time(), 3), **record})
        with (
            self.folder_there(),
            storage_errors(self._path),
            self._path.open("ab", buffering=0) as file,
        ):
            _append(file, (line + "\n").encode())

    @contextlib.contextmanager
    def folder_there(self) -> Iterator[None]:
        """Write while the run's folder is there; made anew, it would be no run that can go on.

        Raises:
            StorageError: it is not, or is taken away meanwhile.
        """
        self._see_to_folder()
        try:
            yield
        except FileNotFoundError:
            self._see_to_folder()
            raise

    def _see_to_folder(self) -> None:
        if not self.run.is_dir():
            raise StorageError(
                f"{self.run} is no longer there, and the run cannot go on: put its folder back, or "
                "its disk, then resume it."
            )

    @property
    def recoveries(self) -> int:
        """How many recoveries are told of."""
        return sum(line.get("kind") == _RECOVERY for line in read_metrics(self.run))

    @property
    def ends_with_recovery(self) -> bool:
        """Whether the run has entered no stage since the last recovery that is told of."""
        kinds = [line.get("kind") for line in read_metrics(self.run)]
        turns = [kind for kind in kinds if kind in (_RECOVERY, _STAGE)]
        return turns[-1:] == [_RECOVERY]

    def rewind(self, kimg: float, *, retold: bool = True) -> None:
        """Drop what was told after `kimg`, because it is about to happen again, and the samples.

        What came before a recovery has happened and stays, though the run went back beyond it; so
        does everything where a recovery is still to be told (`retold` False).
        """
        for file in sample_files(self.run):
            if float(file.stem) > kimg:
                file.unlink()
        if not retold or not self._path.exists():
            return
        lines = read_metrics(self.run)
        told = [at for at, line in enumerate(lines) if line.get("kind") == _RECOVERY]
        past = told[-1] + 1 if told else 0
        kept = lines[:past] + [line for line in lines[past:] if not _is_after(kimg, line)]
        write_text(self._path, "".join(json.dumps(line) + "\n" for line in kept))

    def forget(self) -> None:
        """Remove all of it, for a run that begins anew."""
        for file in sample_files(self.run):
            file.unlink()
        self._path.unlink(missing_ok=True)


def _is_after(kimg: float, line: dict[str, Any]) -> bool:
    """Whether a line tells of a moment after `kimg`; some tell of none."""
    at = line.get("kimg")
    return isinstance(at, int | float) and at > kimg


def _append(file: io.FileIO, data: bytes) -> None:
    """Write all or nothing, so that a line told again later is not glued to half of itself."""
    size = os.fstat(file.fileno()).st_size
    try:
        while data:
            data = data[file.write(data) :]
    except OSError:
        file.truncate(size)
        raise


def read_metrics(run: Path) -> list[dict[str, Any]]:
    """The lines of metrics.jsonl so far; what is none, as half of one after a kill, is left out."""
    path = run / METRICS
    if not path.is_file():
        return []
    lines = []
    for text in path.read_text("utf-8", errors="replace").splitlines():
        try:
            line = json.loads(text)
        except ValueError:
            continue
        if isinstance(line, dict):
            lines.append(line)
    return lines


def sample_files(run: Path) -> list[Path]:
    """The grids of samples, oldest first; a file's stem is its kimg, and foreign files are none."""
    return sorted(path for path in (run / SAMPLES).glob("*.png") if _KIMG.fullmatch(path.stem))


def saved_kimg(run: Path) -> float | None:
    """Up to where a run is kept by its newest checkpoint, as its name tells; None without one."""
    found = [folder.name for folder in checkpoint_folders(run) if _KIMG.fullmatch(folder.name)]
    return float(found[-1]) if found else None


def write_config(run: Path, config: TrainingConfig) -> None:
    """Write config.yaml whole, unless it says so already."""
    keep_text(run / CONFIG, yaml.safe_dump(config.model_dump(mode="json"), sort_keys=False))


def write_launch(run: Path, launch: str) -> None:
    """Write down by which of torchrun's jobs a run is carried out; nothing for none."""
    if not launch:
        (run / LAUNCH).unlink(missing_ok=True)
    elif launch != read_launch(run):
        write_text(run / LAUNCH, launch + "\n")


def read_launch(run: Path) -> str:
    """The job of torchrun that last carried out a run; empty where there is none."""
    try:
        return (run / LAUNCH).read_text("utf-8").strip()
    except (OSError, UnicodeDecodeError):
        return ""


def read_config(run: Path) -> TrainingConfig:
    """Read the settings of a run.

    Raises:
        TrainingError: the run does not exist, or its config.yaml is damaged.
    """
    path = run / CONFIG
    try:
        values = yaml.safe_load(path.read_text("utf-8"))
        if isinstance(values, dict):
            return TrainingConfig.model_validate(values)
    except FileNotFoundError as error:
        raise TrainingError(f"There is no run in {run}: it holds no {CONFIG}.") from error
    except ValidationError as error:
        raise TrainingError(f"{path} cannot be used: {explain(error)} Mend it.") from error
    except (OSError, yaml.YAMLError, UnicodeDecodeError) as error:
        raise TrainingError(f"{path} cannot be read: mend it or delete the run.") from error
    raise TrainingError(f"{path} holds no settings: mend it or delete the run.")
