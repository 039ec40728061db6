"""Pages that a run holds out: the same ones to its end, whatever becomes of its dataset."""

import json
from contextlib import closing
from pathlib import Path
from string import ascii_lowercase

import numpy as np
import pytest

from deepzine_gui import dataset as datasets
from deepzine_gui import training
from deepzine_gui.dataset.storage.batches import Batches
from deepzine_gui.dataset.storage.splitting import HeldOut
from deepzine_gui.dataset.storage.store import Writer
from deepzine_gui.dataset.values import Provenance
from deepzine_gui.errors import TrainingError
from deepzine_gui.pages import PageSettings
from deepzine_gui.training import TrainingConfig
from deepzine_gui.training.running import stretch
from deepzine_gui.training.running.vitals import VitalSigns
from deepzine_gui.training.stepping import apart
from tests.training.runs import notices, run_to

PAGES = 10
ANEW = "are chosen anew, and may have been trained on before."


def write(path: Path, documents: str) -> Path:
    """A document of ten pages for each letter: its grey on the right, the page's on the left."""
    path.unlink(missing_ok=True)
    with Writer(path, PageSettings(resolution=8)) as writer:
        for name in documents:
            for number in range(PAGES):
                page = np.full((1, 8, 8), ord(name), np.uint8)
                page[0, :, :4] = 20 * number
                writer.add(page, Provenance(name, number + 1))
        writer.finish()
    return path


def documents_held_out(batches: Batches) -> set[str]:
    """Their names; none of their pages, and all others, are trained on."""
    out, _ = batches.choose(1000, np.random.default_rng(0), held_out=True)
    trained_on, _ = batches.choose(1000, np.random.default_rng(0))
    assert len(out) + len(trained_on) == batches.count
    names = [{chr(grey) for grey in some[:, 0, -1, -1].tolist()} for some in (out, trained_on)]
    assert names[0].isdisjoint(names[1])
    return names[0]


def held_out_when_looked(patch: pytest.MonkeyPatch) -> list[set[str]]:
    """The documents held out of each stage whose pages are looked at; it grows with them."""
    found: list[set[str]] = []
    enter = VitalSigns.enter

    def entered(signs: VitalSigns, batches: Batches) -> None:
        found.append(documents_held_out(batches))
        enter(signs, batches)

    patch.setattr(VitalSigns, "enter", entered)
    return found


@pytest.fixture
def pages(tmp_path: Path) -> Path:
    return write(tmp_path / "pages.h5", "abcdefgh")


@pytest.fixture
def holding(quick: TrainingConfig, monkeypatch: pytest.MonkeyPatch) -> TrainingConfig:
    """Two documents of eight are held out."""
    monkeypatch.setattr(stretch, "PROGRESS_S", 0.0)
    return quick.model_copy(update={"held_out": 0.25})


@pytest.fixture
def run(tmp_path: Path, pages: Path, holding: TrainingConfig) -> Path:
    """One that was stopped."""
    run_to(training.train(pages, tmp_path / "run", config=holding, threads=1), 0.048)
    return tmp_path / "run"


def test_the_choice_of_the_start_holds_for_new_documents_and_pages_brought_back(
    tmp_path: Path, pages: Path, run: Path, holding: TrainingConfig, monkeypatch: pytest.MonkeyPatch
) -> None:
    held_out = apart.choose(pages, holding)
    assert len(held_out.documents) == 2
    assert held_out.pages == ()
    grown = write(tmp_path / "pages.h5", ascii_lowercase)
    # else this test would show nothing
    assert set(apart.choose(grown, holding).documents) - set(held_out.documents)
    used = held_out_when_looked(monkeypatch)
    assert notices(list(training.train(grown, run, resume=True))) == []
    assert used == [set(held_out.documents)] * 2


@pytest.mark.parametrize("are_left", [False, True])
def test_where_none_of_them_or_nothing_else_is_left_others_are_chosen_and_that_is_told(
    pages: Path, run: Path, holding: TrainingConfig, are_left: bool
) -> None:
    held_out = apart.choose(pages, holding).documents
    write(pages, "".join(name for name in "abcdefgh" if (name in held_out) == are_left))
    (told,) = notices(list(training.train(pages, run, resume=True)))
    why = "The dataset has none of the pages that this run held out, or no others"
    assert told == f"{why}: they {ANEW}"
    assert apart.read(run) == apart.choose(pages, holding)


def test_a_run_of_an_earlier_version_chooses_once_and_tells(
    pages: Path, run: Path, holding: TrainingConfig
) -> None:
    (run / apart.HELD_OUT).unlink()
    job = training.train(pages, run, resume=True)
    (told,) = notices(run_to(job, 0.052))
    assert told == f"It is not written down which pages this run held out: they {ANEW}"
    assert apart.read(run) == apart.choose(pages, holding)
    assert notices(list(training.train(pages, run, resume=True))) == []


