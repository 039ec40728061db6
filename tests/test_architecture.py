"""The directions between rooms hold, and each contract is proven by breaking it once."""

import os
import shutil
import sys
from pathlib import Path

import pytest

from tests.programs import run_program

ROOT = Path(__file__).resolve().parent.parent
LINT = Path(sys.executable).with_name("lint-imports")

ONE_WAY = "A page travels one way through the house"
INSIDE_DATASET = "A dataset is judged, stored, then built"
INSIDE_ARCHIVE = "The archive is asked, chosen from, then downloaded"
INSIDE_TRAINING = "A step knows nothing of the run, and a run nothing of who starts it"
ONLY_WINDOW = "Only the window knows Qt"
NO_LIBRARY = "The window never names an engine's library"
STRANGERS = "Benches do not know each other"


@pytest.fixture
def house(tmp_path: Path) -> Path:
    """A copy of the package that may be spoilt."""
    ignore = shutil.ignore_patterns("__pycache__")
    shutil.copytree(ROOT / "deepzine_gui", tmp_path / "deepzine_gui", ignore=ignore)
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    return tmp_path


def lint(house: Path) -> dict[str, bool]:
    """Run import-linter there; return which contracts are kept."""
    # Run from the copy, whose package then comes before the installed one.
    command = [sys.executable, str(LINT), "--no-cache"]
    # a line a contract, plain, whatever the terminal of who runs the tests
    inherited = {name: value for name, value in os.environ.items() if name != "FORCE_COLOR"}
    done = run_program(command, cwd=house, env=inherited | {"COLUMNS": "200", "NO_COLOR": "1"})
    verdicts = {"KEPT": True, "BROKEN": False}
    found = {
        name: verdict
        for line in done.stdout.splitlines()
        for word, verdict in verdicts.items()
        if (name := line.removesuffix(word).strip()) and line.endswith(word)
    }
    assert done.returncode == (0 if all(found.values()) else 1), done.stdout + done.stderr
    assert found, done.stdout + done.stderr
    return found


def test_the_contracts_hold(house: Path) -> None:
    contracts = (
        *(ONE_WAY, INSIDE_DATASET, INSIDE_ARCHIVE, INSIDE_TRAINING),
        *(ONLY_WINDOW, NO_LIBRARY, STRANGERS),
    )
    assert lint(house) == dict.fromkeys(contracts, True)


@pytest.mark.parametrize(
    ("module", "planted", "broken"),
    [
        ("errors.py", "import deepzine_gui.files", ONE_WAY),
        ("child.py", "import deepzine_gui.project", ONE_WAY),
        ("archive/__init__.py", "import deepzine_gui.pages", ONE_WAY),
        ("pages/__init__.py", "import deepzine_gui.dataset", ONE_WAY),
        ("dataset/__init__.py", "import deepzine_gui.networks", ONE_WAY),
        ("networks/__init__.py", "import deepzine_gui.latent", ONE_WAY),
        ("latent/__init__.py", "import deepzine_gui.training", ONE_WAY),
        ("training/__init__.py", "import deepzine_gui.export", ONE_WAY),
        ("export/__init__.py", "import deepzine_gui.first_deepzine", ONE_WAY),
        ("first_deepzine/__init__.py", "import deepzine_gui.cli", ONE_WAY),
        ("ui/__init__.py", "import deepzine_gui.cli", ONE_WAY),
        ("cli/__init__.py", "import deepzine_gui.ui", ONE_WAY),
        ("newroom/__init__.py", "", ONE_WAY),
        ("dataset/judging/__init__.py", "import deepzine_gui.dataset.storage", INSIDE_DATASET),
        (
            "archive/identity/__init__.py",
            "import deepzine_gui.archive.connection",
            INSIDE_ARCHIVE,
        ),
        ("archive/queue/__init__.py", "import deepzine_gui.archive.scout", INSIDE_ARCHIVE),
        ("archive/newroom/__init__.py", "", INSIDE_ARCHIVE),
        (
            "training/stepping/__init__.py",
            "import deepzine_gui.training.checkpoints",
            INSIDE_TRAINING,
        ),
        ("training/guard/__init__.py", "import deepzine_gui.training.running", INSIDE_TRAINING),
        ("dataset/__init__.py", "import PySide6.QtCore", ONLY_WINDOW),
        ("cli/__init__.py", "import pyqtgraph", ONLY_WINDOW),
        ("ui/__init__.py", "import torch", NO_LIBRARY),
        ("ui/explore/__init__.py", "import pypdfium2", NO_LIBRARY),
        ("ui/collect/__init__.py", "import deepzine_gui.ui.train", STRANGERS),
    ],
)
def test_a_planted_violation_is_caught(house: Path, module: str, planted: str, broken: str) -> None:
    file = house / "deepzine_gui" / module
    file.parent.mkdir(exist_ok=True)
    with file.open("a", encoding="utf-8") as text:
        text.write(f"\n{planted}\n")
    assert lint(house)[broken] is False


def test_the_window_loads_no_engine_library() -> None:
    heavy = ("torch", "pypdfium2", "pyqtgraph", "h5py", "internetarchive", "imageio")
    script = f"import deepzine_gui.ui, sys; print(*[m for m in {heavy!r} if m in sys.modules])"
    done = run_program([sys.executable, "-c", script], cwd=ROOT, check=True)
    assert done.stdout.split() == []


@pytest.mark.parametrize(
    "room",
    [
        *("archive", "pages", "dataset", "networks", "training", "latent", "export"),
        *("first_deepzine", "cli"),
    ],
)
def test_a_room_s_door_opens_without_its_library(room: str) -> None:
    heavy = ("torch", "pypdfium2", "h5py", "internetarchive", "imageio", "PySide6")
    script = f"import deepzine_gui.{room}, sys; print(*[m for m in {heavy!r} if m in sys.modules])"
    done = run_program([sys.executable, "-c", script], cwd=ROOT, check=True)
    assert done.stdout.split() == []
