from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from deepzine_gui.child import in_child
from deepzine_gui.pages import (
    Document,
    Page,
    PageSettings,
    Preview,
    PreviewWish,
    pdf,
    previews,
    render_pages,
)
from tests.pages.pdfs import box
from tests.pages.pdfs import pdf as made_pdf

SETTINGS = PageSettings(resolution=32)


def _typeset(folder: Path) -> Document:
    path = folder / "document.pdf"
    path.write_bytes(made_pdf([box(20, 30, 60, 140), box(30, 100, 40, 10), b""], lost=[3]))
    return Document(path, "pdf")


def _scans(folder: Path) -> Document:
    for name, tone in (("p1.png", 40), ("p2.jpg", 90)):
        page = np.full((900, 600), 230, np.uint8)
        page[200:700, 100:500] = tone
        Image.fromarray(page).save(folder / name)
    return Document(folder, "folder")


def _asked(*wishes: PreviewWish) -> list[Preview]:
    answers = previews()
    assert next(answers) is None
    found = [answers.send(wish) for wish in wishes]
    answers.close()
    assert all(isinstance(answer, Preview) for answer in found)
    return [answer for answer in found if answer is not None]


@pytest.mark.parametrize("make", [_typeset, _scans])
def test_a_preview_shows_what_the_build_will_make(tmp_path: Path, make: object) -> None:
    document = make(tmp_path)  # type: ignore[operator]
    built = [page for page in render_pages(document, SETTINGS) if isinstance(page, Page)]
    wishes = [PreviewWish(document, number, SETTINGS) for number in (1, 2, 1)]
    for answer, number in zip(_asked(*wishes), (1, 2, 1), strict=True):
        (page,) = answer.pages
        assert np.array_equal(page.pixels, built[number - 1].pixels)
        assert (page.number, page.aspect) == (number, built[number - 1].aspect)
        assert answer.settings == SETTINGS
        assert answer.refusal == ""


def test_before_is_the_whole_page_at_no_more_than_512_px(tmp_path: Path) -> None:
    settings = SETTINGS.model_copy(update={"colour": "rgb"})
    typeset, scan = _asked(
        PreviewWish(_typeset(tmp_path), 1, settings), PreviewWish(_scans(tmp_path), 1, SETTINGS)
    )
    assert typeset.before.shape == (512, 256, 3)
    # 60 x 140 of 100 x 200 pt are black
    assert (typeset.before == 0).mean() == pytest.approx(0.42, abs=0.01)
    assert max(scan.before.shape[:2]) <= 512
    assert scan.before.shape[1] / scan.before.shape[0] == pytest.approx(600 / 900, abs=0.01)
    assert scan.before.shape[2] == 1
    assert (scan.before == 40).mean() == pytest.approx(0.37, abs=0.02)


def test_other_strengths_do_not_open_the_document_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened: list[Path] = []
    original = pdf.raw.FPDF_LoadDocument

    def noted(path: bytes, password: None) -> object:
        opened.append(Path(path.rstrip(b"\0").decode()))
        return original(path, password)

    monkeypatch.setattr(pdf.raw, "FPDF_LoadDocument", noted)
    document = _typeset(tmp_path)
    strengths = [SETTINGS.model_copy(update={"trim": trim}) for trim in (0.0, 0.5, 1.0)]
    answers = _asked(*[PreviewWish(document, 1, settings) for settings in strengths])
    assert opened == [document.path]
    means = [answer.pages[0].pixels.mean() for answer in answers]
    assert means == sorted(means, reverse=True)


def test_a_document_that_changed_is_read_anew(tmp_path: Path) -> None:
    document = _scans(tmp_path)
    path = tmp_path / "p1.png"
    single = Document(path, "picture")
    answers = previews()
    next(answers)
    before = answers.send(PreviewWish(single, 1, SETTINGS))
    Image.new("L", (600, 900), 7).save(path)
    after = answers.send(PreviewWish(single, 1, SETTINGS))
    answers.close()
    assert document.path == tmp_path
    assert before is not None
    assert after is not None
    assert before.before.max() > 200
    assert after.before.max() == 7


def test_what_cannot_be_shown_is_said_and_the_next_wish_answered(tmp_path: Path) -> None:
    document = _typeset(tmp_path)
    wishes = [
        (Document(tmp_path / "gone.pdf", "pdf"), 1),
        (document, 3),
        (document, 4),
        (document, 0),
        (document, 1),
    ]
    *refused, shown = _asked(*[PreviewWish(which, number, SETTINGS) for which, number in wishes])
    assert [answer.refusal for answer in refused] == [
        f"{tmp_path / 'gone.pdf'} is no longer there.",
        "Page 3 of document.pdf cannot be shown: the page is damaged.",
        f"{document.path} has no page 4.",
        f"{document.path} has no page 0.",
    ]
    assert all(answer.pages == () and answer.before.size == 0 for answer in refused)
    assert shown.refusal == ""
    assert len(shown.pages) == 1


def test_previews_are_answered_from_a_child(tmp_path: Path) -> None:
    child = in_child(previews)
    try:
        assert next(child) is None
        answer = child.send(PreviewWish(_typeset(tmp_path), 1, SETTINGS))
    finally:
        child.close()
    assert answer is not None
    assert answer.pages[0].pixels.shape == (1, 32, 32)
