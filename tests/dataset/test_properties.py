import dataclasses
from pathlib import Path

import numpy as np
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from deepzine_gui.dataset import (
    KEPT,
    NO_RULES,
    REASONS,
    SET_ASIDE,
    Columns,
    Provenance,
    Rules,
    apply_rules,
    bring_back,
    judge,
    open_dataset,
    set_aside,
)
from deepzine_gui.dataset.judging.measures import measure
from deepzine_gui.dataset.storage.store import Writer
from deepzine_gui.pages import PageSettings
from tests.dataset.test_rules import columns

BY_HAND = REASONS.index("by hand")
MANY = settings(max_examples=150)
FEW = settings(
    MANY,
    max_examples=25,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
)

SHARE = st.sampled_from([0.0, 0.001, 0.2, 0.5, 0.9, 1.0])
RULES = st.builds(
    Rules,
    skip_first=st.integers(0, 3),
    skip_last=st.integers(0, 3),
    blanks=SHARE,
    doubles=st.integers(0, 6),
    pictures=SHARE,
    black=SHARE,
    small=st.integers(0, 20),
)


@st.composite
def tables(draw: st.DrawFn) -> Columns:
    """Up to 30 pages of some documents, some marked by hand."""
    pages = draw(st.lists(st.integers(1, 10), min_size=1, max_size=3))
    count = sum(pages)

    def column(values: st.SearchStrategy) -> list:
        return draw(st.lists(values, min_size=count, max_size=count))

    by_hand = np.array(column(st.booleans()))
    return columns(
        count,
        pages,
        ink=column(SHARE),
        picture=column(SHARE),
        black=column(SHARE),
        original_px=column(st.integers(0, 20)),
        fingerprint=column(st.sampled_from([0, 1, 3, 7, 255, 2**64 - 1])),
        state=np.array(column(st.integers(KEPT, SET_ASIDE))) * by_hand,
        reason=by_hand * BY_HAND,
    )


@MANY
@given(tables(), RULES)
def test_every_page_is_kept_or_set_aside_for_a_reason(table: Columns, rules: Rules) -> None:
    state, reason = judge(table, rules)
    assert state.shape == reason.shape == table.page.shape
    assert state.dtype == reason.dtype == np.uint8
    kept, aside = state == KEPT, state == SET_ASIDE
    assert kept.sum() + aside.sum() == table.count
    assert (reason[aside] > 0).all()
    assert np.isin(reason[kept], [0, BY_HAND]).all()
    by_hand = table.reason == BY_HAND
    assert (state[by_hand] == table.state[by_hand]).all()
    assert ((reason == BY_HAND) == by_hand).all()


@MANY
@given(tables(), RULES, RULES)
def test_judging_again_changes_nothing_and_older_judgements_do_not_count(
    table: Columns, rules: Rules, others: Rules
) -> None:
    state, reason = judge(table, rules)
    for earlier in (rules, others):
        old_state, old_reason = judge(table, earlier)
        judged = dataclasses.replace(table, state=old_state, reason=old_reason)
        again_state, again_reason = judge(judged, rules)
        assert (again_state == state).all()
        assert (again_reason == reason).all()


@MANY
@given(tables(), RULES, RULES)
def test_stronger_rules_set_aside_the_same_pages_and_more(
    table: Columns, one: Rules, other: Rules
) -> None:
    both = [
        {name: getattr(rules, name) for name in Rules.model_fields if name != "doubles"}
        for rules in (one, other)
    ]
    # pictures and black are shares at or above which a page goes: smaller is stronger, 0 is off
    stronger = {
        name: max(both[0][name], both[1][name])
        if name not in ("pictures", "black")
        else min((rules[name] for rules in both if rules[name]), default=0)
        for name in both[0]
    }
    weak, _ = judge(table, Rules(**both[0], doubles=0))
    strong, _ = judge(table, Rules(**stronger, doubles=0))
    assert (strong >= weak).all()


@FEW
@given(table=tables(), rules=RULES, data=st.data())
def test_set_aside_and_back_is_the_identity(
    tmp_path: Path, table: Columns, rules: Rules, data: st.DataObject
) -> None:
    path = tmp_path / "pages.h5"
    with Writer(path, PageSettings(resolution=4), rules) as writer:
        for index in range(table.count):
            place = f"d{table.document[index]}"
            by_name = {
                name: getattr(table, name)[index].item()
                for name in ("page", "ink", "picture", "black", "original_px", "fingerprint")
            }
            writer.add(np.zeros((1, 4, 4), np.uint8), Provenance(place, **by_name))
        writer.finish()
    before = path.read_bytes()
    with open_dataset(path) as dataset:
        kept = np.flatnonzero(dataset.columns().state == KEPT).tolist()
        chosen = data.draw(st.lists(st.sampled_from(kept), unique=True)) if kept else []
        set_aside(path, chosen)
        assert dataset.columns().state[chosen].all()
        bring_back(path, chosen)
        assert path.read_bytes() == before
        apply_rules(path, NO_RULES)
        assert not dataset.columns().state.any()
        apply_rules(path, rules)
    assert path.read_bytes() == before


@MANY
@given(st.sampled_from([4, 8, 32, 128, 256]), st.sampled_from([1, 3]), st.integers(0, 2**32 - 1))
def test_measures_lie_in_their_ranges(side: int, channels: int, seed: int) -> None:
    rng = np.random.default_rng(seed)
    low, high = np.sort(rng.integers(0, 257, 2))
    page = rng.integers(low, max(high, low + 1), (channels, side, side)).clip(0, 255)
    found = measure(page.astype(np.uint8))
    for share in (found.ink, found.brightness, found.picture, found.black):
        assert 0 <= share <= 1
        assert type(share) is float
    assert 0 <= found.fingerprint < 2**64
