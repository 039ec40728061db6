"""Which pages are set aside: rules with a strength each, judged on measures alone."""

import numpy as np
from numpy.typing import NDArray
from pydantic import BaseModel, ConfigDict, Field

from deepzine_gui.dataset.judging.fingerprints import doubles
from deepzine_gui.dataset.values import KEPT, REASONS, SET_ASIDE, Columns, Reason

MOST_BITS = 6
"""Fingerprints that differ in more bits say nothing about likeness."""

_STAINED = 10
"""So many times the ink of a blank typeset page may lie on a blank scanned one."""


class Rules(BaseModel):
    """What is set aside; nothing is deleted, and 0 turns a rule off."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    skip_first: int = Field(
        0,
        ge=0,
        le=1000,
        description="Set aside this many pages at the start of each document, for instance covers.",
    )
    skip_last: int = Field(
        0, ge=0, le=1000, description="Set aside this many pages at the end of each document."
    )
    blanks: float = Field(
        0.0003,
        ge=0,
        le=1,
        description="Set aside pages with less ink than this share; scans, whose paper has "
        "stains, with less than ten times as much. At 0.0003 a page with nothing but its number "
        "is blank, one with a line of print is not.",
    )
    doubles: int = Field(
        2,
        ge=0,
        le=MOST_BITS,
        description="Set aside pages that look like an earlier one: their fingerprints of 64 bits "
        "differ in at most this many. Larger values take pages that are only alike, too.",
    )
    pictures: float = Field(
        0.0,
        ge=0,
        le=1,
        description="Set aside pages of which this share or more is toned like a picture: 0.5 "
        "finds plates and covers, 0.2 large pictures within the text, too.",
    )
    black: float = Field(
        0.98,
        ge=0,
        le=1,
        description="Set aside pages of which this share or more is nearly black: 0.98 finds "
        "frames without a page, 0.9 white print on black, too.",
    )
    small: int = Field(
        0,
        ge=0,
        le=10_000,
        description="Set aside scans whose shorter side has fewer pixels than this.",
    )


NO_RULES = Rules(blanks=0, doubles=0, black=0)
"""Sets nothing aside."""


def judge(columns: Columns, rules: Rules) -> tuple[NDArray[np.uint8], NDArray[np.uint8]]:
    """Return state and reason (places in `REASONS`) that the rules give all pages, uint8 (N,) each.

    Pages marked by hand stay as they are. Each other page is kept, or set aside for the first
    reason that holds, whatever its state was before. Of pages that are alike the first in the
    file is kept; a page that a rule sets aside makes no other one a double, one set aside by hand
    does: who rejects a page rejects its like. Stronger rules set aside the same pages and more,
    but for doubles: there one page more set aside may keep another.
    """
    by_hand = columns.reason == _code("by hand")
    reason = np.zeros(columns.count, np.uint8)
    for name, holds in reversed(_single(columns, rules)):
        reason[holds] = _code(name)
    state = np.where(reason > 0, SET_ASIDE, KEPT).astype(np.uint8)
    reason[by_hand], state[by_hand] = columns.reason[by_hand], columns.state[by_hand]
    if rules.doubles:
        seen = np.flatnonzero((state == KEPT) | by_hand)
        alike = doubles(columns.fingerprint[seen], rules.doubles, never=by_hand[seen])
        state[seen[alike]], reason[seen[alike]] = SET_ASIDE, _code("double")
    return state, reason


def _single(columns: Columns, rules: Rules) -> list[tuple[Reason, NDArray[np.bool_]]]:
    """The rules that judge each page on its own, the first that holds gives the reason."""
    total = columns.document_pages[columns.document]
    scanned = columns.original_px > 0
    return [
        ("first pages", columns.page <= rules.skip_first),
        ("last pages", columns.page > total - rules.skip_last),
        ("black", (columns.black >= rules.black) & (rules.black > 0)),
        ("blank", columns.ink < rules.blanks * np.where(scanned, _STAINED, 1)),
        ("small", scanned & (columns.original_px < rules.small)),
        ("picture", (columns.picture >= rules.pictures) & (rules.pictures > 0)),
    ]


def _code(reason: Reason) -> int:
    return REASONS.index(reason)
