"""Labels that documents give, and those given and taken off by hand, from build to build."""

import os
from pathlib import Path

from deepzine_gui.dataset import (
    NO_RULES,
    Labelling,
    PagesAdded,
    build,
    label_by,
    open_dataset,
    set_label,
)
from deepzine_gui.progress import Finished
from tests.dataset.building import SMALL, OneBlock, built
from tests.dataset.test_marks_kept import marks, notices_of, write_pages


def subfolders(source: Path) -> Labelling:
    """Give pages the names of the subfolders of a source, as the window does."""
    return Labelling("folder", only_unlabelled=True, below=[source])


def test_labels_that_documents_give_are_not_called_marks(tmp_path: Path) -> None:
    for name in ("maps/a.pdf", "maps/b.pdf", "text/c.pdf"):
        write_pages(tmp_path / "in" / name, [ord(name[-5]), ord(name[-5]) + 10])
    out = tmp_path / "out.h5"
    built([tmp_path / "in"], out, rules=NO_RULES)
    label_by(out, "folder")
    set_label(out, [2], "plate")
    (tmp_path / "in/maps/a.pdf").unlink()
    told = "No longer in out.h5, as not among the sources: "
    events = built([tmp_path / "in"], out, rules=NO_RULES)
    assert notices_of(events) == [("info", told + "maps/a.pdf.")]
    write_pages(tmp_path / "in/text/c.pdf", [1])
    (tmp_path / "in/maps/b.pdf").unlink()
    events = built([tmp_path / "in"], out, rules=NO_RULES)
    marked = "maps/b.pdf (1 page of them marked or labelled)."
    assert notices_of(events) == [("warning", told + marked)]


def test_subfolders_of_some_sources_become_labels(tmp_path: Path) -> None:
    for name in ("own/maps/a.pdf", "own/text/b.pdf", "own/c.pdf", "documents/item/d.pdf"):
        write_pages(tmp_path / name, [ord(name[-5])])
    out = tmp_path / "out.h5"
    sources = [tmp_path / "documents", tmp_path / "own"]
    events = list(
        build(sources, out, settings=SMALL, rules=NO_RULES, labelling=subfolders(tmp_path / "own"))
    )
    assert isinstance(events[-1], Finished)
    labelled = [(document, label) for document, _, label, _ in marks(out)]
    assert labelled == [("maps/a.pdf", "maps"), ("text/b.pdf", "text")]
    set_label(out, [2], "by hand")
    list(
        build(sources, out, settings=SMALL, rules=NO_RULES, labelling=subfolders(tmp_path / "own"))
    )
    assert [label for _, _, label, _ in marks(out)] == ["by hand", "text"]


def test_what_a_stopped_build_leaves_is_labelled_too(tmp_path: Path) -> None:
    own, out = tmp_path / "own", tmp_path / "out.h5"
    write_pages(own / "maps/a.pdf", [1, 2, 3])
    with OneBlock() as executor:
        job = build([own], out, rules=NO_RULES, executor=executor, labelling=subfolders(own))
        assert any(isinstance(event, PagesAdded) for event in job)
        job.close()
    with open_dataset(out) as dataset:
        assert dataset.columns().label.tolist() == ["maps"] * 3


def test_a_stopped_build_takes_no_label_and_gives_no_other(tmp_path: Path) -> None:
    own, out = tmp_path / "own", tmp_path / "out.h5"
    write_pages(own / "maps/a.pdf", [1, 2, 3])
    built([own], out, rules=NO_RULES)
    set_label(out, [1], "plate")
    write_pages(own / "text/b.pdf", [50, 60])
    for source in ("folder", "none"):
        with OneBlock() as executor:
            job = build(
                [own],
                out,
                settings=SMALL,
                rules=NO_RULES,
                executor=executor,
                labelling=Labelling(source),
            )
            next(job)
            job.close()
        with open_dataset(out) as dataset:
            assert dataset.columns().label.tolist() == ["maps", "plate", "maps"]
    list(build([own], out, settings=SMALL, rules=NO_RULES, labelling=Labelling("folder")))
    with open_dataset(out) as dataset:
        assert dataset.columns().label.tolist() == ["maps"] * 3 + ["text"] * 2


def test_a_build_stopped_before_its_first_page_has_nothing_to_label(tmp_path: Path) -> None:
    own, out = tmp_path / "own", tmp_path / "out.h5"
    write_pages(own / "maps/a.pdf", [1, 2, 3])
    job = build([own], out, rules=NO_RULES, workers=1, labelling=subfolders(own))
    next(job)
    job.close()
    assert not out.exists()


def test_a_label_taken_off_by_hand_stays_off_whatever_becomes_of_its_document(
    tmp_path: Path,
) -> None:
    own, out = tmp_path / "own", tmp_path / "out.h5"
    source = write_pages(own / "maps/a.pdf", [1, 2, 3])

    def labels_of_next_build() -> list[str]:
        list(build([own], out, settings=SMALL, rules=NO_RULES, labelling=subfolders(own)))
        with open_dataset(out) as dataset:
            return dataset.columns().label.tolist()

    assert labels_of_next_build() == ["maps"] * 3
    set_label(out, [1], "")
    assert labels_of_next_build() == ["maps", "", "maps"]
    os.utime(source, (1, 1))
    write_pages(source, [9, 1, 2, 3])
    assert labels_of_next_build() == ["maps", "maps", "", "maps"]
    # the hand may change its mind
    set_label(out, [2], "plate")
    assert labels_of_next_build() == ["maps", "maps", "plate", "maps"]
