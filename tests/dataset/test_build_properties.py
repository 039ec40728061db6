import tempfile
from pathlib import Path

import numpy as np
import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from deepzine_gui.dataset import KEPT, SET_ASIDE, PageSettings, Rules, open_dataset
from deepzine_gui.pages import Page, find_documents, render_pages
from tests.dataset.building import built, contents, everything
from tests.dataset.test_properties import RULES
from tests.pages.kinds import write_every_kind
from tests.pages.test_properties import FIELDS

SETTINGS = st.builds(PageSettings, **FIELDS | {"resolution": st.sampled_from([4, 16, 32])})
# to seek a smaller example would outlast the test
SOME = settings(max_examples=20, phases=[Phase.generate])


@pytest.fixture(scope="module")
def sources(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    """A document of every kind, and two that are called like another."""
    one, two = (tmp_path_factory.mktemp(name) for name in ("one", "two"))
    return write_every_kind(one) + write_every_kind(two)[:2]


@SOME
@given(chosen=SETTINGS, rules=RULES, data=st.data())
def test_any_build_holds_all_pages_kept_or_set_aside(
    sources: list[Path], chosen: PageSettings, rules: Rules, data: st.DataObject
) -> None:
    some = data.draw(st.lists(st.sampled_from(sources), min_size=1, max_size=4, unique=True))
    rendered = [
        page
        for document in find_documents(some)
        for page in render_pages(document, chosen)
        if isinstance(page, Page)
    ]
    with tempfile.TemporaryDirectory() as folder:
        out = Path(folder) / "out.h5"
        built(some, out, settings=chosen, rules=rules)
        with open_dataset(out) as dataset:
            columns = dataset.columns()
        images, _ = contents(out)
    assert images.dtype == np.uint8
    assert np.array_equal(images, np.stack([page.pixels for page in rendered]))
    assert columns.page.tolist() == [page.number for page in rendered]
    assert columns.part.tolist() == [page.part for page in rendered]
    kept, aside = columns.state == KEPT, columns.state == SET_ASIDE
    assert kept.sum() + aside.sum() == len(rendered)
    assert ((columns.reason > 0) == aside).all()


@settings(SOME, max_examples=15)
@given(chosen=SETTINGS, rules=RULES, data=st.data())
def test_adding_is_building_in_one_go(
    sources: list[Path], chosen: PageSettings, rules: Rules, data: st.DataObject
) -> None:
    some = data.draw(st.lists(st.sampled_from(sources), min_size=2, max_size=5, unique=True))
    split = data.draw(st.integers(1, len(some) - 1))
    # documents that are there already may be among those added
    start = data.draw(st.integers(0, split))
    with tempfile.TemporaryDirectory() as folder:
        once, out = Path(folder) / "once.h5", Path(folder) / "out.h5"
        built(some, once, settings=chosen, rules=rules)
        built(some[:split], out, settings=chosen, rules=rules)
        built(some[start:], out, settings=None, append=True)
        assert everything(out) == everything(once)
