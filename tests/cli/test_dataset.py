"""`deepzine dataset …` on a small dataset, seen through HDF5 alone."""

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import h5py
import numpy as np
import pytest

from deepzine_gui.__main__ import main
from deepzine_gui.dataset import DocumentRow, MissingPage, Provenance, Rules
from deepzine_gui.dataset.storage.store import Writer
from deepzine_gui.dataset.values import RefusedDocument
from deepzine_gui.pages import PageSettings
from tests.dataset.formats.foreign import content, noise

COUNT = 12


@pytest.fixture
def path(folder: Path) -> Path:
    """Ten pages of a.pdf (1890), two of b.pdf, of which one is set aside by hand."""
    place = folder / "pages.h5"
    with Writer(place, PageSettings(resolution=8), Rules(doubles=0)) as writer:
        writer.add_document(DocumentRow("a.pdf", folder="maps", year=1890, pages=11))
        writer.add_document(DocumentRow("b.pdf", language="eng"))
        for index, page in enumerate(noise(COUNT, 8)):
            document, number = ("a.pdf", index + 1) if index < 10 else ("b.pdf", index - 9)
            aside = {"state": 1, "reason": "by hand"} if index == 11 else {}
            row = Provenance(document, number, ink=index / 100 + 0.01, brightness=0.5, **aside)
            writer.add(page, row)
        writer.add_missing(MissingPage("a.pdf", 11, "the page is damaged"))
        writer.finish()
    return place


@pytest.fixture
def run(path: Path, capsys: pytest.CaptureFixture[str]) -> Callable[..., tuple[int, str, str]]:
    def run(action: str, *words: str) -> tuple[int, str, str]:
        code = main(["dataset", action, str(path), *words])
        return (code, *capsys.readouterr())

    return run


Run = Callable[..., tuple[int, str, str]]


def aside(path: Path) -> list[int]:
    """Numbers of the pages that are set aside."""
    return (np.flatnonzero(content(path)[4]) + 1).tolist()


def labelled(path: Path) -> dict[str, list[int]]:
    found: dict[str, list[int]] = {}
    for number, label in enumerate(content(path)[3], 1):
        found.setdefault(label, []).append(number)
    return found


def test_info_for_a_reader(path: Path, run: Run) -> None:
    code, out, err = run("info")
    assert (code, err) == (0, "")
    lines = [line.split(None, 1) for line in out.splitlines()]
    assert out.splitlines()[0].startswith(f"{path}: 12 pages of 8 px, grey, ")
    assert out.splitlines()[1:6] == [
        "  kept        11",
        "  set aside   1 (by hand 1)",
        "  documents   2 (a.pdf 10, b.pdf 2)",
        "  labels      none",
        "  left out    1 page that could not be rendered (a.pdf page 11: the page is damaged)",
    ]
    assert lines[6][1].startswith("resolution=8 colour=grey")
    assert "doubles=0" in lines[7][1]


def test_info_for_a_program(path: Path, run: Run) -> None:
    run("label", "map", "1-3")
    run("exclude", "3-5")
    code, out, _ = run("info", "--json")
    told: dict[str, Any] = json.loads(out)
    assert code == 0
    assert told["event"] == "Described"
    assert (told["count"], told["kept"], told["set_aside"]) == (12, 8, {"by hand": 4})
    assert told["documents"] == {"a.pdf": 10, "b.pdf": 2}
    assert told["labels"] == {"": 9, "map": 3}
    assert told["labels_kept"] == {"": 6, "map": 2}
    missing = {"document": "a.pdf", "page": 11, "reason": "the page is damaged", "is_lost": False}
    assert told["missing"] == [missing]
    assert told["settings"] == PageSettings(resolution=8).model_dump()
    assert told["rules"] == Rules(doubles=0).model_dump()
    assert told["size_bytes"] == path.stat().st_size


