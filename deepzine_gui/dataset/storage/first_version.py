"""The table of dataset files of version 1, which knew no measures, as that of today.

::

    /          attributes settings (JSON), missing (JSON)
    /pages/*   document, source, rights, label, reason (text), page, aspect, state
"""

import json
from typing import Any

import h5py
import numpy as np
from numpy.typing import NDArray

from deepzine_gui.dataset.storage.layout import PAGE_COLUMNS, PAGES
from deepzine_gui.dataset.values import Columns, DocumentRow, MissingPage
from deepzine_gui.pages import PageSettings

COLUMNS = "document", "page", "source", "rights", "aspect", "label", "state", "reason"
_KEPT_AS_THEY_ARE = "page", "aspect", "state"
_UNTOUCHED = {"split": 0, "trim": 0, "straighten": 0, "whiten": 0, "ink": 0}
"""What was not yet done to pages."""


def settings(file: Any) -> PageSettings:
    """Return how the pages were made."""
    return PageSettings.model_validate(_UNTOUCHED | json.loads(file.attrs["settings"]))


def documents_and_missing(
    file: Any,
) -> tuple[tuple[DocumentRow, ...], tuple[MissingPage, ...]]:
    """Return the documents in the order of their pages; which pages of them miss is not known."""
    names, pages, sources, rights = (
        plain(file[PAGES][name]) for name in ("document", "page", "source", "rights")
    )
    found: dict[str, DocumentRow] = {}
    for name, page, source, right in zip(names, pages, sources, rights, strict=True):
        seen = found[name].pages if name in found else 0
        found[name] = DocumentRow(name, source=source, rights=right, pages=max(page, seen))
    return tuple(found.values()), ()


def columns(
    file: Any, part: slice, documents: tuple[DocumentRow, ...], document_pages: NDArray[np.int32]
) -> Columns:
    """Return that part of the table of pages; measures are 0, and no reason is known."""
    table = file[PAGES]
    places = {document.name: place for place, document in enumerate(documents)}
    names = plain(table["document"], part)
    filled: dict[str, Any] = {
        name: np.zeros(len(names), dtype) for name, dtype in PAGE_COLUMNS.items()
    }
    filled["document"][:] = [places[name] for name in names]
    for name in _KEPT_AS_THEY_ARE:
        filled[name] = table[name][part].astype(PAGE_COLUMNS[name])
    filled["label"] = np.empty(len(names), object)
    filled["label"][:] = plain(table["label"], part)
    return Columns(document_pages=document_pages, **filled)


def plain(stored: Any, part: slice = slice(None)) -> list[Any]:
    """Return a column of numbers or text as Python's own."""
    values = stored.asstr()[part] if h5py.check_string_dtype(stored.dtype) else stored[part]
    listed: list[Any] = values.tolist()
    return listed
