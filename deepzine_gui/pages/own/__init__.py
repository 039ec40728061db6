"""Documents of one's own, brought into a project: copied, or unpacked from archives."""

from deepzine_gui.pages.own.bringing import archives_in, bring, is_archive

__all__ = ["archives_in", "bring", "is_archive"]
