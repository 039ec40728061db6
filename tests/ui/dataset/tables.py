"""Tables and dataset files of made-up pages."""

from pathlib import Path

import numpy as np

from deepzine_gui.dataset import (
    REASONS,
    Columns,
    DocumentRow,
    PageSettings,
    Provenance,
    Rules,
    open_dataset,
)
from deepzine_gui.dataset.storage.store import Writer
from deepzine_gui.ui.dataset.table import PageTable

DOCUMENTS = ("a.pdf", "b.pdf", "c.pdf")
LABELS = ("", "1903", "1911")


def random_table(count: int, seed: int = 1) -> PageTable:
    """A table of three documents, whose marks and measures are drawn at random."""
    rng = np.random.default_rng(seed)
    state = rng.integers(0, 2, count, dtype=np.uint8)
    columns = Columns(
        document=np.sort(rng.integers(0, 3, count)).astype(np.int32),
        page=np.arange(1, count + 1, dtype=np.int32),
        part=np.zeros(count, np.uint8),
        aspect=np.ones(count, np.float32),
        original_px=np.zeros(count, np.int32),
        ink=rng.random(count, np.float32).round(1),
        brightness=rng.random(count, np.float32).round(1),
        picture=np.zeros(count, np.float32),
        black=np.zeros(count, np.float32),
        fingerprint=rng.integers(0, 2**63, count, dtype=np.uint64),
        label=np.array(LABELS, object)[rng.integers(0, 3, count)],
        label_by_hand=np.zeros(count, np.uint8),
        state=state,
        reason=np.where(state, rng.integers(2, len(REASONS), count), 0).astype(np.uint8),
        document_pages=np.full(3, count, np.int32),
    )
    return PageTable.of(columns, [DocumentRow(name, pages=count) for name in DOCUMENTS])


def table_of(file: Path) -> PageTable:
    """The table of a dataset file."""
    with open_dataset(file) as dataset:
        return PageTable.of(dataset.columns(), dataset.documents())


def grey_of(page: int) -> int:
    """The grey of the upper half of a page of `dataset_file`."""
    return 40 + 5 * page


def dataset_file(path: Path, count: int = 12, rules: Rules | None = None) -> Path:
    """Write a dataset of 16 px pages, black below and of another grey each above."""
    with Writer(path, PageSettings(resolution=16), rules) as writer:
        writer.add_document(
            DocumentRow("first.pdf", path=str(path), source="https://a.org/1", rights="free",
                        folder="old", year=1903)
        )  # fmt: skip
        writer.add_document(DocumentRow("second.pdf", folder="new"))
        for page in range(count):
            pixels = np.zeros((1, 16, 16), np.uint8)
            pixels[:, :8] = grey_of(page)
            name = "first.pdf" if page < count // 2 else "second.pdf"
            row = Provenance(
                name, page % (count // 2) + 1, ink=page / count, brightness=1 - page / count,
                fingerprint=(1 << page) - 1,
            )  # fmt: skip
            writer.add(pixels, row)
        writer.finish()
    return path
