"""A whole config.yaml to begin from, made of the keys' own descriptions."""

import textwrap
from typing import Any

from deepzine_gui.first_deepzine.settings import ConfigFile

_WIDTH = 78
_HEADINGS = {
    "load_data": "Documents and the dataset",
    "train": "Training",
    "gan_output_size": "The model",
    "inference_model_directory": "Pages from the model",
}
"""What begins with these keys."""
_ASKED = ("load_data", "train", "inference", "interpolation")

_HEAD = """\
The first DeepZine's config file. Carry it out with: deepzine run config.yaml
Set the four jobs to True or False; a key that is left out has the value shown here, but for the
jobs and overwrite: left out, they are False. Paths begin in the folder the command is called from.
"""


def example() -> str:
    """Return the text, all four jobs set to True."""
    lines = _comment(_HEAD)
    for name, field in ConfigFile.model_fields.items():
        if name in _HEADINGS:
            lines += ["", f"# --- {_HEADINGS[name]} ---"]
        value = True if name in _ASKED else field.default
        lines += ["", *_comment(field.description or ""), f"{name}: {_written(value)}"]
    return "\n".join(lines) + "\n"


def keys() -> str:
    """Return one line a key, for a help text: its default and what it asks for."""
    return "\n".join(
        f"  {name} ({_written(field.default)}): {field.description}"
        for name, field in ConfigFile.model_fields.items()
    )


def _comment(text: str) -> list[str]:
    return [f"# {line}" for line in textwrap.wrap(" ".join(text.split()), _WIDTH)]


def _written(value: Any) -> str:
    """A value as it stands in the file; numbers keep YAML from taking them for words."""
    return f"{value:f}".rstrip("0") if isinstance(value, float) else str(value)
