"""What the Dataset bench says of a dataset, and of what to do next."""

from pathlib import Path

from deepzine_gui.ui.dataset.page_reader import Opened
from deepzine_gui.words import count_text, size_text


def summary(opened: Opened, file: Path) -> str:
    """For example "1,204 pages · 12 MB · 64 px, grey, pad"."""
    settings = opened.settings
    colour = "grey" if settings.colour == "grey" else "RGB"
    try:
        size = size_text(file.stat().st_size)
    except OSError:
        size = "file missing"
    return (
        f"{count_text(opened.count, 'pages')} · {size} · "
        f"{settings.resolution} px, {colour}, {settings.fit}"
    )


def remark(*, trouble: str, newcomers: int) -> str:
    """Why a dataset is to be built again; "" where it need not be."""
    if trouble or not newcomers:
        return trouble
    are = "document is" if newcomers == 1 else "documents are"
    return f"{newcomers:,} {are} not in this dataset yet."


def invitation(*, can_build: bool, busy: bool, pages: int, trouble: str) -> tuple[str, str]:
    """The empty bench's sentence and its button."""
    if busy:
        return f"Turning documents into pages: {count_text(pages, 'pages')} done.", ""
    button = "Build" if can_build else "Go to Collect"
    if trouble:
        return trouble, button
    if can_build:
        return "Turn the documents of this project into square pages to learn from.", button
    return "There are no documents yet: collect some, or add your own.", button
