"""A download killed again and again loses nothing, and asks for nothing twice."""

import hashlib
import math
import os
import random
import signal
import time
from collections.abc import Mapping
from pathlib import Path

import pytest

from deepzine_gui.archive import read_records
from tests.archive.downloading.nursery import Nursery
from tests.archive.reading import on_disk
from tests.fakes.archive_server import ArchiveServer, Fault
from tests.fakes.library import fill

DOCUMENTS, KILLS = 60, 20
PADDING_BYTES = 200_000


@pytest.mark.skipif(not hasattr(os, "fork"), reason="needs processes that begin at once")
def test_killed_at_twenty_random_moments(server: ArchiveServer, folder: Path) -> None:
    documents = fill(server, DOCUMENTS, padding_bytes=PADDING_BYTES)
    # slowly enough that a kill often comes amid a file
    server.spoil("/download", *[Fault(drips_s=0.001, drip_bytes=8192)] * 1000)
    chance = random.Random(1)
    share = sum(map(len, documents.values())) / KILLS
    lives: list[tuple[int, dict[str, int]]] = []
    with Nursery(folder) as nursery:
        for _ in range(KILLS):
            lives.append((len(server.log), sizes(folder)))
            enough = server.sent_bytes + chance.uniform(0, 1.5) * share
            # it cannot run away from its killer
            server.most_bytes = enough + share / 4
            pid = nursery.begin(list(documents))
            wait_for(server, enough, pid)
            time.sleep(chance.uniform(0, 0.02))
            os.kill(pid, signal.SIGKILL)
            assert nursery.ended() == -signal.SIGKILL
        lives.append((len(server.log), sizes(folder)))
        server.most_bytes = math.inf
        nursery.begin(list(documents))
        assert nursery.ended() == 0

    wanted = {name: hashlib.md5(content).hexdigest() for name, content in documents.items()}
    assert {name: md5_of(folder / name / f"{name}.pdf") for name in documents} == wanted
    assert {record.identifier: record.md5 for record in read_records(folder)} == wanted
    assert {record.state for record in read_records(folder)} == {"done"}
    assert not [name for name in on_disk(folder) if name.endswith(".part")]
    assert went_on(server, lives, documents) > KILLS / 4


def went_on(
    server: ArchiveServer, lives: list[tuple[int, dict[str, int]]], documents: Mapping[str, bytes]
) -> int:
    """Check the server's log against what was on the disk before each life.

    Return how many requests went on amid a file.
    """
    resumed = 0
    ends = [first for first, _ in lives[1:]] + [len(server.log)]
    for (first, before), end in zip(lives, ends, strict=True):
        seen = set()
        for asked in server.log[first:end]:
            if not asked.path.startswith("/download") or asked.path in seen:
                continue
            seen.add(asked.path)
            name = asked.path.split("/")[2]
            assert f"{name}.pdf" not in before, "a finished file was asked for again"
            here = before.get(f"{name}.pdf.part", 0)
            assert here < len(documents[name]), "a whole part was asked for again"
            assert asked.headers.get("Range") == (f"bytes={here}-" if here else None)
            resumed += here > 0
    return resumed


def sizes(folder: Path) -> dict[str, int]:
    return {path.name: path.stat().st_size for path in folder.rglob("*.pdf*")}


def wait_for(server: ArchiveServer, sent_bytes: float, pid: int) -> None:
    while server.sent_bytes < sent_bytes:
        os.kill(pid, 0)
        time.sleep(0.002)


def md5_of(path: Path) -> str:
    return hashlib.md5(path.read_bytes()).hexdigest()
