"""The measures of a model as a table for a reader."""

import textwrap

from deepzine_gui.training.measures.values import Evaluated
from deepzine_gui.words import count_text

_NAME, _NUMBER, _TEXT = 27, 9, 58


def table(found: Evaluated) -> str:
    """Each measure with its value, that of real pages, and what is good, wrapped."""
    compared = count_text(found.count, "made-up pages")
    head = f"{compared} of {found.resolution} px and as many real ones of {found.dataset}"
    lines = [found.summary, f"  {head}", "", _row("", "made up", "real", "good is")]
    for measure in found.measures:
        first, *rest = textwrap.wrap(measure.good, _TEXT)
        lines.append(_row(measure.name, _number(measure.value), _number(measure.real), first))
        lines += [_row("", "", "", text) for text in rest]
    return "\n".join(line.rstrip() for line in lines)


def _row(name: str, value: str, real: str, text: str) -> str:
    return f"  {name:{_NAME}}{value:>{_NUMBER}}{real:>{_NUMBER}}   {text}"


def _number(value: float) -> str:
    return f"{value:,}" if isinstance(value, int) else f"{value:.3g}"
