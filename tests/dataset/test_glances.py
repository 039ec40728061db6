"""Looking at a page as a dataset would take it."""

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from deepzine_gui.dataset.judging.glances import GlanceWish, glances, page_totals, reasons
from deepzine_gui.dataset.judging.rules import NO_RULES, Rules
from deepzine_gui.pages import Document, PageSettings, find_documents

SETTINGS = PageSettings(resolution=16, fit="stretch", split=0, trim=0, straighten=0)


@pytest.fixture
def document(tmp_path: Path) -> Document:
    """Ten pages, each of another grey: page n of grey 20 n."""
    for number in range(1, 11):
        grey = np.full((40, 40), 20 * number, np.uint8)
        Image.fromarray(grey).save(tmp_path / f"{number}.png")
    (found,) = find_documents([tmp_path])
    return found


@pytest.mark.parametrize(
    ("number", "share", "page"), [(0, 0.0, 1), (0, 0.5, 6), (0, 0.999, 10), (3, 0.5, 3)]
)
def test_a_page_is_found_by_number_or_by_share(
    document: Document, number: int, share: float, page: int
) -> None:
    looking = glances()
    assert next(looking) is None
    glance = looking.send(GlanceWish(document, SETTINGS, number, share))
    looking.close()
    assert glance is not None
    assert (glance.number, glance.total) == (page, 10)
    (after,) = glance.preview.pages
    assert after.pixels.shape == (1, 16, 16)
    assert (after.pixels == 20 * page).all()


def test_the_first_rule_that_holds_gives_the_reason(document: Document) -> None:
    looking = glances()
    next(looking)
    first = looking.send(GlanceWish(document, SETTINGS, number=1))
    last = looking.send(GlanceWish(document, SETTINGS, number=10))
    looking.close()
    assert first is not None
    assert last is not None
    assert reasons(first, NO_RULES) == ("",)
    assert reasons(first, NO_RULES.model_copy(update={"skip_first": 1})) == ("first pages",)
    assert reasons(last, NO_RULES.model_copy(update={"skip_first": 9})) == ("",)
    assert reasons(last, NO_RULES.model_copy(update={"skip_last": 1})) == ("last pages",)
    assert reasons(last, Rules(blanks=0.01)) == ("blank",)


def test_a_document_that_cannot_be_opened_gives_its_sentence(tmp_path: Path) -> None:
    torn = tmp_path / "torn.pdf"
    torn.write_bytes(b"%PDF-1.4 and then nothing")
    (document,) = find_documents([torn])
    looking = glances()
    next(looking)
    glance = looking.send(GlanceWish(document, SETTINGS))
    looking.close()
    assert glance is not None
    assert glance.total == 0
    assert glance.preview.pages == ()
    assert "torn.pdf" in glance.preview.refusal
    assert reasons(glance, Rules()) == ()


def test_pages_are_counted_without_looking_at_them(document: Document, tmp_path: Path) -> None:
    torn = tmp_path / "torn.pdf"
    torn.write_bytes(b"nothing of a PDF")
    counting = page_totals()
    assert next(counting) == 0
    assert counting.send(document) == 10
    assert counting.send(Document(torn, "pdf", "torn")) == 0
    counting.close()
