"""What identifies the documents of a dataset: the content of their files, and the settings.

A key is 32 digits for the files, 32 for the settings, and for the second document of the same
content ``-2``, for the third ``-3``.
"""

import hashlib
import json
from collections.abc import Generator, Sequence
from pathlib import Path

from deepzine_gui.errors import DocumentError
from deepzine_gui.pages import Document, PageSettings
from deepzine_gui.pages.documents import pictures_in

_RENDERING = 10
"""Raised when the same settings give other pixels, so that old pages are not mixed with new."""

_DIGITS = 32
_AT_ONCE_BYTES = 2**24


def read_contents(
    documents: Sequence[Document],
) -> Generator[None, None, list[str | DocumentError]]:
    """Return the digits that stand for each document's files, or why they cannot be read.

    The files are read whole, with a pause after every few megabytes: an edit may leave size, time
    and nearly all bytes as they were. Place, name and time do not count, so that pages and marks
    are found again wherever a document is moved.
    """
    contents: list[str | DocumentError] = []
    for document in documents:
        try:
            contents.append((yield from _content(document)))
        except DocumentError as error:
            contents.append(error)
        except OSError as error:
            contents.append(DocumentError(f"{document.path} cannot be read: {error.strerror}."))
    return contents


def key_of(content: str, settings: PageSettings, number: int = 1) -> str:
    """Return the key of a document, the `number`-th of the same content."""
    half = _digest([_RENDERING, settings.model_dump(mode="json")])
    return content + half + (f"-{number}" if number > 1 else "")


def content_of(key: str) -> str:
    """Return the digits of a key that stand for the files."""
    return key[:_DIGITS]


def number_of(key: str) -> int:
    """Return which of the documents of the same content a key means, from 1."""
    number = key[2 * _DIGITS + 1 :]
    return int(number) if number.isdecimal() else 1


def _content(document: Document) -> Generator[None, None, str]:
    files = pictures_in(document.path) if document.kind == "folder" else [document.path]
    digests: list[str] = []
    for file in files:
        digests += [(yield from _digest_of_file(file))]
    return _digest(digests)


def _digest_of_file(file: Path) -> Generator[None, None, str]:
    digest = hashlib.sha256()
    with file.open("rb") as opened:
        while block := opened.read(_AT_ONCE_BYTES):
            digest.update(block)
            yield
    return digest.hexdigest()


def _digest(told: object) -> str:
    return hashlib.sha256(json.dumps(told).encode()).hexdigest()[:_DIGITS]
