"""The main job by command line: from an archive's collection to a film."""

import json
import sys
from pathlib import Path

import numpy as np
from PIL import Image

from tests.export.decoding import decode
from tests.fakes.archive_server import ArchiveServer
from tests.journeys.conftest import PAGES
from tests.programs import run_program

SMALL = ["resolution=8", "fmap_base=32", "fmap_max=8", "latent_size=8", "minibatch=4"]


def deepzine(*words: object) -> list[dict[str, object]]:
    """Run the command with --json in a process of its own; return its events."""
    command = [sys.executable, "-m", "deepzine_gui", *map(str, words), "--json"]
    done = run_program(command)
    assert done.returncode == 0, done.stderr
    return [json.loads(line) for line in done.stdout.splitlines()]


def test_from_a_collection_to_a_film(tmp_path: Path, archive: ArchiveServer) -> None:
    project = tmp_path / "my-zine"
    collected = deepzine("collect", "zines", "--project", project, "--limit", 2)
    assert collected[-1]["event"] == "Finished"
    assert len(list(project.glob("documents/*/*.pdf"))) == 2

    data = project / "dataset.h5"
    built = deepzine(
        "build", project / "documents", "--out", data, "--resolution", 16, "--workers", 1
    )
    assert sum(e["pages"] for e in built if e["event"] == "PagesAdded") == 2 * PAGES  # type: ignore[misc]

    run = project / "runs" / "first"
    sets = [word for pair in SMALL for word in ("--set", pair)]
    trained = deepzine(
        "train", data, "--run-dir", run, "--preset", "cpu-demo", "--kimg", 0.1, *sets
    )
    assert [e["resolution"] for e in trained if e["event"] == "StageChanged"] == [4, 8, 8]
    resumed = deepzine("train", data, "--run-dir", run, "--resume", "--kimg", 0.15)
    assert resumed[-1]["event"] == "Finished"
    reports = [e for e in resumed if e["event"] == "StepReport"]
    assert 0.15 <= reports[-1]["kimg"] < 0.16  # type: ignore[operator]

    pictures = tmp_path / "pictures"
    deepzine("sample", run, "--out", pictures, "--count", 5, "--seed", 3)
    made = [np.asarray(Image.open(file)) for file in sorted(pictures.glob("*.png"))]
    assert [page.shape for page in made] == [(8, 8)] * 5
    assert not np.array_equal(made[0], made[1])

    film = tmp_path / "film.mp4"
    deepzine("film", run, "--out", film, "--keyframes", 3, "--frames", 4, "--size", 64)
    frames, stream = decode(film)
    assert frames.shape == (2 * 4 + 1, 64, 64, 3)
    assert "h264" in stream
    assert np.abs(np.diff(frames.astype(int), axis=0)).mean(axis=(1, 2, 3)).min() > 0