def test_single_pages_are_known_again_by_document_number_and_part(
    tmp_path: Path, holding: TrainingConfig
) -> None:
    one = write(tmp_path / "one.h5", "a")
    held_out = apart.choose(one, holding)
    assert held_out.documents == ()
    assert len(held_out.pages) == 2
    numbers = {page for _, page, _ in held_out.pages}
    more = write(tmp_path / "more.h5", "zab")
    with closing(Batches(more, resolution=8, held_out=held_out)) as batches:
        out, _ = batches.choose(100, np.random.default_rng(0), held_out=True)
    assert {int(grey) // 20 + 1 for grey in out[:, 0, 0, 0]} == numbers
    assert set(out[:, 0, -1, -1].tolist()) == {ord("a")}
    assert apart.of_values(json.loads(json.dumps(apart.as_values(held_out)))) == held_out


@pytest.mark.parametrize("augment", ["none", "ada"])
def test_that_single_pages_are_held_out_is_said_as_a_run_begins(
    tmp_path: Path, holding: TrainingConfig, augment: str
) -> None:
    one = write(tmp_path / "one.h5", "a")
    config = holding.model_copy(update={"augment": augment})
    run = tmp_path / "run"
    (told,) = notices(run_to(training.train(one, run, config=config, threads=1), 0.048))
    assert told.startswith("Single pages are held out, as no document can be whole")
    assert notices(list(training.train(one, run, resume=True))) == []


def test_where_there_is_one_page_alone_none_is_held_out(
    tmp_path: Path, holding: TrainingConfig
) -> None:
    one = write(tmp_path / "one.h5", "a")
    datasets.set_aside(one, range(1, PAGES))
    assert apart.choose(one, holding) == HeldOut()
    config = holding.model_copy(update={"guard": "off"})
    run_to(training.train(one, tmp_path / "run", config=config, threads=1), 0.048)
    assert notices(list(training.train(one, tmp_path / "run", resume=True))) == []


def test_a_run_that_holds_out_nothing_leaves_no_word_of_an_earlier_one(
    tmp_path: Path, pages: Path, quick: TrainingConfig
) -> None:
    file = tmp_path / "run" / apart.HELD_OUT
    file.parent.mkdir()
    file.write_text("of an earlier run, which had no checkpoint")
    list(training.train(pages, tmp_path / "run", config=quick, threads=1))
    assert not file.exists()
    assert apart.choose(pages, quick) == HeldOut()


def test_a_new_run_chooses_for_itself_and_writes_that_once(
    tmp_path: Path, pages: Path, holding: TrainingConfig
) -> None:
    file = tmp_path / "run" / apart.HELD_OUT
    file.parent.mkdir()
    file.write_text("of an earlier run, which had no checkpoint")
    run_to(training.train(pages, tmp_path / "run", config=holding, threads=1), 0.004)
    assert apart.read(tmp_path / "run") == apart.choose(pages, holding)
    written = file.stat().st_mtime_ns
    list(training.train(pages, tmp_path / "run", resume=True))
    # a disk that is full by now is no hindrance
    assert file.stat().st_mtime_ns == written


@pytest.mark.parametrize("text", ["{", "[]", '{"documents": 3}', '{"pages": [["a"]]}'])
def test_a_damaged_choice_is_named(pages: Path, run: Path, text: str) -> None:
    (run / apart.HELD_OUT).write_text(text)
    with pytest.raises(TrainingError, match=r"held-out\.json cannot be read: mend it, or delete"):
        next(training.train(pages, run, resume=True))


def test_an_evaluation_holds_out_what_the_run_did(
    tmp_path: Path, pages: Path, holding: TrainingConfig, monkeypatch: pytest.MonkeyPatch
) -> None:
    list(training.train(pages, tmp_path / "run", config=holding, threads=1))
    asked = held_out_when_looked(monkeypatch)
    grown = write(tmp_path / "grown.h5", ascii_lowercase)
    list(training.evaluate(tmp_path / "run", grown, count=32))
    assert asked == [set(apart.choose(pages, holding).documents)]


def test_pages_brought_back_to_a_document_that_is_held_out_are_held_out(
    pages: Path, holding: TrainingConfig
) -> None:
    first = apart.choose(pages, holding).documents[0]
    with datasets.open_dataset(pages) as opened:
        names = [document.name for document in opened.documents()]
        rows = np.flatnonzero(opened.columns().document == names.index(first)).tolist()
    datasets.set_aside(pages, rows[:4])
    held_out = apart.choose(pages, holding)
    assert first in held_out.documents
    datasets.bring_back(pages, rows[:4])
    with closing(Batches(pages, resolution=8, held_out=held_out)) as batches:
        out, _ = batches.choose(100, np.random.default_rng(0), held_out=True)
    assert np.count_nonzero(out[:, 0, -1, -1] == ord(first)) == PAGES
