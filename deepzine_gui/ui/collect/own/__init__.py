"""Documents of one's own on the Collect bench."""

from deepzine_gui.ui.collect.own.own_documents import OwnDocuments

__all__ = ["OwnDocuments"]
