from pathlib import Path

from deepzine_gui.dataset import PagesAdded
from deepzine_gui.dataset.building.limits import Limits
from deepzine_gui.pages import find_documents
from deepzine_gui.progress import Finished
from tests.dataset.building import built, contents, warnings_of
from tests.dataset.hostile import write_all
from tests.processes import our_children


def test_broken_and_odd_documents_cost_a_sentence_each(tmp_path: Path) -> None:
    good = write_all(tmp_path / "in")
    documents = find_documents([tmp_path / "in"])
    assert len(documents) >= 300
    out = tmp_path / "out.h5"
    limits = Limits(memory_bytes=500_000_000)
    events = built([tmp_path / "in"], out, workers=2, limits=limits)
    assert isinstance(events[-1], Finished)
    assert not our_children()
    assert not out.with_name("out.h5.parts").exists()
    _every_good_page_is_in(out, good)
    _every_other_document_is_accounted_for(events, [document.name for document in documents])


def _every_good_page_is_in(out: Path, good: dict[str, int]) -> None:
    images, rows = contents(out)
    for name, pages in good.items():
        document = name if name.endswith(".pdf") else name.rpartition("/")[0]
        found = [place for place, row in enumerate(rows) if row[0] == document]
        assert [rows[place][1] for place in found] == list(range(1, pages + 1)), name
        assert all(images[place].min() < 100 for place in found), name
    # all of one kind are the same, whatever was rendered before them in the same process
    firsts = [images[rows.index((name, 1))].tobytes() for name in good if name.endswith(".pdf")]
    assert len(set(firsts)) == 1


def _every_other_document_is_accounted_for(events: list[object], names: list[str]) -> None:
    said = warnings_of(events)
    added = {event.document for event in events if isinstance(event, PagesAdded)}
    assert all("\n" not in line and len(line) < 500 for line in said)
    assert not any("Traceback" in line or "Errno" in line for line in said)
    for name in names:
        lines = [line for line in said if f"/in/{name}" in line and f"/in/{name}-" not in line]
        assert lines or name in added, name
        if name.startswith("bad"):
            assert name not in added, name
            assert lines, name