def test_info_tells_of_documents_that_gave_no_page(folder: Path, run: Run, path: Path) -> None:
    with Writer(path, PageSettings(resolution=8)) as writer:
        writer.add(noise(1, 8)[0], Provenance("a.pdf", 1))
        for number in range(10):
            writer.add_refused(RefusedDocument(f"torn-{number}.pdf", "it is torn."))
        writer.finish()
    _, out, _ = run("info")
    assert (
        "  left out    10 documents that could not be read (torn-0.pdf, torn-1.pdf, torn-2.pdf, "
        "torn-3.pdf, torn-4.pdf, torn-5.pdf, torn-6.pdf, torn-7.pdf …)\n"
    ) in out
    _, out, _ = run("info", "--json")
    refused = json.loads(out)["refused"]
    assert refused[9] == {"name": "torn-9.pdf", "reason": "it is torn."}
    assert len(refused) == 10


def test_info_tells_of_documents_whose_build_was_stopped(path: Path, run: Run) -> None:
    with h5py.File(path, "r+") as file:
        # a.pdf has ten pages here and one that is missing; b.pdf came from elsewhere
        file["documents/key"][...] = ["k", ""]
        file["documents/pages"][...] = [15, 9]
    assert "  unfinished  4 pages of 1 document still to come: build again\n" in run("info")[1]
    assert json.loads(run("info", "--json")[1])["unfinished"] == {"a.pdf": 4}


def test_info_counts_labels_of_all_pages(path: Path, run: Run) -> None:
    run("label", "map", "1-3")
    run("label", "plan", "4,5")
    run("exclude", "2-3")
    _, out, _ = run("info")
    assert "  labels      (none) 7 (6 kept), map 3 (1 kept), plan 2\n" in out
    run("exclude", "4-5")
    assert "plan 2 (0 kept)\n" in run("info")[1]


def test_a_sound_file(path: Path, run: Run) -> None:
    assert run("check") == (
        0,
        f"{path} is sound: 12 pages read.\n",
        "0 of 12 pages: pages.h5\n",
    )


def test_damaged_pages_and_tables_are_named(path: Path, run: Run) -> None:
    with h5py.File(path) as file:
        chunks = [file["images"].id.get_chunk_info(index) for index in (2, 7)]
        ink = file["pages/ink"].id.get_offset()
    with path.open("r+b") as file:
        for chunk in chunks:
            file.seek(chunk.byte_offset + chunk.size // 2)
            file.write(b"\xff\x00\xff")
        file.seek(ink + 4 * 4)
        file.write(np.float32([7.5, np.nan]).tobytes())
    code, out, err = run("check")
    assert code == 1
    assert out == ""
    warnings = [line for line in err.splitlines() if line.startswith("Warning")]
    assert [
        word for line in warnings for word in ("page 3 ", "page 8 ", "ink") if word in line
    ] == [
        "ink",
        "page 3 ",
        "page 8 ",
    ]
    assert "ink cannot be 7.5 (page 5 and 1 other)" in err
    assert err.splitlines()[-1] == f"{path} is damaged (3 faults): build the dataset again."


def test_a_table_that_points_nowhere_is_damaged(path: Path, run: Run) -> None:
    with h5py.File(path, "r+") as file:
        file["pages/document"][4] = 9
    code, _, err = run("check")
    assert code == 1
    assert "is damaged" in err


def test_a_file_that_is_none(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "a.h5").write_text("no dataset")
    for action in ("info", "check", "rules", "exclude"):
        words = ["1"] if action == "exclude" else []
        assert main(["dataset", action, str(tmp_path / "a.h5"), *words]) == 1
        (line,) = capsys.readouterr().err.splitlines()
        assert "is damaged" in line


def test_exclude_and_include(path: Path, run: Run) -> None:
    assert run("exclude", "3,5-7", "10")[:2] == (
        0,
        "Set aside 5 pages; 6 of 12 pages are kept.\n",
    )
    assert aside(path) == [3, 5, 6, 7, 10, 12]
    assert run("include", "6-12", "--document", "a.pdf")[0] == 0
    assert aside(path) == [3, 5, 12]
    assert run("include", "--document", "b.pdf")[1].endswith("10 of 12 pages are kept.\n")
    assert aside(path) == [3, 5]
    run("label", "dull", "1-4")
    run("exclude", "--label", "dull")
    assert aside(path) == [1, 2, 3, 4, 5]


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["13"], "There is no page 13 in .*: it has 12"),
        (["--document", "c.pdf"], "There is no document c.pdf .*did you mean"),
        (["--document", "zzz"], "There is no document zzz .*dataset info"),
        (["--label", "none"], "No page of .* is meant"),
        (["1", "--document", "b.pdf"], "No page of .* is meant"),
    ],
)
def test_pages_that_are_not_there(path: Path, run: Run, words: list[str], told: str) -> None:
    before = path.read_bytes()
    for action in ("exclude", "include"):
        code, _, err = run(action, *words)
        assert code == 1
        assert re.search(told, err)
    assert path.read_bytes() == before


