import contextlib
import os
import random
import signal
import sys
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from deepzine_gui.dataset import PagesAdded, open_dataset
from deepzine_gui.dataset.building import merging, recovery
from deepzine_gui.dataset.building.build import build
from deepzine_gui.dataset.building.parts import parts_of
from deepzine_gui.errors import DatasetError, StorageError
from tests.dataset.building import (
    PAGES,
    SMALL,
    OneBlock,
    built,
    contents,
    everything,
    whole,
    write_pdf,
)
from tests.programs import Program

ROOT = Path(__file__).parents[2]
KILLS = int(os.environ.get("DEEPZINE_KILLS", "20"))
"""More of them for a thorough proof."""


class _Killer:
    """Starts builds and kills them; see `killed_build`."""

    def __init__(self, program: Program) -> None:
        self._program = program

    def kill_at(
        self, workers: int, sources: Path, out: Path, word: str, delay_s: float
    ) -> Counter[str]:
        """Kill a build so long after it first said `word`; return what pages it called safe."""
        self._program.say(f"{workers}\t{sources}\t{out}")
        group, said = int(self._program.out.line().split()[1]), []
        try:
            for line in self._told():
                said.append(line)
                if line.startswith(word):
                    time.sleep(delay_s)
                    break
        finally:
            # it may have come to its end
            with contextlib.suppress(ProcessLookupError):
                os.killpg(group, signal.SIGKILL)
        said += self._told() if said[-1] != "gone" else []
        added: Counter[str] = Counter()
        for name, pages in (line.split()[1:] for line in said if line.startswith("added ")):
            added[name] += int(pages)
        return added

    def _told(self) -> Iterator[str]:
        for line in self._program.out:
            yield line.strip()
            if line == "gone\n":
                return


@pytest.fixture
def killer() -> Iterator[_Killer]:
    with Program([sys.executable, "-m", "tests.dataset.killed_build"], cwd=ROOT) as program:
        yield _Killer(program)


@pytest.mark.skipif(os.name == "nt", reason="needs fork")
def test_kills_at_random_moments_lose_no_finished_document(
    tmp_path: Path, sources: Path, killer: _Killer, undisturbed: dict[str, object]
) -> None:
    for kill in range(KILLS):
        out = tmp_path / f"{kill}/out.h5"
        out.parent.mkdir()
        safe = _kill(killer, kill, sources, out)
        if safe:
            with open_dataset(out) as dataset:
                found = {row.name: row.pages for row in dataset.documents()}
            assert safe <= found.keys(), kill
            expected = {name: PAGES[int(name.removesuffix(".pdf"))] for name in found}
            assert found == expected, kill
        events = built([sources], out)
        assert not {e.document for e in events if isinstance(e, PagesAdded)} & safe, kill
        assert everything(out) == undisturbed, kill
        assert [path.name for path in out.parent.iterdir()] == ["out.h5"], kill


def _kill(killer: _Killer, kill: int, sources: Path, out: Path) -> set[str]:
    """Kill a build, every other time once more; return the documents that were wholly safe."""
    chance = random.Random(kill)
    workers = 0 if kill % 5 else 2
    word, longest_s = [("begun", 2.0 if workers else 0.4), ("added", 0.2), ("writing", 0.02)][
        kill % 3
    ]
    added = killer.kill_at(workers, sources, out, word, chance.uniform(0, longest_s))
    if kill % 2:
        # and once more, as it goes on from there
        added += killer.kill_at(workers, sources, out, "begun", chance.uniform(0, 0.2))
    return whole(added)


def test_a_kill_amid_recovery_loses_nothing(
    tmp_path: Path,
    sources: Path,
    monkeypatch: pytest.MonkeyPatch,
    undisturbed: dict[str, object],
) -> None:
    out = tmp_path / "out.h5"
    with _stopped_without_settling(sources, out, monkeypatch) as safe:
        pass

    class Killed(BaseException):
        pass

    def killed(*_: object) -> None:
        raise Killed

    def killed_after(*given: object) -> None:
        list(merging.merge(*given))
        raise Killed

    # before the new file takes its place, and before the shards go
    for moment, what in [
        ("deepzine_gui.files.os.replace", killed),
        ("deepzine_gui.dataset.building.recovery.merge", killed_after),
    ]:
        with monkeypatch.context() as patch:
            patch.setattr(moment, what)
            with pytest.raises(Killed):
                recovery.recover(out)
        assert list(parts_of(out).glob("*.shard"))
    recovery.recover(out)
    assert {name for name, _ in contents(out)[1]} == {safe}
    assert not parts_of(out).exists()
    built([sources], out)
    assert everything(out) == undisturbed


