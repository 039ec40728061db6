"""The search of the loopback archive: a small part of its query language, page by page."""

import re
from collections.abc import Callable, Iterable
from typing import Any

from tests.fakes.archive_parts import FakeItem

_FIELD = re.compile(r'(-?[\w-]+):(?:"([^"]*)"|\[(\S+) TO (\S+)\]|([^\s"\[\]()]+))$')


def scrape(
    items: Iterable[FakeItem], asked: dict[str, str], *, page_size: int, repeats_cursor: bool
) -> tuple[int, dict[str, Any]]:
    """Answer a search: the HTTP status, and a page of results or what is wrong with the query."""
    query = asked.get("q", "")
    bare = re.sub(r"\\.", "", query)
    if bare.count("(") != bare.count(")") or bare.count('"') % 2:
        return 400, {"error": "the query cannot be parsed"}
    found = [item.fields for item in items if "is_dark" not in item.answer]
    for test in _tests(query):
        found = [fields for fields in found if test(fields)]
    found.sort(key=_key(asked.get("sorts", "")))
    if asked.get("total_only") == "true":
        return 200, {"items": [], "count": 0, "total": len(found)}
    start = int(asked.get("cursor", "0"))
    page = found[start : start + min(page_size, int(asked.get("count", "5000")))]
    wanted = asked.get("fields", "identifier").split(",")
    shown = [{name: fields[name] for name in wanted if name in fields} for fields in page]
    answer: dict[str, Any] = {"items": shown, "count": len(shown), "total": len(found)}
    if repeats_cursor:
        answer["cursor"] = "0"
    elif start + len(page) < len(found):
        answer["cursor"] = str(start + len(page))
    return 200, answer


def _key(sorts: str) -> Callable[[dict[str, Any]], Any]:
    if sorts.startswith("downloads desc"):
        return lambda fields: (-int(fields.get("downloads", 0)), fields["identifier"])
    return lambda fields: fields["identifier"]


def _tests(query: str) -> list[Callable[[dict[str, Any]], bool]]:
    plain = re.sub(r"(?<!\\)[()]", " ", query)
    return [_test(" ".join(term.split())) for term in plain.split(" AND ") if term.strip()]


def _test(term: str) -> Callable[[dict[str, Any]], bool]:
    if term.startswith("NOT "):
        positive = _test(term.removeprefix("NOT "))
        return lambda fields: not positive(fields)
    if match := _FIELD.fullmatch(term):
        name, quoted, low, high, word = match.groups()
        if low is not None:
            return lambda fields: low <= str(fields.get(name, "")) <= high
        return lambda fields: (quoted or word) in _values(fields.get(name, []))
    words = term.replace("\\", "").casefold().split()
    return lambda fields: all(word in str(fields).casefold() for word in words)


def _values(value: Any) -> list[str]:
    return [str(one) for one in (value if isinstance(value, list) else [value])]
