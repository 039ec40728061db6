"""What the Dataset bench says of a dataset, and of what to do next."""

from pathlib import Path

from deepzine_gui.dataset import KEPT, REASONS, PageSettings
from deepzine_gui.ui.dataset.table import PageTable
from deepzine_gui.words import count_text, size_text

PARTS = {1: ", left half", 2: ", right half"}
"""What is said of a page by its `part`."""


def summary(table: PageTable, settings: PageSettings, file: Path) -> str:
    """For example "1,204 pages · 12 MB · 64 px, grey, pad"."""
    try:
        size = size_text(file.stat().st_size)
    except OSError:
        size = "file missing"
    return (
        f"{count_text(table.count, 'pages')} · {size} · "
        f"{settings.resolution} px, {settings.colour}, {settings.fit}"
    )


ANOTHER_WAY = (
    "Or take over what another program made: StyleGAN's ZIP or folder, IDX files, the first "
    "DeepZine's HDF5. A folder of pictures is added on Collect."
)
"""The empty bench's hint at importing."""


def under_way(*, importing: bool) -> str:
    """Stands in for the summary of a dataset while it is made; how far it is, its job tells."""
    return "Importing…" if importing else "Building…"


def page_in_words(table: PageTable, page: int) -> str:
    """For example "report.pdf, page 12, left half, 1903: set aside (blank)"."""
    label = table.label_of(page)
    return (
        f"{table.documents[table.document[page]].name}, page {table.page[page]:,}"
        f"{PARTS.get(int(table.part[page]), '')}{', ' + label if label else ''}: "
        f"{state_in_words(int(table.marks.state[page]), int(table.marks.reason[page]))}"
    )


def state_in_words(state: int, reason_code: int) -> str:
    """Return "kept", "kept by hand", or for example "set aside (blank)"."""
    reason = REASONS[reason_code]
    if state == KEPT:
        return "kept by hand" if reason else "kept"
    return f"set aside ({reason})" if reason else "set aside"


def rebuild_remark(*, trouble: str, newcomers: int, some_in_part: bool) -> str:
    """Why a dataset is to be built again; "" where it need not be.

    Args:
        trouble: what is wrong with it.
        newcomers: documents that it lacks.
        some_in_part: it has some pages of one of them, as its build was stopped.
    """
    if trouble or not newcomers:
        return trouble
    are = "document is" if newcomers == 1 else "documents are"
    wholly = " wholly" if some_in_part else ""
    return f"{newcomers:,} {are} not{wholly} in this dataset yet: build again to add what is new."


def unusable_remark(*, kept: int) -> str:
    """Why a dataset cannot be learnt from; "" where it can."""
    return "" if kept else "All pages are set aside: bring some back."


def invitation(
    *, can_build: bool, busy: bool, importing: bool, opening: bool, trouble: str
) -> tuple[str, str]:
    """The empty bench's sentence and its button."""
    if opening:
        return "Opening the dataset…", ""
    if importing:
        return "Taking over another program's pages…", ""
    if busy:
        return "Turning documents into pages…", ""
    button = "Build" if can_build else "Go to Collect"
    if trouble:
        return trouble, button
    if can_build:
        return "Turn the documents of this project into square pages to learn from.", button
    return "There are no documents yet: collect some, or add your own.", button


def nothing_shown(*, busy: bool) -> str:
    """What the grid says where the filters let no page through."""
    later = " so far" if busy else ""
    return (
        f"No page fits the choices at the left{later}: "
        "choose All pages, All documents or All labels there."
    )


def shown_in_words(*, every: int, shown: int, selected: int) -> str:
    """For example "212 of 9,300 shown", or "3 of 212 selected"."""
    if selected > 1:
        return f"{selected:,} of {shown:,} selected"
    return f"{shown:,} shown" if shown == every else f"{shown:,} of {every:,} shown"