@contextlib.contextmanager
def _stopped_without_settling(
    sources: Path, out: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[str]:
    """Leave a shard behind, as a kill does."""
    with monkeypatch.context() as patch:
        job = build([sources], out, settings=SMALL, executor=OneBlock())
        safe = next(event.document for event in job if isinstance(event, PagesAdded))
        patch.setattr("deepzine_gui.dataset.building.build.settle", lambda *_, **__: False)
        job.close()
    yield safe


def test_a_file_that_changed_is_rendered_again(tmp_path: Path) -> None:
    path = write_pdf(tmp_path / "in/a.pdf", 2)
    out = tmp_path / "out.h5"
    built([path], out)
    write_pdf(path, 3)
    built([path], out)
    assert len(contents(out)[1]) == 3


def test_one_build_at_a_time(tmp_path: Path, sources: Path) -> None:
    out = tmp_path / "out.h5"
    with ThreadPoolExecutor(1) as executor:
        job = build([sources], out, settings=SMALL, executor=executor)
        next(job)
        with pytest.raises(DatasetError, match="is being built by another DeepZine"):
            built([sources], out)
        # who opens it now does not take the other's shards
        next(event for event in job if isinstance(event, PagesAdded))
        recovery.recover(out)
        assert not out.exists()
        list(job)
    assert len(contents(out)[1]) == sum(PAGES)


def test_a_damaged_shard_is_made_again(
    tmp_path: Path,
    sources: Path,
    monkeypatch: pytest.MonkeyPatch,
    undisturbed: dict[str, object],
) -> None:
    out = tmp_path / "out.h5"
    with _stopped_without_settling(sources, out, monkeypatch):
        (shard,) = parts_of(out).glob("*.shard")
        torn = shard.read_bytes()[:2000]
        for path in (shard, shard.with_name("0.shard"), shard.with_name("1.part.shard")):
            path.write_bytes(torn)
    built([sources], out)
    assert everything(out) == undisturbed
    assert not parts_of(out).exists()


@pytest.mark.parametrize("name", ["0-0000001.h5", "tmpabc.page"])
def test_neither_an_older_deepzine_nor_killed_workers_leave_anything(
    tmp_path: Path, name: str
) -> None:
    out = tmp_path / "out.h5"
    old = parts_of(out) / name
    old.parent.mkdir()
    old.write_bytes(b"as it was")
    recovery.recover(out)
    assert not old.parent.exists()


def test_a_shard_that_cannot_be_removed_yet_goes_later(
    tmp_path: Path,
    sources: Path,
    monkeypatch: pytest.MonkeyPatch,
    undisturbed: dict[str, object],
) -> None:
    out = tmp_path / "out.h5"
    remove = Path.unlink

    def unlink(path: Path, missing_ok: bool = False) -> None:
        if path.suffix == ".shard":
            raise PermissionError("another program has it open")
        remove(path, missing_ok)

    with monkeypatch.context() as patch:
        patch.setattr(Path, "unlink", unlink)
        built([sources], out)
    assert list(parts_of(out).glob("*.shard"))
    assert everything(out) == undisturbed
    recovery.recover(out)
    assert not parts_of(out).exists()
    assert everything(out) == undisturbed


def test_a_full_disk_keeps_the_shards(
    tmp_path: Path, sources: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    out = tmp_path / "out.h5"
    with _stopped_without_settling(sources, out, monkeypatch) as safe:
        pass

    def full(*_: object) -> None:
        raise OSError("No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr("deepzine_gui.dataset.storage.store.Writer._append", full)
        with pytest.raises(StorageError, match="The disk is full"):
            recovery.recover(out)
    recovery.recover(out)
    assert {name for name, _ in contents(out)[1]} == {safe}
