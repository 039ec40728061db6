"""Transfers, counted as they are under way."""

import threading
from typing import Any

import pytest

from deepzine_gui.archive.downloading import taking
from deepzine_gui.archive.downloading.fetching import fetch


def counted_transfers(patch: pytest.MonkeyPatch) -> list[int]:
    """How many are under way, itself included, as each of them begins; it grows with them."""
    counting = threading.Lock()
    under_way, seen = 0, list[int]()

    def counted(*given: Any) -> str:
        nonlocal under_way
        with counting:
            under_way += 1
            seen.append(under_way)
        try:
            return fetch(*given)
        finally:
            with counting:
                under_way -= 1

    patch.setattr(taking, "fetch", counted)
    return seen
