import math
from itertools import groupby

import numpy as np
import pytest
from hypothesis import Phase, example, given, settings
from hypothesis import strategies as st

from deepzine_gui.pages import (
    BadPage,
    Document,
    Page,
    PageSettings,
    count_pages,
    find_documents,
    render_pages,
)
from tests.pages.kinds import LOST, write_every_kind

SHARE = st.sampled_from([0.0, 1.0]) | st.floats(0, 1)
FIELDS = {
    "resolution": st.sampled_from([4, 8, 16, 32, 64, 128, 256, 512, 1024]),
    "colour": st.sampled_from(["grey", "rgb"]),
    "fit": st.sampled_from(["pad", "crop", "stretch"]),
    "split": SHARE,
    "trim": SHARE,
    "straighten": st.sampled_from([0.0, 10.0]) | st.floats(0, 10),
    "whiten": SHARE,
    "ink": SHARE,
}
SETTINGS = st.builds(PageSettings, **FIELDS)


@pytest.fixture(scope="module")
def documents(tmp_path_factory: pytest.TempPathFactory) -> list[Document]:
    return find_documents(write_every_kind(tmp_path_factory.mktemp("kinds")))


def test_no_setting_is_left_out() -> None:
    assert FIELDS.keys() == PageSettings.model_fields.keys()


@settings(max_examples=40, phases=[Phase.explicit, Phase.generate])
@given(SETTINGS)
@example(PageSettings())
def test_any_settings_give_square_pages_in_order(
    documents: list[Document], chosen: PageSettings
) -> None:
    for document in documents:
        found = list(render_pages(document, chosen))
        numbers = [page.number for page in found]
        assert numbers == sorted(numbers)
        assert set(numbers) == set(range(1, count_pages(document) + 1))
        lost = {page.number for page in found if isinstance(page, BadPage)}
        assert lost == LOST.get(document.name, set())
        pages = [page for page in found if isinstance(page, Page)]
        for _, of_one in groupby(pages, lambda page: page.number):
            assert [page.part for page in of_one] in ([0], [1, 2] if chosen.split else [0])
        for page in pages:
            assert page.pixels.shape == (chosen.channels, chosen.resolution, chosen.resolution)
            assert page.pixels.dtype == np.uint8
            assert 0 < page.aspect < math.inf
            assert page.original_px >= 0
