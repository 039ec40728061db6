"""Whole documents are held out of training, and the same ones every time."""

import dataclasses
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from deepzine_gui.dataset.storage.batches import Batches
from deepzine_gui.dataset.storage.splitting import divide, held_out
from deepzine_gui.dataset.storage.store import Writer
from deepzine_gui.dataset.values import Columns, Provenance
from deepzine_gui.pages import PageSettings


def rows(*sizes: int) -> np.ndarray:
    return np.repeat(np.arange(len(sizes), dtype=np.int32), sizes)


def names(count: int) -> list[str]:
    return [f"{number}.pdf" for number in range(count)]


@given(
    sizes=st.lists(st.integers(1, 40), min_size=2, max_size=30),
    share=st.floats(0.01, 0.2),
    seed=st.integers(0, 9),
)
def test_documents_are_never_torn_and_never_all_given_away(
    sizes: list[int], share: float, seed: int
) -> None:
    documents = rows(*sizes)
    apart = held_out(documents, names(len(sizes)), share, seed=seed)
    count = len(documents)
    assert 1 <= apart.sum() <= max(2, 2 * share * count, count / 4)
    torn = [row for row in range(len(sizes)) if len(set(apart[documents == row])) > 1]
    smallest = min(sizes)
    if torn:
        # only where every document is too much to give away
        assert smallest > 2 * max(1, share * count)
        assert smallest > count / 4


def test_the_share_is_about_what_was_asked_for() -> None:
    documents = rows(*[10] * 100)
    apart = held_out(documents, names(100), 0.05, seed=0)
    assert apart.sum() == 50
    assert not np.array_equal(apart, held_out(documents, names(100), 0.05, seed=1))


def test_a_documents_lot_does_not_depend_on_its_neighbours() -> None:
    apart = held_out(rows(10, 10, 10, 10), names(4), 0.2, seed=0)
    backwards = held_out(rows(10, 10, 10, 10), names(4)[::-1], 0.2, seed=0)
    assert np.array_equal(apart, backwards[::-1])


@given(
    sizes=st.lists(st.integers(1, 9), min_size=3, max_size=20),
    data=st.data(),
    seed=st.integers(0, 9),
)
def test_something_of_each_label_is_left_to_learn_where_whole_documents_are_held_out(
    sizes: list[int], data: st.DataObject, seed: int
) -> None:
    drawn = st.lists(st.integers(0, 3), min_size=len(sizes), max_size=len(sizes))
    # some documents can always be spared
    of_document = [*data.draw(drawn), 0, 0, 0]
    sizes = [*sizes, 1, 1, 1]
    documents, labels = rows(*sizes), np.repeat(of_document, sizes)
    apart = held_out(documents, names(len(sizes)), 0.2, seed=seed, labels=labels)
    assert apart.any()
    assert all(len(set(apart[documents == row])) == 1 for row in range(len(sizes)))
    assert set(labels[~apart]) == set(labels)


def test_a_label_of_one_document_is_never_held_out() -> None:
    documents = rows(*[4] * 10)
    for seed in range(20):
        labels = np.where(documents == 3, 1, 0)
        apart = held_out(documents, names(10), 0.1, seed=seed, labels=labels)
        assert apart.sum() == 4
        assert not apart[documents == 3].any()
    assert any(held_out(documents, names(10), 0.1, seed=seed)[12] for seed in range(20))


def test_of_a_single_document_pages_are_held_out() -> None:
    assert held_out(rows(40), ["book"], 0.05, seed=0).sum() == 2
    assert held_out(rows(1), ["book"], 0.5, seed=0).sum() == 0
    assert held_out(rows(40), ["book"], 0.0, seed=0).sum() == 0


@given(
    labels=st.lists(st.integers(0, 5), min_size=2, max_size=30),
    share=st.floats(0.01, 0.5),
    seed=st.integers(0, 9),
)
def test_something_of_each_label_is_left_to_learn_where_single_pages_are_held_out(
    labels: list[int], share: float, seed: int
) -> None:
    count, numbers = len(labels), np.array(labels)
    apart = held_out(rows(count), ["book"], share, seed=seed, labels=numbers)
    spare = count - len(set(labels))
    assert apart.sum() == (min(spare, max(1, int(share * count))) or 1)
    if spare:
        assert set(numbers[~apart]) == set(labels)


def test_pages_of_one_label_are_held_out_as_those_without() -> None:
    without = held_out(rows(40), ["book"], 0.5, seed=0)
    alike = np.zeros(40, np.int64)
    assert np.array_equal(held_out(rows(40), ["book"], 0.5, seed=0, labels=alike), without)


