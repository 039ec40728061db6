"""What a person asks the archive for: a name, an address of archive.org, or words."""

import dataclasses
import re
from urllib.parse import parse_qs, unquote, urlsplit

from deepzine_gui.archive.items import is_identifier
from deepzine_gui.errors import ArchiveError

_ADDRESS = re.compile(r"(?:https?://)?(?:www\.)?archive\.org(?:/|$)", re.IGNORECASE)
_FOREIGN = re.compile(r"[a-z][a-z0-9+.-]*://", re.IGNORECASE)
_ITEM_SERVICES = ("details", "download", "stream", "embed", "metadata", "compress")
_SEARCH_SERVICES = ("search", "search.php", "advancedsearch.php")
_LANGUAGE_SIGNS = re.compile(r'[:"()\[\]]')
_SPECIAL = re.compile(r'([+\-!(){}\[\]^"~*?:\\/]|&&|\|\|)')
_PAIRS = {"(": ")", "[": "]"}
_INSIDE_TEXTS = "TXT"


@dataclasses.dataclass(frozen=True, slots=True)
class Question:
    """What to look for: an item or collection by name, or a query in the archive's language."""

    identifier: str = ""
    query: str = ""


def understand(text: str) -> Question:
    """Read what was typed or pasted.

    Raises:
        ArchiveError: nothing was typed, or an address that names neither item nor search.
    """
    text = text.strip()
    if not text:
        raise ArchiveError(
            "There is nothing to search for: type a collection such as MBLWHOI, an address of "
            "archive.org, or words."
        )
    if _ADDRESS.match(text):
        return _of_address(text)
    if _FOREIGN.match(text):
        raise ArchiveError(f"“{text}” is no address of archive.org: only those can be searched.")
    if is_identifier(text):
        return Question(identifier=text)
    return Question(query=words_query(text))


def words_query(text: str) -> str:
    """Words as a query: as they stand if they are well-formed query language, else taken plainly.

    The language is that of Lucene, as https://archive.org/advancedsearch.php documents it.
    """
    text = " ".join(text.split())
    if _LANGUAGE_SIGNS.search(text) and _is_balanced(text):
        return text
    return _SPECIAL.sub(r"\\\1", text)


def members_query(collection: str) -> str:
    """The query for all that belongs to a collection."""
    return f"collection:{collection}"


def _of_address(address: str) -> Question:
    parts = urlsplit(address if "://" in address else f"https://{address}")
    service, identifier, *_ = [*map(unquote, parts.path.strip("/").split("/")), "", ""]
    asked = parse_qs(parts.query)
    query = " AND ".join(f"({part})" for part in _parts_of_query(asked))
    if service in _SEARCH_SERVICES and query:
        return Question(query=query)
    if service in _ITEM_SERVICES and is_identifier(identifier):
        if query:
            return Question(query=f"{members_query(identifier)} AND {query}")
        return Question(identifier=identifier)
    raise ArchiveError(
        f"“{address}” names no item and no search: copy the address of a details or search page."
    )


def _parts_of_query(asked: dict[str, list[str]]) -> list[str]:
    """The words of a search page, and the boxes ticked at its side."""
    if _INSIDE_TEXTS in asked.get("sin", []):
        raise ArchiveError(
            "That address searches inside the texts, which DeepZine cannot: choose “Search "
            "metadata” on the page and copy its address anew."
        )
    words = [words_query(text) for key in ("query", "q") for text in asked.get(key, [])]
    ticked = [words_query(text) for text in asked.get("and[]", [])]
    unwanted = [f"NOT {words_query(text)}" for text in asked.get("not[]", [])]
    return words + ticked + unwanted


def _is_balanced(text: str) -> bool:
    """Whether all brackets and quotation marks close."""
    plain = re.sub(r'\\.|"[^"]*"', "", text)
    if '"' in plain:
        return False
    awaited: list[str] = []
    for sign in plain:
        if sign in _PAIRS:
            awaited.append(_PAIRS[sign])
        elif sign in _PAIRS.values() and (not awaited or awaited.pop() != sign):
            return False
    return not awaited
