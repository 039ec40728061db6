"""What the settings and rules come to, in a line."""

from deepzine_gui.dataset.judging.rules import Rules
from deepzine_gui.pages import PageSettings
from deepzine_gui.ui.dataset.settings.scales import RULE_LABELS, STEP_LABELS
from deepzine_gui.ui.dataset.settings.tally import Tally
from deepzine_gui.words import count_text, size_text

_SHRINKS_TO = 0.33
"""Size of compressed pages against their pixels, roughly: 0.4 of scans, 0.25 of typeset ones."""

_KNOWN_BYTES = 234
"""What the file holds of a page besides its pixels: of small ones it is the greater part."""


def plan_text(settings: PageSettings, rules: Rules) -> str:
    """For example "Cleaning: split spreads, trim margins · Set aside: blank pages, doubles"."""
    steps = [label for name, label in STEP_LABELS.items() if getattr(settings, name)]
    aside = [label for name, label in RULE_LABELS.items() if getattr(rules, name)]
    return f"Cleaning: {_listed(steps)} · Set aside: {_listed(aside)}"


def outcome_text(tally: Tally | None, pages: int) -> str:
    """What becomes of a dataset's pages; before there is one, the `pages` of all documents.

    For example "9,300 pages → 8,870 kept, 430 set aside".
    """
    if tally is None:
        return count_text(pages, "pages") if pages else ""
    aside = tally.pages - tally.kept
    return f"{count_text(tally.pages, 'pages')} → {tally.kept:,} kept, {aside:,} set aside"


def size_to_come(pages: int, settings: PageSettings) -> str:
    """How large the file of a dataset of `pages` will be: "dataset about 140 MB"."""
    raw_bytes = pages * settings.channels * settings.resolution**2
    return f"dataset about {size_text(_SHRINKS_TO * raw_bytes + _KNOWN_BYTES * pages)}"


def _listed(labels: list[str]) -> str:
    return ", ".join(labels).lower() or "nothing"
