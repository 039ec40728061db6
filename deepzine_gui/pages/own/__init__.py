"""Documents of one's own, brought into a project: copied, or unpacked from archives."""

from deepzine_gui.pages.own.bringing import bring, is_archive

__all__ = ["bring", "is_archive"]
