"""Which of an item's many files to take: one readable PDF per original, never its twin."""

import dataclasses
import re
from collections.abc import Iterable, Mapping, Sequence
from pathlib import PurePosixPath
from typing import Any

from deepzine_gui.archive.items import number_of, text_of
from deepzine_gui.files import is_reserved

_WANTED_FORMATS = ("Text PDF", "Image Container PDF", "Additional Text PDF")
_TWIN = re.compile(r"(_bw|_text)+$")
_FORBIDDEN = re.compile(r'[\x00-\x1f\x7f<>:"/\\|?*]')
_LONGEST_NAME_BYTES = 150


@dataclasses.dataclass(frozen=True, slots=True)
class ArchiveFile:
    """A file of an item: its name there, size in bytes and MD5 (empty: not told)."""

    name: str
    size_bytes: int | None
    md5: str

    @property
    def leads_out(self) -> bool:
        """Whether its address would be that of something outside its item."""
        return ".." in PurePosixPath(self.name).parts

    @property
    def local_name(self) -> str:
        """A name any system can store, without folders; ends in ``.pdf``."""
        name = _FORBIDDEN.sub("_", PurePosixPath(self.name).name)
        stem = name[: -len(".pdf")] if name.lower().endswith(".pdf") else name
        stem = stem.encode()[:_LONGEST_NAME_BYTES].decode(errors="ignore").strip(" .")
        return f"_{stem}.pdf" if not stem or is_reserved(stem) else f"{stem}.pdf"


def choose_files(files: Sequence[Mapping[str, Any]]) -> tuple[ArchiveFile, ...]:
    """Choose from the ``files`` of an item's metadata, in the order of their names.

    Text PDF goes before Image Container PDF, Additional Text PDF and any original PDF. Two files
    are the same document if they descend from one original or differ by ``_bw`` or ``_text``.
    """
    originals = {text_of(file.get("name")): text_of(file.get("original")) for file in files}
    seen: set[str] = set()
    chosen = []
    for _, name, file in sorted(_candidates(files), key=lambda candidate: candidate[:2]):
        same = {f"root {_root(name, originals)}", f"stem {_stem(name)}"}
        if seen.isdisjoint(same):
            chosen.append(
                ArchiveFile(name, number_of(file.get("size")), text_of(file.get("md5")).lower())
            )
        seen |= same
    return tuple(sorted(chosen, key=lambda file: file.name))


def is_closed(file: Mapping[str, Any]) -> bool:
    """Whether a file is listed but cannot be read: private or encrypted."""
    private = text_of(file.get("private")).lower() == "true"
    return private or "encrypted" in text_of(file.get("format")).lower()


def is_pdf(file: Mapping[str, Any]) -> bool:
    """Whether a file is a PDF by its name."""
    return text_of(file.get("name")).lower().endswith(".pdf")


def _candidates(
    files: Iterable[Mapping[str, Any]],
) -> Iterable[tuple[int, str, Mapping[str, Any]]]:
    for file in files:
        if not is_pdf(file) or is_closed(file) or number_of(file.get("size")) == 0:
            continue
        name, kind = text_of(file.get("name")), text_of(file.get("format"))
        if kind in _WANTED_FORMATS:
            yield _WANTED_FORMATS.index(kind), name, file
        elif text_of(file.get("source")) == "original":
            yield len(_WANTED_FORMATS), name, file


def _root(name: str, originals: Mapping[str, str]) -> str:
    passed = set()
    while originals.get(name) and name not in passed:
        passed.add(name)
        name = originals[name]
    return name


def _stem(name: str) -> str:
    return _TWIN.sub("", name[: -len(".pdf")].lower())
