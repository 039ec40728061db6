"""`deepzine build`: what it asks of the engine, and the datasets of other programs it imports."""

import zipfile
from collections.abc import Iterator
from concurrent.futures import Executor, ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from deepzine_gui import dataset
from deepzine_gui.__main__ import main
from deepzine_gui.cli import build
from deepzine_gui.cli.parser import parse
from deepzine_gui.dataset import PagesAdded, PageSettings, Rules, open_dataset
from tests.cli.conftest import Calls
from tests.cli.test_commands import usage_error
from tests.dataset.building import write_pdf
from tests.dataset.formats.foreign import (
    content,
    noise,
    write_first_deepzine,
    write_idx,
    write_style_zip,
)

USUAL = {
    "settings": PageSettings(),
    "rules": Rules(),
    "workers": None,
    "append": False,
    "executor": None,
    "labelling": None,
}


def run(words: str, *more: object) -> int:
    return main([*words.split(), *map(str, more)])


def test_what_is_asked_of_the_engine(calls: Calls) -> None:
    assert main(["build", "a.pdf", "scans", "--out", "pages.h5"]) == 0
    assert calls.args == ([Path("a.pdf"), Path("scans")], Path("pages.h5"))
    assert calls.kwargs == USUAL


def test_every_setting_and_rule_has_an_option(calls: Calls) -> None:
    pages = "--resolution 64 --colour rgb --fit crop --split 0 --trim .25 --straighten 5"
    rules = "--skip-first 2 --skip-last 1 --blanks .01 --doubles 0 --pictures .5 --black .9"
    words = f"build a --out b.h5 {pages} --whiten .5 --ink 1 {rules} --small 300 --workers 2"
    assert run(words) == 0
    settings = PageSettings(
        resolution=64, colour="rgb", fit="crop", split=0, trim=0.25, straighten=5, whiten=0.5, ink=1
    )
    judged = Rules(
        skip_first=2, skip_last=1, blanks=0.01, doubles=0, pictures=0.5, black=0.9, small=300
    )
    assert calls.kwargs == {**USUAL, "settings": settings, "rules": judged, "workers": 2}
    # an option that is missing would leave its field as it usually is
    for changed, usual in ((settings, PageSettings()), (judged, Rules())):
        assert not set(changed.model_dump().items()) & set(usual.model_dump().items())


