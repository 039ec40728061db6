"""How strong each step and each rule can be made with a slider, and how that reads."""

from deepzine_gui.dataset.judging.rules import MOST_BITS, Rules
from deepzine_gui.dataset.values import Reason
from deepzine_gui.pages import PageSettings
from deepzine_gui.ui.strengths import Scale


def _percent(share: float) -> str:
    return f"{100 * share:.0f} %"


def _ink(share: float) -> str:
    return f"< {100 * share:.2f} %"


def _from(share: float) -> str:
    return f"≥ {100 * share:.0f} %"


def _degrees(degrees: float) -> str:
    return f"≤ {degrees:g}°"


def _bits(bits: float) -> str:
    return f"≤ {bits:.0f} bits" if bits > 1 else "≤ 1 bit"


def _pixels(pixels: float) -> str:
    return f"< {pixels:.0f} px"


def _pages(pages: float) -> str:
    return f"{pages:.0f} page" if round(pages) == 1 else f"{pages:.0f} pages"


_SETTINGS, _RULES = PageSettings(), Rules()

STEP_LABELS = {
    "split": "Split spreads",
    "trim": "Trim margins",
    "straighten": "Straighten",
    "whiten": "Whiten paper",
    "ink": "Darken ink",
}
STEPS = {
    "split": Scale(step=0.05, high=1.0, usual=_SETTINGS.split, text=_percent),
    "trim": Scale(step=0.05, high=1.0, usual=_SETTINGS.trim, text=_percent),
    "straighten": Scale(step=0.5, high=10.0, usual=_SETTINGS.straighten, text=_degrees),
    "whiten": Scale(step=0.05, high=1.0, usual=0.5, text=_percent),
    "ink": Scale(step=0.05, high=1.0, usual=0.5, text=_percent),
}
"""Of the fields of `PageSettings` that are strengths."""

RULE_LABELS = {
    "blanks": "Blank pages",
    "doubles": "Doubles",
    "pictures": "Pictures",
    "black": "Black pages",
    "small": "Small originals",
    "skip_first": "First pages",
    "skip_last": "Last pages",
}
RULES = {
    "blanks": Scale(step=0.0001, high=0.003, usual=_RULES.blanks, text=_ink),
    "doubles": Scale(step=1, high=MOST_BITS, usual=_RULES.doubles, text=_bits),
    "pictures": Scale(step=0.05, high=1.0, usual=0.5, text=_from),
    "black": Scale(step=0.02, high=1.0, usual=_RULES.black, text=_from),
    "small": Scale(step=50, high=2000, usual=400, text=_pixels),
    "skip_first": Scale(step=1, high=30, usual=2, text=_pages),
    "skip_last": Scale(step=1, high=30, usual=2, text=_pages),
}
"""Of all fields of `Rules`."""

REASONS: dict[str, Reason] = {
    "blanks": "blank",
    "doubles": "double",
    "pictures": "picture",
    "black": "black",
    "small": "small",
    "skip_first": "first pages",
    "skip_last": "last pages",
}
"""The reason for which each rule sets pages aside."""
