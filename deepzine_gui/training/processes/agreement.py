"""What all processes of a run must have in common; else each would train on something else."""

import hashlib
import json
import platform
from collections.abc import Callable
from pathlib import Path

import torch

from deepzine_gui import __version__
from deepzine_gui.dataset import open_dataset
from deepzine_gui.errors import DatasetError, TrainingError
from deepzine_gui.training.processes.places import Place
from deepzine_gui.training.recipe.config import TrainingConfig
from deepzine_gui.training.story import read_launch

_SEEN, _UNSEEN = "seen", "unseen"

Terms = dict[str, str]
"""What one process brings, by name; what it does not know is missing."""


class DisagreementError(TrainingError):
    """Two processes of a run do not go together."""


def terms(dataset: Path, place: Place, config: TrainingConfig | None) -> Terms:
    """What this process brings to a run.

    Args:
        dataset: its file of pages, of which it tells the table; what is wrong with it is told, too.
        place: where it computes.
        config: what its command line asks for; None where that is for the leading process to know.
    """
    found = {
        "machine": platform.node() or "a machine",
        "DeepZine": __version__,
        "PyTorch": torch.__version__.partition("+")[0],
        "device": "the processor" if place.device == "cpu" else "graphics cards",
    }
    try:
        found["dataset"] = _table_of(dataset)
    except DatasetError as error:
        found["fault"] = str(error)
    if config is not None:
        found["settings"] = config.model_dump_json()
    return found


def whereabouts(run: Path, place: Place) -> Terms:
    """Whether this process sees the run that torchrun's job has begun, if that is for it to say.

    Torchrun may number machines anew when one comes or goes: the leading process is then on another
    one, which would begin from nothing where the run's folder is not on its disk.
    """
    seen = bool(place.launch) and read_launch(run) == place.launch
    if place.rank == 0:
        return {} if seen else {"run": _UNSEEN}
    return {"run": _SEEN} if seen else {}


def look_at_terms(one: Terms, other: Terms) -> None:
    """See that two processes go together.

    Raises:
        DisagreementError: they do not; says on which machines, and what to do.
    """
    for each in (one, other):
        if "fault" in each:
            raise DisagreementError(f"On {each['machine']}: {each['fault']}")
    here, there = one.get("machine", ""), other.get("machine", "")
    for name, sentence in _SENTENCES.items():
        if name in one and name in other and one[name] != other[name]:
            told = sentence(one[name], other[name]).format(here=here, there=there)
            raise DisagreementError(f"The machines of the run do not go together. {told}")


def _versions(name: str) -> Callable[[str, str], str]:
    return lambda one, other: (
        f"{name} is {one} on {{here}} and {other} on {{there}}: install the same version on all."
    )


def _run(one: str, _: str) -> str:
    leads, follows = ("{here}", "{there}") if one == _UNSEEN else ("{there}", "{here}")
    return (
        f"The run was begun on {follows}, and is to be led from {leads}, where its folder is not: "
        "lay it on a disk that all share."
    )


def _settings(one: str, other: str) -> str:
    found, others = json.loads(one), json.loads(other)
    name = next(name for name in found if found[name] != others.get(name))
    values = f"{name} is {found[name]} on {{here}} and {others.get(name)} on {{there}}"
    return f"The setting {values}: write the same command on all."


_SENTENCES: dict[str, Callable[[str, str], str]] = {
    "DeepZine": _versions("DeepZine"),
    "PyTorch": _versions("PyTorch"),
    "device": lambda one, other: (
        f"{{here}} computes on {one}, and {{there}} on {other}: start no more processes on a "
        "machine than it has cards, or set CUDA_VISIBLE_DEVICES to nothing on all."
    ),
    "dataset": lambda *_: (
        "The dataset on {here} is another one than on {there}: copy the file from one to the other."
    ),
    "settings": _settings,
    "run": _run,
}
"""What must be the same, and what to say where it is not."""


def _table_of(dataset: Path) -> str:
    """A sum of all that decides which pages are drawn, and of the pages' fingerprints."""
    digest = hashlib.sha256()
    with open_dataset(dataset) as opened:
        columns = opened.columns()
        digest.update(opened.settings.model_dump_json().encode())
        digest.update(json.dumps([row.name for row in opened.documents()]).encode())
        for name in ("document", "page", "part", "fingerprint", "state"):
            digest.update(getattr(columns, name).tobytes())
        digest.update(json.dumps(columns.label.tolist()).encode())
    return digest.hexdigest()