def test_building_again_keeps_what_is_not_named(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    write_pdf(folder / "in/a.pdf", 2)
    words = ["build", str(folder / "in"), "--out", str(folder / "out.h5"), "--workers", "1"]
    assert main([*words, "--resolution", "16", "--trim", "0", "--doubles", "0"]) == 0
    assert "was made before" not in capsys.readouterr().out
    write_pdf(folder / "in/b.pdf", 1)
    assert main([*words, "--doubles", "3"]) == 0
    said = capsys.readouterr()
    assert "As out.h5 was made before: --resolution 16, --trim 0.0." in said.out + said.err
    with open_dataset(folder / "out.h5") as opened:
        assert (opened.settings.resolution, opened.settings.trim) == (16, 0)
        assert (opened.rules.doubles, opened.count) == (3, 3)


def test_a_damaged_file_is_built_again_as_usual(folder: Path) -> None:
    write_pdf(folder / "in/a.pdf", 1)
    (folder / "out.h5").write_bytes(b"\x89HDF\r\n\x1a\n and then nothing")
    words = ["build", str(folder / "in"), "--out", str(folder / "out.h5"), "--workers", "1"]
    assert main(words) == 0
    with open_dataset(folder / "out.h5") as opened:
        assert (opened.settings, opened.rules) == (PageSettings(), Rules())


def test_a_cluster_is_let_go_after_the_build(calls: Calls, monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[object] = []

    @contextmanager
    def cluster(address: str) -> Iterator[Executor]:
        with ThreadPoolExecutor(1) as executor:
            seen.extend([address, executor])
            yield executor
        seen.append("let go")

    monkeypatch.setattr(build, "dask_executor", cluster)
    assert run("build a --out b.h5 --dask tcp://host:8786") == 0
    assert seen == ["tcp://host:8786", calls.kwargs["executor"], "let go"]


def test_what_a_stopped_build_leaves_is_labelled(folder: Path) -> None:
    write_pdf(folder / "in/maps/a.pdf", 2)
    out = folder / "out.h5"
    words = ["build", str(folder / "in"), "--out", str(out), "--labels", "folder", "--workers", "1"]
    job = build.start(parse(words).arguments)
    assert any(isinstance(event, PagesAdded) for event in job)
    job.close()
    assert content(out)[3] == ["maps", "maps"]


def test_labels_by_subfolder_and_appending(folder: Path) -> None:
    write_pdf(folder / "in/maps/a.pdf", 2)
    write_pdf(folder / "in/text/b.pdf", 1)
    out = folder / "out.h5"
    words = "--resolution 16 --trim 0 --blanks 0 --doubles 0 --black 0 --workers 1"
    assert main(["build", str(folder / "in"), "--out", str(out), *words.split()]) == 0
    assert content(out)[3] == ["", "", ""]
    write_pdf(folder / "more/plates/c.pdf", 1)
    more = ["build", str(folder / "more"), "--out", str(out), "--append", "--labels", "folder"]
    assert main([*more, "--workers", "1"]) == 0
    images, documents, _, labels, states = content(out)
    assert images.shape == (4, 1, 16, 16)
    assert sorted(zip(documents, labels, strict=True)) == [
        ("maps/a.pdf", "maps"),
        ("maps/a.pdf", "maps"),
        ("plates/c.pdf", "plates"),
        ("text/b.pdf", "text"),
    ]
    with open_dataset(out) as opened:
        assert (opened.settings.trim, opened.rules.doubles) == (0, 0)
    # rendered pages that are nearly the same were kept by the file's own rules
    assert states == [0] * 4


@pytest.mark.parametrize(
    ("names", "told"),
    [
        (["maps.zip"], "1 archive in {} is passed over: its pages come once it is unpacked there."),
        (
            ["a.CBZ", "b/c.zip"],
            "2 archives in {} are passed over: their pages come once they are unpacked there.",
        ),
    ],
)
def test_archives_in_a_folder_are_not_passed_over_in_silence(
    names: list[str], told: str, calls: Calls, folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    source = folder / "in"
    for name in names:
        (source / name).parent.mkdir(parents=True, exist_ok=True)
        with zipfile.ZipFile(source / name, "w") as archive:
            archive.writestr("a.pdf", b"%PDF-1.4")
    (source / "no.zip").write_bytes(b"no archive")
    assert run("build --out pages.h5", source, "other.pdf") == 0
    said = "".join(capsys.readouterr())
    assert told.format(source) in said
    assert said.count("passed over") == 1


def test_an_image_folder_is_imported_by_building_it(tmp_path: Path) -> None:
    for label in ("seven", "three"):
        (tmp_path / "in" / label).mkdir(parents=True)
        Image.fromarray(noise(1, 16)[0, 0]).save(tmp_path / "in" / label / "1.png")
    words = "--labels folder --resolution 16 --fit stretch --split 0 --trim 0 --straighten 0"
    out = tmp_path / "out.h5"
    rules = "--doubles 0 --workers 1"
    assert run(f"build {tmp_path / 'in'} --out {out} {words} {rules}") == 0
    images, _, _, labels, _ = content(out)
    assert labels == ["seven", "three"]
    assert np.array_equal(images[0], noise(1, 16)[0])


@pytest.mark.parametrize("kind", ["idx", "stylegan", "deepzine"])
def test_datasets_of_others_are_recognised(
    tmp_path: Path, kind: str, capsys: pytest.CaptureFixture[str]
) -> None:
    pages = noise(3, 16, 3)
    if kind == "idx":
        source = write_idx(tmp_path / "source", pages[:, 0])
    elif kind == "stylegan":
        source = write_style_zip(tmp_path / "source", pages, [0, 1, 1])
    else:
        names = [f"a-{number}.png" for number in range(3)]
        source = write_first_deepzine(tmp_path / "source", pages, names, sizes=[8, 16])
    assert run("build", source, "--out", tmp_path / "out.h5") == 0
    assert capsys.readouterr().out == "out.h5 holds 3 pages imported from source.\n"
    assert np.array_equal(content(tmp_path / "out.h5")[0], pages[:, :1] if kind == "idx" else pages)
    words = "--resolution 8 --colour grey --black .9 --json"
    assert run(f"build {source} --out {tmp_path / 'small.h5'} {words}") == 0
    with open_dataset(tmp_path / "small.h5") as opened:
        assert (opened.count, opened.resolution, opened.channels) == (3, 8, 1)
        assert opened.rules == Rules(**(dataset.NO_RULES.model_dump() | {"black": 0.9}))


def test_what_does_not_go_with_importing_is_said(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    source = str(write_idx(tmp_path / "digits", noise(1, 8)[:, 0]))
    words = ["build", source, "--out", str(tmp_path / "out.h5")]
    for more, told in {
        "--trim 0 --fit crop": "leave out --fit, --trim",
        "--append": "leave out --append",
        "--workers 3 --labels year": "leave out --labels, --workers",
        "--dask host": "leave out --dask",
    }.items():
        assert told in usage_error([*words, *more.split()], capsys)
    assert "import it alone" in usage_error([*words[:2], "more.pdf", *words[2:]], capsys)
    assert not (tmp_path / "out.h5").exists()
