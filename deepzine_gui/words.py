"""Numbers as people read them: sizes, counts, times, and how far a job is."""

import re
from unicodedata import category

from deepzine_gui.progress import Pace, Progress

_NOT_OF_A_LINE = "Cc", "Zl", "Zp"
"""Unicode's categories of controls and of what begins a line."""

_NO_BYTE = re.compile("[\ud800-\udc7f\udd00-\udfff]")
"""Halves of characters that stand for no byte of a name either; UTF-8 has none."""


def size_text(size_bytes: float) -> str:
    """A number of bytes: "312 GB", "1.4 MB", "900 B"."""
    for unit, factor in (("TB", 1e12), ("GB", 1e9), ("MB", 1e6), ("kB", 1e3)):
        if size_bytes >= factor:
            amount = size_bytes / factor
            return f"{amount:.1f} {unit}" if amount < 10 else f"{amount:,.0f} {unit}"
    return f"{size_bytes:.0f} B"


def amount_text(amount: float, unit: str) -> str:
    """An amount with its unit: "1,204 pages", "1 page", "12.5 kimg", "24 MB"."""
    if unit == "bytes":
        return size_text(amount)
    if unit.endswith("s") or amount >= 100:
        return count_text(round(amount), unit)
    return f"{amount:.1f} {unit}"


def count_text(count: int, unit: str) -> str:
    """A count of things whose plural is `unit`: "1 page", "18,204 pages"."""
    return f"{count:,} {unit[:-1] if count == 1 and unit.endswith('s') else unit}"


def plain_text(text: str) -> str:
    """Return text on one line that any file and any terminal can hold.

    Names of files may have line breaks, commands to a terminal, or bytes that are no text at all.
    """
    known = _NO_BYTE.sub("\ufffd", text)
    whole = known.encode("utf-8", "surrogateescape").decode("utf-8", "replace")
    return "".join("\ufffd" if category(one) in _NOT_OF_A_LINE else one for one in whole)


def time_text(seconds: float) -> str:
    """A time left: "8 s", "12 min", "3 h 20 min", "2 days"."""
    if seconds < 60:
        return f"{max(1, round(seconds))} s"
    minutes = round(seconds / 60)
    if minutes < 60:
        return f"{minutes} min"
    if minutes < 48 * 60:
        hours, rest = divmod(minutes, 60)
        return f"{hours} h {rest} min" if rest and hours < 10 else f"{hours} h"
    return f"{round(minutes / 60 / 24)} days"


def progress_text(event: Progress, pace: Pace) -> str:
    """How far a job is: "1,204 of 9,300 pages · 82 pages a second · 2 min left"."""
    done = amount_text(event.done, event.unit)
    parts = [done]
    if event.total:
        number = done.removesuffix(event.unit).strip()
        parts = [f"{number} of {amount_text(event.total, event.unit)}"]
    if rate := pace.rate:
        parts.append(f"{_rate_text(rate, event.unit)} a second")
    if left := pace.seconds_left:
        parts.append(f"{time_text(left)} left")
    return " · ".join(parts)


def _rate_text(rate: float, unit: str) -> str:
    if unit == "bytes":
        return size_text(rate)
    if unit == "kimg":
        rate, unit = 1000 * rate, "pages"
    if rate >= 10:
        return f"{rate:,.0f} {unit}"
    amount = f"{rate:.2g}"
    return count_text(1, unit) if amount == "1" else f"{amount} {unit}"
