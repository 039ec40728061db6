"""An item of the archive, read from what its search and metadata services answer."""

import dataclasses
import re
from collections.abc import Mapping
from typing import Any

FIELDS = (
    "identifier",
    "title",
    "creator",
    "year",
    "date",
    "language",
    "imagecount",
    "item_size",
    "downloads",
    "licenseurl",
    "rights",
    "possible-copyright-status",
    "collection",
    "access-restricted-item",
    "format",
)
"""The metadata fields asked for in a search."""

DARK = "This item has been withdrawn from the archive."
_BORROWED = "This item can only be borrowed."
_PRINT_DISABLED = "This item is reserved for readers with print disabilities."
_RESTRICTED = "Access to this item is restricted."
CLOSED = "The documents of this item are private or encrypted."
NO_PDF = "There is no PDF among the files of this item."

IN_SHORT = {
    DARK: "Withdrawn",
    _BORROWED: "Only lent",
    _PRINT_DISABLED: "Only lent",
    _RESTRICTED: "Restricted",
    CLOSED: "Private",
    NO_PDF: "No PDF",
}
"""Why an item cannot be taken, in a word or two."""

_IDENTIFIER = re.compile(r"[A-Za-z0-9_@-][A-Za-z0-9._@-]{0,100}")


@dataclasses.dataclass(frozen=True, slots=True)
class Item:
    """What is known of an item before its documents are taken.

    Attributes:
        size_bytes: of the documents that would be taken if `is_weighed`; else of all the item's
            files, an upper bound.
        collection: the first it belongs to, which is the one it was put into.
        restricted: one sentence why it cannot be taken, empty if it can.
        is_weighed: its list of files was read, so that size and number of documents are exact.
        documents: how many files would be taken; 1 is assumed until it is weighed.
    """

    identifier: str
    title: str
    creator: str = ""
    year: int | None = None
    language: str = ""
    collection: str = ""
    pages: int | None = None
    size_bytes: int | None = None
    downloads: int | None = None
    rights: str = ""
    restricted: str = ""
    is_weighed: bool = False
    documents: int = 1


def is_identifier(text: str) -> bool:
    """Whether `text` has the form of an identifier, and so is safe as the name of a folder."""
    return _IDENTIFIER.fullmatch(text) is not None


def item_of(fields: Mapping[str, Any]) -> Item | None:
    """Make an item of a search result or of the ``metadata`` of an item; None if it has no name."""
    identifier = text_of(fields.get("identifier"))
    if not is_identifier(identifier):
        return None
    return Item(
        identifier=identifier,
        title=text_of(fields.get("title")) or identifier,
        creator=text_of(fields.get("creator")),
        year=_year_of(fields),
        language=text_of(fields.get("language")),
        collection=next(iter(_collections_of(fields)), ""),
        pages=number_of(fields.get("imagecount")),
        size_bytes=number_of(fields.get("item_size")),
        downloads=number_of(fields.get("downloads")),
        rights=_rights_of(fields),
        restricted=_restriction_of(fields),
    )


def text_of(value: Any) -> str:
    """A field as one line: several values are joined, none is empty."""
    if isinstance(value, list):
        return "; ".join(filter(None, map(text_of, value)))
    return "" if value is None else " ".join(str(value).split())


def number_of(value: Any) -> int | None:
    """A field as a whole number of at least 0, or None."""
    text = text_of(value)
    return int(text) if text.isascii() and text.isdecimal() else None


def _year_of(fields: Mapping[str, Any]) -> int | None:
    for name in ("year", "date"):
        if found := re.match(r"\d{4}", text_of(fields.get(name))):
            return int(found.group())
    return None


def _rights_of(fields: Mapping[str, Any]) -> str:
    names = ("licenseurl", "rights", "possible-copyright-status")
    return next(filter(None, (text_of(fields.get(name)) for name in names)), "")


def _collections_of(fields: Mapping[str, Any]) -> list[str]:
    return _texts_of(fields.get("collection"))


def _texts_of(value: Any) -> list[str]:
    found = value or []
    return [text_of(name) for name in (found if isinstance(found, list) else [found])]


def _restriction_of(fields: Mapping[str, Any]) -> str:
    collections = _collections_of(fields)
    if "inlibrary" in collections:
        return _BORROWED
    if "printdisabled" in collections:
        return _PRINT_DISABLED
    if text_of(fields.get("access-restricted-item")).lower() == "true":
        return _RESTRICTED
    return _want_of_pdf(_texts_of(fields.get("format")))


def _want_of_pdf(formats: list[str]) -> str:
    """Why an item with files of these formats has nothing to take; "" if it has, or may have."""
    pdfs = [name for name in formats if "pdf" in name.lower()]
    if not formats or any("encrypted" not in name.lower() for name in pdfs):
        return ""
    return CLOSED if pdfs else NO_PDF
