"""The question for files with pages, the same from the menu and on the Collect bench."""

from pathlib import Path

from PySide6.QtWidgets import QFileDialog, QWidget


def ask_for_documents(parent: QWidget) -> list[Path]:
    """Ask for PDFs, pictures and archives of them; nothing where the question is left."""
    from deepzine_gui.pages import documents
    from deepzine_gui.pages.own import unpacking

    ends = " ".join(f"*{end}" for end in (*documents.SUFFIXES, *unpacking.SUFFIXES))
    # the ends are too many to be read in the dialog
    names, _ = QFileDialog.getOpenFileNames(
        parent,
        "Add own documents",
        "",
        f"PDFs, pictures, ZIP and CBZ ({ends});;All files (*)",
        options=QFileDialog.Option.HideNameFilterDetails,
    )
    return [Path(name) for name in names]
