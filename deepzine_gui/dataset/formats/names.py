"""Names of exported pages: safe on every system, and each one only once."""

import re
import unicodedata

from deepzine_gui.files import is_reserved

_UNSAFE = re.compile(r"[^\w.()-]+")
_LONGEST_BYTES = 100
_PARTS = ("", "-left", "-right")


class PageNames:
    """Gives each page a name of its own; names differ in more than upper and lower case."""

    def __init__(self) -> None:
        self._taken: set[str] = set()
        self._folders: dict[str, str] = {}

    def page(self, document: str, page: int, part: int = 0, *, folder: str = "") -> str:
        """Return ``[folder/]document-0007.png``, with ``-left`` or ``-right`` for half a spread."""
        stem = f"{safe(document)}-{page:04}{_PARTS[part]}"
        return self._unique(f"{folder}/{stem}" if folder else stem, ".png")

    def folder(self, label: str) -> str:
        """Return the folder of a label, the same each time; "" for no label."""
        if label not in self._folders:
            parts = [safe(part) for part in label.split("/") if part]
            self._folders[label] = self._unique("/".join(parts), "") if parts else ""
        return self._folders[label]

    def _unique(self, stem: str, suffix: str) -> str:
        name, copy = stem + suffix, 1
        while name.casefold() in self._taken:
            copy += 1
            name = f"{stem}~{copy}{suffix}"
        self._taken.add(name.casefold())
        return name


def safe(text: str) -> str:
    """Return a piece of a file name: no separators, no reserved words, at most 100 bytes."""
    plain = _UNSAFE.sub("_", unicodedata.normalize("NFC", text)).strip(" .")
    short = plain.encode("utf-8", "ignore")[:_LONGEST_BYTES].decode("utf-8", "ignore").rstrip(" .")
    if not short or is_reserved(short):
        return f"{short}_"
    return short