@pytest.mark.parametrize("memory_limit_bytes", [2_000_000_000, 0])
def test_batches_never_give_a_page_that_is_held_out(
    tmp_path: Path, memory_limit_bytes: int
) -> None:
    path = tmp_path / "pages.h5"
    with Writer(path, PageSettings(resolution=8)) as writer:
        for number in range(60):
            grey = np.full((1, 8, 8), number, np.uint8)
            label = "even" if number % 2 == 0 else "odd"
            row = Provenance(document=f"{number // 6}", page=number % 6 + 1, label=label)
            # one page is not kept at all
            writer.add(grey, dataclasses.replace(row, state=int(number == 0)))
        writer.finish()
    batches = Batches(
        path, resolution=8, held_out=0.2, seed=1, memory_limit_bytes=memory_limit_bytes
    )
    rng = np.random.default_rng(0)
    pages, labels = batches.draw_labelled(2000, rng)
    drawn = batches.draw_held_out(500, rng)
    batches.close()
    assert drawn is not None
    greys, others = (set(each[:, 0, 0, 0].tolist()) for each in (pages, drawn[0]))
    assert greys | others == set(range(1, 60))
    assert {grey // 6 for grey in greys}.isdisjoint({grey // 6 for grey in others})
    assert len({grey // 6 for grey in others}) == 2
    assert np.array_equal(labels, pages[:, 0, 0, 0] % 2)
    assert np.array_equal(drawn[1], drawn[0][:, 0, 0, 0] % 2)
    same = Batches(path, resolution=8, held_out=0.2, seed=1)
    assert np.array_equal(same.draw(2000, np.random.default_rng(0)), pages)
    assert Batches(path, resolution=8).draw_held_out(5, rng) is None


def test_labels_are_counted_among_pages_trained_on() -> None:
    zeros = np.zeros(20, np.int32)
    values = {field.name: zeros for field in dataclasses.fields(Columns)}
    label = np.array(["b", "a", "", "b"] * 5, object)
    columns = Columns(**values | {"label": label, "document": rows(*[2] * 10)})
    division = divide(columns, names(10), 0.1, seed=0)
    assert division.labels == ("", "a", "b")
    trained = label[division.trained_on].tolist()
    assert division.label_counts == tuple(trained.count(word) for word in ("", "a", "b"))
    assert sum(division.label_counts) == 18


def test_labels_that_are_asked_for_keep_their_numbers_and_others_are_left_out() -> None:
    zeros = np.zeros(6, np.int32)
    values = {field.name: zeros for field in dataclasses.fields(Columns)}
    label = np.array(["b", "0", "d", "", "b", "c"], object)
    columns = Columns(**values | {"label": label, "page": np.arange(6)})
    division = divide(columns, ["book"], 0.0, labels=("", "a", "b", "d"))
    assert division.kept.tolist() == [0, 2, 3, 4]
    assert division.numbers.tolist() == [2, 3, 0, 2]
    assert division.labels == ("", "a", "b", "d")
    assert division.label_counts == (1, 0, 2, 1)
    assert division.unknown == 2
    assert divide(columns, ["book"], 0.0).unknown == 0


@pytest.mark.parametrize("memory_limit_bytes", [2_000_000_000, 0])
def test_chosen_pages_are_all_different(tmp_path: Path, memory_limit_bytes: int) -> None:
    path = tmp_path / "pages.h5"
    with Writer(path, PageSettings(resolution=8)) as writer:
        for number in range(40):
            row = Provenance(document=f"{number // 4}", page=number % 4 + 1, label=str(number % 2))
            writer.add(np.full((1, 8, 8), number, np.uint8), row)
        writer.finish()
    batches = Batches(path, resolution=8, held_out=0.2, memory_limit_bytes=memory_limit_bytes)
    some, labels = batches.choose(10, np.random.default_rng(0))
    everything, _ = batches.choose(100, np.random.default_rng(0))
    apart, _ = batches.choose(100, np.random.default_rng(0), held_out=True)
    batches.close()
    greys, others = (sorted(each[:, 0, 0, 0].tolist()) for each in (everything, apart))
    assert sorted(greys + others) == list(range(40))
    assert len(others) == 8
    assert np.array_equal(some, everything[:10])
    assert np.array_equal(labels, some[:, 0, 0, 0] % 2)
    whole = Batches(path, resolution=8)
    assert len(whole.choose(5, np.random.default_rng(0), held_out=True)[0]) == 0
