"""The command line with its jobs replaced by short ones that note how they were called."""

from collections.abc import Callable, Generator
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from deepzine_gui import archive, dataset, export, training
from deepzine_gui.progress import Event, Finished

Script = Callable[[], Generator[Event]]


@pytest.fixture(autouse=True)
def own_state(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Keep the log in the test's own folder."""
    monkeypatch.setenv("DEEPZINE_STATE", str(tmp_path / "state"))
    return tmp_path / "state"


class Calls:
    """What was asked of the engine."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self._patch = monkeypatch
        self.args: tuple[Any, ...] = ()
        self.kwargs: dict[str, Any] = {}
        self.script: Script = self.finish
        for room, name in (
            (archive, "collect"),
            (dataset, "build"),
            (training, "train"),
            (training, "evaluate"),
            (export, "pictures"),
            (export, "film"),
        ):
            self._replace(room, name)

    def _replace(self, room: ModuleType, name: str) -> None:
        def job(*args: Any, **kwargs: Any) -> Generator[Event]:
            self.args, self.kwargs = args, kwargs
            yield from self.script()

        self._patch.setattr(room, name, job)

    @staticmethod
    def finish() -> Generator[Event]:
        yield Finished("All done.", Path("made"))


@pytest.fixture
def calls(monkeypatch: pytest.MonkeyPatch) -> Calls:
    return Calls(monkeypatch)
