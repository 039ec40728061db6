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


def keep_in(project: "Project", settings: PageSettings, rules: Rules) -> None:
    """Note in a project what was chosen; it is still to be saved."""
    project.choices.pages = settings.model_dump()
    project.choices.rules = rules.model_dump()


def forget_in(project: "Project") -> None:
    """Take what was chosen out of a project: its next dataset tells; it is still to be saved."""
    project.choices.pages, project.choices.rules = {}, {}


def has_chosen_in(project: "Project") -> bool:
    """Whether anybody has chosen page settings."""
    return bool(project.choices.pages)