def test_rules_judge_anew_and_leave_hands_alone(path: Path, run: Run) -> None:
    run("exclude", "2")
    assert run("rules", "--blanks", ".045")[1] == "Judged all pages; 7 of 12 pages are kept.\n"
    assert aside(path) == [1, 2, 3, 4, 12]
    assert run("rules", "--skip-last", "1", "--blanks", "0")[0] == 0
    # page 11 of a.pdf, its last, could not be rendered
    assert aside(path) == [2, 12]
    told = json.loads(run("info", "--json")[1])["rules"]
    assert told == Rules(doubles=0, blanks=0, skip_last=1).model_dump()
    run("rules", "--skip-first", "1")
    assert aside(path) == [1, 2, 11, 12]


def test_options_may_stand_between_the_words(path: Path, run: Run) -> None:
    assert run("label", "--document", "a.pdf", "map", "2-3", "--json", "11")[0] == 0
    assert run("exclude", "--label", "map", "3")[0] == 0
    assert labelled(path)["map"] == [2, 3]
    assert aside(path) == [3, 12]
    with pytest.raises(SystemExit):
        run("label", "map", "1", "--documents-of", "a.pdf")


def test_labels(path: Path, run: Run) -> None:
    assert run("label", "carte générale", "2-3")[1] == f"Labelled 2 pages of {path}.\n"
    run("label", "7", "--document", "b.pdf")
    everything = set(range(1, 13))
    assert labelled(path) == {
        "carte générale": [2, 3],
        "7": [11, 12],
        "": sorted(everything - {2, 3, 11, 12}),
    }
    run("label", "", "--label", "7")
    assert labelled(path)[""] == sorted(everything - {2, 3})
    for source, count, labels in (
        ("year", 10, {"1890": list(range(1, 11)), "": [11, 12]}),
        ("folder", 10, {"maps": list(range(1, 11)), "": [11, 12]}),
        ("language", 2, {"maps": list(range(1, 11)), "eng": [11, 12]}),
        ("none", 12, {"": sorted(everything)}),
    ):
        assert run("label", "--by", source)[1] == f"Labelled {count} pages of {path} by {source}.\n"
        assert labelled(path) == labels


def test_export(path: Path, run: Run, tmp_path: Path) -> None:
    code, out, _ = run("export", "--to", "folder", "--out", str(tmp_path / "kept"))
    assert (code, out) == (0, f"Exported 11 pages to {tmp_path / 'kept'}.\n")
    assert len(list((tmp_path / "kept").glob("*.png"))) == 11
    run("export", "--to", "folder", "--out", str(tmp_path / "all"), "--all")
    assert len(list((tmp_path / "all").glob("*.png"))) == 12
    code, _, err = run("export", "--to", "folder", "--out", str(tmp_path / "all"))
    assert (code, "is not empty" in err) == (1, True)


def test_every_action_explains_itself(capsys: pytest.CaptureFixture[str]) -> None:
    for action in ("info", "check", "export", "exclude", "include", "rules", "label"):
        with pytest.raises(SystemExit) as caught:
            main(["dataset", action, "--help"])
        assert caught.value.code == 0
        told = capsys.readouterr().out
        assert "--json" in told
        assert "PydanticUndefined" not in told


@pytest.mark.parametrize("word", ["two\nlines", "\x1b[31m", "\udcff", "é" * 60])
def test_a_label_is_a_short_text_of_one_line(path: Path, word: str) -> None:
    with pytest.raises(SystemExit):
        main(["dataset", "label", str(path), word, "1"])
    assert labelled(path) == {"": list(range(1, COUNT + 1))}
