"""What a project says of its dataset: the page settings and the rules."""

from typing import TYPE_CHECKING

from pydantic import ValidationError

from deepzine_gui.dataset import Rules
from deepzine_gui.pages import PageSettings

if TYPE_CHECKING:
    from deepzine_gui.project import Project

_UNUSABLE = "The page settings in project.yaml cannot be used: the usual ones are taken instead."


def chosen_in(project: "Project") -> tuple[PageSettings, Rules, str]:
    """Return the page settings and rules chosen, and a sentence where they cannot be used."""
    try:
        settings = PageSettings.model_validate(project.choices.pages)
        rules = Rules.model_validate(project.choices.rules)
    except ValidationError:
        return PageSettings(), Rules(), _UNUSABLE
    return settings, rules, ""
