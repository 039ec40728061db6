"""The project's queue of downloads: what waits, what arrives, what failed and why."""

from deepzine_gui.ui.collect.downloads.downloads import Downloads

__all__ = ["Downloads"]
