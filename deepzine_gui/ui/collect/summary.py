"""What was found, in one line."""

from deepzine_gui.ui.collect.listing import Listing
from deepzine_gui.words import count_text, size_text


def summary(listing: Listing, total: int, shown: int, *, is_searching: bool) -> str:
    """How many items, pages and bytes there are; "" where nothing is found yet.

    Args:
        listing: what has come so far.
        total: how many the archive announced; 0 if it did not.
        shown: how many the filter lets through.
        is_searching: more will come.
    """
    count = len(listing)
    if not count:
        return ""
    parts = [count_text(max(total, count), "items")]
    if count < total:
        parts.append(f"{count:,} {'listed so far' if is_searching else 'listed'}")
    if pages := int(listing.column("pages").sum()):
        parts.append(count_text(pages, "pages"))
    has_no_size = ~listing.column("is_weighed") & (listing.column("size_bytes") == 0)
    is_exact = bool((listing.column("is_weighed") | has_no_size).all())
    if size := int(listing.expected_bytes().sum()):
        sure = "" if is_exact else "about " if listing.share.ratio else "at most "
        unknown = int((has_no_size & listing.is_open()).sum())
        rest = f" and {unknown:,} of unknown size" if unknown else ""
        parts.append(sure + size_text(size) + rest)
    if closed := count - int(listing.is_open().sum()):
        parts.append(f"{closed:,} cannot be taken")
    if shown < count:
        parts.append(f"{shown:,} shown")
    return " · ".join(parts)
